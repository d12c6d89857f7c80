package commands

import (
	"cmp"

	"github.com/visure-anagrafiche/visure/domain"
)

// AmendEnte records what changed of a body. Its codice fiscale never does, and what it
// is no more than between body and manager: an office of a Comune is always one.
type AmendEnte struct {
	Denominazione string          `json:"denominazione" maxLength:"200" doc:"Denominazione dell'Ente"`
	CodiceIPA     string          `json:"codice_ipa,omitempty" maxLength:"40" doc:"Codice IPA; assente: resta com'è"`
	Tipo          domain.TipoEnte `json:"tipo,omitempty" doc:"convenzionato (predefinito), gestore di pubblici servizi, o ufficio del Comune stesso"`
}

// Refs names the act by which the Comune knows of the body, and the office that may
// have its new IPA code.
func (c AmendEnte) Refs(g Given[domain.Ente]) Refs {
	refs := actWith(g.ID, g.Meta.By.Comune)
	if c.CodiceIPA != g.State.CodiceIPA {
		refs.Ente = rival(domain.EnteRegistered{CodiceIPA: c.CodiceIPA})
	}
	return refs
}

// Decide admits the Comune that entered the body, since what it is counts for all.
func (c AmendEnte) Decide(g Given[domain.Ente]) ([]domain.Event, error) {
	if err := administers(g, ""); err != nil {
		return nil, err
	}
	amended := g.State.EnteRegistered
	amended.Denominazione, amended.Tipo, amended.CodiceIPA = c.Denominazione, c.Tipo, cmp.Or(c.CodiceIPA, amended.CodiceIPA)
	switch {
	case !knowsEnte(g):
		return nil, errNoEnte
	case g.Meta.By.Comune != g.State.EnteredBy.Comune && !g.reach().Everything:
		return nil, domain.Errorf(domain.Forbidden, "i dati dell'Ente li cambia il Comune che li ha inseriti")
	case amended == g.State.EnteRegistered:
		return nil, nil
	}
	if err := body(amended); err != nil {
		return nil, err
	}
	id, err := amended.ID()
	switch other := g.Parties.Ente; {
	case err != nil:
		return nil, err
	case string(id) != g.ID && c.Tipo != g.State.Tipo:
		return nil, domain.FieldErrorf(domain.Conflict, "tipo", "un Ente non diventa ufficio del Comune, né un ufficio un altro Ente: va registrato come tale")
	case string(id) != g.ID:
		return nil, domain.FieldErrorf(domain.Conflict, "codice_ipa", "il codice IPA dell'ufficio non cambia")
	case other.Registered && other.CodiceIPA == amended.CodiceIPA:
		return nil, domain.FieldErrorf(domain.Conflict, "codice_ipa", "il codice IPA %s è già di %s, codice fiscale %s", other.CodiceIPA, other.Denominazione, other.CodiceFiscale)
	}
	return []domain.Event{amended}, nil
}

// errNoEnte is the answer to whoever may not know of a body: the same as if there
// were none.
var errNoEnte = domain.Errorf(domain.NotFound, "Ente inesistente")

// actWith names the act that a Comune has with a body.
func actWith(ente string, comune domain.CodiceISTAT) Refs {
	if comune == "" {
		return Refs{}
	}
	return Refs{Convenzione: domain.ConvenzioneIDOf(domain.Pair{Ente: domain.EnteID(ente), Comune: comune})}
}

// knowsEnte says whether who acts may know of a body: its own people, the Comune that
// entered it, and one that has an act with it, be it a draft.
func knowsEnte(g Given[domain.Ente]) bool {
	by, own := g.Meta.By, string(g.Meta.By.Ente) == g.ID
	entered := by.Comune != "" && by.Comune == g.State.EnteredBy.Comune
	return g.State.Registered && (own || entered || g.Parties.Convenzione.Comune != "" || g.reach().Everything)
}
