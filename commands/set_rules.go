package commands

import (
	"reflect"
	"slices"

	"github.com/visure-anagrafiche/visure/domain"
)

// SetRules records a Comune's choices.
type SetRules struct {
	QuattroOcchi          []domain.QuattroOcchi `json:"quattro_occhi,omitempty" doc:"Abilitazioni che vogliono una seconda persona: nazionale, storiche, parentela"`
	ScaricoAmministratori bool                  `json:"scarico_amministratori,omitempty" doc:"TOP e ADMIN possono scaricare documenti, con un motivo che resta registrato"`
	Quote                 []domain.Quota        `json:"quote,omitempty" maxItems:"20" doc:"Quanto possono chiedere al più tutti gli Enti insieme; assenti: senza limite"`
}

// Decide records what differs from what is known. A second person is wanted from then
// on by one TOP's word, and no longer only by another's: ReleaseQuattroOcchi.
func (c SetRules) Decide(g Given[domain.Comune]) ([]domain.Event, error) {
	if err := own(g); err != nil {
		return nil, err
	}
	if len(c.QuattroOcchi) == 0 {
		c.QuattroOcchi = nil // as it is read back
	}
	if len(c.Quote) == 0 {
		c.Quote = nil
	}
	if err := domain.CheckQuote("quote", c.Quote, domain.QuoteComune()); err != nil {
		return nil, err
	}
	for _, o := range c.QuattroOcchi {
		if o != domain.OcchiNazionale && o != domain.OcchiStoriche && o != domain.OcchiParentela {
			return nil, domain.FieldErrorf(domain.Invalid, "quattro_occhi", "la seconda persona è voluta per nazionale, storiche o parentela")
		}
	}
	for _, o := range g.State.Regole.QuattroOcchi {
		if !slices.Contains(c.QuattroOcchi, o) {
			return nil, domain.FieldErrorf(domain.Forbidden, "quattro_occhi", "la seconda persona per %q la toglie, se il Comune lo chiede, chi amministra l'installazione", o)
		}
	}
	if reflect.DeepEqual(g.State.Regole, domain.RulesSet(c)) {
		return nil, nil
	}
	return []domain.Event{domain.RulesSet(c)}, nil
}

// SetContatti records whom to turn to at a Comune.
type SetContatti struct{ domain.Contatti }

// Decide records what differs from what is known.
func (c SetContatti) Decide(g Given[domain.Comune]) ([]domain.Event, error) {
	if err := own(g); err != nil {
		return nil, err
	}
	if err := contacts(c.Contatti); err != nil {
		return nil, err
	}
	if g.State.Contatti == c.Contatti {
		return nil, nil
	}
	return []domain.Event{domain.ContattiSet{Contatti: c.Contatti}}, nil
}

// contacts refuses what cannot be shown or written to.
func contacts(c domain.Contatti) error {
	for _, text := range []struct{ field, is string }{{"referente", c.Referente}, {"dpo", c.DPO}, {"assistenza", c.Assistenza}} {
		if err := words(text.field, text.is); err != nil {
			return err
		}
	}
	if err := address("pec", c.PEC); err != nil {
		return err
	}
	return address("email", c.Email)
}
