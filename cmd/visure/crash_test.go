package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// kill -9 of the server while 200 requests are in progress, twice: every
// accepted request ends issued with one document, and ANPR was asked
// under one id for each, however often.
func TestKillingTheServerLosesAndRepeatsNothing(t *testing.T) {
	t.Parallel()
	const requests = 200
	o := openOffice(t, 5000)
	o.simulator.SetLatency(simulator.Latency{Median: 100 * time.Millisecond})
	subjects := o.subjects(people.FitsResidenza)
	ids := make([]domain.VisuraID, requests)
	for i := range ids {
		ids[i] = domain.VisuraID(uuid.NewString())
	}

	o.start()
	each(t, requests, func(ctx context.Context, i int) error {
		_, err := o.as(domain.RoleStandard).request(ctx, ids[i], askFor(domain.Residenza, subjects[i%len(subjects)]), 0)
		return err
	})
	o.awaitCalls(30)
	o.kill()
	o.start()
	o.awaitCalls(80)
	o.kill()
	o.start()

	operator := o.as(domain.RoleStandard)
	asked := map[string]domain.VisuraID{}
	each(t, requests, func(ctx context.Context, i int) error {
		return settled(ctx, operator, ids[i], askFor(domain.Residenza, subjects[i%len(subjects)]))
	})
	for i := range ids {
		d := o.detail(operator, ids[i])
		if n := len(slices.DeleteFunc(slices.Clone(d.Timeline), func(e projections.Evento) bool { return e.Type != domain.VisuraIssued{}.EventType() })); n != 1 {
			t.Errorf("%s was issued %d times", ids[i], n)
		}
		pdf, err := operator.document(t.Context(), ids[i])
		if err != nil || len(pdf) != int(d.Document.Size) {
			t.Errorf("%s: document of %d bytes, %d announced: %v", ids[i], len(pdf), d.Document.Size, err)
		}
		asked[d.Document.IDOperazioneComune] = ids[i]
	}
	repeated := 0
	seen := map[string]bool{}
	for _, call := range o.simulator.Calls() {
		if _, ok := asked[call.ID]; !ok {
			t.Errorf("ANPR was asked under %s, which no document bears", call.ID)
		}
		if seen[call.ID] {
			repeated++
		}
		seen[call.ID] = true
	}
	if len(seen) != requests {
		t.Errorf("%d ids for %d requests", len(seen), requests)
	}
	t.Logf("%d requests, %d calls, %d of them repeated under the same id", requests, len(o.simulator.Calls()), repeated)
}

// settled asks again, which changes nothing, and waits for the outcome.
func settled(ctx context.Context, c *caller, id domain.VisuraID, ask commands.RequestVisura) error {
	for range 4 {
		answer, err := c.request(ctx, id, ask, 30*time.Second)
		if err != nil {
			return err
		}
		if answer.Visura != nil {
			if answer.Visura.Status != domain.Issued {
				return fmt.Errorf("%s ended as %s", id, answer.Visura.Status)
			}
			return nil
		}
	}
	return fmt.Errorf("%s has no outcome", id)
}

func (o *office) detail(c *caller, id domain.VisuraID) (d projections.VisuraDettaglio) {
	o.t.Helper()
	text, err := c.do(o.t.Context(), "GET", visuraPath("/%s", id), nil, "")
	if err == nil {
		err = json.Unmarshal(text, &d)
	}
	if err != nil {
		o.t.Fatal(err)
	}
	return d
}

// subjects are the codici fiscali of the Comune's people with a feature.
func (o *office) subjects(f people.Feature) (codes []string) {
	for _, p := range o.simulator.People().Find(f) {
		if p.Home.Istat == string(demoComune) {
			codes = append(codes, p.CodiceFiscale)
		}
	}
	return codes
}

// awaitCalls waits until ANPR has been called n times.
func (o *office) awaitCalls(n int) {
	o.t.Helper()
	ctx, cancel := context.WithTimeout(o.t.Context(), time.Minute)
	defer cancel()
	if err := o.simulator.AwaitCalls(ctx, n); err != nil {
		o.t.Fatal(err)
	}
}
