package commands_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

const review domain.RicertificazioneID = "00000000-0000-4000-8000-0000000000c1"

var (
	lastDay = data("2026-12-20")
	opened  = domain.RicertificazioneOpened{Ente: ente, Comune: comune, Entro: lastDay}
	listed  = domain.UsersListed{Utenti: []domain.UtenteID{mario.Utente, anna.Utente, piero.Utente}, Entro: lastDay}
)

// reviewSpec is a spec of a command about a recertification.
type reviewSpec struct {
	given []domain.Event
	by    domain.Actor
	at    time.Time // default: now
	but   func(*commands.Given[domain.Ricertificazione])
	when  commands.Command[domain.Ricertificazione]
	then  []domain.Event
	fails domain.Code
	field string
}

func runReviews(t *testing.T, specs map[string]reviewSpec) {
	t.Helper()
	for name, s := range specs {
		t.Run(name, func(t *testing.T) {
			around := granted(s.by)
			g := commands.Given[domain.Ricertificazione]{ID: string(review), Actor: around.Actor, Parties: around.Parties, Meta: around.Meta}
			for _, e := range s.given {
				g.State = g.State.Evolve(e, domain.Meta{})
			}
			if !s.at.IsZero() {
				g.Meta.At = s.at
			}
			if s.but != nil {
				s.but(&g)
			}
			decide(t, g, s.when, s.then, s.fails, s.field)
		})
	}
}

func TestOpenRicertificazione(t *testing.T) {
	until := func(day string) commands.OpenRicertificazione {
		return commands.OpenRicertificazione{Ente: ente, Comune: comune, Entro: data(day)}
	}
	open := until("2026-12-20")
	runReviews(t, map[string]reviewSpec{
		"by the Comune":               {by: luisa, when: open, then: []domain.Event{opened}},
		"by the system":               {by: domain.Sistema, when: open, then: []domain.Event{opened}},
		"not by an ADMIN":             {by: anna, when: open, fails: domain.Forbidden},
		"not by an operator":          {by: mario, when: open, fails: domain.Forbidden},
		"not of another Comune":       {by: luisa, when: commands.OpenRicertificazione{Ente: ente, Comune: altro, Entro: lastDay}, fails: domain.NotFound, field: "comune"},
		"with ten days at least":      {by: luisa, when: until("2026-12-03"), then: []domain.Event{domain.RicertificazioneOpened{Ente: ente, Comune: comune, Entro: data("2026-12-03")}}},
		"and not with nine":           {by: luisa, when: until("2026-12-02"), fails: domain.Invalid, field: "entro"},
		"nor after a year":            {by: luisa, when: until("2027-11-24"), fails: domain.Invalid, field: "entro"},
		"nor by a month":              {by: luisa, when: until("2026-12"), fails: domain.Invalid, field: "entro"},
		"nor where there is no act":   {by: luisa, but: func(g *commands.Given[domain.Ricertificazione]) { g.Parties.Convenzione = domain.Convenzione{} }, when: open, fails: domain.NotFound, field: "ente"},
		"nor where it is not valid":   {by: luisa, but: func(g *commands.Given[domain.Ricertificazione]) { g.Parties.Convenzione.Suspended = true }, when: open, fails: domain.Conflict, field: "ente"},
		"nor under the id of another": {given: []domain.Event{opened}, by: luisa, when: until("2026-12-21"), fails: domain.Conflict},
	})
}

func TestConfirmUtente(t *testing.T) {
	confirm := func(a domain.Actor) commands.ConfirmUtente { return commands.ConfirmUtente{Utente: a.Utente} }
	ready := []domain.Event{opened, listed}
	end := domain.ConfirmationEnd(lastDay)
	toAdmin := func(g *commands.Given[domain.Ricertificazione]) { g.Parties.Utente = holding(anna).Utente }
	sofia := domain.Actor{Utente: "00000000-0000-4000-8000-000000000009", Role: domain.RoleAdmin, Ente: ente}
	runReviews(t, map[string]reviewSpec{
		"an operator, by the ADMIN":      {given: ready, by: anna, when: confirm(mario), then: []domain.Event{domain.UserConfirmed{Utente: mario.Utente}}},
		"an operator, by the Comune":     {given: ready, by: luisa, when: confirm(mario), then: []domain.Event{domain.UserConfirmed{Utente: mario.Utente}}},
		"an ADMIN, by the Comune":        {given: ready, by: luisa, but: toAdmin, when: confirm(anna), then: []domain.Event{domain.UserConfirmed{Utente: anna.Utente}}},
		"not by another ADMIN":           {given: ready, by: sofia, but: toAdmin, when: confirm(anna), fails: domain.Forbidden},
		"nor by themself":                {given: ready, by: anna, but: toAdmin, when: confirm(anna), fails: domain.Forbidden},
		"nor by an operator":             {given: ready, by: piero, when: confirm(mario), fails: domain.NotFound},
		"nor by an officer":              {given: ready, by: carla, when: confirm(mario), fails: domain.Forbidden},
		"nor by an auditor":              {given: ready, by: revis, when: confirm(mario), fails: domain.Forbidden},
		"nor where nothing is reviewed":  {by: luisa, when: confirm(mario), fails: domain.NotFound},
		"nor before they are listed":     {given: []domain.Event{opened}, by: anna, when: confirm(mario), fails: domain.Unavailable},
		"nor who is not listed":          {given: ready, by: anna, when: confirm(carla), fails: domain.NotFound, field: "utente"},
		"up to the end of the last day":  {given: ready, by: anna, at: end.Add(-time.Second), when: confirm(mario), then: []domain.Event{domain.UserConfirmed{Utente: mario.Utente}}},
		"and not afterwards":             {given: ready, by: luisa, at: end, when: confirm(mario), fails: domain.Conflict},
		"nor of another Ente":            {given: []domain.Event{domain.RicertificazioneOpened{Ente: "00000000-0000-4000-8000-0000000000e9", Comune: comune, Entro: lastDay}, listed}, by: anna, when: confirm(mario), fails: domain.NotFound},
		"who is confirmed stays so":      {given: append(slices.Clone(ready), domain.UserConfirmed{Utente: mario.Utente}), by: anna, when: confirm(mario)},
		"also when it is over otherwise": {given: append(slices.Clone(ready), domain.UserConfirmed{Utente: mario.Utente}), by: anna, at: end, when: confirm(mario)},
	})
}

