package lettera_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
	"github.com/visure-anagrafiche/visure/domain/lettera"
)

var (
	pair = domain.Pair{Ente: "7a0a6f0e-3f3a-8c1e-9d55-0e6d2c1b4a77", Comune: "042002"}
	now  = time.Date(2026, 3, 14, 9, 0, 0, 0, time.UTC)
	desk = domain.ProfileID("1d9b2f64-55c0-4b1f-8a7e-90c2f6a3b811")
)

// appointed is somebody who may ask for two types, one of them beyond the Comune.
func appointed() lettera.Case {
	id := domain.UtenteID("c4ad9f10-8a61-8f2b-b1b0-6f0d0a7c9e25")
	manual := domain.Modo{Conferma: domain.Manuale}
	return lettera.Case{
		ID: id, Pair: pair, At: now,
		Utente: domain.Utente{
			UtenteRegistered: domain.UtenteRegistered{Codice: id.Codice(), Cognome: "Rossi", Nome: "Maria"},
			Appointments:     []domain.UtenteAppointed{{Ente: pair.Ente, Comune: pair.Comune, Mansione: "Sportello"}},
			Roles:            []domain.RoleHeld{{RoleGiven: domain.RoleGiven{Role: domain.RoleStandard, Ente: pair.Ente, Comune: pair.Comune}}},
			Assignments:      []domain.Assignment{{ProfileGrant: domain.ProfileGrant{Ente: pair.Ente, Comune: pair.Comune, Profile: desk}, Nazionale: true}},
			Accepted:         []domain.Acceptance{{InstructionsAccepted: domain.InstructionsAccepted{Comune: pair.Comune}, At: now.AddDate(0, -1, 0)}},
		},
		Parties: domain.Parties{
			Comune: domain.Comune{
				ComuneRegistered: domain.ComuneRegistered{ISTAT: pair.Comune, Nome: "Ancona", Provincia: "AN", Ufficio: "Ufficio Anagrafe"},
				Nazionale:        domain.NazionaleEnabled{Testo: "art. 50 D.Lgs. 82/2005"},
			},
			Ente: domain.Ente{EnteRegistered: domain.EnteRegistered{Denominazione: "Azienda sanitaria"}},
			Convenzione: domain.Convenzione{Pair: pair, Atti: []domain.Atto{{Numero: 1, ConvenzioneDrafted: domain.ConvenzioneDrafted{
				Estremi: "Rep. 12", Dal: domain.Date{Year: 2026, Month: 1, Day: 1}, Al: domain.Date{Year: 2027, Month: 12, Day: 31},
				Massimo: domain.Massimo{Tipi: []domain.Tipo{domain.Residenza, domain.Nascita}, Nazionale: manual},
			}}}},
			Profiles: []domain.NamedProfile{{ID: desk, Profile: domain.Profile{ProfileDefined: domain.ProfileDefined{
				Nome: "Sportello", Tipi: []domain.TipoConcesso{{Tipo: domain.Residenza, Nazionale: manual}, {Tipo: domain.Nascita}},
			}}}},
		},
	}
}

