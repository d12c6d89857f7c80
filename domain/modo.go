package domain

import (
	"cmp"
	"math"
)

// Modo is how requests for subjects of other Comuni are confirmed. The zero Modo
// does not admit them.
type Modo struct {
	Conferma Conferma `json:"conferma,omitempty" doc:"immediata, silenzio_assenso o manuale; assente: nazionale non ammesso"`
	// Ore is after how many office hours silence is consent; 0: the Comune's term.
	Ore int `json:"ore,omitempty" minimum:"0" maximum:"1000" doc:"Ore d'ufficio del silenzio-assenso; assente: quelle del Comune"`
}

// Admits says whether the mode lets national requests through at all.
func (m Modo) Admits() bool { return m.Conferma != "" }

// width orders modes: immediate is the widest, then silence, then an officer's
// decision, then none.
func (m Modo) width() int {
	switch m.Conferma {
	case Immediata:
		return 3
	case SilenzioAssenso:
		return 2
	case Manuale:
		return 1
	}
	return 0
}

// Wider says whether m lets more through than n: of two that consent by silence
// the one of fewer hours does. Term is the hours of a mode that names none; 0: there
// silence never consents.
func (m Modo) Wider(n Modo, term int) bool {
	if m.width() != n.width() || m.Conferma != SilenzioAssenso {
		return m.width() > n.width()
	}
	return m.hours(term) < n.hours(term)
}

// AtMost returns the narrower of m and most.
func (m Modo) AtMost(most Modo, term int) Modo {
	if m.Wider(most, term) {
		return most
	}
	return m
}

func (m Modo) hours(term int) int {
	if hours := cmp.Or(m.Ore, term); hours > 0 {
		return hours
	}
	return math.MaxInt
}

// Check refuses a mode that is none of the three, and a term of what has none.
func (m Modo) Check(field string) error {
	switch {
	case m.Conferma != "" && m.width() == 0:
		return FieldErrorf(Invalid, field, "la conferma delle visure nazionali è immediata, manuale o silenzio_assenso")
	case m.Ore < 0 || m.Ore > 0 && m.Conferma != SilenzioAssenso:
		return FieldErrorf(Invalid, field, "le ore sono quelle del silenzio-assenso, non meno di una")
	}
	return nil
}