func TestARecertificationListsRemindsAndSuspendsOnce(t *testing.T) {
	stream := string(review.Stream())
	advance := func(h *household) error {
		return h.recertification().Advance(t.Context(), string(review), domain.Meta{})
	}
	t.Run("lists", func(t *testing.T) {
		crashes(t, func(h *household) {
			h.enter(stream, opened)
			h.enter(string(piero.Utente.Stream()), domain.RoleTaken{Role: domain.RoleStandard, Ente: ente, Comune: comune})
		}, advance, func(t *testing.T, h *household) {
			want := []domain.UsersListed{{Utenti: []domain.UtenteID{mario.Utente, anna.Utente}, Entro: lastDay}}
			if diff := cmp.Diff(want, eventsOf[domain.UsersListed](h.world, stream)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff([]string{"anagrafe@comune.example", address(luisa), address(anna)}, h.addresses()); diff != "" {
				t.Error(diff)
			}
		})
	})
	t.Run("reminds", func(t *testing.T) {
		crashes(t, func(h *household) {
			h.enter(stream, opened, listed)
			h.clock = domain.ConfirmationReminder(lastDay)
		}, advance, func(t *testing.T, h *household) {
			if got := eventsOf[domain.ConfirmationReminded](h.world, stream); len(got) != 1 || len(h.posted) != 3 {
				t.Errorf("reminded %v, letters to %v", got, h.addresses())
			}
		})
	})
	t.Run("closes", func(t *testing.T) {
		crashes(t, func(h *household) {
			h.enter(stream, opened, listed, domain.UserConfirmed{Utente: anna.Utente})
			h.clock = domain.ConfirmationEnd(lastDay)
		}, advance, func(t *testing.T, h *household) {
			if diff := cmp.Diff([]domain.RicertificazioneClosed{{Sospesi: 2}}, eventsOf[domain.RicertificazioneClosed](h.world, stream)); diff != "" {
				t.Error(diff)
			}
			for who, want := range map[domain.Actor]int{mario: 1, piero: 1, anna: 0} {
				if got := eventsOf[domain.UtenteSuspended](h.world, string(who.Utente.Stream())); len(got) != want || want == 1 && got[0].Causa != domain.SuspendedUncertain {
					t.Errorf("%s: %v", who.Utente, got)
				}
			}
			if diff := cmp.Diff([]string{"anagrafe@comune.example", address(luisa), address(anna)}, h.addresses()); diff != "" {
				t.Errorf("who is told: %s", diff)
			}
		})
	})
	t.Run("waits", func(t *testing.T) {
		h := newHousehold()
		h.enter(stream, opened, listed)
		h.clock = domain.ConfirmationReminder(lastDay).Add(-time.Second)
		if err := advance(h); err != nil || h.effects > 0 {
			t.Errorf("%d effects, %v", h.effects, err)
		}
	})
}

func TestTheSystemOpensAReviewOfEachPairThatIsDue(t *testing.T) {
	h := newHousehold()
	h.enter(string(conv.Stream()), act, domain.ConvenzioneActivated{Numero: 1, Al: act.Al})
	nothing := domain.Pair{Ente: ente, Comune: altro}
	h.due = []domain.Pair{nothing, pair}
	for day := range 2 { // the read model has not heard of it the next day
		h.clock = now.AddDate(0, 0, day)
		if err := h.recertification().OpenYearly(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	got := eventsOf[domain.RicertificazioneOpened](h.world, string(domain.YearlyRicertificazione(pair, 2026).Stream()))
	if diff := cmp.Diff([]domain.RicertificazioneOpened{{Ente: ente, Comune: comune, Entro: data("2026-12-23")}}, got); diff != "" {
		t.Error(diff)
	}
	if got := h.stream(string(domain.YearlyRicertificazione(nothing, 2026).Stream())); len(got) > 0 {
		t.Errorf("without an act: %v", got)
	}
}
