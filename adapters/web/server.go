// Package web is the HTTP server: the routes of the API are in api, those of the
// pages for people in pages. What both need is in edge.
package web

import (
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/visure-anagrafiche/visure/adapters/web/api"
	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/adapters/web/pages"
)

// Server answers HTTP requests. All fields must be set before Handler is
// called; it is safe for concurrent use.
type Server struct {
	Edge  *edge.Edge
	API   *api.API
	Pages *pages.Pages
}

// Handler returns the handler of every request.
func (s *Server) Handler() http.Handler {
	r := chi.NewRouter()
	r.Use(s.Edge.Enter, s.Edge.Recover, edge.SecurityHeaders, s.Edge.Traced, edge.Legible, edge.HeadAsGet)
	r.NotFound(s.nowhere)
	r.MethodNotAllowed(edge.OtherMethod)
	s.Pages.Routes(r)
	s.API.Routes(r)
	return r
}

// nowhere answers for an address that does not exist: programs with a problem, people
// with a page.
func (s *Server) nowhere(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/api/") {
		edge.Nowhere(w, r)
		return
	}
	s.Pages.Nowhere(w, r)
}
