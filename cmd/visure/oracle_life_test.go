package main

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
)

// life is what the population knows of a person on a day: all cards of the one
// tax code, which ones are in force, and nothing of what the registry answers.
type life struct {
	*people.Person // the card in force, else the one that tells a death, else the one asked about
	cards          []*people.Person
	day            time.Time
}

func newLife(population *people.Population, p *people.Person, day time.Time) life {
	l := life{Person: p, cards: population.ByCodiceFiscale(p.CodiceFiscale), day: day}
	for _, card := range l.cards {
		if card.Removed == nil || l.Removed != nil && l.Death == nil && card.Death != nil {
			l.Person = card
		}
	}
	return l
}

// reading is a document held against a life.
type reading struct {
	life
	documento.Documento
	asked          registryCase
	warnings       []string
	contradictions []string
}

// contradictions says in words what of the end of a request is not true of a
// life; nothing when all is.
func (l life) contradictions(asked registryCase, doc documento.Documento, ending played) []string {
	r := &reading{life: l, Documento: doc, asked: asked, warnings: ending.warnings}
	switch {
	case ending.status == domain.Issued:
		r.particulars("the person", r.section("Generalità").Rows, l.Person)
		for _, check := range readings[asked.Tipo] {
			check(r)
		}
		r.warned()
	case ending.status == domain.NotIssuable:
		r.reason(ending.reason)
		r.says("the type fits, and there is no document", !r.entitled())
	default: // a family that is being registered is asked about again some hours later
		r.says("neither a document nor a reason", ending.status == domain.Status(domain.FailureRetry) && l.Has(people.FamilyRegistering))
	}
	return r.contradictions
}

// entitled says whether the person asked about must have the document: the type
// fits, the registry lets the Comune see the family and finds nothing wrong with it,
// and the name is not another's too.
func (r *reading) entitled() bool {
	ofAnother := r.asked.Ambito == domain.Nazionale && r.Has(people.FamilyInProgress) || r.asked.Soggetto.CodiceFiscale == "" && r.Has(people.Homonym)
	entry, _ := documento.Lookup(r.asked.Tipo)
	return r.Has(people.ByTipo[string(r.asked.Tipo)]) && !ofAnother && !(entry.Consultazione.Famiglia && r.flagged())
}

// readings are what each type says, and the life has to bear out.
var readings = map[domain.Tipo][]func(*reading){
	domain.Nascita:                {(*reading).birthRecord},
	domain.EsistenzaInVita:        {(*reading).alive},
	domain.Morte:                  {(*reading).dead},
	domain.Cittadinanza:           {(*reading).inRegister, (*reading).citizenships},
	domain.Matrimonio:             {(*reading).inRegister, (*reading).marriage},
	domain.StatoLibero:            {(*reading).inRegister, (*reading).free, (*reading).status},
	domain.Residenza:              {(*reading).inRegister, (*reading).home, (*reading).enrolment},
	domain.StatoCivile:            {(*reading).inRegister, (*reading).status, (*reading).bond},
	domain.StatoFamiglia:          {(*reading).inRegister, (*reading).familyHome, (*reading).members},
	domain.StatoFamigliaParentela: {(*reading).inRegister, (*reading).familyHome, (*reading).members, (*reading).kinship},
	domain.StatoFamigliaAIRE:      {(*reading).inRegister, (*reading).homeAbroad, (*reading).members},
	domain.ResidenzaAIRE:          {(*reading).inRegister, (*reading).homeAbroad, (*reading).enrolment},
	domain.CittadinanzaStorica:    {(*reading).citizenshipHistory},
	domain.ResidenzaStorica:       {(*reading).residenceHistory, (*reading).enrolment},
}

// says notes a contradiction, named by what it is, unless the life holds.
func (r *reading) says(what string, holds bool, details ...any) {
	if !holds {
		r.contradictions = append(r.contradictions, strings.TrimSpace(what+" "+fmt.Sprint(details...)))
	}
}

// same notes a contradiction unless what is printed is what was lived.
func (r *reading) same(what, printed, lived string) {
	if printed != lived {
		r.contradictions = append(r.contradictions, fmt.Sprintf("%s is %q, and %q is printed", what, lived, printed))
	}
}

// section is the section of a title; one that is not printed has no rows.
func (r *reading) section(title string) documento.Section {
	for _, s := range r.Sections {
		if s.Title == title {
			return s
		}
	}
	return documento.Section{}
}

// value is what is printed beside a label, "" where nothing is.
func value(rows []documento.Row, label string) string {
	for _, row := range rows {
		if row.Label == label {
			return row.Value
		}
	}
	return ""
}

// particulars holds labelled particulars against those of a person.
func (r *reading) particulars(whose string, rows []documento.Row, p *people.Person) {
	code := p.CodiceFiscale
	if p.InvalidCF {
		code += " (non validato)"
	}
	for label, lived := range map[string]string{
		"Cognome": cmp.Or(p.Surname, "(senza cognome)"), "Nome": cmp.Or(p.Name, "(senza nome)"), "Codice fiscale": code,
		"Sesso":           map[byte]string{'M': "maschile", 'F': "femminile"}[p.Sex],
		"Data di nascita": born(p.Birth), "Luogo di nascita": place(p.Birth.Place),
	} {
		r.same(whose+": "+label, value(rows, label), lived)
	}
}

// italian is a day as documents write it.
func italian(day time.Time) string {
	if day.IsZero() {
		return ""
	}
	return day.Format("02/01/2006")
}

// born is a birth date as far as it is known.
func born(e people.Event) string {
	switch {
	case e.NoDayMonth:
		return e.Date.Format("2006") + " (giorno e mese non noti)"
	case e.NoDay:
		return e.Date.Format("01/2006") + " (giorno non noto)"
	}
	return italian(e.Date)
}

// town is a Comune as documents write it.
func town(c *people.Comune) string { return c.Name + " (" + c.Province + ")" }

// place is where something happened; a label of the tables is no State.
func place(p people.Place) string {
	switch {
	case p.Exceptional != "":
		return p.Exceptional
	case p.Comune != nil:
		return town(p.Comune)
	case p.State == nil:
		return ""
	}
	around := p.County
	if state(p.State) != "" {
		around = strings.TrimPrefix(around+", "+state(p.State), ", ")
	}
	if around == "" {
		return p.Locality
	}
	return p.Locality + " (" + around + ")"
}

// state is the name of a State, "" where the registry has a label in its place.
func state(s *people.State) string {
	if s.Name == "NON ATTRIBUIBILE" {
		return ""
	}
	return s.Name
}
