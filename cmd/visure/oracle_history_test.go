package main

import (
	"slices"
	"strings"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
)

// period is a period of residence as printed.
type period struct {
	from, to string // days; to is empty while it lasts or where nobody knows
	lasts    bool
	address  string
}

// residenceHistory: each period lies within one that was lived, they do not
// overlap, none is concealed, and every gap that is told was one.
func (r *reading) residenceHistory() {
	s := r.section("Storia della residenza")
	var periods []period
	for _, row := range s.Table.Rows {
		if row[0] == "–" {
			r.gap(row[3], periods)
			continue
		}
		p := period{from: row[1], to: row[2], lasts: row[2] == "attuale", address: row[3]}
		if p.lasts || row[2] == "fine non nota" {
			p.to = ""
		}
		if n := len(periods); n > 0 {
			before := periods[n-1]
			r.says("periods overlap", !before.lasts && iso(before.from) <= iso(p.from) && (before.to == "" || iso(before.to) <= iso(p.from)), before, p)
		}
		r.within(p)
		periods = append(periods, p)
	}
	r.complete(periods, brokenOff(s.Text))
	for _, text := range s.Text {
		r.missing(text)
	}
}

// brokenOff is the last day that a history is said not to reach; "" when it is
// not said.
func brokenOff(text []string) (last string) {
	for _, t := range text {
		if _, rest, ok := strings.Cut(t, "Ricostruzione a ritroso interrotta al "); ok {
			last = max(last, iso(rest[:len("02/01/2006")]))
		}
	}
	return last
}

// within: a printed period lies within one that was lived at that address.
func (r *reading) within(p period) {
	var there []stay
	for _, s := range r.stays() {
		if marks(p.address) == marks(address(s.lived)) {
			there = append(there, s)
		}
	}
	r.says("the person never lived there", len(there) > 0, p)
	r.says("a period that was not lived", len(there) == 0 || slices.ContainsFunc(there, func(s stay) bool {
		switch {
		case iso(p.from) < iso(italian(s.lived.From)):
			return false
		case p.lasts:
			return s.last.After(r.day)
		case p.to == "":
			return !s.last.After(r.day) // it ended
		}
		return iso(p.to) >= iso(p.from) && iso(p.to) <= iso(italian(s.last)) || iso(p.to) == iso(p.from) && s.lived.Until.Equal(s.lived.From)
	}), p)
	if r.Death != nil {
		r.says("a period after the death", !p.lasts && iso(p.from) <= iso(italian(r.Death.Date)) && iso(p.to) <= iso(italian(r.Death.Date)), p)
	}
}

// complete: every residence that the registry can list has a period that begins
// with it, unless it is said that the history does not reach it.
func (r *reading) complete(periods []period, unreached string) {
	for _, known := range r.KnownResidences(r.day) {
		if !known.Until.IsZero() && iso(italian(known.Until)) <= unreached {
			continue
		}
		r.says("a residence is concealed: "+address(known)+" since "+italian(known.From), slices.ContainsFunc(periods, func(p period) bool {
			return p.from == italian(known.From) && marks(p.address) == marks(address(known))
		}))
	}
}

// gap: a time in no register was one: a card had been cancelled, or the person
// lived nowhere.
func (r *reading) gap(text string, before []period) {
	if !strings.HasPrefix(text, "Interruzione") {
		return
	}
	since := text[strings.LastIndex(text, " ")+1:]
	from := iso(before[len(before)-1].from)
	cancelled := slices.ContainsFunc(r.cards, func(p *people.Person) bool {
		return p.Removed != nil && iso(italian(p.Removed.Date)) >= from && iso(italian(p.Removed.Date)) <= iso(since)
	})
	r.says("an interruption that was none", cancelled || r.awayBefore(since), text)
}

// awayBefore says whether the person lived nowhere on the day before.
func (r *reading) awayBefore(printed string) bool {
	day, err := time.Parse("02/01/2006", printed)
	if err != nil {
		return false
	}
	eve := day.AddDate(0, 0, -1)
	return !slices.ContainsFunc(r.stays(), func(s stay) bool { return !s.lived.From.After(eve) && !s.last.Before(eve) })
}

// missing: what is said to be missing in the registry is not there.
func (r *reading) missing(text string) {
	switch {
	case strings.HasPrefix(text, "Iscrizione in anagrafe"):
		r.says("an entry that was none", slices.ContainsFunc(r.cards, func(p *people.Person) bool {
			return strings.Contains(text, "nel Comune di "+town(p.Home)+" dal "+italian(p.Enrolled.Date))
		}), text)
	case strings.HasPrefix(text, "In ANPR non risulta l'indirizzo attuale"):
		r.says("the present address is known", r.Removed != nil || r.ResidenceAt(r.day) == nil)
	case strings.HasPrefix(text, "Ricostruzione a ritroso interrotta"):
		_, rest, _ := strings.Cut(text, " interrotta al ")
		day, err := time.Parse("02/01/2006", rest[:len("02/01/2006")])
		r.says("the registry knows a residence on that day", err == nil && !slices.ContainsFunc(r.stays(), func(s stay) bool {
			a := s.lived.Address
			return !s.lived.From.After(day) && !s.last.Before(day) && (a == nil || !day.Before(a.Comune.Subentro))
		}), text)
	}
}
