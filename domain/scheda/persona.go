package scheda

import (
	"cmp"
	"slices"
	"strings"

	"github.com/visure-anagrafiche/visure/domain"
)

// Comune returns where the person is registered, as far as the blocks tell: the
// Comune of the entry in the register, else that of the residence, else the
// zero Localita.
func (p Persona) Comune() Localita {
	if p.Iscrizione != nil && p.Iscrizione.Comune.ISTAT != "" {
		return p.Iscrizione.Comune
	}
	if r, ok := p.Residenza(); ok {
		return r.Indirizzo.Comune
	}
	return Localita{}
}

// AIRE says whether the person is in the register of Italians abroad.
func (p Persona) AIRE() bool {
	return p.Generalita.AIRE || p.Famiglia != nil && p.Famiglia.AIRE || p.Legame != nil && p.Legame.Tipo == "5"
}

// Deceased says whether a death is recorded, found or presumed: codes 1 and 2
// mean the same in tables 15 and 28.
func (p Persona) Deceased() bool {
	return p.Decesso != nil || p.Cancellazione != nil && (p.Cancellazione.Codice == "1" || p.Cancellazione.Codice == "2")
}

// PresumedDead says whether the death was declared by a court: code 2 of tables
// 15 and 28.
func (p Persona) PresumedDead() bool {
	return p.Cancellazione != nil && p.Cancellazione.Codice == "2"
}

// Intestatario says whether the person is the head of a family.
func (p Persona) Intestatario() bool {
	return p.Legame != nil && p.Legame.Tipo != "4" && p.Legame.Codice == "1"
}

// Same says whether two cards are of one person. It goes by the national id, or by
// the tax code where birth, sex and name do not contradict it: a second card of one
// person may have an id of its own, and two people have been given one code. Where
// neither can be compared the personal details decide.
func (p Persona) Same(o Persona) bool {
	a, b := p.Generalita, o.Generalita
	switch {
	case p.IDANPR != "" && p.IDANPR == o.IDANPR:
		return true
	case a.CodiceFiscale != "" && a.CodiceFiscale == b.CodiceFiscale:
		return a.agrees(b)
	case p.IDANPR != "" && o.IDANPR != "" || a.CodiceFiscale != "" && b.CodiceFiscale != "":
		return false
	}
	return a.Cognome == b.Cognome && a.Nome == b.Nome && a.Sesso == b.Sesso && a.Nascita == b.Nascita && a.LuogoNascita == b.LuogoNascita
}

// agrees says whether the details of two cards under one tax code may be of one
// person, who was born once and may have changed surname since.
func (g Generalita) agrees(o Generalita) bool {
	first := func(name string) string { first, _, _ := strings.Cut(name, " "); return first }
	return g.Nascita.Agrees(o.Nascita) && (g.Sesso == o.Sesso || unsaid(g.Sesso) || unsaid(o.Sesso)) &&
		(g.Nome == "" || o.Nome == "" || domain.SameName(first(g.Nome), first(o.Nome)))
}

// unsaid says that a sex is not indicated.
func unsaid(sesso string) bool { return sesso == "" || sesso == "N" }

// CancellazioneText returns why the person left the register, in words: table
// 15, or 28 for AIRE; empty when the person did not, or no reason is given.
func (p Persona) CancellazioneText() string {
	switch {
	case p.Cancellazione == nil:
		return ""
	case p.AIRE():
		return text(cancellazioniAIRE, p.Cancellazione.Codice)
	}
	return text(cancellazioni, p.Cancellazione.Codice)
}

// Componenti returns the members of the family as of the day of the data, the
// head first and the others by their number in the family. A person who died or
// left the register is not a member.
func (s Scheda) Componenti() []Persona {
	members := slices.DeleteFunc(slices.Clone(s.Persone), func(p Persona) bool {
		return p.Deceased() || p.Cancellazione != nil
	})
	slices.SortStableFunc(members, func(a, b Persona) int { return cmp.Compare(a.order(), b.order()) })
	return members
}

// order is a member's place in the list; a member without a number comes last.
func (p Persona) order() int {
	const last = 1 << 30
	switch {
	case p.Intestatario():
		return -1
	case p.Legame == nil || p.Legame.Progressivo <= 0:
		return last
	}
	return p.Legame.Progressivo
}
