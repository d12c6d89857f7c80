package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/domain/documento"
)

// marks are the letters and digits of a text in words, sorted: two writings of
// one address have the same.
func marks(text string) string {
	words := strings.FieldsFunc(text, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) })
	words = slices.DeleteFunc(words, func(w string) bool {
		return slices.Contains([]string{"km", "scala", "piano", "int", "corte"}, w)
	})
	slices.Sort(words)
	return strings.Join(words, " ")
}

// street is an Italian address without its place.
func street(a *people.Address) string {
	number, colour := a.Number, map[string]string{"1": "ROSSO", "2": "NERO"}[a.Colour]
	if number == "0" {
		number = "" // words stand for it
	}
	if m := a.Metric; m != "" {
		m = "000" + m
		number = cmp.Or(strings.TrimLeft(m[:len(m)-3], "0"), "0") + "," + m[len(m)-3:]
	}
	return strings.Join([]string{a.Street.Kind, a.Street.Name, number, a.Letter, a.Exponent, colour, a.Court, a.Stair, a.Floor, a.Inner}, " ")
}

// address is where somebody lived, in one line.
func address(r people.Residence) string {
	if a := r.Address; a != nil {
		return strings.Join([]string{street(a), a.Hamlet, a.CAP, town(a.Comune)}, " ")
	}
	f := r.Abroad
	return strings.Join([]string{f.Street, f.Number, f.CAP(), f.Locality(), f.County(), f.State().Name}, " ")
}

// atHome holds the rows of an Italian address against it.
func (r *reading) atHome(what string, rows []documento.Row, lived people.Residence) {
	a := lived.Address
	r.same(what, marks(value(rows, "Indirizzo")), marks(street(a)))
	r.same(what+": the place", value(rows, "Frazione o località"), a.Hamlet)
	r.same(what+": CAP", value(rows, "CAP"), a.CAP)
	r.same(what+": the Comune", value(rows, "Comune"), town(a.Comune))
	r.same(what+": at whose", value(rows, "Presso"), lived.Presso)
}

// home: the person lives there since then.
func (r *reading) home() {
	s, now := r.section("Residenza"), r.ResidenceAt(r.day)
	if now == nil {
		r.says("the person lives nowhere", false)
		return
	}
	r.atHome("the residence", s.Rows, *now)
	r.same("the residence: since when", value(s.Rows, "Decorrenza"), italian(now.From))
	r.says("the person has a fixed address or has not", r.Homeless == (len(s.Text) > 0))
}

// homeAbroad: an Italian abroad lives there since then, and is enrolled here.
func (r *reading) homeAbroad() {
	rows := slices.Concat(r.section("Residenza all'estero").Rows, r.section("Iscrizione AIRE e indirizzo estero").Rows)
	now := r.ResidenceAt(r.day)
	if now == nil || now.Abroad == nil || r.Abroad == nil {
		r.says("the person does not live abroad", false)
		return
	}
	f := now.Abroad
	_, seat := f.Consulate()
	around := ""
	if f.County() != "" {
		around = " (" + f.County() + ")"
	}
	for label, lived := range map[string]string{
		"Indirizzo estero": f.Street + " " + f.Number, "Codice postale": f.CAP(), "Località": f.Locality() + around,
		"Stato": f.State().Name, "Circoscrizione consolare": seat,
	} {
		r.same(label, value(rows, label), lived)
	}
	for label, lived := range map[string]string{
		"Decorrenza": italian(now.From), "Anno di espatrio": fmt.Sprint(r.Abroad.Year), "Comune di iscrizione AIRE": town(r.Home),
	} {
		if printed := value(rows, label); printed != "" {
			r.same(label, printed, lived)
		}
	}
}

// enrolment: the entry in the register is that of one of the person's cards.
func (r *reading) enrolment() {
	rows := slices.Concat(r.section("Iscrizione anagrafica").Rows, r.section("Iscrizione all'AIRE").Rows)
	if len(rows) == 0 {
		return
	}
	r.same("the Comune of the entry", value(rows, "Comune di iscrizione"), town(r.Home))
	r.same("the day of the entry", value(rows, "Data di iscrizione"), italian(r.Enrolled.Date))
}

// lastDay is the last day of a residence told by a card, far away while it
// lasts.
func lastDay(card *people.Person, lived people.Residence) time.Time {
	last := time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	if !lived.Until.IsZero() {
		last = lived.Until.AddDate(0, 0, -1)
	}
	if card.Death != nil && card.Death.Date.Before(last) {
		last = card.Death.Date
	}
	if card.Removed != nil && card.Removed.Date.Before(last) {
		last = card.Removed.Date
	}
	return last
}

// stay is a residence of one of the cards.
type stay struct {
	card  *people.Person
	lived people.Residence
	last  time.Time
}

// stays are all residences of a life, those of every card.
func (l life) stays() (list []stay) {
	for _, card := range l.cards {
		for _, lived := range card.Residences {
			list = append(list, stay{card, lived, lastDay(card, lived)})
		}
	}
	return list
}
