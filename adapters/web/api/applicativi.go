package api

import (
	"net/http"
	"net/netip"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// applicativo names software in an address.
var applicativo = named(applicativi, "/api/v1/applicativi/", domain.ParseApplicativoID)

// applicativi routes what is done with software.
func (a *API) applicativi() {
	command(a, applicativo, "register-applicativo", http.MethodPut, "", commands.RegisterApplicativo{
		Ente: someEnte, Comuni: []domain.CodiceISTAT{somewhere}, Nome: "Gestionale ISEE", Owner: someUtente, Scopes: []domain.Scope{domain.ScopeRequest, domain.ScopeRead}, Reti: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")},
	}, "Registra un applicativo", "L'identificativo lo sceglie chi chiede. Su un applicativo che c'è ne cambia ciò che può fare. L'applicativo è riconosciuto dalle reti da cui chiama, dal suo certificato o da entrambi: uno dei due ci vuole. Non ne cambia la registrazione chi gli ha dato un token che vale ancora.", stepUp)
	command(a, applicativo, "suspend-applicativo", http.MethodPost, "/suspension", commands.SuspendApplicativo{Comune: somewhere},
		"Sospende un applicativo per un Comune", "Vale dalla richiesta successiva; agli altri Comuni può ancora chiedere.")
	command(a, applicativo, "reinstate-applicativo", http.MethodPost, "/reinstatement", commands.ReinstateApplicativo{Comune: somewhere},
		"Riabilita un applicativo sospeso per un Comune", "Spetta al TOP del Comune, se non chiede visure egli stesso per l'Ente.", stepUp)
	command(a, applicativo, "revoke-token", http.MethodPost, "/tokens/revocation", commands.RevokeToken{Token: "9f86d081884c7d65"},
		"Revoca un token di un applicativo", "Indicato con il suo nome. Vale dalla richiesta successiva. Spetta a chi amministra gli utenti dell'Ente per tutti i Comuni per cui il token vale.")
	a.readsApplicativi()
}
