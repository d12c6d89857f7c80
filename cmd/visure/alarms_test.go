package main

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// alarmed are the cases about the same person asked about again by one user, the one
// opened last first, that the ADMIN is shown in a state.
func (d *demo) alarmed(t *testing.T, stato domain.StatoCaso) []projections.RigaCaso {
	t.Helper()
	text, err := d.as(domain.RoleAdmin).do(t.Context(), http.MethodGet, "/api/v1/casi?stato="+string(stato), nil, "")
	var page projections.PaginaDi[projections.RigaCaso]
	if err == nil {
		err = json.Unmarshal(text, &page)
	}
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(page.Items, func(c projections.RigaCaso) bool { return c.Codice != domain.AllarmeSoggettoUtente })
}

// awaitAlarm waits until the one case in a state is about so many requests.
func (d *demo) awaitAlarm(t *testing.T, stato domain.StatoCaso, about int) projections.RigaCaso {
	t.Helper()
	moved, stop := d.stack.runner.Moves(projections.Casi{}.Name())
	defer stop()
	for {
		if casi := d.alarmed(t, stato); len(casi) == 1 && casi[0].Conto == about {
			return casi[0]
		}
		select {
		case <-moved:
		case <-time.After(30 * time.Second):
			t.Fatalf("no case about %d requests: %+v", about, d.alarmed(t, stato))
		}
	}
}

// An operator asks about the same person for the third time, and a case is opened at once;
// a rebuild of what it was found from opens none anew.
func TestACaseIsOpenedForTheSamePersonAskedAboutAgain(t *testing.T) {
	t.Parallel()
	c := Config{Stores: Stores{Data: newData(t), LogLevel: slog.LevelWarn}, Listen: "127.0.0.1:0", Workers: 4, Sweep: 50 * time.Millisecond, Drain: defaultDrain}
	d, err := startDemo(t.Context(), c, demoOptions{People: 100, Seed: 1}, t.Logf)
	defer d.close()
	if err != nil {
		t.Fatal(err)
	}
	operator, ask := d.as(domain.RoleStandard), askFor(domain.Residenza, d.fitting(domain.Residenza).CodiceFiscale)
	asks := func(times int) {
		t.Helper()
		for range times {
			if _, err := operator.request(t.Context(), domain.VisuraID(uuid.NewString()), ask, 30*time.Second); err != nil {
				t.Fatal(err)
			}
		}
	}
	asks(3)
	caso := d.awaitAlarm(t, domain.CasoWaiting, 3)
	if took := caso.OpenedAt.Sub(caso.Al); took > time.Second {
		t.Logf("it took %s", took) // of a busy machine nothing is promised
	}
	asks(1)
	caso = d.awaitAlarm(t, domain.CasoWaiting, 4)
	if err := d.stack.runner.Rebuild(t.Context(), projections.Allarmi{}.Name()); err != nil {
		t.Fatal(err)
	}
	if err := d.stack.alarms().Raise(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s, err := commands.Load(t.Context(), d.stack.handler, caso.ID.Stream()); err != nil || len(s.Visure) != 4 {
		t.Errorf("after a rebuild: %+v, %v", s, err)
	}
	admin := d.as(domain.RoleAdmin)
	for _, step := range []struct {
		path string
		body any
	}{{"/charge", commands.TakeCaso{}}, {"/outcome", commands.CloseCaso{Esito: domain.EsitoGiustificata, Testo: "La pratica esiste."}}} {
		body, _ := json.Marshal(step.body)
		if _, err := admin.do(t.Context(), http.MethodPost, "/api/v1/casi/"+string(caso.ID)+step.path, body, ""); err != nil {
			t.Fatal(err)
		}
	}
	asks(1)
	if other := d.awaitAlarm(t, domain.CasoWaiting, 5); other.ID == caso.ID || len(d.alarmed(t, domain.CasoEnded)) != 1 {
		t.Errorf("once it is closed: %+v", other)
	}
}
