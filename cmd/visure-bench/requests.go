package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/cmd/visure-bench/load"
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

// issuing has each of some requests wait for its document.
func issuing(requests []string) load.Plan {
	return load.Plan{Bodies: requests, Prefer: "wait=30", Status: http.StatusOK, Says: `"status":"issued"`}
}

// fill has visure issued for a while, so that there is something to read.
func (s *server) fill(ctx context.Context, sender *worker, d time.Duration) error {
	requests, err := bodies(domain.Comunale)
	if err != nil {
		return err
	}
	plan := issuing(requests)
	plan.Clients, plan.Duration = 8, d
	_, err = s.send(ctx, sender, plan)
	return err
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
