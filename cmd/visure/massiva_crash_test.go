package main

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// A server that is killed while many people are asked about asks about each once, and
// makes one document of each.
func TestKillingTheServerWhileAListIsAskedForAsksAboutEachOnce(t *testing.T) {
	t.Parallel()
	const rows = 60
	o := openOffice(t, 5000)
	id, many := domain.MassivaID("00000000-0000-4000-8000-0000000000b1"), commands.RequestMassiva{Comune: string(demoComune), Tipo: string(domain.Residenza), Finalita: "ISEE", NumeroPratica: "2026/004711"}
	for _, p := range o.simulator.People().Select(string(demoComune), people.FitsResidenza, 0)[:rows] {
		many.Soggetti = append(many.Soggetti, commands.SoggettoRichiesto{CodiceFiscale: p.CodiceFiscale})
	}
	body, err := json.Marshal(many)
	if err != nil || len(many.Soggetti) != rows {
		t.Fatalf("%d people: %v", len(many.Soggetti), err)
	}
	o.simulator.SetLatency(simulator.Latency{Median: 20 * time.Millisecond})
	o.start()
	if _, err := o.as(domain.RoleStandard).do(t.Context(), "PUT", massivaPath(id)+"?preview=false", body, ""); err != nil {
		t.Fatal(err)
	}
	for _, calls := range []int{1, 15, 40} {
		o.awaitCalls(calls)
		o.kill()
		o.start()
	}
	operator := o.as(domain.RoleStandard)
	o.awaitCompleted(operator, id)
	each(t, rows, func(ctx context.Context, i int) error {
		return settled(ctx, operator, id.Visura(i+1), askFor(domain.Residenza, many.Soggetti[i].CodiceFiscale))
	})
	if err := o.stop(); err != nil {
		t.Fatal(err)
	}
	requested, issued := 0, 0
	for _, eventType := range o.stored(domain.VisuraCategory) {
		switch eventType {
		case domain.VisuraRequested{}.EventType():
			requested++
		case domain.VisuraIssued{}.EventType():
			issued++
		}
	}
	if requested != rows || issued != rows {
		t.Errorf("of %d people %d were asked about and %d documents were made", rows, requested, issued)
	}
}

func massivaPath(id domain.MassivaID) string { return "/api/v1/massive/" + string(id) }

// awaitCompleted waits until every row of a request has been asked for.
func (o *office) awaitCompleted(c *caller, id domain.MassivaID) {
	o.t.Helper()
	ctx, cancel := context.WithTimeout(o.t.Context(), 2*time.Minute)
	defer cancel()
	for {
		text, err := c.do(ctx, "GET", massivaPath(id), nil, "")
		var d projections.MassivaDettaglio
		if err == nil {
			err = json.Unmarshal(text, &d)
		}
		switch {
		case err != nil:
			o.t.Fatal(err)
		case d.Stato == domain.StatoCompleted:
			return
		case d.Stato != domain.StatoInProgress:
			o.t.Fatalf("the request is %s: %s", d.Stato, d.Testo)
		}
	}
}
