package api

import (
	"net/http"
	"slices"

	"github.com/go-chi/chi/v5"
	"github.com/swaggest/swgui"
	"github.com/swaggest/swgui/v5emb"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
)

// docsPolicy lets the explorer run its own script and styles, and ask this
// server only.
const docsPolicy = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'"

// explorerFiles are what the explorer's page is made of.
var explorerFiles = []string{"swagger-ui.css", "swagger-ui-bundle.js", "swagger-ui-standalone-preset.js", "favicon-16x16.png", "favicon-32x32.png"}

// docs serves the documentation of the API, from files in the program: it works
// without the internet.
func (a *API) docs(r chi.Router) {
	explorer := v5emb.NewWithConfig(swgui.Config{
		SettingsUI: map[string]string{"docExpansion": `"list"`, "tryItOutEnabled": "false"},
	})("Visure anagrafiche", documentPath, "/docs/")
	r.Get("/docs", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", docsPolicy)
		explorer.ServeHTTP(w, r)
	})
	r.Get("/docs/{file}", func(w http.ResponseWriter, r *http.Request) {
		if !slices.Contains(explorerFiles, chi.URLParam(r, "file")) {
			edge.Nowhere(w, r)
			return
		}
		w.Header().Set("Cache-Control", "public, max-age=3600")
		explorer.ServeHTTP(w, r)
	})
}
