package web_test

import (
	"maps"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/web"
)

func init() {
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"how long answers take is told by route, never by what was asked about": tookByRoute,
	})
}

func tookByRoute(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	type answer struct {
		route  string
		status int
	}
	var mu sync.Mutex
	var told []answer
	b := w.actingSince(t, "operator", o.server(func(s *web.Server) {
		s.Edge.Took = func(route string, status int, took time.Duration) {
			mu.Lock()
			defer mu.Unlock()
			if told = append(told, answer{route, status}); took <= 0 {
				t.Errorf("%s took %s", route, took)
			}
		}
	}).Handler(), 0)
	b.open(http.StatusOK, "/richieste")
	b.open(http.StatusNotFound, "/visure/"+uuid.NewString())
	b.open(http.StatusNotFound, "/boh/"+uuid.NewString())
	mu.Lock()
	defer mu.Unlock()
	for _, want := range []answer{{"GET /richieste", http.StatusOK}, {"GET /visure/{id}", http.StatusNotFound}, {"GET *", http.StatusNotFound}} {
		if !slices.Contains(told, want) {
			t.Errorf("%v is not among what is told: %v", want, told)
		}
	}
}
