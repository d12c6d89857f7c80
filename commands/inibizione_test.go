package commands_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

var (
	// twoFold is the act with another purpose.
	twoFold = changed(act, func(a *domain.ConvenzioneDrafted) {
		other := a.Finalita[0]
		other.Codice = "TARI"
		a.Finalita = append(slices.Clone(a.Finalita), other)
	})
	purposesListed = domain.PurposesListed{Atto: 1, Finalita: []string{"ISEE", "TARI"}}
	inhibited      = domain.PurposesInhibited{Ricertificazione: review, Atto: 1, Finalita: []string{"ISEE"}}
	readmitted     = domain.PurposeReadmitted{Finalita: "ISEE", Motivo: "il servizio prosegue"}
)

func TestConfirmPurpose(t *testing.T) {
	confirm, confirmed := commands.ConfirmPurpose{Finalita: "ISEE"}, domain.PurposeConfirmed{Finalita: "ISEE"}
	ready := []domain.Event{opened, purposesListed, listed}
	end := domain.ConfirmationEnd(lastDay)
	elsewhere := domain.RicertificazioneOpened{Ente: "00000000-0000-4000-8000-0000000000e9", Comune: comune, Entro: lastDay}
	closed := append(slices.Clone(ready), domain.RicertificazioneClosed{Inibite: 2})
	runReviews(t, map[string]reviewSpec{
		"by the ADMIN":                  {given: ready, by: anna, when: confirm, then: []domain.Event{confirmed}},
		"by the Comune":                 {given: ready, by: luisa, when: confirm, then: []domain.Event{confirmed}},
		"not by an operator":            {given: ready, by: mario, when: confirm, fails: domain.NotFound},
		"nor by an officer":             {given: ready, by: carla, when: confirm, fails: domain.Forbidden},
		"nor by an auditor":             {given: ready, by: revis, when: confirm, fails: domain.Forbidden},
		"nor where nothing is reviewed": {by: luisa, when: confirm, fails: domain.NotFound},
		"nor before they are listed":    {given: []domain.Event{opened}, by: anna, when: confirm, fails: domain.Unavailable},
		"nor one that is not listed":    {given: ready, by: luisa, when: commands.ConfirmPurpose{Finalita: "PM"}, fails: domain.NotFound, field: "finalita"},
		"nor where none are":            {given: []domain.Event{opened, listed}, by: luisa, when: confirm, fails: domain.NotFound, field: "finalita"},
		"nor of another Ente":           {given: []domain.Event{elsewhere, purposesListed, listed}, by: anna, when: confirm, fails: domain.NotFound},
		"up to the end of the last day": {given: ready, by: anna, at: end.Add(-time.Microsecond), when: confirm, then: []domain.Event{confirmed}},
		"and not afterwards":            {given: ready, by: luisa, at: end, when: confirm, fails: domain.Conflict},
		"nor once it is closed":         {given: closed, by: luisa, when: confirm, fails: domain.Conflict},
		"what is confirmed stays so":    {given: append(slices.Clone(ready), confirmed), by: luisa, at: end, when: confirm},
	})
}

func TestInhibitPurposes(t *testing.T) {
	of := func(id domain.RicertificazioneID, codes ...string) commands.InhibitPurposes {
		return commands.InhibitPurposes{Ricertificazione: id, Atto: 1, Finalita: codes}
	}
	const another domain.RicertificazioneID = "00000000-0000-4000-8000-0000000000c2"
	runSetup(t, string(conv), map[string]setup[domain.Convenzione]{
		"by the system":                  {given: events(act, activated), when: of(review, "ISEE"), then: events(inhibited)},
		"once":                           {given: events(act, activated, inhibited), when: of(review, "ISEE")},
		"once, though readmitted since":  {given: events(act, activated, inhibited, readmitted), when: of(review, "ISEE")},
		"again by the next":              {given: events(act, activated, inhibited, readmitted), when: of(another, "ISEE"), then: events(changed(inhibited, func(e *domain.PurposesInhibited) { e.Ricertificazione = another }))},
		"not what is inhibited":          {given: events(act, activated, inhibited), when: of(another, "ISEE")},
		"nor what the act does not have": {given: events(act, activated), when: of(review, "TARI")},
		"what it has of them":            {given: events(act, activated), when: of(review, "TARI", "ISEE"), then: events(inhibited)},
		"nor where there is no act":      {when: of(review, "ISEE")},
		"not by a TOP":                   {given: events(act, activated), by: luisa, when: of(review, "ISEE"), fails: domain.Forbidden},
		"nor by an ADMIN":                {given: events(act, activated), by: anna, when: of(review, "ISEE"), fails: domain.Forbidden},
	})
}

