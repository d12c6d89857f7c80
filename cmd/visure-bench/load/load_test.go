package load_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/cmd/visure-bench/load"
)

// seen is what a server was asked.
type seen struct {
	mu          sync.Mutex
	paths       map[string]int
	bodies      map[string]int
	headers     http.Header // of the last
	connections int
}

// served starts a server that keeps what it is asked, and a plan that suits it.
func served(t *testing.T, answer func(w http.ResponseWriter, n int)) (*seen, load.Plan) {
	t.Helper()
	s := &seen{paths: map[string]int{}, bodies: map[string]int{}}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.paths[r.Method+" "+r.URL.Path]++
		s.bodies[string(body)]++
		s.headers = r.Header
		answer(w, len(s.paths))
	}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.connections++
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	return s, load.Plan{
		Address: server.Listener.Addr().String(), Path: "/api/v1/visure/", Token: "secret", Bodies: []string{`{"n":1}`, `{"n":2}`},
		Status: http.StatusAccepted, Clients: 3, Duration: 50 * time.Millisecond,
	}
}

func accept(w http.ResponseWriter, n int) {
	w.Header().Set("Visura-Position", fmt.Sprintf("%d-%d", n, n))
	w.WriteHeader(http.StatusAccepted)
	io.WriteString(w, strings.Repeat("accepted ", 1000)) // longer than a buffer: in chunks
}

func TestEveryRequestIsCountedOnceOnConnectionsThatAreKept(t *testing.T) {
	t.Parallel()
	s, plan := served(t, accept)
	plan.Prefer, plan.Says = "wait=30", "accepted"
	r, err := load.Run(t.Context(), plan)
	if err != nil {
		t.Fatal(err)
	}
	if r.Requests == 0 || r.Requests != len(s.paths) || s.connections != plan.Clients {
		t.Errorf("%d requests are counted, %d were served on %d connections", r.Requests, len(s.paths), s.connections)
	}
	if want := fmt.Sprintf("%d-%d", r.Requests, r.Requests); r.Position != want {
		t.Errorf("the highest position is %s, not %s", r.Position, want)
	}
	if r.Seconds < .05 || r.P50 <= 0 || r.P50 > r.P95 || r.P95 > r.P99 || r.P99 > r.Max || r.Processor <= 0 {
		t.Errorf("%+v", r)
	}
	for path := range s.paths {
		if !strings.HasPrefix(path, "PUT /api/v1/visure/") || len(path) != len("PUT /api/v1/visure/")+36 {
			t.Errorf("asked was %s", path)
		}
	}
	if len(s.bodies) != 2 || s.bodies[`{"n":1}`]+s.bodies[`{"n":2}`] != r.Requests {
		t.Errorf("sent were %v", s.bodies)
	}
	if h := s.headers; h.Get("Authorization") != "Bearer secret" || h.Get("Content-Type") != "application/json" || h.Get("Prefer") != "wait=30" {
		t.Errorf("the headers were %v", h)
	}
}

func TestAtARateAsManyAreSentAsAreDue(t *testing.T) {
	t.Parallel()
	s, plan := served(t, accept)
	plan.Rate, plan.Duration = 200, 100*time.Millisecond
	r, err := load.Run(t.Context(), plan)
	if err != nil {
		t.Fatal(err)
	}
	if r.Requests != 20 || len(s.paths) != 20 || r.Seconds < .095 {
		t.Errorf("%d requests of 20 in %v s", r.Requests, r.Seconds)
	}
}

func TestPagesAreReadInTurnWithCookies(t *testing.T) {
	t.Parallel()
	s, plan := served(t, func(w http.ResponseWriter, _ int) { io.WriteString(w, "<!doctype html>") })
	plan.Bodies, plan.Pages, plan.Cookies, plan.Status = nil, []string{"/nuova", "/richieste?stato=issued"}, "sessione=secret", http.StatusOK
	plan.Rate, plan.Duration = 200, 100*time.Millisecond
	r, err := load.Run(t.Context(), plan)
	if err != nil {
		t.Fatal(err)
	}
	if r.Requests != 20 || s.paths["GET /nuova"] != 10 || s.paths["GET /richieste"] != 10 {
		t.Errorf("%d requests: %v", r.Requests, s.paths)
	}
	if h := s.headers; h.Get("Cookie") != "sessione=secret" || h.Get("Accept") != "text/html" || h.Get("Authorization") != "" {
		t.Errorf("the headers were %v", h)
	}
}

func TestOneWrongAnswerMakesTheFiguresWorthless(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(w http.ResponseWriter, n int){
		"another status": func(w http.ResponseWriter, n int) {
			if n == 5 {
				http.Error(w, "full", http.StatusServiceUnavailable)
				return
			}
			accept(w, n)
		},
		"another body": func(w http.ResponseWriter, n int) {
			w.WriteHeader(http.StatusAccepted)
			if n != 5 {
				io.WriteString(w, "accepted")
			}
		},
		"an end": func(w http.ResponseWriter, n int) {
			if n == 5 {
				panic(http.ErrAbortHandler)
			}
			accept(w, n)
		},
	} {
		_, plan := served(t, answer)
		plan.Says, plan.Duration = "accepted", time.Minute
		if _, err := load.Run(t.Context(), plan); err == nil {
			t.Errorf("%s goes unnoticed", name)
		}
	}
}

func TestAPlanOfNothingIsRefused(t *testing.T) {
	t.Parallel()
	_, plan := served(t, accept)
	for _, bad := range []load.Plan{{}, {Address: plan.Address, Clients: 1}, {Address: plan.Address, Bodies: plan.Bodies}} {
		if _, err := load.Run(t.Context(), bad); err == nil {
			t.Errorf("%+v is carried out", bad)
		}
	}
}
