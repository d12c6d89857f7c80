package web_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/web"
	"github.com/visure-anagrafiche/visure/adapters/web/api"
	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/adapters/web/pages"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/commands/storetest"
	"github.com/visure-anagrafiche/visure/domain"
)

// overNothing is every route, over an event store that is closed.
func overNothing() http.Handler {
	border := &edge.Edge{
		IsUnknown: func(error) bool { return false },
		Commands:  &commands.Handler{Now: time.Now, NewID: uuid.NewString, Store: storetest.Closed{}},
		Callers: func(context.Context, edge.Credentials) (edge.Caller, error) {
			return edge.Caller{Actor: domain.Sistema}, nil
		},
		Stopping: context.Background(), Log: slog.New(slog.DiscardHandler),
	}
	s := &web.Server{Edge: border, API: &api.API{Edge: border, Version: "0"}, Pages: &pages.Pages{Edge: border}}
	return s.Handler()
}

// undocumented are the routes that are no operations of the API: those of pages, each of
// which has a row in the matrix.
func undocumented() (all []string) {
	for _, r := range matrix {
		if strings.Contains(r.route, " /") && !slices.Contains(all, r.route) {
			all = append(all, r.route)
		}
	}
	return all
}

func TestNoRouteIsWithoutAnOperationNorTheReverse(t *testing.T) {
	t.Parallel()
	var routes, documented []string
	err := chi.Walk(overNothing().(chi.Routes), func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		routes = append(routes, method+" "+route)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	overNothing().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/api/v1/openapi.json", nil))
	var document struct{ Paths map[string]map[string]any }
	if err := json.Unmarshal(w.Body.Bytes(), &document); err != nil {
		t.Fatal(err)
	}
	for path, operations := range document.Paths {
		for method := range operations {
			documented = append(documented, strings.ToUpper(method)+" "+path)
		}
	}
	documented = append(documented, undocumented()...)
	slices.Sort(routes)
	slices.Sort(documented)
	if diff := cmp.Diff(documented, routes); diff != "" {
		t.Errorf("documented and routed differ:\n%s", diff)
	}
}
