package api

import (
	"net/http"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// applicativo names software in an address.
var applicativo = named(applicativi, "/api/v1/applicativi/", domain.ParseApplicativoID)

// applicativi routes what is done with software.
func (a *API) applicativi() {
	command(a, applicativo, "register-applicativo", http.MethodPut, "", commands.RegisterApplicativo{
		Ente: someEnte, Comuni: []domain.CodiceISTAT{somewhere}, Nome: "Gestionale ISEE", Owner: someUtente, Scopes: []domain.Scope{domain.ScopeRequest, domain.ScopeRead},
	}, "Registra un applicativo", "L'identificativo lo sceglie chi chiede. Su un applicativo che c'è ne cambia ciò che può fare.", stepUp)
	command(a, applicativo, "suspend-applicativo", http.MethodPost, "/suspension", commands.SuspendApplicativo{},
		"Sospende un applicativo", "Vale dalla richiesta successiva.")
	command(a, applicativo, "reinstate-applicativo", http.MethodPost, "/reinstatement", commands.ReinstateApplicativo{},
		"Riabilita un applicativo sospeso", "Spetta al TOP di un Comune a cui l'applicativo chiede.", stepUp)
	command(a, applicativo, "revoke-token", http.MethodPost, "/tokens/revocation", commands.RevokeToken{Token: "9f86d081884c7d65"},
		"Revoca un token di un applicativo", "Indicato con il suo nome. Vale dalla richiesta successiva.")
	a.readsApplicativi()
}
