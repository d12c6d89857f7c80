package commands

import "github.com/visure-anagrafiche/visure/domain"

// TakeCaso has who acts look into a case, also one that another has in charge.
type TakeCaso struct{}

// Decide takes it in charge once.
func (c TakeCaso) Decide(g Given[domain.Caso]) ([]domain.Event, error) {
	if err := handlesCaso(g); err != nil {
		return nil, err
	}
	switch {
	case g.State.Stato == domain.CasoEnded:
		return nil, errCasoClosed
	case g.State.Incaricato == g.Meta.By.Utente:
		return nil, nil
	}
	return []domain.Event{domain.CasoTaken(c)}, nil
}

var errCasoClosed = domain.Errorf(domain.Conflict, "il caso è già chiuso")

// handlesCaso refuses whoever may not look into a case: who does not administer people of the
// pair, who it is about, and where it is about who administers the Ente, whoever is not of the
// Comune.
func handlesCaso(g Given[domain.Caso]) error {
	r := g.reach()
	switch {
	case g.State.Stato == domain.CasoAbsent || !r.Appoints || !r.Covers(g.State.Object()):
		return domain.Errorf(domain.NotFound, "caso inesistente")
	case g.State.About(g.Meta.By.Utente):
		return domain.Errorf(domain.Forbidden, "nessuno si occupa di un caso che lo riguarda")
	case g.State.Riservato && !r.Administers:
		return domain.Errorf(domain.Forbidden, "il caso riguarda chi amministra l'Ente: se ne occupa il Comune")
	}
	return nil
}
