package main

import (
	"slices"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/domain"
)

// why says of each reason whether the life bears it out.
var why = map[string]func(*reading) bool{
	domain.ReasonDeceased:            func(r *reading) bool { return r.Death != nil },
	domain.ReasonNotDeceased:         func(r *reading) bool { return r.Death == nil },
	domain.ReasonAIRE:                func(r *reading) bool { return r.Abroad != nil },
	domain.ReasonNotAIRE:             func(r *reading) bool { return r.Abroad == nil },
	domain.ReasonNotFoundAIRE:        func(r *reading) bool { return r.Abroad == nil },
	domain.ReasonCancelled:           func(r *reading) bool { return r.Removed != nil },
	domain.ReasonUntraceable:         func(r *reading) bool { return r.Removed != nil && r.Death == nil },
	domain.ReasonLifeNotStated:       func(r *reading) bool { return r.Removed != nil },
	domain.ReasonNotFree:             func(r *reading) bool { return !r.unbound() || r.Oddity == people.WidowedStatusNotUpdated },
	"stato_civile_non_documentato":   func(r *reading) bool { return r.Oddity == people.StatusUndocumented },
	domain.ReasonNotMarried:          func(r *reading) bool { b := r.BondAt(r.day); return b == nil || b.Civil },
	domain.ReasonNoStatoCivile:       func(r *reading) bool { return r.StatusUnknown },
	domain.ReasonNoSpouse:            (*reading).bondUnknown,
	domain.ReasonNoProof:             (*reading).bondUnknown,
	domain.ReasonHomeless:            func(r *reading) bool { return r.Homeless },
	domain.ReasonConvivenza:          func(r *reading) bool { f := r.FamilyAt(r.day); return f != nil && f.Card == 4 },
	domain.ReasonNoFamily:            func(r *reading) bool { return r.FamilyAt(r.day) == nil },
	domain.ReasonSingleMember:        func(r *reading) bool { return len(r.together()) == 1 },
	domain.ReasonFamilyIncomplete:    func(r *reading) bool { return r.Has(people.FamilyIncomplete) },
	domain.ReasonFamilyInProgress:    func(r *reading) bool { return r.HasAny(people.FamilyInProgress | people.FamilyRegistering) },
	domain.ReasonLegameClosed:        func(r *reading) bool { return r.Has(people.LinkUnknown) },
	domain.ReasonNotCertifiable:      func(r *reading) bool { return r.HasAny(people.NotCertifiable | people.PartiallyCertifiable) },
	domain.ReasonOpenProcedure:       func(r *reading) bool { return r.Procedure != nil },
	domain.ReasonNoCittadinanza:      func(r *reading) bool { return len(r.CitizenshipsAt(r.day)) == 0 },
	domain.ReasonCittadinanzaUnknown: func(r *reading) bool { return r.Has(people.CitizenshipUnknown) },
	domain.ReasonNotItalian:          func(r *reading) bool { return !r.Italian(r.day) },
	domain.ReasonBornAbroad:          func(r *reading) bool { return r.Birth.Place.State != nil },
	domain.ReasonSeveralSubjects:     func(r *reading) bool { return r.Has(people.Homonym) || len(r.cards) > 1 },
	domain.ReasonDoubleEntry:         func(r *reading) bool { return len(r.cards) > 1 },
	domain.ReasonRegistryData:        func(r *reading) bool { return r.Has(people.Homonym) || len(r.cards) > 1 },
	domain.ReasonKinship:             (*reading).flagged,
	domain.ReasonNotInForce: func(r *reading) bool {
		return r.Removed != nil || r.Death != nil || r.HasAny(people.NotCertifiable|people.PartiallyCertifiable)
	},
}

// flagged says that the registry finds the kinship of the person's family
// incongruent.
func (r *reading) flagged() bool {
	return slices.ContainsFunc(r.together(), func(m *people.Person) bool { return m.Oddity == people.KinshipFlagged })
}

// reason: whoever gets no document is told why, and it is true.
func (r *reading) reason(code string) {
	holds, ok := why[code]
	r.says("a reason that nobody should get: "+code, ok)
	r.says("the reason is not true: "+code, !ok || holds(r))
}

// bondUnknown says that the registry lacks the facts of a bond or of its end.
func (r *reading) bondUnknown() bool {
	b := r.BondAt(r.day)
	return b != nil && (b.NoData || b.End != nil && b.End.NoData || r.Oddity == people.RemarriedOldBondOnly)
}

// cautions says of each warning whether the life bears it out.
var cautions = map[string]func(*reading) bool{
	"soggetto_deceduto":           func(r *reading) bool { return r.Death != nil },
	"soggetto_cancellato":         func(r *reading) bool { return r.Removed != nil && r.Death == nil },
	"morte_presunta":              func(r *reading) bool { return r.Removed != nil && r.Removed.Reason == "2" },
	"senza_fissa_dimora":          func(r *reading) bool { return r.Homeless },
	"piu_cittadinanze":            func(r *reading) bool { return len(r.Citizenships) > 1 },
	"codice_fiscale_non_validato": func(r *reading) bool { return r.InvalidCF },
	"certificabilita_parziale":    func(r *reading) bool { return r.Certifiable == 1 },
	"certificabilita_limitata":    func(r *reading) bool { return r.Certifiable > 2 },
	"legame_non_definito":         func(r *reading) bool { return r.Has(people.LinkUnknown) },
}

// warned: what the document warns of is true, and what it must warn of is there.
func (r *reading) warned() {
	for _, code := range r.warnings {
		holds, ok := cautions[code]
		r.says("a warning that is not true: "+code, !ok || holds(r))
	}
	for _, code := range []string{"codice_fiscale_non_validato"} {
		r.says("there is no warning: "+code, !cautions[code](r) || slices.Contains(r.warnings, code))
	}
}
