package commands_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func TestSetRegolaAllarme(t *testing.T) {
	set := commands.SetRegolaAllarme{Codice: domain.AllarmeSoggettoUtente, Attiva: true, Gravita: domain.GravitaMedia, Ripetizione: &domain.Ripetizione{Soglia: 4, Giorni: 10}}
	setting := func(change func(*commands.SetRegolaAllarme)) commands.SetRegolaAllarme { return changed(set, change) }
	first := domain.RegolaAllarmeSet{Codice: set.Codice, Versione: 1, Attiva: true, Gravita: set.Gravita, Ripetizione: set.Ripetizione}
	after := func(change func(*domain.RegolaAllarmeSet)) domain.RegolaAllarmeSet { return changed(first, change) }
	known := domain.Parties{Convenzione: inForce(act)}
	own(t, set)
	runSetup(t, string(comune), map[string]setup[domain.Comune]{
		"numbers the version": {given: events(ancona), by: luisa, when: set, then: events(first)},
		"the same is none":    {given: events(ancona, first), by: luisa, when: setting(func(c *commands.SetRegolaAllarme) { c.Precedente = 1 })},
		"nor is what there is at first": {given: events(ancona), by: luisa, when: setting(func(c *commands.SetRegolaAllarme) {
			c.Gravita, c.Ripetizione = domain.GravitaAlta, &domain.Ripetizione{Soglia: 3, Giorni: 30}
		})},
		"another takes its place": {given: events(ancona, first), by: luisa, when: setting(func(c *commands.SetRegolaAllarme) { c.Precedente, c.Attiva = 1, false }),
			then: events(after(func(e *domain.RegolaAllarmeSet) { e.Versione, e.Attiva = 2, false }))},
		"not of who has not read it": {given: events(ancona, first), by: luisa, when: setting(func(c *commands.SetRegolaAllarme) { c.Attiva = false }), fails: domain.Conflict, field: "precedente"},
		"for one Ente, after all": {given: events(ancona, first), by: luisa, parties: known, when: setting(func(c *commands.SetRegolaAllarme) { c.Precedente, c.Ente = 1, ente }),
			then: events(after(func(e *domain.RegolaAllarmeSet) { e.Versione, e.Ente = 2, ente }))},
		"of an Ente there is": {given: events(ancona), by: luisa, when: setting(func(c *commands.SetRegolaAllarme) { c.Ente = ente }), fails: domain.NotFound, field: "ente"},
		"with its parameters": {given: events(ancona), by: luisa, when: setting(func(c *commands.SetRegolaAllarme) { c.Ripetizione = nil }), fails: domain.Invalid, field: "ripetizione"},
		"of a rule there is":  {given: events(ancona), by: luisa, when: setting(func(c *commands.SetRegolaAllarme) { c.Codice = "ALR-VIP" }), fails: domain.Invalid, field: "codice"},
	})
	if refs := set.Refs(commands.Given[domain.Comune]{ID: string(comune)}); refs.Convenzione != "" {
		t.Errorf("a rule for all refers to %s", refs.Convenzione)
	}
	if refs := setting(func(c *commands.SetRegolaAllarme) { c.Ente = ente }).Refs(commands.Given[domain.Comune]{ID: string(comune)}); refs.Convenzione != conv {
		t.Errorf("a rule for one Ente refers to %s", refs.Convenzione)
	}
}

func TestLiftRegolaAllarme(t *testing.T) {
	lift := commands.LiftRegolaAllarme{Codice: domain.AllarmeOrario, Ente: ente}
	ofEnte := domain.RegolaAllarmeSet{Codice: domain.AllarmeOrario, Versione: 1, Ente: ente, Gravita: domain.GravitaBassa, Orario: &domain.OrarioSospetto{Dalle: "23:00", Alle: "05:00"}}
	own(t, lift)
	runSetup(t, string(comune), map[string]setup[domain.Comune]{
		"that of an Ente":        {given: events(ancona, ofEnte), by: luisa, when: lift, then: events(domain.RegolaAllarmeLifted(lift))},
		"of one that has none":   {given: events(ancona), by: luisa, when: lift},
		"of no Ente is the rule": {given: events(ancona), by: luisa, when: commands.LiftRegolaAllarme{Codice: domain.AllarmeOrario}, fails: domain.Invalid, field: "ente"},
	})
}

