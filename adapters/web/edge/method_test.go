package edge

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"github.com/visure-anagrafiche/visure/domain"
)

// border is a router with the edge around it.
func border(t *testing.T) http.Handler {
	t.Helper()
	e, _ := desk(t)
	r := chi.NewRouter()
	r.Use(e.Enter, e.Recover, SecurityHeaders, HeadAsGet)
	r.NotFound(Nowhere)
	r.MethodNotAllowed(OtherMethod)
	said := func(w http.ResponseWriter, r *http.Request) {
		if RequestID(r.Context()) == "" {
			t.Error("a request has no name")
		}
		_, _ = w.Write([]byte("said"))
	}
	r.Get("/visure/{id}", said)
	r.Put("/visure/{id}", said)
	r.Post("/visure/{id}/approval", said)
	r.Get("/visure/{id}/document", said)
	r.Get("/late", func(w http.ResponseWriter, r *http.Request) { Write(w, r, NewProblem(TooMany, "Piano.")) })
	r.Get("/broken", func(http.ResponseWriter, *http.Request) { panic("RSSMRA80A01H501U") })
	return r
}

func TestEveryMethodIsAnsweredAsItsAddressKnowsIt(t *testing.T) {
	t.Parallel()
	h := border(t)
	for request, want := range map[string]struct {
		status int
		allow  string
		body   string // begins
	}{
		"GET /visure/1":              {200, "", "said"},
		"HEAD /visure/1":             {200, "", ""},
		"PUT /visure/1":              {200, "", "said"},
		"DELETE /visure/1":           {405, "GET, HEAD, PUT, OPTIONS", `{"type":"/docs/problemi#method_not_allowed"`},
		"PATCH /visure/1":            {405, "GET, HEAD, PUT, OPTIONS", `{"type":"/docs/problemi#method_not_allowed"`},
		"OPTIONS /visure/1":          {204, "GET, HEAD, PUT, OPTIONS", ""},
		"GET /visure/1/approval":     {405, "POST, OPTIONS", `{"type":"/docs/problemi#method_not_allowed"`},
		"HEAD /visure/1/approval":    {405, "POST, OPTIONS", ""},
		"OPTIONS /visure/1/approval": {204, "POST, OPTIONS", ""},
		"GET /visure/1/document":     {200, "", "said"},
		"HEAD /visure/1/document":    {405, "GET, OPTIONS", ""}, // each time it is asked for counts as a copy
		"OPTIONS /visure/1/document": {204, "GET, OPTIONS", ""},
		"GET /nowhere":               {404, "", `{"type":"/docs/problemi#not_found"`},
		"HEAD /nowhere":              {404, "", ""},
		"OPTIONS /nowhere":           {404, "", `{"type":"/docs/problemi#not_found"`},
		"GET /late":                  {429, "", `{"type":"/docs/problemi#too_many_requests"`},
		"GET /broken":                {500, "", `{"type":"/docs/problemi#internal"`},
	} {
		method, path, _ := strings.Cut(request, " ")
		server := httptest.NewServer(h) // which leaves out the body of an answer to HEAD
		r, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := server.Client().Do(r)
		if err != nil {
			t.Fatalf("%s: %v", request, err)
		}
		body := &bytes.Buffer{}
		_, err = body.ReadFrom(resp.Body)
		resp.Body.Close()
		server.Close()
		if err != nil || resp.StatusCode != want.status || resp.Header.Get("Allow") != want.allow {
			t.Errorf("%s: %s, Allow %q, %v", request, resp.Status, resp.Header.Get("Allow"), err)
		}
		if got := body.String(); !strings.HasPrefix(got, want.body) || want.body == "" && got != "" || strings.Contains(got, "RSSMRA") {
			t.Errorf("%s: %s", request, got)
		}
		if want.status >= 400 && resp.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: a problem of type %s", request, resp.Header.Get("Content-Type"))
		}
		if resp.Header.Get("Cache-Control") != "no-store" || resp.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: headers %v", request, resp.Header)
		}
	}
}

func TestAnEntryIsOfTheComuneThatAllItShowsIsOf(t *testing.T) {
	t.Parallel()
	for want, shown := range map[domain.CodiceISTAT][]domain.CodiceISTAT{
		"039002": {"039002", "039002"}, "": {"039002", "040007"},
	} {
		x := &Exchange{}
		x.Concerns(shown...)
		if x.Asked.Comune != want {
			t.Errorf("%v: %q, want %q", shown, x.Asked.Comune, want)
		}
	}
	x := &Exchange{}
	x.Concerns("039002")
	if x.Concerns(); x.Asked.Comune != "" {
		t.Errorf("of nothing: %q", x.Asked.Comune)
	}
}
