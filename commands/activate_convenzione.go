package commands

import "github.com/visure-anagrafiche/visure/domain"

// ActivateConvenzione puts the draft of an act in force, from its first day.
type ActivateConvenzione struct{}

// Decide admits an act that says what it is for and what follows from the law
// (product rules C04, C31): its particulars, purposes each with legal basis and risk
// analysis. Who asks under it themself does not activate it.
func (c ActivateConvenzione) Decide(g Given[domain.Convenzione]) ([]domain.Event, error) {
	if err := agreed(g); err != nil {
		return nil, err
	}
	s := g.State
	if s.Draft == nil {
		return nil, nil
	}
	switch {
	case asks(g, s.Pair):
		return nil, errOwnRights
	case s.Draft.Estremi == "":
		return nil, domain.FieldErrorf(domain.Conflict, "estremi", "mancano gli estremi dell'atto")
	case len(s.Draft.Finalita) == 0:
		return nil, domain.FieldErrorf(domain.Conflict, "finalita", "la convenzione ammette almeno una finalità")
	}
	for _, f := range s.Draft.Finalita {
		if f.Descrizione == "" || f.Valutazione == "" {
			return nil, domain.FieldErrorf(domain.Conflict, "finalita", "della finalità %q mancano la descrizione o gli estremi dell'analisi del rischio", f.Codice)
		}
	}
	return []domain.Event{domain.ConvenzioneActivated{Numero: len(s.Atti) + 1, Al: s.Draft.Al}}, nil
}

// agreed refuses whoever does not administer the Comune of an act; of the act of
// another nothing is told.
func agreed(g Given[domain.Convenzione]) error {
	if err := administers(g, ""); err != nil {
		return err
	}
	if g.State.Comune == "" || !g.reach().Covers(domain.Object{Comune: g.State.Comune}) {
		return domain.Errorf(domain.NotFound, "convenzione inesistente")
	}
	return nil
}
