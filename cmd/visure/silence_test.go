package main

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/adapters/timer"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
	"github.com/visure-anagrafiche/visure/projections"
)

// Nobody decides, the term passes, and the timer carries the request to its
// document: from the event to the row, from the row to the clock, and back.
func TestSilenceCarriesARequestToItsDocument(t *testing.T) {
	t.Parallel()
	c := Config{Stores: Stores{Data: newData(t), LogLevel: slog.LevelWarn}, Listen: "127.0.0.1:0", Workers: 4, Sweep: 50 * time.Millisecond, Drain: defaultDrain}
	d, err := startDemo(t.Context(), c, demoOptions{People: 2000, Seed: 1}, t.Logf)
	defer d.close()
	if err != nil {
		t.Fatal(err)
	}
	granted, err := commands.Load(t.Context(), d.stack.handler, demoProfile.Stream())
	if err != nil {
		t.Fatal(err)
	}
	granted.Tipi = domain.Concessi(documento.Tipi(), domain.Modo{Conferma: domain.SilenzioAssenso})
	do(t, d, demoProfile.Stream(), commands.DefineProfile(granted.ProfileDefined))

	id := domain.VisuraID(uuid.NewString())
	ask := askFor(domain.Residenza, d.elsewhere().CodiceFiscale)
	ask.Ambito = string(domain.Nazionale)
	answer, err := d.as(domain.RoleStandard).request(t.Context(), id, ask, 30*time.Second)
	if err != nil || answer.Visura == nil || answer.Visura.Status != domain.Awaiting {
		t.Fatalf("%+v, %v", answer, err)
	}
	// Hours of an office are long: a shorter term takes their place.
	due := time.Now().UTC().Truncate(time.Millisecond)
	_, err = d.stack.handler.Store.Append(t.Context(), string(id.Stream()), int64(answer.Visura.Revision), []domain.Event{domain.ConfirmationAwaited{Due: &due}},
		domain.Meta{At: due, By: domain.Sistema, CommandID: uuid.NewString()})
	if err != nil {
		t.Fatal(err)
	}
	v := awaitFinal(t, d, id)
	if v.Status != domain.Issued || v.Approval != domain.SilenzioAssenso || v.DueAt == nil || !v.DueAt.Equal(due) || !v.ApprovedAt.Equal(due) {
		t.Errorf("ended as %s, approved by %s at %v, due at %v", v.Status, v.Approval, v.ApprovedAt, v.DueAt)
	}
}

// Two servers sweep what fell due in an outage of hours; of what one had claimed it was
// killed before it decided. Each term ends once, when it was due.
func TestTwoServersEndEachTermOnceAndWhenItWasDue(t *testing.T) {
	t.Parallel()
	const requests, outage = 60, 5 * time.Hour
	c := Config{Stores: Stores{Data: newData(t), LogLevel: slog.LevelWarn}, Listen: "127.0.0.1:0", Workers: 0, Sweep: defaultSweep, Drain: defaultDrain}
	d, err := startDemo(t.Context(), c, demoOptions{People: 2000, Seed: 1}, t.Logf)
	defer d.close()
	if err != nil {
		t.Fatal(err)
	}
	ask := askFor(domain.Residenza, d.elsewhere().CodiceFiscale)
	ask.Ambito = string(domain.Nazionale)
	due, ids := time.Now().UTC().Add(-outage).Truncate(time.Millisecond), make([]domain.VisuraID, requests)
	each(t, requests, func(ctx context.Context, i int) error {
		ids[i] = domain.VisuraID(uuid.NewString())
		if _, err := d.as(domain.RoleStandard).request(ctx, ids[i], ask, 0); err != nil {
			return err
		}
		waits := []domain.Event{domain.NotResident{Attempt: 1}, domain.ConfirmationAwaited{Due: &due}}
		_, err := d.stack.store.Append(ctx, string(ids[i].Stream()), commands.AnyRevision, waits, domain.Meta{At: due, By: domain.Sistema, CommandID: uuid.NewString()})
		return err
	})
	if err := d.stack.caughtUp(t.Context(), time.Minute, projections.Scadenze{}); err != nil {
		t.Fatal(err)
	}
	queries, wait := projections.NewScadenzeQueries(d.stack.pool), 100*time.Millisecond
	if claimed, err := queries.ClaimTerms(t.Context(), time.Now(), requests/3, wait); err != nil || len(claimed) != requests/3 {
		t.Fatalf("%d claimed by who was killed, %v", len(claimed), err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var servers sync.WaitGroup
	for range 2 {
		handler := &commands.Handler{Store: d.stack.store, Secrets: d.stack.keys, Now: time.Now, NewID: uuid.NewString}
		servers.Go(func() {
			timer.Timer{
				Claim: func(ctx context.Context, now time.Time, limit int) ([]string, error) {
					return queries.ClaimTerms(ctx, now, limit, wait)
				},
				Next: queries.NextTerm, Processes: []commands.Process{&commands.Silenzio{Handler: handler}}, Limit: 7, Parallel: 4, Pause: time.Millisecond, Log: d.stack.log,
			}.Run(ctx)
		})
	}
	for _, id := range ids {
		awaitStatus(t, d, id, func(s domain.Status) bool { return s != domain.Awaiting })
	}
	stop()
	servers.Wait()
	for _, id := range ids {
		var approvals []domain.Recorded
		if _, err := d.stack.store.Load(t.Context(), string(id.Stream()), commands.NoStream, func(r domain.Recorded) {
			if _, ok := r.Event.(domain.VisuraApproved); ok {
				approvals = append(approvals, r)
			}
		}); err != nil {
			t.Fatal(err)
		}
		if len(approvals) != 1 {
			t.Errorf("%s was approved %d times", id, len(approvals))
			continue
		}
		if e := approvals[0].Event.(domain.VisuraApproved); !e.Effective.Equal(due) || approvals[0].Meta.At.Before(due.Add(outage)) {
			t.Errorf("%s: effective %v, recorded %v, due %v", id, e.Effective, approvals[0].Meta.At, due)
		}
	}
}

// do carries out a command of the system.
func do[S commands.State[S]](t *testing.T, d *demo, stream domain.Stream[S], cmd commands.Command[S]) {
	t.Helper()
	if _, err := commands.Handle(t.Context(), d.stack.handler, stream, asSistema, cmd); err != nil {
		t.Fatal(err)
	}
}

// awaitFinal waits for the end of a request.
func awaitFinal(t *testing.T, d *demo, id domain.VisuraID) projections.VisuraDettaglio {
	t.Helper()
	return awaitStatus(t, d, id, domain.Status.Final)
}

// awaitStatus waits until a request stands where it should.
func awaitStatus(t *testing.T, d *demo, id domain.VisuraID, there func(domain.Status) bool) projections.VisuraDettaglio {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	changed, stop := d.stack.runner.Watch(string(id.Stream()))
	defer stop()
	queries := projections.NewDettaglioQueries(d.stack.pool, esdb.NewOpener(d.stack.keys))
	for {
		v, err := queries.One(ctx, domain.Reach{Everything: true}, id)
		if err == nil && there(v.Status) {
			return v
		}
		select {
		case <-changed:
		case <-ctx.Done():
			t.Fatalf("no end in a minute: %s, %v", v.Status, err)
		}
	}
}
