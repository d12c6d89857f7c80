package api

import (
	"net/http"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// ente names a body in an address.
var ente = named(enti, "/api/v1/enti/", domain.ParseEnteID)

// enti routes what is done with bodies.
func (a *API) enti() {
	entering(a, ente, "register-ente", commands.RegisterEnte{Denominazione: "ASP Ravenna Cervia e Russi", CodiceFiscale: "90003710390"},
		"Registra un Ente", "L'identificativo segue dal codice IPA, o dal codice fiscale di chi non ne ha. Se l'Ente è già registrato nulla cambia.",
		func(c commands.RegisterEnte) (string, error) {
			id, err := domain.EnteIDOf(c.CodiceFiscale, c.CodiceIPA)
			return string(id), err
		})
	command(a, ente, "amend-ente", http.MethodPut, "", commands.AmendEnte{Denominazione: "ASP Ravenna Cervia e Russi", Tipo: domain.EnteConvenzionato},
		"Cambia i dati di un Ente", "Spetta al Comune che l'ha inserito. I codici non cambiano.")
	command(a, ente, "name-ufficio", http.MethodPost, "/offices", commands.NameUfficio{Codice: "ISEE", Nome: "Ufficio prestazioni agevolate"},
		"Nomina un ufficio dell'Ente", "Spetta all'ADMIN dell'Ente e al Comune che l'ha inserito. Con lo stesso codice ne cambia il nome.")
	command(a, ente, "close-ufficio", http.MethodPost, "/offices/removal", commands.CloseUfficio{Codice: "ISEE"},
		"Chiude un ufficio dell'Ente", "Le nomine che lo indicano ne conservano il codice.")
	a.readsEnti()
}
