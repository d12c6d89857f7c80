package api

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/domain"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-chi/chi/v5"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/commands/storetest"
)

var update = flag.Bool("update", false, "write golden files anew")

// handler is every operation, over a store that is closed: it can tell what
// there is, not answer.
func handler() http.Handler {
	border := &edge.Edge{
		Commands: &commands.Handler{Now: time.Now, NewID: uuid.NewString, Store: storetest.Closed{}, Secrets: secrets{}},
		Callers: func(context.Context, edge.Credentials) (edge.Caller, error) {
			return edge.Caller{Actor: domain.Sistema, SignedIn: true, SteppedUp: true}, nil
		},
		IsUnknown: func(error) bool { return false }, Stopping: context.Background(), Log: slog.New(slog.DiscardHandler),
	}
	r := chi.NewRouter()
	(&API{Edge: border, Version: "0", Connection: &commands.Connection{Handler: border.Commands}}).Routes(r)
	return r
}

func document(t *testing.T) []byte {
	t.Helper()
	w := httptest.NewRecorder()
	handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/api/v1/openapi.json", nil))
	if w.Code != http.StatusOK {
		t.Fatalf("the document is answered %d", w.Code)
	}
	return append(w.Body.Bytes(), '\n')
}

// parsed is as much of an OpenAPI document as the tests look at.
type parsed struct {
	OpenAPI    string
	Paths      map[string]map[string]parsedOperation
	Components struct {
		Schemas map[string]map[string]any
	}
}

type parsedOperation struct {
	OperationID, Summary, Description string
	Security                          []any
	Parameters                        []struct {
		Name, In, Description string
		Schema                map[string]any
	}
	RequestBody struct {
		Required bool
		Content  map[string]struct {
			Example any
			Schema  map[string]any
		}
	}
	Responses map[string]struct {
		Description string
		Headers     map[string]any
		Content     map[string]any
	}
}

func parse(t *testing.T) (p parsed) {
	t.Helper()
	if err := json.Unmarshal(document(t), &p); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestTheDocumentIsTheOnePublished(t *testing.T) {
	t.Parallel()
	const golden = "testdata/openapi.json"
	got := document(t)
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("the API has changed; if that was meant, run the test with -update:\n%s", diff)
	}
	if !bytes.Equal(got, document(t)) {
		t.Error("two documents of the same code differ")
	}
}

// open are the operations for whoever is not known yet.
var open = []string{"begin-passkey", "finish-passkey", "finish-sign-in", "redeem-invitation", "sign-in", "status"}

func TestEveryOperationSaysWhatItDoesAndHowItMayEnd(t *testing.T) {
	t.Parallel()
	p := parse(t)
	if p.OpenAPI != "3.1.0" {
		t.Errorf("OpenAPI is %s", p.OpenAPI)
	}
	ids := map[string]bool{}
	for path, operations := range p.Paths {
		for method, op := range operations {
			if ids[op.OperationID] || op.OperationID == "" || op.Summary == "" || op.Description == "" {
				t.Errorf("%s %s: the id is taken or something is not said: %+v", method, path, op)
			}
			ids[op.OperationID] = true
			for _, parameter := range op.Parameters {
				if parameter.Description == "" {
					t.Errorf("%s: %s is not described", op.OperationID, parameter.Name)
				}
			}
			for code, response := range op.Responses {
				_, problem := response.Content["application/problem+json"]
				if response.Description == "" || strings.HasPrefix(code, "4") != problem && path != "/status" && code < "500" {
					t.Errorf("%s: answer %s is not described", op.OperationID, code)
				}
			}
			want := []string{"400", "422", "500", "503"}
			if len(op.RequestBody.Content) > 0 {
				want = append(want, "408", "413", "415")
			}
			if public := slices.Contains(open, op.OperationID); public != (len(op.Security) == 0) {
				t.Errorf("%s is for whoever is not known: %v", op.OperationID, !public)
			} else if public {
				want = append(want, "429")
			} else {
				want = append(want, "401")
			}
			for _, code := range want {
				if _, ok := op.Responses[code]; !ok && path != "/status" {
					t.Errorf("%s does not say that it may answer %s", op.OperationID, code)
				}
			}
		}
	}
}

func TestEverySchemaIsExplainedInTheGlossaryAndTheReverse(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	for name, schema := range parse(t).Components.Schemas {
		properties, _ := schema["properties"].(map[string]any)
		for property, s := range properties {
			used[property], used[name+"."+property] = true, true
			object := s.(map[string]any)
			if object["$ref"] == nil && object["description"] == nil {
				t.Errorf("%s.%s is not explained", name, property)
			}
		}
	}
	for word := range glossary {
		if !used[word] {
			t.Errorf("%s is explained and nowhere used", word)
		}
	}
}

