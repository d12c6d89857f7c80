package main

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/esdb"
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
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	changed, stop := d.stack.runner.Watch(string(id.Stream()))
	defer stop()
	queries := projections.NewDettaglioQueries(d.stack.pool, esdb.NewOpener(d.stack.keys))
	for {
		v, err := queries.One(ctx, domain.Reach{Everything: true}, id)
		if err == nil && v.Status.Final() {
			return v
		}
		select {
		case <-changed:
		case <-ctx.Done():
			t.Fatalf("no end in a minute: %s, %v", v.Status, err)
		}
	}
}