var (
	askedOnce  = domain.VisuraDiCaso{Visura: visura, Utente: mario.Utente}
	askedAgain = domain.VisuraDiCaso{Visura: "00000000-0000-4000-8000-00000000000b", Utente: mario.Utente}
	theirs     = domain.VisuraDiCaso{Visura: "00000000-0000-4000-8000-00000000000c", Utente: anna.Utente}
	raised     = domain.CasoOpened{
		Regola: domain.RegoleIniziali()[1], Comune: comune, Ente: ente, Utente: mario.Utente, Visure: []domain.VisuraDiCaso{askedOnce},
		Conto: 1, Pratiche: 1, Dal: now, Al: now,
	}
	reserved = changed(raised, func(e *domain.CasoOpened) { e.Riservato = true })
	casoID   = raised.CasoID(string(visura))
)

func TestRaiseCaso(t *testing.T) {
	more := commands.RaiseCaso{Fatto: changed(raised, func(e *domain.CasoOpened) { e.Visure = append(slices.Clip(e.Visure), askedAgain) })}
	full := domain.CasoRequestsAdded{}
	for i := range domain.VisureDiCasoMassime {
		full.Visure = append(full.Visure, domain.VisuraDiCaso{Visura: domain.VisuraID(fmt.Sprint(i)), Utente: mario.Utente})
	}
	runSetup(t, string(casoID), map[string]setup[domain.Caso]{
		"opens it":               {when: commands.RaiseCaso{Fatto: raised}, then: events(raised)},
		"adds a request":         {given: events(raised), when: more, then: events(domain.CasoRequestsAdded{Visure: []domain.VisuraDiCaso{askedAgain}})},
		"also once it is taken":  {given: events(raised, domain.CasoTaken{}), when: more, then: events(domain.CasoRequestsAdded{Visure: []domain.VisuraDiCaso{askedAgain}})},
		"of who administers":     {given: events(raised), when: commands.RaiseCaso{Fatto: changed(more.Fatto, func(e *domain.CasoOpened) { e.Riservato = true })}, then: events(domain.CasoRequestsAdded{Visure: []domain.VisuraDiCaso{askedAgain}, Riservato: true})},
		"not once it is closed":  {given: events(raised, domain.CasoClosed{Esito: domain.EsitoImpropria}), when: more},
		"not without an end":     {given: events(raised, full), when: more},
		"none but by the system": {by: luisa, when: more, fails: domain.Forbidden},
	})
}

func TestTakeCaso(t *testing.T) {
	about := changed(raised, func(e *domain.CasoOpened) { e.Visure = []domain.VisuraDiCaso{theirs} })
	atSecond := changed(raised, func(e *domain.CasoOpened) { e.Visure = []domain.VisuraDiCaso{{Visura: visura, Utente: luisa.Utente}} })
	take := commands.TakeCaso{}
	runSetup(t, string(casoID), map[string]setup[domain.Caso]{
		"by the pair's ADMIN":         {given: events(raised), by: anna, when: take, then: events(domain.CasoTaken{})},
		"by the Comune's TOP":         {given: events(raised), by: luisa, when: take, then: events(domain.CasoTaken{})},
		"once":                        {given: events(raised, domain.CasoTaken{}), enters: luisa, by: luisa, when: take},
		"from another":                {given: events(raised, domain.CasoTaken{}), enters: anna, by: luisa, when: take, then: events(domain.CasoTaken{})},
		"an ADMIN's not by themself":  {given: events(about), by: anna, when: take, fails: domain.Forbidden},
		"nor by another ADMIN":        {given: events(reserved), by: anna, when: take, fails: domain.Forbidden},
		"but by the TOP":              {given: events(reserved), by: luisa, when: take, then: events(domain.CasoTaken{})},
		"who is not whom it is about": {given: events(atSecond), by: luisa, when: take, fails: domain.Forbidden},
		"but another TOP":             {given: events(atSecond), by: second, when: take, then: events(domain.CasoTaken{})},
		"not of another Comune":       {given: events(raised), by: elsewhere, when: take, fails: domain.NotFound},
		"nor by an ADMIN for another": {given: events(raised), by: anna, giver: altro, when: take, fails: domain.NotFound},
		"nor by an operator":          {given: events(raised), by: mario, when: take, fails: domain.NotFound},
		"nor by an officer":           {given: events(raised), by: carla, when: take, fails: domain.NotFound},
		"nor by an auditor":           {given: events(raised), by: revis, when: take, fails: domain.NotFound},
		"nor by a former TOP":         {given: events(raised), by: luisa, former: true, when: take, fails: domain.NotFound},
		"where there is none":         {by: luisa, when: take, fails: domain.NotFound},
		"not once it is closed":       {given: events(raised, domain.CasoClosed{Esito: domain.EsitoImpropria}), by: luisa, when: take, fails: domain.Conflict},
	})
}

