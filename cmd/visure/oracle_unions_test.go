package main

import (
	"slices"
	"strings"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/domain/documento"
)

// statuses is table 1, by sex.
var statuses = map[string][2]string{
	"1": {"celibe", "nubile"}, "2": {"coniugato", "coniugata"}, "3": {"vedovo", "vedova"}, "4": {"divorziato", "divorziata"},
	"6": {"unito civilmente", "unita civilmente"},
	"7": {"stato libero a seguito di decesso della parte unita civilmente", "stato libero a seguito di decesso della parte unita civilmente"},
	"8": {"stato libero a seguito di scioglimento dell'unione civile", "stato libero a seguito di scioglimento dell'unione civile"},
}

// word is the one of two for the person's sex.
func (l life) word(words [2]string) string {
	if l.Sex == 'F' {
		return words[1]
	}
	return words[0]
}

// unbound says that no marriage and no union is in force.
func (l life) unbound() bool {
	b := l.BondAt(l.day)
	return b == nil || b.Ended(l.day)
}

// free: no marriage and no union is in force.
func (r *reading) free() { r.says("the person is not free", !r.StatusUnknown && r.unbound()) }

// status: the civil status is the person's, unless the document says that it is
// only what is registered.
func (r *reading) status() {
	rows := slices.Concat(r.section("Stato civile").Rows, r.section("Stato libero").Rows)
	if value(rows, "Stato civile registrato") != "" {
		r.says("what contradicts the status is not said", r.contradicted())
		return
	}
	printed, undocumented := strings.CutSuffix(value(rows, "Stato civile"), " (non documentato)")
	r.same("the civil status", printed, r.word(statuses[r.StatusAt(r.day)]))
	r.says("the status is documented or is not", undocumented == (r.Oddity == people.StatusUndocumented))
}

// contradicted says that the document warns of what contradicts the status.
func (r *reading) contradicted() bool {
	return slices.Contains(r.warnings, "stato_civile_discorde") || slices.Contains(r.warnings, "stato_civile_non_aggiornato")
}

// bond: what is printed of a marriage or a union is of the last one, and says
// that it ended if it did.
func (r *reading) bond() {
	rows := r.section("Stato civile").Rows
	b := r.BondAt(r.day)
	if value(rows, "Stato civile registrato") != "" {
		return
	}
	spouse, partner := value(rows, "Coniuge"), value(rows, "Parte unita civilmente")+value(rows, "Parte già unita civilmente")
	if b == nil {
		r.says("there never was a bond", spouse == "" && partner == "" && value(rows, "Decesso del coniuge") == "")
		return
	}
	r.says("the spouse is not one", spouse == "" || !b.Civil && !b.Ended(r.day) && r.brief(spouse, b.With), spouse)
	r.says("the partner is not one", partner == "" || b.Civil && r.brief(partner, b.With), partner)
	r.says("the union ended and it is not said", partner == "" || !b.Ended(r.day) || value(rows, "Cessazione dell'unione") != "")
	r.says("the spouse is concealed", b.Civil || b.Ended(r.day) || spouse != "")
	r.says("the partner is concealed", !b.Civil || b.Ended(r.day) || partner != "")
	r.happened("the marriage", value(rows, "Data del matrimonio"), value(rows, "Luogo del matrimonio"), b.Event, !b.Civil)
	r.happened("the union", value(rows, "Data dell'unione civile"), value(rows, "Luogo dell'unione civile"), b.Event, b.Civil)
	r.ending(rows, b)
}

// happened: an event, if it is printed, was then and there.
func (r *reading) happened(what, day, where string, e people.Event, did bool) {
	if day+where == "" {
		return
	}
	r.says(what+" did not happen", did)
	r.same("the day of "+what, day, italian(e.Date))
	r.same("the place of "+what, where, place(e.Place))
}

// ending: how and when a bond ended is how and when it did.
func (r *reading) ending(rows []documento.Row, b *people.Bond) {
	death := people.Event{}
	if b.With.Death != nil {
		death = *b.With.Death
	}
	r.happened("the spouse's death", value(rows, "Decesso del coniuge"), value(rows, "Luogo del decesso"), death, b.End != nil && b.End.Code == "")
	how := value(rows, "Cessazione del matrimonio") + value(rows, "Cessazione dell'unione") + value(rows, "Tipo")
	if how == "" {
		return
	}
	if b.End == nil {
		r.says("the bond did not end", false, how)
		return
	}
	if ended := value(rows, "Data della cessazione"); ended != "" {
		r.same("the day of the end", ended, italian(b.End.Event.Date))
	}
	if s := b.End.Sentence; s != nil {
		r.same("the ruling", value(rows, "Sentenza"), s.Number)
		r.same("who ruled", value(rows, "Autorità"), s.Authority)
		if ruled := value(rows, "Data della sentenza"); ruled != "" {
			r.same("the day of the ruling", ruled, italian(s.Date))
		}
	}
}

// brief says whether a line names a person.
func (r *reading) brief(line string, p *people.Person) bool {
	for _, part := range []string{p.Surname, p.Name, born(p.Birth), place(p.Birth.Place)} {
		if !strings.Contains(line, part) {
			return false
		}
	}
	return true
}

// marriage: the marriage printed was the person's; of one that ended the end is
// printed too.
func (r *reading) marriage() {
	i := slices.IndexFunc(r.Sections, func(s documento.Section) bool { return strings.HasPrefix(s.Title, "Coniuge") })
	b := r.marriageWith(i)
	if b == nil {
		r.says("the spouse is not one", i < 0)
		return
	}
	r.particulars("the spouse", r.Sections[i].Rows, b.With)
	last := r.BondAt(r.day)
	if r.Sections[i].Title == "Coniuge" && !r.contradicted() {
		r.says("the spouse is that of a former marriage", b == last)
	}
	rows := r.section("Matrimonio").Rows
	r.happened("the marriage", value(rows, "Data"), value(rows, "Luogo"), b.Event, true)
	if !b.NoData {
		r.record("Atto di matrimonio", b.Event.Act)
	}
	end := r.section("Cessazione del matrimonio").Rows
	death := r.section("Decesso del coniuge").Rows
	r.ending(append(slices.Clone(end), documento.Row{Label: "Decesso del coniuge", Value: value(death, "Data")},
		documento.Row{Label: "Luogo del decesso", Value: value(death, "Luogo")}), b)
	said := len(end) > 0 || len(death) > 0 || slices.Contains(r.warnings, "cessazione_mancante")
	r.says("the marriage ended and it is not said", !b.Ended(r.day) || said)
	r.says("the marriage did not end", b.Ended(r.day) || !said)
}

// marriageWith is the marriage with who is printed in a section.
func (r *reading) marriageWith(section int) *people.Bond {
	for _, b := range slices.Backward(r.Bonds) {
		if section >= 0 && !b.Civil && value(r.Sections[section].Rows, "Codice fiscale") == b.With.CodiceFiscale {
			return b
		}
	}
	return nil
}
