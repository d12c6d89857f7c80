package commands_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func TestChooseNotices(t *testing.T) {
	me := domain.Actor{Utente: utente, Role: domain.RoleStandard, Ente: ente}
	choose, chosen := commands.ChooseNotices{Richieste: true}, domain.NoticesChosen{Richieste: true}
	byApp := me
	byApp.Via = "00000000-0000-4000-8000-0000000000aa"
	runSetup(t, string(utente), map[string]setup[domain.Utente]{
		"a person chooses to be told":   {given: events(entry), by: me, when: choose, then: events(chosen)},
		"and not to be":                 {given: events(entry, chosen), by: me, when: commands.ChooseNotices{}, then: events(domain.NoticesChosen{})},
		"at first they are not":         {given: events(entry), by: me, when: commands.ChooseNotices{}},
		"an officer nothing of a queue": {given: events(entry, chosen), by: me, when: commands.ChooseNotices{Richieste: true, SenzaCoda: true}, then: events(domain.NoticesChosen{Richieste: true, SenzaCoda: true})},
		"nobody chooses for another":    {given: events(entry), by: luisa, when: choose, fails: domain.Forbidden},
		"nor software for its person":   {given: events(entry), by: byApp, when: choose, fails: domain.Forbidden},
		"who is not known":              {by: me, when: choose, fails: domain.NotFound},
	})
}

func TestTellRequester(t *testing.T) {
	tell := func(f domain.Fatto) commands.TellRequester { return commands.TellRequester{Fatto: f} }
	told := func(f domain.Fatto) []domain.Event { return events(domain.RequesterTold{Fatto: f}) }
	run(t, map[string]spec{
		"a question":                          {given: events(silent, wait, suspended), by: domain.Sistema, when: tell(domain.FattoDomanda), then: told(domain.FattoDomanda)},
		"that is answered is not told":        {given: events(silent, wait, suspended, resumed), by: domain.Sistema, when: tell(domain.FattoDomanda)},
		"a refusal":                           {given: events(national, awaited, rejected), by: domain.Sistema, when: tell(domain.FattoRifiuto), then: told(domain.FattoRifiuto)},
		"once":                                {given: events(national, awaited, rejected, domain.RequesterTold{Fatto: domain.FattoRifiuto}), by: domain.Sistema, when: tell(domain.FattoRifiuto)},
		"of several things the last":          {given: events(silent, wait, suspended, rejected), by: domain.Sistema, when: tell(domain.FattoDomanda)},
		"that it expired":                     {given: events(national, awaited, domain.VisuraExpired{}), by: domain.Sistema, when: tell(domain.FattoScaduta), then: told(domain.FattoScaduta)},
		"that it lapsed":                      {given: events(national, awaited, lapsed), by: domain.Sistema, when: tell(domain.FattoDecaduta), then: told(domain.FattoDecaduta)},
		"what came of a confirmation":         {given: events(national, awaited, byOfficer, started, issued), by: domain.Sistema, when: tell(domain.FattoEmessa), then: told(domain.FattoEmessa)},
		"of what never waited nothing":        {given: events(requested, immediate, started, issued), by: domain.Sistema, when: tell(domain.FattoEmessa)},
		"nothing of who takes it back":        {given: events(silent, wait, suspended, withdrawn), by: domain.Sistema, when: tell(domain.FattoDomanda)},
		"by the system alone":                 {given: events(national, awaited, rejected), by: luisa, when: tell(domain.FattoRifiuto), fails: domain.Forbidden},
		"another question is another letter":  {given: events(silent, wait, suspended, domain.RequesterTold{Fatto: domain.FattoDomanda}, resumed, suspended), by: domain.Sistema, when: tell(domain.FattoDomanda), then: told(domain.FattoDomanda)},
		"what is told changes nothing for it": {given: events(silent, wait, suspended, domain.RequesterTold{Fatto: domain.FattoDomanda}), when: commands.AnswerQuestion{Risposta: resumed.Risposta}, then: events(resumed)},
	})
}

func (h *household) requesterNotice() *commands.RequesterNotice {
	return &commands.RequesterNotice{Notices: h.notices(), PublicURL: "https://visure.example"}
}

// A requester who chose to be told is, once, whoever crashes.
func TestTheRequesterIsToldOnce(t *testing.T) {
	crashes(t, func(h *household) {
		h.enter(string(mario.Utente.Stream()), domain.NoticesChosen{Richieste: true})
		h.record(silent, sought, absent, wait, suspended)
	}, func(h *household) error { return advance(t, h.requesterNotice()) }, func(t *testing.T, h *household) {
		if diff := cmp.Diff([]domain.RequesterTold{{Fatto: domain.FattoDomanda}}, eventsOf[domain.RequesterTold](h.world, string(visura.Stream()))); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{address(mario)}, h.addresses()); diff != "" {
			t.Error(diff)
		}
		for _, l := range h.posted {
			if !strings.Contains(l.Text, "\nhttps://visure.example/visure/"+string(visura)+"\n") {
				t.Errorf("the letter does not say which: %s", l.Text)
			}
			for _, secret := range []string{string(rossi), suspended.Domanda, "2026/004711", "ROSSI", "residenza"} {
				if strings.Contains(l.Subject+l.Text, secret) {
					t.Errorf("the letter says %q: %s", secret, l.Text)
				}
			}
		}
	})
}

// What comes of a confirmation is told by who brings it about, once, whoever crashes.
func TestTheRequesterIsToldOnceWhatCameOfAConfirmation(t *testing.T) {
	crashes(t, func(h *household) {
		h.world = newTown().nationally()
		h.enter(string(mario.Utente.Stream()), changed(entry, func(e *domain.UtenteRegistered) { e.Email = address(mario) }), domain.NoticesChosen{Richieste: true})
		h.record(national, sought, absent, awaited, byOfficer)
	}, func(h *household) error {
		p := h.process()
		p.Tell = h.requesterNotice().Advance
		return advance(t, p)
	}, func(t *testing.T, h *household) {
		if diff := cmp.Diff([]domain.RequesterTold{{Fatto: domain.FattoEmessa}}, eventsOf[domain.RequesterTold](h.world, string(visura.Stream()))); diff != "" {
			t.Error(diff)
		}
		if got := eventsOf[domain.VisuraIssued](h.world, string(visura.Stream())); len(got) != 1 || len(h.posted) != 1 {
			t.Errorf("%d documents, letters to %v", len(got), h.addresses())
		}
	})
}

func TestWhoDidNotChooseToBeToldIsNot(t *testing.T) {
	for name, since := range map[string][]domain.Event{
		"nothing was chosen": nil,
		"not any more":       {domain.NoticesChosen{Richieste: true}, domain.NoticesChosen{}},
		"they have left":     {domain.NoticesChosen{Richieste: true}, domain.RoleTaken{Role: domain.RoleStandard, Ente: ente, Comune: comune}},
	} {
		h := newHousehold()
		h.enter(string(mario.Utente.Stream()), since...)
		h.record(national, sought, absent, awaited, rejected)
		if err := advance(t, h.requesterNotice()); err != nil || len(h.posted) > 0 || len(eventsOf[domain.RequesterTold](h.world, string(visura.Stream()))) > 0 {
			t.Errorf("%s: %v, %d letters", name, err, len(h.posted))
		}
	}
}