func compose(t *testing.T, c lettera.Case) lettera.Lettera {
	t.Helper()
	l, err := lettera.Compose(c)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func section(t *testing.T, l lettera.Lettera, title string) documento.Section {
	t.Helper()
	i := slices.IndexFunc(l.Sections, func(s documento.Section) bool { return s.Title == title })
	if i < 0 {
		t.Fatalf("no section %q in %+v", title, l.Sections)
	}
	return l.Sections[i]
}

// What is printed of a profile is what it gives at that day, under the act and within
// the person's own limits.
func TestOfAProfileIsPrintedWhatItGives(t *testing.T) {
	t.Parallel()
	yesterday := domain.Date{Year: 2026, Month: 3, Day: 13}
	national := func(tipi ...domain.Tipo) []domain.TipoConcesso {
		return domain.Concessi(tipi, domain.Modo{Conferma: domain.Manuale})
	}
	for name, c := range map[string]struct {
		change                  func(*lettera.Case, *domain.Assignment)
		types, national, limits string
	}{
		"all of it":              {func(*lettera.Case, *domain.Assignment) {}, "Residenza, Nascita", "sì: Residenza", "quelli dell'atto"},
		"a type of the person's": {func(_ *lettera.Case, a *domain.Assignment) { a.Limiti.Tipi = []domain.Tipo{domain.Residenza} }, "Residenza", "sì", "quelli dell'atto"},
		"not what the act refuses": {func(c *lettera.Case, _ *domain.Assignment) {
			c.Parties.Convenzione.Atti[0].Massimo.Tipi = []domain.Tipo{domain.Nascita}
		}, "Nascita", "no", "quelli dell'atto"},
		"not granted by a TOP": {func(_ *lettera.Case, a *domain.Assignment) { a.Nazionale = false }, "Residenza, Nascita", "no: da autorizzare dal Comune", "quelli dell'atto"},
		"not that type":        {func(_ *lettera.Case, a *domain.Assignment) { a.Autorizzati = national(domain.Nascita) }, "Residenza, Nascita", "no: da autorizzare dal Comune", "quelli dell'atto"},
		"one of two types": {func(c *lettera.Case, a *domain.Assignment) {
			c.Parties.Profiles[0].Tipi, a.Autorizzati = national(domain.Residenza, domain.Nascita), national(domain.Nascita)
		}, "Residenza, Nascita", "sì: Nascita; da autorizzare dal Comune: Residenza", "quelli dell'atto"},
		"switched off": {func(c *lettera.Case, _ *domain.Assignment) { c.Parties.Comune.Nazionale.Testo = "" }, "Residenza, Nascita", "no", "quelli dell'atto"},
		"not by the act": {func(c *lettera.Case, _ *domain.Assignment) {
			c.Parties.Convenzione.Atti[0].Massimo.Nazionale = domain.Modo{}
		}, "Residenza, Nascita", "no", "quelli dell'atto"},
		"over":      {func(_ *lettera.Case, a *domain.Assignment) { a.Al = yesterday }, "nessuno", "no", "scaduto; fino al 13/03/2026"},
		"lapsed":    {func(_ *lettera.Case, a *domain.Assignment) { a.Lapsed = true }, "nessuno", "no", "da assegnare di nuovo: mansione o ruolo sono cambiati"},
		"withdrawn": {func(c *lettera.Case, _ *domain.Assignment) { c.Parties.Profiles[0].Withdrawn = true }, "nessuno", "no", "profilo ritirato dal Comune"},
		"from a workstation, at hours": {func(c *lettera.Case, a *domain.Assignment) {
			c.Parties.Profiles[0].Postazione = domain.Autorizzata
			a.Limiti.Orario = domain.Orario{{Giorni: []int{1, 7}, Dalle: "08:00", Alle: "12:30"}}
		}, "Residenza, Nascita", "sì: Residenza", "lun dom 08:00–12:30; solo da postazioni autorizzate"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			of := appointed()
			c.change(&of, &of.Utente.Assignments[0])
			want := []string{"Sportello", c.types, c.national, c.limits}
			if got := section(t, compose(t, of), "Visure che si possono chiedere").Table.Rows; len(got) != 1 || !slices.Equal(got[0], want) {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}

func TestTheLetterSaysWhetherTheInstructionsWereAccepted(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*lettera.Case)
		want   string
	}{
		"within a year":    {func(*lettera.Case) {}, "accettate il 14/02/2026"},
		"longer ago":       {func(c *lettera.Case) { c.At = c.At.AddDate(1, 0, 0) }, "accettate il 14/02/2026, da più di un anno: vanno accettate di nuovo"},
		"those of before":  {func(c *lettera.Case) { c.Parties.Comune.Istruzioni.Versione = 1 }, "accettate il 14/02/2026 nella versione 0: vanno accettate quelle in vigore"},
		"another Comune's": {func(c *lettera.Case) { c.Utente.Accepted[0].Comune = "039002" }, "non ancora accettate"},
	} {
		of := appointed()
		c.change(&of)
		l := compose(t, of)
		rows := l.Sections[len(l.Sections)-2].Rows
		if len(rows) != 1 || rows[0].Value != c.want {
			t.Errorf("%s: %q, want %q", name, rows, c.want)
		}
	}
}

// An office of the Comune and the Comune's own people are appointed by the Comune.
func TestWhoAppointsStandsAtTheHeadAndSigns(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change       func(*lettera.Case)
		head, office string
		signs        string
	}{
		"a body": {func(*lettera.Case) {}, "Azienda sanitaria", "", "Per l'Ente, il legale rappresentante o un suo delegato"},
		"an office of the Comune": {func(c *lettera.Case) {
			c.Parties.Ente.Tipo, c.Parties.Ente.EnteredBy.Comune = domain.EnteUfficio, c.Pair.Comune
		}, "Comune di Ancona", "Azienda sanitaria", "Per il Comune, il Sindaco o un suo delegato"},
		"somebody of the Comune":    {atTheComune, "Comune di Ancona", "Ufficio Anagrafe", "Per il Comune, il Sindaco o un suo delegato"},
		"a manager of its services": {func(c *lettera.Case) { c.Parties.Ente.Tipo = domain.EnteGestore }, "Azienda sanitaria", "", "Per l'Ente, il legale rappresentante o un suo delegato"},
	} {
		of := appointed()
		c.change(&of)
		if l := compose(t, of); l.Intestazione != c.head || l.Ufficio != c.office || l.Firme[0] != c.signs {
			t.Errorf("%s: %q, %q, %q", name, l.Intestazione, l.Ufficio, l.Firme[0])
		}
	}
}

// atTheComune makes the person one of the Comune itself, and its TOP.
func atTheComune(c *lettera.Case) {
	c.Pair.Ente, c.Utente.Appointments[0].Ente = "", ""
	c.Parties = domain.Parties{Comune: c.Parties.Comune}
	c.Parties.Comune.Tops = []domain.UtenteID{c.ID}
}

func TestRolesThatAreOverAreLeftOut(t *testing.T) {
	t.Parallel()
	c := appointed()
	c.Utente.Roles[0].Al = domain.Date{Year: 2026, Month: 3, Day: 13}
	c.Utente.Roles = append(c.Utente.Roles,
		domain.RoleHeld{RoleGiven: domain.RoleGiven{Role: domain.RoleAdmin, Ente: pair.Ente, Comune: pair.Comune, Dal: domain.Date{Year: 2026, Month: 4, Day: 1}, Sostituisce: c.ID}},
		domain.RoleHeld{RoleGiven: domain.RoleGiven{Role: domain.RoleAdmin, Ente: pair.Ente, Comune: "039002"}})
	want := []documento.Row{{Label: "Amministratore", Value: "ADMIN, dal 01/04/2026, in sostituzione di " + c.ID.Codice()}}
	if got := section(t, compose(t, c), "Ruoli").Rows; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	atTheComune(&c)
	want = []documento.Row{{Label: "Responsabile dell'Anagrafe", Value: "TOP"}}
	if got := section(t, compose(t, c), "Ruoli").Rows; !slices.Equal(got, want) {
		t.Errorf("at the Comune %q, want %q", got, want)
	}
}

// Without an act in force the letter says so, and shows the last.
func TestAnActThatDoesNotHoldIsSaidToBeNone(t *testing.T) {
	t.Parallel()
	c := appointed()
	if s := section(t, compose(t, c), "Convenzione"); len(s.Text) > 0 || s.Rows[0].Value != "Rep. 12" {
		t.Errorf("in force: %+v", s)
	}
	c.Parties.Convenzione.Suspended = true
	if s := section(t, compose(t, c), "Convenzione"); len(s.Text) != 1 || s.Rows[0].Value != "Rep. 12" {
		t.Errorf("suspended: %+v", s)
	}
}

// A purpose that is for some types alone is printed with them.
func TestAPurposeIsPrintedWithTheTypesItIsFor(t *testing.T) {
	t.Parallel()
	c := appointed()
	atto := &c.Parties.Convenzione.Atti[0]
	atto.Finalita = []domain.Finalita{
		{Codice: "ISEE", Descrizione: "Prestazioni", BaseGiuridica: "art. 71"},
		{Codice: "TARI", Descrizione: "Tributi", BaseGiuridica: "L. 147/2013", Tipi: []domain.Tipo{domain.Residenza, domain.Nascita}},
	}
	rows := section(t, compose(t, c), "Convenzione").Rows
	want := []documento.Row{{Label: "Finalità ISEE", Value: "Prestazioni – art. 71"}, {Label: "Finalità TARI", Value: "Tributi – L. 147/2013; solo per Residenza, Nascita"}}
	if got := rows[len(rows)-2:]; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	c.Parties.Convenzione.Inibite = atto.Finalita[:1]
	rows, want[0].Value = section(t, compose(t, c), "Convenzione").Rows, want[0].Value+"; inibita alla data di stampa"
	if got := rows[len(rows)-2:]; !slices.Equal(got, want) {
		t.Errorf("inhibited: %q, want %q", got, want)
	}
}

// What may be asked for at most under the act is printed, where there is a limit, and
// whether about many at once.
func TestTheQuotasOfTheActArePrinted(t *testing.T) {
	t.Parallel()
	c := appointed()
	if rows := section(t, compose(t, c), "Convenzione").Rows; slices.ContainsFunc(rows, func(r documento.Row) bool { return r.Label == "Quanto si può chiedere" }) {
		t.Errorf("without a limit: %q", rows)
	}
	c.Parties.Convenzione.Atti[0].Massimo.Quote = []domain.Quota{
		{Di: domain.DiUtente, Misura: domain.Richieste, Per: domain.AlGiorno, Limite: 50}, {Di: domain.DiEnte, Misura: domain.Richieste, Per: domain.AlMese, Limite: 9000},
	}
	c.Parties.Convenzione.Atti[0].Massive = &domain.MassiveGranted{Atto: 1, Tetto: 500, BaseGiuridica: "art. 50 D.Lgs. 82/2005"}
	rows := section(t, compose(t, c), "Convenzione").Rows
	for _, want := range []documento.Row{
		{Label: "Quanto si può chiedere", Value: "richieste al giorno dell'utente: 50; richieste al mese dell'Ente: 9000"},
		{Label: "Richieste massive", Value: "fino a 500 righe ciascuna – art. 50 D.Lgs. 82/2005"},
	} {
		if !slices.Contains(rows, want) {
			t.Errorf("%q, want %q among them", rows, want)
		}
	}
}

func TestWhoHasNoAppointmentHasNoLetter(t *testing.T) {
	t.Parallel()
	c := appointed()
	c.Utente.Appointments = nil
	var refused *domain.Error
	if _, err := lettera.Compose(c); !errors.As(err, &refused) || refused.Code != domain.Conflict {
		t.Errorf("%v", err)
	}
}

// The letter of the Comune's own people is headed as its documents are; that of a body is
// the body's.
func TestALetterOfTheComuneIsHeadedByItsModel(t *testing.T) {
	t.Parallel()
	modello := documento.Modello{Versione: 1, Intestazione: []string{"Anagrafe", "Via Uno"}, Stemma: &documento.Stemma{PNG: []byte("picture")}, Piede: []string{"Orario."}}
	for name, c := range map[string]struct {
		change func(*lettera.Case)
		office string
		lines  []string
		bears  bool
	}{
		"somebody of the Comune": {atTheComune, "Anagrafe", []string{"Via Uno"}, true},
		"an office of the Comune": {func(c *lettera.Case) {
			c.Parties.Ente.Tipo, c.Parties.Ente.EnteredBy.Comune = domain.EnteUfficio, c.Pair.Comune
		}, "Azienda sanitaria", nil, true},
		"a body": {func(*lettera.Case) {}, "", nil, false},
	} {
		of := appointed()
		of.Modello = modello
		c.change(&of)
		if l := compose(t, of); l.Ufficio != c.office || !slices.Equal(l.Righe, c.lines) || (l.Stemma != nil) != c.bears {
			t.Errorf("%s: %q, %q, %v", name, l.Ufficio, l.Righe, l.Stemma)
		}
	}
}