func TestCloseCaso(t *testing.T) {
	end := commands.CloseCaso{Esito: domain.EsitoGiustificata, Testo: "Le pratiche esistono."}
	ending := func(change func(*commands.CloseCaso)) commands.CloseCaso { return changed(end, change) }
	inHand := events(raised, domain.CasoTaken{})
	runSetup(t, string(casoID), map[string]setup[domain.Caso]{
		"by who has it in charge":       {given: inHand, by: luisa, when: end, then: events(domain.CasoClosed(end))},
		"an ADMIN, too":                 {given: inHand, by: anna, when: end, then: events(domain.CasoClosed(end))},
		"by nobody else":                {given: inHand, enters: anna, by: luisa, when: end, fails: domain.Conflict},
		"not before it is taken":        {given: events(raised), by: luisa, when: end, fails: domain.Conflict},
		"once":                          {given: append(inHand, domain.CasoClosed(end)), by: luisa, when: end},
		"not otherwise":                 {given: append(inHand, domain.CasoClosed(end)), by: luisa, when: ending(func(c *commands.CloseCaso) { c.Esito = domain.EsitoImpropria }), fails: domain.Conflict},
		"with an outcome":               {given: inHand, by: luisa, when: ending(func(c *commands.CloseCaso) { c.Esito = "boh" }), fails: domain.Invalid, field: "esito"},
		"with a reason":                 {given: inHand, by: luisa, when: ending(func(c *commands.CloseCaso) { c.Testo = " \n" }), fails: domain.Invalid, field: "testo"},
		"that somebody can read":        {given: inHand, by: luisa, when: ending(func(c *commands.CloseCaso) { c.Testo = strings.Repeat("è", 1001) }), fails: domain.Invalid, field: "testo"},
		"not once it is about an ADMIN": {given: append(inHand, domain.CasoRequestsAdded{Visure: []domain.VisuraDiCaso{askedAgain}, Riservato: true}), by: anna, when: end, fails: domain.Forbidden},
		"nor about themself":            {given: append(inHand, domain.CasoRequestsAdded{Visure: []domain.VisuraDiCaso{{Visura: askedAgain.Visura, Utente: luisa.Utente}}}), by: luisa, when: end, fails: domain.Forbidden},
	})
}

// found is what a read model says was found, and in which cases it knows requests to be.
type found struct {
	*household
	all     []commands.Finding
	settled int
	held    map[domain.VisuraID]commands.Held
}

func (f *found) alarms() *commands.Alarms {
	return &commands.Alarms{
		Handler: f.handler(),
		Claim:   func(context.Context, time.Time, int) ([]commands.Finding, error) { return f.all[f.settled:], nil },
		Holding: func(context.Context, commands.Finding) (map[domain.VisuraID]commands.Held, error) { return f.held, nil },
		Settle:  func(context.Context, commands.Finding) error { return f.effect(func() { f.settled++ }) },
	}
}

// window is a finding that requests up to one meet a rule.
func window(visure ...domain.VisuraDiCaso) commands.Finding {
	last := visure[len(visure)-1].Visura
	return commands.Finding{Visura: last, Fatto: changed(raised, func(e *domain.CasoOpened) { e.Visure, e.Conto = visure, len(visure) })}
}

