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
		"Registra un Ente", "L'identificativo segue dal codice fiscale; degli uffici del Comune, che hanno il suo, dal codice IPA. Se l'Ente è già registrato nulla cambia; codici diversi da quelli registrati sono rifiutati.",
		func(c commands.RegisterEnte) (string, error) {
			id, err := domain.EnteRegistered(c).ID()
			return string(id), err
		})
	command(a, ente, "amend-ente", http.MethodPut, "", commands.AmendEnte{Denominazione: "ASP Ravenna Cervia e Russi", Tipo: domain.EnteConvenzionato},
		"Cambia i dati di un Ente", "Spetta al Comune che l'ha inserito. Il codice fiscale non cambia, né il codice IPA degli uffici del Comune.")
	command(a, ente, "name-ufficio", http.MethodPost, "/offices", commands.NameUfficio{Comune: somewhere, Codice: "ISEE", Nome: "Ufficio prestazioni agevolate"},
		"Nomina un ufficio dell'Ente", "Spetta a chi amministra gli utenti dell'Ente per il Comune. Con lo stesso codice ne cambia il nome; gli uffici di altri Comuni restano i loro.")
	command(a, ente, "close-ufficio", http.MethodPost, "/offices/removal", commands.CloseUfficio{Comune: somewhere, Codice: "ISEE"},
		"Chiude un ufficio dell'Ente", "Le nomine che lo indicano ne conservano il codice.")
	a.readsEnti()
}
