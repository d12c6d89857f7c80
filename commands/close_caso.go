package commands

import (
	"slices"
	"strings"

	"github.com/visure-anagrafiche/visure/domain"
)

// CloseCaso ends a case with what came of it.
type CloseCaso struct {
	Esito domain.EsitoCaso `json:"esito" doc:"giustificata, impropria o da_segnalare"`
	Testo string           `json:"testo" maxLength:"1000" doc:"Motivazione: resta nel fascicolo e non si modifica"`
}

// Decide closes it once: who has it in charge may.
func (c CloseCaso) Decide(g Given[domain.Caso]) ([]domain.Event, error) {
	if err := handlesCaso(g); err != nil {
		return nil, err
	}
	if !slices.Contains(domain.EsitiCaso, c.Esito) {
		return nil, domain.FieldErrorf(domain.Invalid, "esito", "l'esito è giustificata, impropria o da_segnalare")
	}
	if strings.TrimSpace(c.Testo) == "" {
		return nil, domain.FieldErrorf(domain.Invalid, "testo", "l'esito vuole una motivazione")
	}
	if err := words("testo", c.Testo); err != nil {
		return nil, err
	}
	mine := g.State.Incaricato == g.Meta.By.Utente
	switch {
	case g.State.Stato == domain.CasoEnded && mine && g.State.Esito == c.Esito:
		return nil, nil
	case g.State.Stato == domain.CasoEnded:
		return nil, errCasoClosed
	case !mine:
		return nil, domain.Errorf(domain.Conflict, "il caso lo chiude chi lo ha in carico: prima lo si prende in carico")
	}
	return []domain.Event{domain.CasoClosed(c)}, nil
}
