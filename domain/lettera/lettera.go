// Package lettera is the letter of appointment: what a person may do for an Ente at a
// Comune, what that rests on and by which instructions, in words to be signed. It is
// pure: equal input makes equal letters.
package lettera

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
)

// Lettera is what is to be printed: words without layout.
type Lettera struct {
	Title        string
	Subtitle     string
	ISTAT        domain.CodiceISTAT // whose coat of arms stands in the heading; empty: nobody's
	Intestazione string             // who appoints
	Provincia    string
	Ufficio      string
	Righe        []string          // of the heading, under the office
	Stemma       *documento.Stemma // in place of the installation's for ISTAT
	Codice       string            // of the person, at the foot of every page
	Sections     []documento.Section
	Firme        [2]string // who signs: who appoints, and the person
	Created      string    // RFC 3339, for the PDF's own dates
}

// Case is a person at a pair, with the state of the parties to it. All must be given,
// but of a person of the Comune itself no Ente, act or profile.
type Case struct {
	ID      domain.UtenteID
	Utente  domain.Utente
	Pair    domain.Pair
	Parties domain.Parties    // the profiles are those the person holds at the pair
	Modello documento.Modello // of the Comune, as it is in force
	At      time.Time         // of printing
}

// subtitle is what the letter is in law.
const subtitle = "Autorizzazione al trattamento di dati personali e istruzioni (artt. 29 e 32 Reg. (UE) 2016/679, art. 2-quaterdecies D.Lgs. 196/2003)"

// Compose words the letter of a person. It returns domain.Conflict for who has no
// appointment at the pair.
func Compose(c Case) (Lettera, error) {
	nomina, ok := c.Utente.Appointment(c.Pair)
	if !ok {
		return Lettera{}, domain.Errorf(domain.Conflict, "per questa persona non è registrata una nomina: va prima scritta")
	}
	l := Lettera{
		Title: "Lettera di nomina", Subtitle: subtitle, Codice: c.Utente.Codice,
		Firme:   [2]string{c.appointer(), "La persona autorizzata, per ricevuta"},
		Created: domain.ItalianTime(c.At).Format(time.RFC3339),
	}
	l.head(c)
	l.Sections = []documento.Section{c.person(), c.appointment(nomina), c.roles()}
	if c.Pair.Ente != "" {
		l.Sections = append(l.Sections, c.profiles(), c.act())
	}
	l.Sections = append(l.Sections, c.instructions(), c.printed())
	return l, nil
}

// head puts who appoints at the head: the Ente, or the Comune for its own people and
// offices.
func (l *Lettera) head(c Case) {
	ente, comune := c.Parties.Ente, c.Parties.Comune
	if c.outside() {
		l.Intestazione = ente.Denominazione
		return
	}
	l.ISTAT, l.Intestazione, l.Provincia, l.Stemma = comune.ISTAT, comune.Heading(), comune.Provincia, c.Modello.Stemma
	if l.Ufficio, l.Righe = c.Modello.Heading(comune); c.Pair.Ente != "" {
		l.Ufficio, l.Righe = ente.Denominazione, nil
	}
}

// outside says whether the person is of a body outside the Comune.
func (c Case) outside() bool {
	return c.Pair.Ente != "" && c.Parties.Ente.Atto(c.Pair.Comune) == domain.AttoConvenzione
}

func (c Case) appointer() string {
	if c.outside() {
		return "Per l'Ente, il legale rappresentante o un suo delegato"
	}
	return "Per il Comune, il Sindaco o un suo delegato"
}

func (c Case) day() domain.Date { return domain.ItalianDay(c.At) }

func (c Case) person() documento.Section {
	return documento.Section{Title: "Persona autorizzata", Rows: filled(
		documento.Row{Label: "Cognome", Value: c.Utente.Cognome},
		documento.Row{Label: "Nome", Value: c.Utente.Nome},
		documento.Row{Label: "Codice fiscale", Value: string(c.Utente.CodiceFiscale)},
		documento.Row{Label: "Codice utente", Value: c.Utente.Codice},
	)}
}

