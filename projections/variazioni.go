package projections

import (
	"slices"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// Variazione is something a person gains or loses of one type.
type Variazione struct {
	Tipo  domain.Tipo `json:"tipo"`
	Voce  Voce        `json:"voce"`
	Perde bool        `json:"perde"` // and gains otherwise
}

// Voce is what of a right changes.
type Voce string

const (
	VoceTipo       Voce = "tipo"       // the type itself
	VoceNazionale  Voce = "nazionale"  // how far, or how it is confirmed
	VoceOrario     Voce = "orario"     // some hours of the week
	VocePostazione Voce = "postazione" // from anywhere
	VoceFinalita   Voce = "finalita"   // some purposes
)

// compared returns what somebody gains and loses of each type from what they may
// before and after. Term is after how many hours silence consents where none is
// said.
func compared(before, after []Facolta, term int) (all []Variazione) {
	var tipi []domain.Tipo
	for _, f := range slices.Concat(before, after) {
		if !slices.Contains(tipi, f.Tipo) {
			tipi = append(tipi, f.Tipo)
		}
	}
	slices.Sort(tipi)
	for _, tipo := range tipi {
		other := func(f Facolta) bool { return f.Tipo != tipo }
		was, is := slices.DeleteFunc(slices.Clone(before), other), slices.DeleteFunc(slices.Clone(after), other)
		if len(was) == 0 || len(is) == 0 {
			all = append(all, Variazione{tipo, VoceTipo, len(is) == 0})
			continue
		}
		for _, gains := range []struct {
			voce    Voce
			exceeds func(a, b []Facolta) bool // whether a has what b has not
		}{
			{VoceNazionale, func(a, b []Facolta) bool { return widest(a, term).Wider(widest(b, term), term) }},
			{VoceOrario, someHour},
			{VocePostazione, func(a, b []Facolta) bool { return slices.ContainsFunc(a, free) && !slices.ContainsFunc(b, free) }},
			{VoceFinalita, somePurpose},
		} {
			if gains.exceeds(is, was) {
				all = append(all, Variazione{tipo, gains.voce, false})
			}
			if gains.exceeds(was, is) {
				all = append(all, Variazione{tipo, gains.voce, true})
			}
		}
	}
	return all
}

// somePurpose says whether some purpose may be named by one of a and by none of b.
func somePurpose(a, b []Facolta) bool {
	return slices.ContainsFunc(a, func(f Facolta) bool {
		return slices.ContainsFunc(f.Finalita, func(codice string) bool {
			return !slices.ContainsFunc(b, func(o Facolta) bool { return slices.Contains(o.Finalita, codice) })
		})
	})
}

func free(f Facolta) bool { return f.Postazione == domain.Libera }

// widest is the widest national mode of some ways.
func widest(ways []Facolta, term int) (m domain.Modo) {
	for _, f := range ways {
		if f.Nazionale.Wider(m, term) {
			m = f.Nazionale
		}
	}
	return m
}

// someHour says whether there is an hour of the week at which one of a may be used
// and none of b. Whether hours admit changes at their ends alone.
func someHour(a, b []Facolta) bool {
	for _, at := range ends(slices.Concat(a, b)) {
		usable := func(f Facolta) bool {
			return !slices.ContainsFunc(f.Orari, func(o domain.Orario) bool { return !o.Admits(at) })
		}
		if slices.ContainsFunc(a, usable) && !slices.ContainsFunc(b, usable) {
			return true
		}
	}
	return false
}

// monday begins a week in which Italy's clocks are not changed.
var monday = time.Date(2026, 5, 31, 22, 0, 0, 0, time.UTC)

// ends are the instants of a week, on the clocks of Italy, at which hours begin or
// end, and the midnights.
func ends(ways []Facolta) (instants []time.Time) {
	clocks := []time.Duration{0}
	for _, f := range ways {
		for _, o := range f.Orari {
			for _, window := range o {
				for _, text := range []string{window.Dalle, window.Alle} {
					if t, err := time.Parse("15:04", text); err == nil {
						clocks = append(clocks, time.Duration(t.Hour())*time.Hour+time.Duration(t.Minute())*time.Minute)
					}
				}
			}
		}
	}
	slices.Sort(clocks)
	clocks = slices.Compact(clocks)
	for day := range 7 {
		for _, clock := range clocks {
			instants = append(instants, monday.Add(time.Duration(day)*24*time.Hour+clock))
		}
	}
	return instants
}
