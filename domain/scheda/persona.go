package scheda

import (
	"cmp"
	"slices"
)

// Comune returns where the person is registered, as far as the blocks tell: the
// Comune of the entry in the register, else that of the residence, else the
// zero Localita.
func (s Persona) Comune() Localita {
	if s.Iscrizione != nil && s.Iscrizione.Comune.ISTAT != "" {
		return s.Iscrizione.Comune
	}
	if r, ok := s.Residenza(); ok {
		return r.Indirizzo.Comune
	}
	return Localita{}
}

// AIRE says whether the person is in the register of Italians abroad.
func (s Persona) AIRE() bool {
	return s.Generalita.AIRE || s.Famiglia != nil && s.Famiglia.AIRE || s.Legame != nil && s.Legame.Tipo == "5"
}

// Deceased says whether a death is recorded, found or presumed: codes 1 and 2
// mean the same in tables 15 and 28.
func (s Persona) Deceased() bool {
	return s.Decesso != nil || s.Cancellazione != nil && (s.Cancellazione.Codice == "1" || s.Cancellazione.Codice == "2")
}

// PresumedDead says whether the death was declared by a court: code 2 of tables
// 15 and 28.
func (s Persona) PresumedDead() bool {
	return s.Cancellazione != nil && s.Cancellazione.Codice == "2"
}

// Intestatario says whether the person is the head of a family.
func (s Persona) Intestatario() bool {
	return s.Legame != nil && s.Legame.Tipo != "4" && s.Legame.Codice == "1"
}

// Same says whether two cards are of one person. It goes by the national id or
// by the tax code: a second card of one person may have an id of its own. Where
// neither can be compared the personal details decide.
func (s Persona) Same(o Persona) bool {
	a, b := s.Generalita, o.Generalita
	if s.IDANPR != "" && s.IDANPR == o.IDANPR || a.CodiceFiscale != "" && a.CodiceFiscale == b.CodiceFiscale {
		return true
	}
	if s.IDANPR != "" && o.IDANPR != "" || a.CodiceFiscale != "" && b.CodiceFiscale != "" {
		return false
	}
	return a.Cognome == b.Cognome && a.Nome == b.Nome && a.Sesso == b.Sesso && a.Nascita == b.Nascita && a.LuogoNascita == b.LuogoNascita
}

// CancellazioneText returns why the person left the register, in words: table
// 15, or 28 for AIRE; empty when the person did not, or no reason is given.
func (s Persona) CancellazioneText() string {
	switch {
	case s.Cancellazione == nil:
		return ""
	case s.AIRE():
		return text(cancellazioniAIRE, s.Cancellazione.Codice)
	}
	return text(cancellazioni, s.Cancellazione.Codice)
}

// Componenti returns the members of the family as of the day of the data, the
// head first and the others by their number in the family. A person who died or
// left the register is not a member.
func (s Scheda) Componenti() []Persona {
	members := slices.DeleteFunc(slices.Clone(s.Persone), func(s Persona) bool {
		return s.Deceased() || s.Cancellazione != nil
	})
	slices.SortStableFunc(members, func(a, b Persona) int { return cmp.Compare(a.order(), b.order()) })
	return members
}

// order is a member's place in the list; a member without a number comes last.
func (s Persona) order() int {
	const last = 1 << 30
	switch {
	case s.Intestatario():
		return -1
	case s.Legame == nil || s.Legame.Progressivo <= 0:
		return last
	}
	return s.Legame.Progressivo
}
