package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
)

// adminRoutes is the control panel, for scripts written in any language:
//
//	GET    /health
//	GET    /calls[?id=...]         the log, one JSON object a line
//	GET    /script  POST /script   rules in force; add one (JSON of Rule)
//	DELETE /script                 no rules
//	PUT    /latency                JSON of Latency
//	POST   /reset                  rules, log, revocations and answers forgotten
//	GET    /people?feature=...&comune=...&tipo=...&limit=N
//
// What it does not understand it refuses with 400 and leaves as it was.
func (s *Server) adminRoutes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /health", func(w http.ResponseWriter, _ *http.Request) {
		sendJSON(w, map[string]any{"status": "ok", "people": len(s.people.Persons()), "url": s.URL()})
	})
	mux.HandleFunc("GET /calls", s.adminCalls)
	mux.HandleFunc("GET /script", func(w http.ResponseWriter, _ *http.Request) { sendJSON(w, s.script.list()) })
	mux.HandleFunc("POST /script", func(w http.ResponseWriter, r *http.Request) {
		receiveJSON(w, r, func(rule Rule) error { return s.Script(rule) })
	})
	mux.HandleFunc("DELETE /script", func(w http.ResponseWriter, _ *http.Request) { s.ClearScript(); w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("PUT /latency", func(w http.ResponseWriter, r *http.Request) {
		receiveJSON(w, r, func(l Latency) error {
			if l.Median < 0 || l.Tail < 0 {
				return errors.New("a latency below nothing")
			}
			s.SetLatency(l)
			return nil
		})
	})
	mux.HandleFunc("POST /reset", func(w http.ResponseWriter, _ *http.Request) {
		if err := s.Reset(); err != nil {
			s.log.Error("reset", "error", err)
			http.Error(w, "reset failed", http.StatusInternalServerError)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /people", s.adminPeople)
	return mux
}

func (s *Server) adminCalls(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/x-ndjson")
	enc := json.NewEncoder(w)
	for _, c := range s.Calls() {
		if id := r.URL.Query().Get("id"); id == "" || id == c.ID {
			_ = enc.Encode(c) // a reader who left needs no log
		}
	}
}

// found is a person as the admin interface shows them: all invented.
type found struct {
	CodiceFiscale string   `json:"codice_fiscale"`
	Comune        string   `json:"comune"`
	Tipi          []string `json:"tipi"`
	Features      []string `json:"features"`
}

func (s *Server) adminPeople(w http.ResponseWriter, r *http.Request) {
	istat, want, odd, limit, err := selection(r.URL.Query())
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	list := []found{}
	for _, p := range s.people.Select(istat, want, 0) {
		if len(list) == limit {
			break
		}
		if odd == "" || p.Oddity == odd {
			list = append(list, found{p.CodiceFiscale, p.Home.Istat, namesOf(people.ByTipo, p), featuresOf(p)})
		}
	}
	sendJSON(w, list)
}

// selection reads whom a query asks for, and how many at most: twenty when it
// does not say. An oddity is asked for as a feature is.
func selection(q url.Values) (istat string, want people.Feature, odd people.Oddity, limit int, err error) {
	for _, name := range strings.FieldsFunc(q.Get("feature"), func(c rune) bool { return c == ',' }) {
		f, ok := people.ByName[name]
		switch {
		case ok:
			want |= f
		case slices.Contains(people.Oddities(), people.Oddity(name)) && odd == "":
			odd = people.Oddity(name)
		default:
			return "", 0, "", 0, fmt.Errorf("unknown feature %q", name)
		}
	}
	if tipo := q.Get("tipo"); tipo != "" {
		f, ok := people.ByTipo[tipo]
		if !ok {
			return "", 0, "", 0, fmt.Errorf("unknown tipo %q", tipo)
		}
		want |= f
	}
	istat = q.Get("comune")
	if istat != "" && !slices.ContainsFunc(people.Comuni(), func(c people.Comune) bool { return c.Istat == istat }) {
		return "", 0, "", 0, fmt.Errorf("unknown comune %q", istat)
	}
	limit = 20
	if text := q.Get("limit"); text != "" {
		if limit, err = strconv.Atoi(text); err != nil || limit <= 0 {
			return "", 0, "", 0, fmt.Errorf("limit %q is not a number of people", text)
		}
	}
	return istat, want, odd, limit, nil
}

// featuresOf names the features of a person and the oddity.
func featuresOf(p *people.Person) []string {
	list := namesOf(people.ByName, p)
	if p.Oddity != "" {
		list = append(list, string(p.Oddity))
		slices.Sort(list)
	}
	return list
}

func namesOf(table map[string]people.Feature, p *people.Person) []string {
	list := []string{}
	for name, f := range table {
		if p.Has(f) {
			list = append(list, name)
		}
	}
	slices.Sort(list)
	return list
}

func sendJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // a reader who left needs no answer
}

// receiveJSON decodes the body strictly and applies it.
func receiveJSON[T any](w http.ResponseWriter, r *http.Request, apply func(T) error) {
	var v T
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&v); err != nil {
		http.Error(w, "unreadable: "+err.Error(), http.StatusBadRequest)
		return
	}
	if _, err := dec.Token(); err != io.EOF {
		http.Error(w, "unreadable: more than one value", http.StatusBadRequest)
		return
	}
	if err := apply(v); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
