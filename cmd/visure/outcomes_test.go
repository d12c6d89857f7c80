package main

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// Whoever cannot have a document gets the reason, and nothing is archived.
func TestWhatCannotBeIssuedSaysWhy(t *testing.T) {
	t.Parallel()
	c := Config{Stores: Stores{Data: newData(t), LogLevel: slog.LevelWarn}, Listen: "127.0.0.1:0", Workers: 4, Sweep: defaultSweep, Drain: defaultDrain}
	d, err := startDemo(t.Context(), c, demoOptions{People: 20000, Seed: 1}, t.Logf)
	defer d.close()
	if err != nil {
		t.Fatal(err)
	}
	api := d.as(domain.RoleStandard)
	here := func(f people.Feature) commands.SoggettoRichiesto {
		p := d.people.First(string(demoComune), f)
		if p == nil {
			t.Fatalf("the population has nobody with %x", f)
		}
		return commands.SoggettoRichiesto{CodiceFiscale: p.CodiceFiscale}
	}
	homonym := d.people.First(string(demoComune), people.Homonym)
	elsewhere := d.people.First("040007", people.FitsResidenza)
	for name, tc := range map[string]struct {
		tipo    domain.Tipo
		subject commands.SoggettoRichiesto
		reason  string
	}{
		"nobody has this tax code": {domain.Residenza, commands.SoggettoRichiesto{CodiceFiscale: "RSSMRA80A01H501U"}, domain.ReasonNotFound},
		"several have this name": {domain.Residenza, commands.SoggettoRichiesto{Cognome: homonym.Surname, Nome: homonym.Name,
			Sesso: string(rune(homonym.Sex)), DataNascita: homonym.Birth.Date.Format(time.DateOnly)}, domain.ReasonSeveralSubjects},
		"deceased":                          {domain.Residenza, here(people.Deceased), domain.ReasonDeceased},
		"deceased, asked whether alive":     {domain.EsistenzaInVita, here(people.Deceased), domain.ReasonLifeNotStated},
		"alive, asked whether dead":         {domain.Morte, here(people.FitsResidenza), domain.ReasonNotDeceased},
		"of another Comune":                 {domain.Residenza, commands.SoggettoRichiesto{CodiceFiscale: elsewhere.CodiceFiscale}, domain.ReasonNotFound},
		"abroad, for a resident's kind":     {domain.Residenza, here(people.FitsResidenzaAIRE), domain.ReasonAIRE},
		"resident, for a kind of abroad":    {domain.ResidenzaAIRE, here(people.FitsResidenza), domain.ReasonNotFoundAIRE},
		"an incomplete family":              {domain.StatoFamiglia, here(people.FamilyIncomplete), domain.ReasonFamilyIncomplete},
		"a convivenza":                      {domain.StatoFamiglia, here(people.InConvivenza), domain.ReasonConvivenza},
		"alone, for kinship":                {domain.StatoFamigliaParentela, here(people.LivesAlone | people.FitsStatoFamiglia), domain.ReasonSingleMember},
		"married, for free status":          {domain.StatoLibero, here(people.Married | people.FitsMatrimonio), domain.ReasonNotFree},
		"single, for marriage":              {domain.Matrimonio, here(people.Single | people.FitsStatoLibero), domain.ReasonNotMarried},
		"citizenship unknown":               {domain.Cittadinanza, here(people.CitizenshipUnknown), ""},
		"not certifiable":                   {domain.Residenza, here(people.NotCertifiable), domain.ReasonNotCertifiable},
		"cancelled because not to be found": {domain.EsistenzaInVita, here(people.Irreperibile), domain.ReasonLifeNotStated},
	} {
		t.Run(name, func(t *testing.T) {
			id := domain.VisuraID(uuid.NewString())
			ask := askFor(tc.tipo, "")
			ask.Soggetto = tc.subject
			answer, err := api.request(t.Context(), id, ask, 30*time.Second)
			if err != nil || answer.Visura == nil {
				t.Fatalf("no outcome: %v", err)
			}
			v := answer.Visura
			if v.Status != domain.NotIssuable || tc.reason != "" && v.Reason != tc.reason || v.ReasonText == "" || v.Document != nil {
				t.Errorf("ended as %s, %s (%s)", v.Status, v.Reason, v.ReasonText)
			}
			if _, err := api.document(t.Context(), id); err == nil {
				t.Error("there is a document")
			}
			if _, ok, _ := d.stack.archive.Get(t.Context(), id); ok {
				t.Error("a document is archived")
			}
		})
	}
}

// An erased visura is gone from everywhere but the history.
func TestAnErasedVisuraSaysNothingOfThePerson(t *testing.T) {
	t.Parallel()
	c := Config{Stores: Stores{Data: newData(t), LogLevel: slog.LevelWarn}, Listen: "127.0.0.1:0", Workers: 4, Sweep: defaultSweep, Drain: defaultDrain}
	d, err := startDemo(t.Context(), c, demoOptions{People: 2000, Seed: 1}, t.Logf)
	defer d.close()
	if err != nil {
		t.Fatal(err)
	}
	api := d.as(domain.RoleStandard)
	id := domain.VisuraID(uuid.NewString())
	ask := askFor(domain.Residenza, d.fitting(domain.Residenza).CodiceFiscale)
	if err := settled(t.Context(), api, id, ask); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := d.stack.erasure.Erase(t.Context(), id, asSistema, commands.EraseVisura{Basis: "scarto"}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := api.document(t.Context(), id); err == nil {
		t.Error("the document can still be had")
	}
	for range 2 {
		if err := d.stack.newRunner().Rebuild(t.Context(), "elenco"); err != nil {
			t.Fatal(err)
		}
		text, err := api.do(t.Context(), "GET", visuraPath(""), nil, "")
		if err != nil {
			t.Fatal(err)
		}
		if got := string(text); !strings.Contains(got, "dati cancellati") || strings.Contains(got, ask.Soggetto.CodiceFiscale) {
			t.Errorf("the list says %s", got)
		}
	}
}
