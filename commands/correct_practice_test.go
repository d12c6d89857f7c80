package commands_test

import (
	"testing"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

func TestCorrectPractice(t *testing.T) {
	emitted := events(requested, immediate, started, issued)
	to := func(n string) commands.CorrectPractice { return commands.CorrectPractice{NumeroPratica: n} }
	corrected := domain.PracticeCorrected{Precedente: "2026/004711", NumeroPratica: "2026/004712"}
	named := with(requested, func(r *domain.VisuraRequested) {
		r.Soggetto = domain.Soggetto{Cognome: "ROSSI", Nome: "MARIO", Sesso: "M", DataNascita: data("1980-01-01")}
	})
	form := underAct(func(a *domain.ConvenzioneDrafted) { a.Massimo.Pratica = `[0-9]{4}/[0-9]{6}` })
	run(t, map[string]spec{
		"who asked for it":              {given: emitted, when: to(" 2026/004712 "), then: events(corrected)},
		"while it awaits an officer":    {given: events(national, awaited), when: to("2026/004712"), then: events(corrected)},
		"while ANPR is asked":           {given: events(requested, immediate, started), when: to("2026/004712"), then: events(corrected)},
		"once it was refused":           {given: events(national, awaited, rejected), when: to("2026/004712"), then: events(corrected)},
		"once it was revoked":           {given: append(emitted[:4:4], domain.VisuraRevoked{Motivo: "dati_errati"}), when: to("2026/004712"), then: events(corrected)},
		"once more":                     {given: append(emitted[:4:4], corrected), when: to("2026/004713"), then: events(domain.PracticeCorrected{Precedente: "2026/004712", NumeroPratica: "2026/004713"})},
		"back again":                    {given: append(emitted[:4:4], corrected), when: to("2026/004711"), then: events(domain.PracticeCorrected{Precedente: "2026/004712", NumeroPratica: "2026/004711"})},
		"to what it is":                 {given: emitted, when: to("2026/004711")},
		"twice to the same":             {given: append(emitted[:4:4], corrected), when: to("2026/004712")},
		"of the form the act wants":     {given: emitted, but: form, when: to("2026/004712"), then: events(corrected)},
		"and of no other":               {given: emitted, but: form, when: to("PG-26-4712"), fails: domain.Invalid, field: "numero_pratica"},
		"to no reference":               {given: emitted, when: to("xxx"), fails: domain.Invalid, field: "numero_pratica"},
		"to nothing":                    {given: emitted, when: to(""), fails: domain.Invalid, field: "numero_pratica"},
		"to the tax code":               {given: emitted, when: to(string(rossi)), fails: domain.Invalid, field: "numero_pratica"},
		"to the name of the person":     {given: events(named, immediate, started, issued), when: to("ROSSI-MARIO-1"), fails: domain.Invalid, field: "numero_pratica"},
		"to the name of who asked":      {given: emitted, but: func(g *given) { g.Actor.Cognome, g.Actor.Nome = "VERDI", "LUCA" }, when: to("verdi_luca_1"), fails: domain.Invalid, field: "numero_pratica"},
		"of an erased one":              {given: append(emitted[:4:4], erased), when: to("2026/004712"), fails: domain.Conflict},
		"a colleague sees nothing":      {given: emitted, by: piero, when: to("2026/004712"), fails: domain.NotFound},
		"a colleague appointed for it":  {given: emitted, by: piero, but: func(g *given) { g.Actor.Collects = []domain.Pair{pair} }, when: to("2026/004712"), fails: domain.Forbidden},
		"the Ente's ADMIN":              {given: emitted, by: anna, when: to("2026/004712"), fails: domain.Forbidden},
		"the Comune's TOP":              {given: emitted, by: luisa, when: to("2026/004712"), fails: domain.Forbidden},
		"an officer":                    {given: emitted, by: carla, but: func(g *given) { g.State.Waited = true }, when: to("2026/004712"), fails: domain.Forbidden},
		"an auditor":                    {given: emitted, by: revis, when: to("2026/004712"), fails: domain.Forbidden},
		"another Comune's TOP":          {given: emitted, by: elsewhere, when: to("2026/004712"), fails: domain.NotFound},
		"who has the role no more":      {given: emitted, but: func(g *given) { g.Actor.Roles = nil }, when: to("2026/004712"), fails: domain.NotFound},
		"there is none":                 {when: to("2026/004712"), fails: domain.NotFound},
		"the request is still the same": {given: append(emitted[:4:4], corrected), when: commands.RequestVisura{Comune: "042002", Tipo: "residenza", Finalita: "ISEE", NumeroPratica: "2026/004711", Soggetto: commands.SoggettoRichiesto{CodiceFiscale: string(rossi)}}},
	})
}

func TestADocumentBearsTheNumberItsIntentWasRecordedWith(t *testing.T) {
	corrected := domain.PracticeCorrected{Precedente: requested.Purpose.NumeroPratica, NumeroPratica: "2026/004712"}
	deferred := domain.QueryDeferred{Attempt: 1, Class: domain.FailureRetry, RetryAt: now.Add(-1)}
	for name, c := range map[string]struct {
		history []domain.Event
		asked   string
		printed string
	}{
		"never corrected":               {events(requested, immediate, started), "2026/004711", ""},
		"corrected while ANPR is asked": {events(requested, immediate, started, corrected), "2026/004711", ""},
		"corrected before it is again":  {events(requested, immediate, started, deferred, corrected), "2026/004712", "2026/004712"},
	} {
		w := newTown()
		w.record(c.history...)
		answer, asked := w.answer, ""
		w.answer = func(n int, q commands.Query) (scheda.Scheda, error) { asked = q.Pratica; return answer(n, q) }
		if err := advance(t, w.process()); err != nil {
			t.Fatal(name, err)
		}
		last, ok := w.history()[len(w.history())-1].(domain.VisuraIssued)
		if !ok || asked != c.asked || last.NumeroPratica != c.printed {
			t.Errorf("%s: ANPR is told %q, printed %q: %+v", name, asked, last.NumeroPratica, w.history())
		}
	}
}
