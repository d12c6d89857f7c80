package documento

import (
	"slices"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

// ignored are flags about the call and not about the person.
const ignored = "EN148 EN527"

// ownFlags are the codes on the answer and on the card of the soggetto.
func ownFlags(c Case) []string { return codesOf(c.Scheda.Anomalie, c.Persona.Anomalie) }

// memberFlags are the codes on the cards of the other members of the family that
// is printed.
func memberFlags(c Case) (codes []string) {
	for _, m := range otherMembers(c) {
		codes = append(codes, codesOf(m.Anomalie)...)
	}
	return codes
}

func codesOf(lists ...[]scheda.Anomalia) (codes []string) {
	for _, a := range slices.Concat(lists...) {
		if a.Codice != "" && !among(ignored, a.Codice) {
			codes = append(codes, a.Codice)
		}
	}
	return codes
}

// otherMembers are the members of the family but the soggetto, for the types that
// print them.
func otherMembers(c Case) []scheda.Persona {
	if !ofFamilies.has(c.Visura.Request.Tipo) {
		return nil
	}
	return slices.DeleteFunc(c.Scheda.Componenti(), c.Persona.Same)
}

// notStopped refuses what a flag stops: one of the soggetto's, or one about the
// family as a whole on any card of it.
func notStopped(c Case) Finding {
	own, members := ownFlags(c), memberFlags(c)
	for _, m := range meanings {
		flagged := func(code string) bool { return among(m.codes, code) }
		if m.stops.has(c.Visura.Request.Tipo) &&
			(slices.ContainsFunc(own, flagged) || m.family && slices.ContainsFunc(members, flagged)) {
			return refuse(m.reason)
		}
	}
	return Finding{}
}

// flagWarnings returns what is printed of the flags, each text once. ANPR's own
// text may name people and is not printed.
func flagWarnings(c Case) (out []Finding) {
	add := func(f Finding) {
		if f.Code != "" && !slices.ContainsFunc(out, func(o Finding) bool { return o.Text == f.Text }) {
			out = append(out, f)
		}
	}
	t := c.Visura.Request.Tipo
	for _, code := range ownFlags(c) {
		add(flagWarning(t, code))
	}
	for _, code := range memberFlags(c) {
		switch m, named := meaningOf(code); {
		case m.family:
			add(flagWarning(t, code))
		case !named || m.stops.has(t) || m.warns.has(t):
			add(warn("componente_segnalato", "In ANPR vi sono segnalazioni sui dati di uno o più altri componenti della famiglia: verificare con l'Ufficio Anagrafe."))
		}
	}
	return out
}

// flagWarning is what a flag has printed on a type, the zero Finding when nothing:
// one that is not in the table says no more than that there is one.
func flagWarning(t domain.Tipo, code string) Finding {
	m, named := meaningOf(code)
	switch {
	case !named:
		return warn(code, "ANPR segnala un'anomalia sui dati (codice "+code+"): verificare con l'Ufficio Anagrafe.")
	case m.warns.has(t):
		return warn(code, m.text)
	}
	return Finding{}
}
