package commands

import "github.com/visure-anagrafiche/visure/domain"

// AmendEnte records what changed of a body. Its codes never do.
type AmendEnte struct {
	Denominazione string          `json:"denominazione" maxLength:"200" doc:"Denominazione dell'Ente"`
	Tipo          domain.TipoEnte `json:"tipo,omitempty" doc:"convenzionato (predefinito), gestore di pubblici servizi, o ufficio del Comune stesso"`
}

// Refs names the act by which the Comune knows of the body.
func (c AmendEnte) Refs(g Given[domain.Ente]) Refs { return actWith(g) }

// Decide admits the Comune that entered the body, since what it is counts for all.
func (c AmendEnte) Decide(g Given[domain.Ente]) ([]domain.Event, error) {
	if err := administers(g, ""); err != nil {
		return nil, err
	}
	amended := g.State.EnteRegistered
	amended.Denominazione, amended.Tipo = c.Denominazione, c.Tipo
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
	return []domain.Event{amended}, nil
}

// errNoEnte is the answer to whoever may not know of a body: the same as if there
// were none.
var errNoEnte = domain.Errorf(domain.NotFound, "Ente inesistente")

// actWith names the act that the Comune of who acts has with a body.
func actWith(g Given[domain.Ente]) Refs {
	if g.Meta.By.Comune == "" {
		return Refs{}
	}
	return Refs{Convenzione: domain.ConvenzioneIDOf(domain.Pair{Ente: domain.EnteID(g.ID), Comune: g.Meta.By.Comune})}
}

// knowsEnte says whether who acts may know of a body: its own people, the Comune that
// entered it, and one that has an act with it, be it a draft.
func knowsEnte(g Given[domain.Ente]) bool {
	by, own := g.Meta.By, string(g.Meta.By.Ente) == g.ID
	entered := by.Comune != "" && by.Comune == g.State.EnteredBy.Comune
	return g.State.Registered && (own || entered || g.Parties.Convenzione.Comune != "" || g.reach().Everything)
}
