package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/domain/documento"
)

// inRegister: who died or left the register has no such document.
func (r *reading) inRegister() {
	r.says("the person is in no register any more", r.Removed == nil && r.Death == nil)
}

// alive: the person lives, and in the Comune that is printed.
func (r *reading) alive() {
	r.inRegister()
	r.same("the Comune", value(r.section("Esistenza in vita").Rows, "Comune di residenza"), town(r.Home))
}

// birthRecord: the record of birth is the person's.
func (r *reading) birthRecord() {
	r.inRegister()
	r.record("Atto di nascita", r.Birth.Act)
}

// dead: the person died then and there, and it is recorded so.
func (r *reading) dead() {
	if r.Death == nil {
		r.says("the person did not die", false)
		return
	}
	rows := r.section("Decesso").Rows
	r.same("the day of the death", value(rows, "Data"), italian(r.Death.Date))
	r.same("the place of the death", value(rows, "Luogo"), place(r.Death.Place))
	presumed := r.Removed.Reason == "2"
	r.says("the death is presumed or is not", slices.Contains(r.warnings, "morte_presunta") == presumed)
	r.record("Atto di morte", r.Death.Act)
	if s := r.Removed.Sentence; s != nil {
		rows := r.section("Sentenza di dichiarazione di morte presunta").Rows
		r.same("the ruling", value(rows, "Numero"), s.Number)
		r.same("the day of the ruling", value(rows, "Data della sentenza"), italian(s.Date))
		r.same("the day since when it holds", value(rows, "Efficacia dal"), italian(s.Effective))
	}
	if removed := value(rows, "Data della cancellazione"); r.Oddity != people.CancelledAfterDeath {
		r.same("the day of the removal", removed, italian(r.Removed.Date))
	}
}

// record holds the section of a civil status record against the record.
func (r *reading) record(title string, a *people.Act) {
	rows := r.section(title).Rows
	switch {
	case a == nil:
		r.says(title+": there is no record", len(rows) == 0, rows)
	case a.ANSC != "":
		r.same(title, fmt.Sprint(rows), fmt.Sprint([]documento.Row{{Label: "Identificativo ANSC", Value: a.ANSC}}))
	default:
		transcribed := ""
		if a.Transcribed {
			transcribed = "atto trascritto"
		}
		for label, lived := range map[string]string{
			"Comune di registrazione": town(a.Comune), "Ufficio": a.Office, "Anno": strconv.Itoa(a.Year), "Parte": a.Part, "Serie": a.Serie,
			"Numero": a.Number, "Data dell'atto": italian(a.Formed), "Trascrizione": transcribed,
		} {
			r.same(title+": "+label, value(rows, label), lived)
		}
	}
}

// citizenships: those held on the day, each since its day, and no others.
func (r *reading) citizenships() {
	s := r.section("Cittadinanza")
	var printed, lived []string
	if s.Table == nil {
		printed = append(printed, strings.ToUpper(value(s.Rows, "Cittadinanza"))+" "+value(s.Rows, "Decorrenza"))
	} else {
		for _, row := range s.Table.Rows {
			printed = append(printed, row[1]+" "+row[2])
		}
	}
	for _, c := range r.CitizenshipsAt(r.day) {
		name := c.State.Name
		if s.Table == nil && name == "ITALIA" {
			name = "ITALIANA"
		}
		lived = append(lived, name+" "+italian(c.From))
	}
	slices.Sort(printed)
	slices.Sort(lived)
	r.same("the citizenship", strings.Join(printed, ", "), strings.Join(lived, ", "))
}

// citizenshipHistory: each was held since its day, in that order, and the
// Italian one among them; from operation 6001 all are printed.
func (r *reading) citizenshipHistory() {
	var lived, printed []string
	for _, c := range r.Citizenships {
		lived = append(lived, c.State.Name+" "+italian(c.From))
	}
	var last string
	for _, row := range r.section("Storia della cittadinanza").Table.Rows {
		entry := row[1] + " " + row[2]
		r.says("a citizenship never held: "+entry, slices.Contains(lived, entry))
		r.says("a citizenship is printed twice: "+entry, !slices.Contains(printed, entry))
		since := iso(row[2])
		r.says("citizenships are not in the order of time", since >= last)
		printed, last = append(printed, entry), since
	}
	r.says("the person is not Italian", r.Italian(r.day))
	for _, entry := range lived {
		r.says("a citizenship is concealed: "+entry, r.asked.Walk || slices.Contains(printed, entry))
	}
}

// iso is a printed day that sorts as days do; "" when there is none.
func iso(printed string) string {
	if len(printed) != len("02/01/2006") || printed[2] != '/' {
		return ""
	}
	return printed[6:] + printed[3:5] + printed[:2]
}
