package api

import (
	"net/http"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// profilo names a Comune's set of grants in an address.
var profilo = named(profili, "/api/v1/profili/", domain.ParseProfileID)

// someDefinition is an example.
var someDefinition = commands.DefineProfile{
	Comune: somewhere, Nome: "Sportello ISEE", Mansione: "Sportello ISEE",
	Tipi: []domain.TipoConcesso{{Tipo: domain.Residenza}, {Tipo: domain.StatoFamiglia, Nazionale: domain.Modo{Conferma: domain.SilenzioAssenso, Ore: 12}}},
}

// profili routes what is done with profiles.
func (a *API) profili() {
	confirmed(a, profilo, "define-profile", http.MethodPut, "", someDefinition,
		"Definisce un profilo", "L'identificativo lo sceglie chi chiede. Su un profilo che c'è ne cambia ciò che concede, da subito e per tutti quelli che l'hanno.", a.ofDefinition, stepUp)
	confirmed(a, profilo, "withdraw-profile", http.MethodPost, "/withdrawal", commands.WithdrawProfile{},
		"Ritira un profilo", "Non concede più nulla a nessuno.", a.ofWithdrawal)
	a.readsProfili()
	a.previews()
}
