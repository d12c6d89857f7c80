package web_test

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"
)

// route is something a client may send, as the router and the published document have
// it.
type route struct {
	name         string // id of the operation; of what is none, method and path
	method, path string
	tag, about   string
	stepUp       bool
}

// routes are all there are, in the order of the document's groups.
func routes(t *testing.T) (all []route) {
	t.Helper()
	w := httptest.NewRecorder()
	overNothing().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/api/v1/openapi.json", nil))
	var document struct {
		Tags  []struct{ Name string }
		Paths map[string]map[string]struct {
			OperationID, Summary string
			Tags                 []string
			StepUp               bool `json:"x-step-up"`
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &document); err != nil {
		t.Fatal(err)
	}
	documented := map[string]bool{}
	for path, operations := range document.Paths {
		for method, o := range operations {
			method = strings.ToUpper(method)
			documented[method+" "+path] = true
			all = append(all, route{o.OperationID, method, path, o.Tags[0], o.Summary, o.StepUp})
		}
	}
	err := chi.Walk(overNothing().(chi.Routes), func(method, path string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		if name := method + " " + path; !documented[name] {
			all = append(all, route{name: name, method: method, path: path, tag: "Pagine"})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(all, func(a, b route) int {
		return cmp.Or(cmp.Compare(a.tag, b.tag), cmp.Compare(a.path, b.path), cmp.Compare(a.method, b.method))
	})
	return all
}

// TestNoRouteIsMissingFromTheMatrix: who adds a route says in a row who may use it.
func TestNoRouteIsMissingFromTheMatrix(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, r := range routes(t) {
		known[r.name] = true
		if !slices.ContainsFunc(matrix, func(c row) bool { return c.route == r.name }) {
			t.Errorf("%s has no row in the matrix: who may use it, who gets 403, who 404?", r.name)
		}
	}
	for _, c := range matrix {
		if !known[c.route] {
			t.Errorf("the matrix has a row of %s, which is no route", c.route)
		}
		if len(c.expected()) != len(classes) {
			t.Errorf("%s: the row has %d answers, want %d", c.route, len(c.expected()), len(classes))
		}
	}
}

// whoMayWhat sends each row as each class of caller, and compares the answer with what
// is written.
func whoMayWhat(t *testing.T, o *office) {
	sweeping(t)
	p := newPlace(t, o)
	t.Run("what gives rights wants a second factor of everybody", func(t *testing.T) { withoutSecondFactor(t, p) })
	known := map[string]route{}
	for _, r := range routes(t) {
		known[r.name] = r
	}
	for _, c := range matrix {
		var got strings.Builder
		want := c.expected()
		for i, class := range classes {
			answer, body := p.send(known[c.route], c, p.callers[i])
			if out := c.route == "sign-out" || c.route == "POST /esci"; out && p.callers[i].proof != "" { // they come in again for what follows
				p.callers[i] = p.session(p.callers[i].actor, p.callers[i].proof)
			}
			got.WriteByte(answer)
			if i < len(want) && answer != want[i] {
				t.Errorf("%s, %s: %s, want %s: %s", c.name(), class, answers[answer], answers[want[i]], body)
			}
		}
		if got.String() != want {
			t.Logf("%s answers %s", c.name(), spaced(got.String()))
		}
	}
}

// withoutSecondFactor: what gives rights wants one of everybody, whoever they are.
func withoutSecondFactor(t *testing.T, p *place) {
	asked := 0
	for _, r := range routes(t) {
		if !r.stepUp {
			continue
		}
		asked++
		for _, who := range p.plain {
			resp, body := p.exchange(r.method, p.fill(r.path, who), "", who)
			if resp.StatusCode != http.StatusForbidden || !strings.Contains(body, `"code":"step_up_required"`) {
				t.Errorf("%s as %s without a second factor: %s: %s", r.name, who.actor.Role, resp.Status, body)
			}
		}
	}
	if asked == 0 {
		t.Error("no operation wants a second factor")
	}
}
