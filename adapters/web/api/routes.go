package api

import (
	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"
	"github.com/go-chi/chi/v5"
)

// Routes adds every operation to a router, and the document that describes
// them.
func (a *API) Routes(r chi.Router) {
	italianProblems()
	a.huma, a.answers = humachi.New(r, a.config()), map[string]func(*huma.Operation){}
	a.huma.UseMiddleware(a.caller)

	a.visure()
	a.massive()
	a.utenti()
	a.enti()
	a.convenzioni()
	a.profili()
	a.postazioni()
	a.applicativi()
	a.comuni()
	a.ricertificazioni()
	a.casi()
	a.accessi()
	a.attivita()
	a.statistiche()
	handle(a, readStatus, a.status)
	a.session()
	a.account()
	a.credentials()

	r.Get(documentPath, a.publish(a.huma.OpenAPI()))
	a.docs(r)
}
