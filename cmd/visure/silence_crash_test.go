package main

import (
	"cmp"
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/cmd/visure-bench/generate"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// A server that is killed while terms end, between finding one and recording that silence
// approved, ends each once, and makes one document of each.
func TestKillingTheServerWhileTermsEndEndsEachOnce(t *testing.T) {
	t.Parallel()
	const terms = 300
	o := openOffice(t, 5000)
	log := slog.New(slog.DiscardHandler)
	ask := askFor(domain.Residenza, "")
	ask.Ambito = string(domain.Nazionale)
	waits := generate.Waits{
		Data: o.config.Data, Token: o.users[domain.RoleStandard].Token, Requests: terms, Log: log,
		Due:     func(int) time.Time { return time.Now().Add(-time.Hour) },
		Request: ask,
	}
	subject := o.simulator.People().Elsewhere(string(demoComune), people.FitsResidenza)[0].CodiceFiscale
	waits.Subjects = []domain.CodiceFiscale{domain.CodiceFiscale(subject)}
	if err := generate.Wait(t.Context(), waits); err != nil {
		t.Fatal(err)
	}
	o.simulator.SetLatency(simulator.Latency{Median: 20 * time.Millisecond})
	var first time.Time // when it was killed first
	for _, calls := range []int{1, 20, 60, 120} {
		o.start()
		o.awaitCalls(calls)
		o.kill()
		if first.IsZero() {
			first = time.Now()
		}
	}
	o.start()
	operator, ids := o.as(domain.RoleStandard), o.awaited()
	ask.Soggetto.CodiceFiscale = subject
	if len(ids) != terms {
		t.Fatalf("%d requests for %d terms", len(ids), terms)
	}
	each(t, terms, func(ctx context.Context, i int) error { return settled(ctx, operator, ids[i], ask) })
	if err := o.stop(); err != nil {
		t.Fatal(err)
	}
	found, _, err := generate.Approved(t.Context(), o.config.Data, domain.Position{}, log)
	if err != nil || len(found.Approvals) != terms || found.Twice != 0 || found.Issued != terms {
		t.Errorf("of %d terms %d ended, %d more than once, %d documents: %v", terms, len(found.Approvals), found.Twice, found.Issued, err)
	}
	left := slices.DeleteFunc(found.Approvals, func(a generate.Approval) bool { return a.Recorded.Before(first) })
	t.Logf("%d of %d terms were left when the server was killed first", len(left), terms)
}

// awaited are the requests that were not withdrawn.
func (o *office) awaited() (ids []domain.VisuraID) {
	o.t.Helper()
	var page projections.PaginaDi[projections.RigaElenco]
	for more := true; more; more = page.Next != "" {
		text, err := o.as(domain.RoleStandard).do(o.t.Context(), "GET", visuraPath("?limit=100&cursor=%s", page.Next), nil, "")
		page.Next = ""
		if err = cmp.Or(err, json.Unmarshal(text, &page)); err != nil {
			o.t.Fatal(err)
		}
		for _, r := range page.Items {
			if r.Status != domain.Withdrawn {
				ids = append(ids, r.ID)
			}
		}
	}
	return ids
}
