package web_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
)

// secret is what no refusal may repeat.
const secret = "RSSMRA80A01H501U"

// anyValue draws JSON of any form, deep enough to be wrong anywhere.
func anyValue(t *rapid.T, depth int) any {
	names := rapid.SampledFrom([]string{"comune", "tipo", "ambito", "soggetto", "codice_fiscale", "cognome", "sesso", "data_nascita", "finalita", "numero_pratica", "motivo", "testo", "altro", "Comune", ""})
	switch rapid.IntRange(0, 6).Draw(t, "kind") {
	case 0:
		return rapid.Bool().Draw(t, "bool")
	case 1:
		return rapid.Float64Range(-1e9, 1e9).Draw(t, "number")
	case 2:
		return nil
	case 3:
		return secret + rapid.String().Draw(t, "text")
	case 4:
		return rapid.SampledFrom([]string{"042002", "residenza", "nazionale", "M", "1980-01-01", "ISEE", "2026/1", "altro", secret}).Draw(t, "word")
	}
	if depth == 0 {
		return secret
	}
	object := map[string]any{}
	for range rapid.IntRange(0, 6).Draw(t, "size") {
		object[names.Draw(t, "name")] = anyValue(t, depth-1)
	}
	return object
}

// english are words of the libraries underneath.
var english = regexp.MustCompile(`(?i)\b(expected|invalid|unknown|required|validation|missing|cannot|value|string|property|json:|strconv|parse)\b`)

// Whatever is sent, the answer is a refusal in Italian without a value in it,
// or the request was understood and goes to the store.
func TestWhateverIsSentIsRefusedWellOrUnderstood(t *testing.T) {
	t.Parallel()
	h := overNothing()
	targets := rapid.SampledFrom([][2]string{
		{http.MethodPut, ""}, {http.MethodPost, "/approval"}, {http.MethodPost, "/rejection"}, {http.MethodPost, "/withdrawal"}, {http.MethodPost, "/revocation"}, {http.MethodPost, "/practice-correction"},
	})
	rapid.Check(t, func(t *rapid.T) {
		target := targets.Draw(t, "target")
		body, err := json.Marshal(anyValue(t, 3))
		if err != nil {
			t.Fatal(err)
		}
		if rapid.Bool().Draw(t, "cut") {
			body = body[:rapid.IntRange(0, len(body)).Draw(t, "at")]
		}
		id := rapid.SampledFrom([]string{uuid.NewString(), secret, "x"}).Draw(t, "id")
		address := "/api/v1/visure/" + id + target[1]
		if rapid.IntRange(0, 9).Draw(t, "query") == 0 {
			address += "?" + url.QueryEscape(rapid.String().Draw(t, "parameter")) + "=" + secret
		}
		r := httptest.NewRequest(target[0], address, strings.NewReader(string(body)))
		r.Header.Set("Prefer", rapid.SampledFrom([]string{"", "wait=1", "wait=" + secret}).Draw(t, "prefer"))
		r.Header.Set("Content-Type", rapid.SampledFrom([]string{"application/json", "", "text/plain", "application/json; charset=utf-8", "+;" + secret}).Draw(t, "type"))
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		var p edge.Problem
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Header().Get("Content-Type") != "application/problem+json" || p.Status != w.Code {
			t.Fatalf("%d is no problem: %s", w.Code, w.Body)
		}
		switch w.Code {
		case http.StatusInternalServerError, http.StatusBadRequest, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity:
		default:
			t.Fatalf("answered %d: %s", w.Code, w.Body)
		}
		for _, text := range append([]string{p.Title, p.Detail}, messages(p)...) {
			if english.MatchString(text) || strings.Contains(text, secret) || text == "" {
				t.Fatalf("said %q to %s", text, body)
			}
		}
	})
}

func messages(p edge.Problem) (all []string) {
	for _, offender := range p.Errors {
		all = append(all, offender.Message)
	}
	return all
}
