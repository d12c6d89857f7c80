package main

import (
	"cmp"
	"slices"
	"strings"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
)

// links are those of table 5 that occur in the population, by sex.
var links = map[int][2]string{
	0: {"non definito o non comunicato", "non definito o non comunicato"}, 99: {"non definito o non comunicato", "non definito o non comunicato"},
	1: {"intestatario della scheda", "intestataria della scheda"}, 2: {"marito", "moglie"}, 3: {"figlio", "figlia"}, 6: {"padre", "madre"},
	9: {"fratello", "sorella"}, 10: {"nipote (collaterale)", "nipote (collaterale)"}, 11: {"zio (collaterale)", "zia (collaterale)"},
	12: {"cugino", "cugina"}, 14: {"figliastro", "figliastra"}, 17: {"suocero", "suocera"},
	23: {"convivente (con vincoli di adozione o affettivi)", "convivente (con vincoli di adozione o affettivi)"},
	25: {"convivente in convivenza non affettiva", "convivente in convivenza non affettiva"},
	28: {"unito civilmente", "unita civilmente"},
}

// together are the members of the person's family on the day.
func (l life) together() []*people.Person {
	f := l.FamilyAt(l.day)
	if f == nil {
		return nil
	}
	return f.MembersAt(l.day)
}

// members: those who live in the family, all of them, and nobody else.
func (r *reading) members() {
	var printed, lived []string
	for _, row := range r.section("Componenti della famiglia").Table.Rows {
		printed = append(printed, strings.Join(row[1:6], " "))
	}
	for _, m := range r.together() {
		lived = append(lived, strings.Join([]string{cmp.Or(m.Surname, "(senza cognome)"), cmp.Or(m.Name, "(senza nome)"),
			string(rune(m.Sex)), born(m.Birth), place(m.Birth.Place)}, " "))
	}
	if len(printed) > 0 && len(lived) > 0 {
		r.same("the head of the family", printed[0], lived[0])
	}
	slices.Sort(printed)
	slices.Sort(lived)
	r.same("the family", strings.Join(printed, "; "), strings.Join(lived, "; "))
}

// kinship: each member is to the head what the family knows.
func (r *reading) kinship() {
	var printed, lived []string
	for _, row := range r.section("Componenti della famiglia").Table.Rows {
		printed = append(printed, row[1]+" "+row[2]+" "+row[4]+": "+row[6])
	}
	for _, m := range r.together() {
		lived = append(lived, cmp.Or(m.Surname, "(senza cognome)")+" "+cmp.Or(m.Name, "(senza nome)")+" "+born(m.Birth)+": "+life{Person: m}.word(links[m.Link]))
	}
	slices.Sort(printed)
	slices.Sort(lived)
	r.same("the kinship", strings.Join(printed, "; "), strings.Join(lived, "; "))
}

// familyHome: the family lives there.
func (r *reading) familyHome() {
	s := r.section("Indirizzo della famiglia")
	f := r.FamilyAt(r.day)
	if f == nil {
		r.says("the person is in no family", false)
		return
	}
	r.says("a convivenza is no family", f.Card != 4)
	r.atHome("the family's address", s.Rows, f.Residence)
	r.says("the family has a fixed address or has not", r.Homeless == (len(s.Text) > 0))
}