func TestReadmitPurpose(t *testing.T) {
	readmit := commands.ReadmitPurpose(readmitted)
	theAct(t, readmit, act, activated, inhibited)
	asksThere := func(s *domain.Standing) { s.Roles = []domain.RoleHeld{{RoleGiven: operates}} }
	given := events(act, activated, inhibited)
	runSetup(t, string(conv), map[string]setup[domain.Convenzione]{
		"by the Comune":            {given: given, by: luisa, when: readmit, then: events(readmitted)},
		"once":                     {given: append(slices.Clone(given), readmitted), by: luisa, when: readmit},
		"what is not inhibited":    {given: events(act, activated), by: luisa, when: readmit},
		"not what there is not":    {given: given, by: luisa, when: commands.ReadmitPurpose{Finalita: "PM", Motivo: "serve"}, fails: domain.NotFound, field: "finalita"},
		"not by who asks under it": {given: given, by: luisa, also: asksThere, when: readmit, fails: domain.Forbidden},
		"with a reason":            {given: given, by: luisa, when: commands.ReadmitPurpose{Finalita: "ISEE"}, fails: domain.Invalid, field: "motivo"},
		"that is not too long":     {given: given, by: luisa, when: commands.ReadmitPurpose{Finalita: "ISEE", Motivo: strings.Repeat("a", 1001)}, fails: domain.Invalid, field: "motivo"},
	})
}

// A request that names an inhibited purpose is refused, by a message that names it and
// the Comune's own help, whether or not the act followed by another.
func TestARequestNamesNoInhibitedPurpose(t *testing.T) {
	amended := changed(act, func(a *domain.ConvenzioneDrafted) {
		a.Finalita = slices.Clone(a.Finalita)
		a.Finalita[0].Valutazione = "rinnovata"
	})
	renewed, second := changed(act, func(a *domain.ConvenzioneDrafted) { a.Al = data("2027-12-31") }), domain.ConvenzioneActivated{Numero: 2}
	for name, c := range map[string]struct {
		story   []domain.Event
		refused bool
	}{
		"as it was":                         {nil, false},
		"inhibited":                         {events(inhibited), true},
		"readmitted":                        {events(inhibited, readmitted), false},
		"the act is renewed":                {events(inhibited, renewed, second), true},
		"renewed before":                    {events(renewed, second, inhibited), true},
		"written otherwise, not in force":   {events(inhibited, amended), true},
		"written otherwise":                 {events(inhibited, amended, second), false},
		"written otherwise before":          {events(amended, second, inhibited), false},
		"ended, and the same again":         {events(inhibited, over, act, second), true},
		"another purpose is":                {events(twoFold, second, domain.PurposesInhibited{Ricertificazione: review, Atto: 2, Finalita: []string{"TARI"}}), false},
		"by an act that does not have them": {events(domain.PurposesInhibited{Ricertificazione: review, Atto: 7, Finalita: []string{"ISEE"}}), false},
	} {
		g := granted(mario)
		for _, e := range c.story {
			g.Parties.Convenzione = g.Parties.Convenzione.Evolve(e, domain.Meta{})
		}
		ask := commands.RequestVisura{
			Comune: string(comune), Tipo: "residenza", Finalita: "ISEE", NumeroPratica: "2026/004711",
			Soggetto: commands.SoggettoRichiesto{CodiceFiscale: string(rossi)},
		}
		_, err := ask.Decide(g)
		var refusal *domain.Error
		switch errors.As(err, &refusal); {
		case !c.refused && err != nil:
			t.Errorf("%s: %v", name, err)
		case c.refused && refusal == nil:
			t.Errorf("%s: not refused", name)
		case c.refused && (refusal.Code != domain.Forbidden || refusal.Field != "finalita" || refusal.Contact != "Anagrafe" || !strings.Contains(refusal.Message, "ISEE")):
			t.Errorf("%s: %+v", name, refusal)
		}
	}
}