func TestOnlyWhatIsReceivedIsClosed(t *testing.T) {
	t.Parallel()
	p, received := parse(t), map[string]bool{}
	for _, operations := range p.Paths {
		for _, op := range operations {
			for _, body := range op.RequestBody.Content {
				p.reach(body.Schema, received)
			}
		}
	}
	for name, schema := range p.Components.Schemas {
		if closed := schema["additionalProperties"] == false; closed != received[name] {
			t.Errorf("%s is received: %v, closed: %v", name, received[name], closed)
		}
	}
}

// reach notes the names of the schemas that one is made of.
func (p parsed) reach(part any, names map[string]bool) {
	switch part := part.(type) {
	case map[string]any:
		ref, _ := part["$ref"].(string)
		if name, ok := strings.CutPrefix(ref, "#/components/schemas/"); ok && !names[name] {
			names[name] = true
			p.reach(p.Components.Schemas[name], names)
		}
		for _, inner := range part {
			p.reach(inner, names)
		}
	}
}

// The examples of bodies are sent: what is documented is what is accepted.
func TestEveryExampleOfABodyIsUnderstood(t *testing.T) {
	t.Parallel()
	examples := 0
	for path, operations := range parse(t).Paths {
		for method, op := range operations {
			example := op.RequestBody.Content["application/json"].Example
			if example == nil {
				continue
			}
			examples++
			text, err := json.Marshal(example)
			if err != nil {
				t.Fatal(err)
			}
			w := httptest.NewRecorder()
			handler().ServeHTTP(w, httptest.NewRequest(strings.ToUpper(method), strings.Replace(path, "{id}", idFor(path), 1), bytes.NewReader(text)))
			if w.Code != http.StatusInternalServerError {
				t.Errorf("%s: %s does not reach the store: %d %s", op.OperationID, text, w.Code, w.Body)
			}
		}
	}
	if examples < 30 {
		t.Errorf("only %d examples of bodies", examples)
	}
}

// idFor is the id of something an address is about.
func idFor(path string) string {
	if strings.HasPrefix(path, "/api/v1/comuni/") {
		return "042002"
	}
	return uuid.NewString()
}

// secrets are of nobody.
type secrets struct{}

func (secrets) SubjectToken(domain.Soggetto) string { return "token" }
func (secrets) UtenteID(domain.CodiceFiscale) domain.UtenteID {
	return domain.UtenteID(uuid.NewString())
}
func (secrets) Numero(string) domain.CIUV { return "numero" }

// Examples are checked with the validator the API itself uses.
func TestEveryExampleIsOneOfItsSchema(t *testing.T) {
	t.Parallel()
	examples := 0
	check := func(where string, raw any) {
		text, err := json.Marshal(raw)
		if err != nil {
			t.Fatal(err)
		}
		var s huma.Schema
		if err := json.Unmarshal(text, &s); err != nil {
			t.Fatalf("%s: %v", where, err)
		}
		s.PrecomputeMessages()
		for _, example := range s.Examples {
			examples++
			var result huma.ValidateResult
			huma.Validate(huma.NewMapRegistry("#/", huma.DefaultSchemaNamer), &s, huma.NewPathBuffer(nil, 0), huma.ModeReadFromServer, example, &result)
			for _, err := range result.Errors {
				t.Errorf("%s: %v is no example: %v", where, example, err)
			}
		}
	}
	p := parse(t)
	for name, schema := range p.Components.Schemas {
		properties, _ := schema["properties"].(map[string]any)
		for _, property := range slices.Sorted(maps.Keys(properties)) {
			if properties[property].(map[string]any)["$ref"] == nil {
				check(name+"."+property, properties[property])
			}
		}
	}
	for path, operations := range p.Paths {
		for method, op := range operations {
			for _, parameter := range op.Parameters {
				check(method+" "+path+" "+parameter.Name, parameter.Schema)
			}
		}
	}
	if examples < 10 {
		t.Errorf("only %d examples", examples)
	}
}

func TestACommandWithoutItemsNeedsNoBody(t *testing.T) {
	t.Parallel()
	p := parse(t)
	for path, want := range map[string]bool{"approval": false, "withdrawal": false, "rejection": true} {
		if got := p.Paths["/api/v1/visure/{id}/"+path]["post"].RequestBody.Required; got != want {
			t.Errorf("%s: the body is required: %v", path, got)
		}
	}
}
