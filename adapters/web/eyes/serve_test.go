package eyes_test

import (
	"cmp"
	"fmt"
	"mime"
	"net/http"
	"net/http/httptest"
	"path"
	"testing"
)

// answers are what a server gives at its addresses.
type answers map[string]answer

type answer struct {
	status int
	policy string // else one like ours
	body   string // of a page what stands below its heading, of a part all of it
}

const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'"

// serve gives a page what it asks for: a part that is not among the answers is empty.
func serve(t *testing.T, given answers) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a := given[r.URL.Path]
		if extension := path.Ext(r.URL.Path); extension != "" {
			w.Header().Set("Content-Type", mime.TypeByExtension(extension))
			w.WriteHeader(cmp.Or(a.status, http.StatusOK))
			fmt.Fprint(w, a.body)
			return
		}
		w.Header().Set("Content-Security-Policy", cmp.Or(a.policy, policy))
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(cmp.Or(a.status, http.StatusOK))
		fmt.Fprintf(w, document, a.body)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

const document = `<!doctype html>
<html lang="it">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Prova</title>
<link rel="icon" href="/icon.svg">
<link rel="stylesheet" href="/page.css">
<script src="/page.js" defer></script>
</head>
<body><main><h1>Prova</h1>%s</main></body>
</html>`