func TestARecertificationListsAndInhibitsPurposesOnce(t *testing.T) {
	stream, under := string(review.Stream()), string(conv.Stream())
	advance := func(h *household) error {
		return h.recertification().Advance(t.Context(), string(review), domain.Meta{})
	}
	for name, c := range map[string]struct {
		story []domain.Event
		want  []domain.PurposesListed
	}{
		"of the act in force":          {events(twoFold, activated), []domain.PurposesListed{purposesListed}},
		"but those inhibited":          {events(twoFold, activated, inhibited), []domain.PurposesListed{{Atto: 1, Finalita: []string{"TARI"}}}},
		"none, if all are":             {events(act, activated, inhibited), nil},
		"though suspended meanwhile":   {events(twoFold, activated, stopped), []domain.PurposesListed{purposesListed}},
		"not of one that is to begin":  {events(act, activated, changed(twoFold, func(a *domain.ConvenzioneDrafted) { a.Dal = data("2026-12-31") }), domain.ConvenzioneActivated{Numero: 2}), []domain.PurposesListed{{Atto: 1, Finalita: []string{"ISEE"}}}},
		"nor of one that is a draft":   {events(act, activated, twoFold), []domain.PurposesListed{{Atto: 1, Finalita: []string{"ISEE"}}}},
		"but of one that has followed": {events(act, activated, twoFold, domain.ConvenzioneActivated{Numero: 2}), []domain.PurposesListed{{Atto: 2, Finalita: []string{"ISEE", "TARI"}}}},
	} {
		t.Run("lists those "+name, func(t *testing.T) {
			crashes(t, func(h *household) {
				h.enter(under, c.story...)
				h.enter(stream, opened)
			}, advance, func(t *testing.T, h *household) {
				if diff := cmp.Diff(c.want, eventsOf[domain.PurposesListed](h.world, stream)); diff != "" {
					t.Error(diff)
				}
			})
		})
	}
	everybody := []domain.Event{domain.UserConfirmed{Utente: mario.Utente}, domain.UserConfirmed{Utente: anna.Utente}, domain.UserConfirmed{Utente: piero.Utente}}
	for name, c := range map[string]struct {
		confirmed []domain.Event
		want      []domain.PurposesInhibited
		n         int
	}{
		"none confirmed": {nil, []domain.PurposesInhibited{{Ricertificazione: review, Atto: 1, Finalita: []string{"ISEE", "TARI"}}}, 2},
		"one confirmed":  {events(domain.PurposeConfirmed{Finalita: "TARI"}), []domain.PurposesInhibited{inhibited}, 1},
		"all confirmed":  {events(domain.PurposeConfirmed{Finalita: "TARI"}, domain.PurposeConfirmed{Finalita: "ISEE"}), nil, 0},
	} {
		t.Run("closes, "+name, func(t *testing.T) {
			crashes(t, func(h *household) {
				h.enter(under, twoFold, activated)
				h.enter(stream, slices.Concat(events(opened, purposesListed, listed), everybody, c.confirmed)...)
				h.clock = domain.ConfirmationEnd(lastDay)
			}, advance, func(t *testing.T, h *household) {
				for _, l := range h.posted {
					if said := strings.Contains(l.Text, "ISEE"); said != (c.n > 0) || !strings.Contains(l.Text, "ora sospesi: 0.") {
						t.Errorf("to %s: %s", l.To, l.Text)
					}
				}
				if diff := cmp.Diff(c.want, eventsOf[domain.PurposesInhibited](h.world, under)); diff != "" {
					t.Error(diff)
				}
				if diff := cmp.Diff([]domain.RicertificazioneClosed{{Inibite: c.n}}, eventsOf[domain.RicertificazioneClosed](h.world, stream)); diff != "" {
					t.Error(diff)
				}
			})
		})
	}
	t.Run("not before the last day is over", func(t *testing.T) {
		h := newHousehold()
		h.enter(under, twoFold, activated)
		h.enter(stream, opened, purposesListed, listed, domain.ConfirmationReminded{Entro: lastDay})
		h.clock = domain.ConfirmationEnd(lastDay).Add(-time.Microsecond)
		if err := advance(h); err != nil || h.effects > 0 {
			t.Errorf("%d effects, %v", h.effects, err)
		}
	})
}
