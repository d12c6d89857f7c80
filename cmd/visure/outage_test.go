package main

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/domain"
)

// While ANPR is out of reach, slow or answers faults that pass, every
// request stays in progress and the server answers; when it is back, each is
// issued once.
func TestAnOutageOfANPRLosesNothing(t *testing.T) {
	t.Parallel()
	const requests = 24
	for name, rule := range map[string]simulator.Rule{
		"unavailable":            {Kind: simulator.Unavailable},
		"connections reset":      {Kind: simulator.Reset},
		"a SOAP 1.2 fault":       {Kind: simulator.Fault12},
		"a passing error":        {Kind: simulator.Error, Code: "999"},
		"an answer that is lost": {Kind: simulator.Lost},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := openOffice(t, 2000)
			if err := o.simulator.Script(rule); err != nil {
				t.Fatal(err)
			}
			o.start()
			operator := o.as(domain.RoleStandard)
			subjects := o.subjects(people.FitsResidenza)
			ids := make([]domain.VisuraID, requests)
			each(t, requests, func(ctx context.Context, i int) error {
				ids[i] = domain.VisuraID(uuid.NewString())
				answer, err := operator.request(ctx, ids[i], askFor(domain.Residenza, subjects[i]), 0)
				if err == nil && answer.Visura != nil {
					err = fmt.Errorf("ended as %s", answer.Visura.Status)
				}
				return err
			})
			o.awaitCalls(3)
			began := time.Now()
			resp, err := aside.Get(o.url + "/status")
			if err != nil || resp.StatusCode != http.StatusOK {
				t.Fatalf("status: %v, %v", resp, err)
			}
			resp.Body.Close()
			if took := time.Since(began); took > 3*time.Second {
				t.Errorf("the server took %v to say how it fares", took)
			}
			o.simulator.ClearScript()
			each(t, requests, func(ctx context.Context, i int) error {
				return settled(ctx, operator, ids[i], askFor(domain.Residenza, subjects[i]))
			})
			if err := o.stop(); err != nil {
				t.Errorf("stop: %v", err)
			}
		})
	}
}
