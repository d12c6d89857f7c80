package main

import (
	"encoding/json"
	"fmt"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// comune is the demo's.
const comune = domain.CodiceISTAT("039002")

// subjects are people of the demo's Comune, known from making the server's
// population again.
func subjects() []*people.Person {
	return people.People(populationSeed, populationSize).Select(string(comune), people.FitsResidenza, 0)
}

// bodies are requests for a visura di residenza, one about each person.
func bodies(ambito domain.Ambito) (all []string, err error) {
	for _, p := range subjects() {
		body, err := json.Marshal(commands.RequestVisura{
			Comune: string(comune), Tipo: string(domain.Residenza), Ambito: string(ambito), Finalita: "ISEE", NumeroPratica: "2026/004711",
			Soggetto: commands.SoggettoRichiesto{CodiceFiscale: p.CodiceFiscale},
		})
		if err != nil {
			return nil, fmt.Errorf("make a request: %w", err)
		}
		all = append(all, string(body))
	}
	return all, nil
}
