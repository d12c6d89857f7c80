package commands_test

import (
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func TestExpireVisura(t *testing.T) {
	expire, late := commands.ExpireVisura{}, expires.Add(9*time.Hour)
	expired := domain.VisuraExpired{Effective: expires}
	run(t, map[string]spec{
		"what nobody decided expires":           {given: events(national, awaited), by: domain.Sistema, at: expires, when: expire, then: events(expired)},
		"from when its days were over":          {given: events(national, awaited), by: domain.Sistema, at: late, when: expire, then: events(expired)},
		"and what nobody answered":              {given: events(silent, wait, suspended), by: domain.Sistema, at: late, when: expire, then: events(domain.VisuraExpired{Effective: expires, Domanda: true})},
		"not a moment before":                   {given: events(national, awaited), by: domain.Sistema, at: expires.Add(-1), when: expire},
		"nor what silence confirms":             {given: events(silent, overdue), by: domain.Sistema, at: late, when: expire},
		"nor what was answered":                 {given: events(silent, wait, suspended, resumed), by: domain.Sistema, at: late, when: expire},
		"nor what was confirmed":                {given: events(national, awaited, byOfficer), by: domain.Sistema, at: late, when: expire},
		"nor what was refused":                  {given: events(national, awaited, rejected), by: domain.Sistema, at: late, when: expire},
		"nor what was asked before it was so":   {given: events(national, domain.ConfirmationAwaited{}), by: domain.Sistema, at: late, when: expire},
		"once":                                  {given: events(national, awaited, expired), by: domain.Sistema, at: late, when: expire},
		"nobody else says so":                   {given: events(national, awaited), by: luisa, at: late, when: expire, fails: domain.Forbidden},
		"it is too late to confirm":             {given: events(national, awaited), by: luisa, at: expires, when: commands.ApproveVisura{}, fails: domain.Conflict},
		"to refuse":                             {given: events(national, awaited), by: luisa, at: expires, when: commands.RejectVisura{Motivo: "tipo_eccedente"}, fails: domain.Conflict},
		"to ask":                                {given: events(national, awaited), by: luisa, at: expires, when: commands.SuspendConfirmation{Domanda: "Perché?"}, fails: domain.Conflict},
		"and to take charge":                    {given: events(national, awaited), by: luisa, at: expires, when: commands.AssignConfirmation{Utente: luisa.Utente}, fails: domain.Conflict},
		"what has expired is confirmed no more": {given: events(national, awaited, expired), by: luisa, at: late, when: commands.ApproveVisura{}, fails: domain.Conflict},
		"and withdrawn no more":                 {given: events(national, awaited, expired), at: late, when: commands.WithdrawVisura{}, fails: domain.Conflict},
	})
}

// Whoever notices that the days are over records it, and nothing follows.
func TestWhatExpiresIsOnlyRecorded(t *testing.T) {
	w := waiting(suspended)
	before := len(w.history())
	w.clock = expires
	for range 2 {
		if err := advance(t, w.silenzio()); err != nil {
			t.Fatal(err)
		}
		if err := advance(t, w.process()); err != nil {
			t.Fatal(err)
		}
	}
	if _, expired := w.history()[before].(domain.VisuraExpired); !expired || len(w.history()) != before+1 || len(w.calls) != 0 {
		t.Errorf("history %v, %d calls", w.history(), len(w.calls))
	}
}
