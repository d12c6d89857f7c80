package commands_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// waits is what awaits the officers of the Comune in the tests below: something began to
// wait an hour ago, and a term ends in an hour.
var waits = domain.InAttesa{Comune: comune, Attese: 3, Ultima: now.Add(-time.Hour), Termini: 1, Prima: now.Add(time.Hour), Estrema: now.Add(time.Hour)}

func TestAnnounceQueue(t *testing.T) {
	tomorrow := now.Add(24 * time.Hour)
	tell := func(change func(*domain.InAttesa)) commands.AnnounceQueue {
		w := waits
		change(&w)
		return commands.AnnounceQueue{Attesa: w, Fino: tomorrow}
	}
	same := func(*domain.InAttesa) {}
	more := func(w *domain.InAttesa) { w.Ultima = now.Add(time.Minute) }
	announced := domain.CodaAnnounced{Attese: 3, Termini: 1, Ultima: waits.Ultima, Fino: tomorrow}
	newer := announced
	newer.Ultima = now.Add(time.Minute)
	later := announced
	later.Fino = now.Add(23 * time.Hour)
	an := now.Add(time.Hour)
	runSetup(t, string(comune), map[string]setup[domain.Coda]{
		"officers who were never told are": {by: domain.Sistema, when: tell(same), then: events(announced)},
		"of nothing they are not":          {by: domain.Sistema, when: tell(func(w *domain.InAttesa) { w.Attese = 0 })},
		"of the same once":                 {given: events(announced), by: domain.Sistema, at: an.Add(24 * time.Hour), when: tell(same)},
		"of what came since":               {given: events(announced), by: domain.Sistema, at: now.Add(25 * time.Hour), when: tell(more), then: events(newer)},
		"of a term that was further away":  {given: events(later), by: domain.Sistema, at: now.Add(25 * time.Hour), when: tell(func(w *domain.InAttesa) { w.Estrema = tomorrow }), then: events(announced)},
		"by the system alone":              {by: luisa, when: tell(same), fails: domain.Forbidden},
	})
	var coda domain.Coda
	coda = coda.Evolve(announced, domain.Meta{At: now})
	w := waits
	more(&w)
	if coda.Announces(w, an.Add(-1)) || !coda.Announces(w, an) {
		t.Error("they are told again within the hour, or not after it")
	}
}

func (h *household) queueNotice() *commands.QueueNotice {
	return &commands.QueueNotice{Notices: h.notices(), PublicURL: "https://visure.example", Waiting: func(context.Context, time.Time) ([]domain.InAttesa, error) {
		return []domain.InAttesa{waits}, nil
	}}
}

// The officers who are there and did not choose otherwise are told, once, whoever crashes.
func TestOfficersAreToldWhatAwaitsThemOnce(t *testing.T) {
	crashes(t, func(h *household) {
		h.enter(string(piero.Utente.Stream()), domain.RoleGiven{Role: domain.RoleAnagrafe, Comune: comune})
		h.enter(string(anna.Utente.Stream()), domain.RoleGiven{Role: domain.RoleAnagrafe, Comune: comune}, domain.NoticesChosen{SenzaCoda: true})
		h.enter(string(mario.Utente.Stream()), domain.RoleGiven{Role: domain.RoleAnagrafe, Comune: comune}, domain.AbsenceDeclared{Comune: comune, Dal: data("2026-11-23"), Al: data("2026-11-23")})
	}, func(h *household) error { return h.queueNotice().Tell(t.Context()) }, func(t *testing.T, h *household) {
		if n := len(eventsOf[domain.CodaAnnounced](h.world, string(domain.CodaStream(comune)))); n != 1 {
			t.Errorf("it is recorded %d times", n)
		}
		if diff := cmp.Diff([]string{address(luisa), address(piero)}, h.addresses()); diff != "" {
			t.Error(diff)
		}
		for key, l := range h.posted {
			if !strings.HasPrefix(key, "coda/"+string(comune)+"/1/") || !strings.Contains(l.Text, "attendono la conferma dell'Anagrafe 3 richieste") || !strings.Contains(l.Text, "\nhttps://visure.example/coda\n") {
				t.Errorf("%s: %s", key, l.Text)
			}
		}
	})
}