func (c Case) appointment(nomina domain.UtenteAppointed) documento.Section {
	ente := c.Parties.Ente
	ufficio, _ := ente.Ufficio(nomina.Comune, nomina.Ufficio)
	s := documento.Section{
		Title: "Nomina",
		Text: []string{"La persona sopra indicata è autorizzata a trattare, con il servizio di visure anagrafiche del " + c.Parties.Comune.Heading() +
			", i soli dati personali necessari ai compiti che seguono, nei limiti e secondo le istruzioni di questa lettera."},
		Rows: filled(
			documento.Row{Label: "Ente", Value: ente.Denominazione},
			documento.Row{Label: "Codice fiscale dell'Ente", Value: ente.CodiceFiscale},
			documento.Row{Label: "Comune", Value: c.Parties.Comune.Heading()},
			documento.Row{Label: "Ufficio", Value: named(ufficio.Nome, nomina.Ufficio)},
			documento.Row{Label: "Mansione", Value: nomina.Mansione},
			documento.Row{Label: "Atto di nomina", Value: nomina.Atto},
			documento.Row{Label: "Data della nomina", Value: nomina.Data.Italian()},
		),
	}
	if c.Utente.Suspended(c.Pair) {
		s.Rows = append(s.Rows, documento.Row{Label: "Sospensione", Value: "in corso: ruoli e profili restano, ma non si possono usare"})
	}
	return s
}

// named is an office's name, or its code once the office is closed.
func named(nome, codice string) string {
	if nome == "" {
		return codice
	}
	return nome
}

// act is what the appointment rests on: the act in force or, if none is, the last.
func (c Case) act() documento.Section {
	atto, stato := c.restsOn()
	s := documento.Section{Title: c.Parties.Ente.Atto(c.Pair.Comune).Title()}
	if stato != domain.ConvenzioneAttiva {
		s.Text = []string{"Alla data di stampa nessun atto è in vigore: finché non lo è, non si possono chiedere visure."}
	}
	s.Rows = filled(
		documento.Row{Label: "Estremi", Value: atto.Estremi},
		documento.Row{Label: "Data dell'atto", Value: atto.Data.Italian()},
		documento.Row{Label: "Firmato da", Value: strings.Join(atto.Firmatari, ", ")},
		documento.Row{Label: "Validità", Value: span(atto.Dal, atto.Al)},
		documento.Row{Label: "Quanto si può chiedere", Value: domain.QuoteText(atto.Massimo.Quote)},
	)
	if m := atto.Massive; m != nil {
		s.Rows = append(s.Rows, documento.Row{Label: "Richieste massive", Value: fmt.Sprintf("fino a %d righe ciascuna – %s", m.Tetto, m.BaseGiuridica)})
	}
	for _, f := range atto.Finalita {
		value := f.Descrizione + " – " + f.BaseGiuridica
		if len(f.Tipi) > 0 {
			value += "; solo per " + titles(domain.Concessi(f.Tipi, domain.Modo{}))
		}
		if c.Parties.Convenzione.Inhibited(f) {
			value += "; inibita alla data di stampa"
		}
		s.Rows = append(s.Rows, documento.Row{Label: "Finalità " + f.Codice, Value: value})
	}
	return s
}

func (c Case) restsOn() (domain.Atto, domain.StatoConvenzione) {
	atto, stato := c.Parties.Convenzione.InForce(c.day())
	if stato != domain.ConvenzioneAttiva {
		atto = c.Parties.Convenzione.Last()
	}
	return atto, stato
}

func (c Case) printed() documento.Section {
	return documento.Section{Title: "Firme", Text: []string{
		"Lettera stampata il " + c.day().Italian() + " dal registro degli utenti del servizio: riporta quanto vi risulta a quella data, e non le variazioni successive.",
	}}
}

// span says from when to when, as far as either is set.
func span(from, to domain.Date) string {
	switch {
	case to.IsZero() && from.IsZero():
		return ""
	case to.IsZero():
		return "dal " + from.Italian()
	case from.IsZero():
		return "fino al " + to.Italian()
	}
	return "dal " + from.Italian() + " al " + to.Italian()
}

// filled drops the rows without a value.
func filled(rows ...documento.Row) []documento.Row {
	return slices.DeleteFunc(rows, func(r documento.Row) bool { return r.Value == "" })
}