// Whatever crashes, and however often it is found, one case is opened, and what comes later
// is added to it.
func TestACaseIsOpenedOnceWhateverCrashes(t *testing.T) {
	third := domain.VisuraDiCaso{Visura: "00000000-0000-4000-8000-00000000000d", Utente: mario.Utente}
	want := changed(raised, func(e *domain.CasoOpened) {
		e.Visure, e.Conto, e.Entro = []domain.VisuraDiCaso{askedOnce, askedAgain}, 2, now.AddDate(0, 0, 7)
	})
	for crashAt := range 5 {
		for _, landed := range []bool{false, true} {
			f := &found{household: newHousehold(), all: []commands.Finding{window(askedOnce, askedAgain), window(askedOnce, askedAgain, third)}}
			f.crashAt, f.landed = crashAt, landed
			for range 2 {
				if err := f.alarms().Raise(t.Context()); err != nil && f.effects != f.crashAt {
					t.Fatal(err)
				}
			}
			f.settled = 0 // as after a rebuild
			if err := f.alarms().Raise(t.Context()); err != nil {
				t.Fatal(err)
			}
			stream := string(casoID.Stream())
			if diff := cmp.Diff([]domain.CasoOpened{want}, eventsOf[domain.CasoOpened](f.world, stream)); diff != "" {
				t.Errorf("crash %d, %v:\n%s", crashAt, landed, diff)
			}
			if diff := cmp.Diff([]domain.CasoRequestsAdded{{Visure: []domain.VisuraDiCaso{third}}}, eventsOf[domain.CasoRequestsAdded](f.world, stream)); diff != "" {
				t.Errorf("crash %d, %v:\n%s", crashAt, landed, diff)
			}
		}
	}
}

func TestWhichCaseAFindingIsOf(t *testing.T) {
	closed := events(raised, domain.CasoTaken{}, domain.CasoClosed{Esito: domain.EsitoGiustificata, Testo: "Verificato."})
	night := changed(window(askedAgain), func(f *commands.Finding) {
		f.Fatto.Regola, f.Fatto.Giorno = domain.RegoleIniziali()[0], data("2026-11-23")
	})
	tonight := night.Fatto.CasoID("2026-11-23")
	for name, c := range map[string]struct {
		finding commands.Finding
		held    map[domain.VisuraID]commands.Held
		caso    domain.CasoID // that stands already; empty: none
		given   []domain.Event
		want    domain.CasoID
	}{
		"the first":                       {finding: window(askedOnce, askedAgain), want: casoID},
		"that which is open":              {finding: window(askedAgain, theirs), held: map[domain.VisuraID]commands.Held{askedAgain.Visura: {Caso: casoID}}, caso: casoID, given: events(raised), want: casoID},
		"a new one, once that is closed":  {finding: window(askedOnce, askedAgain), held: map[domain.VisuraID]commands.Held{askedOnce.Visura: {Caso: casoID, Closed: true}}, caso: casoID, given: closed, want: raised.CasoID(string(askedAgain.Visura))},
		"also before it is known to be":   {finding: window(askedOnce, askedAgain), caso: casoID, given: closed, want: raised.CasoID(string(askedAgain.Visura))},
		"of a night":                      {finding: night, want: tonight},
		"of a night whose case is closed": {finding: night, caso: tonight, given: closed, want: night.Fatto.CasoID(string(askedAgain.Visura))},
	} {
		f := &found{household: newHousehold(), all: []commands.Finding{c.finding}, held: c.held}
		if c.caso != "" {
			f.enter(string(c.caso.Stream()), c.given...)
		}
		before := len(f.stream(string(c.want.Stream())))
		if err := f.alarms().Raise(t.Context()); err != nil || f.settled != 1 {
			t.Fatalf("%s: %v, %d settled", name, err, f.settled)
		}
		if len(f.stream(string(c.want.Stream()))) != before+1 {
			t.Errorf("%s: it is of another case", name)
		}
	}
}

func TestACaseAboutWhoAdministersIsTheComunes(t *testing.T) {
	for _, c := range []struct {
		by   domain.VisuraDiCaso
		want bool
	}{{askedAgain, false}, {theirs, true}} {
		f := &found{household: newHousehold(), all: []commands.Finding{window(askedOnce, c.by)}}
		if err := f.alarms().Raise(t.Context()); err != nil {
			t.Fatal(err)
		}
		got := eventsOf[domain.CasoOpened](f.world, string(casoID.Stream()))
		if len(got) != 1 || got[0].Riservato != c.want {
			t.Errorf("of %s: %+v", c.by.Utente, got)
		}
	}
}
