package commands

import "github.com/visure-anagrafiche/visure/domain"

// OpenRicertificazione begins a review of who may act for an Ente at a Comune, and what
// for. Whom nobody has confirmed by the last day is suspended there, and which purpose of
// the act nobody has is inhibited.
type OpenRicertificazione struct {
	Ente   domain.EnteID      `json:"ente" doc:"Ente"`
	Comune domain.CodiceISTAT `json:"comune" doc:"Codice ISTAT del Comune"`
	Entro  domain.Date        `json:"entro" doc:"Ultimo giorno per confermare, fra almeno 10 giorni ed entro un anno"`
}

// leastReview and mostReview are how many days there must be, and may be, to confirm.
const (
	leastReview = 10
	mostReview  = 365
)

// Refs names the act of the pair.
func (c OpenRicertificazione) Refs(Given[domain.Ricertificazione]) Refs {
	return Refs{Convenzione: domain.ConvenzioneIDOf(domain.Pair{Ente: c.Ente, Comune: c.Comune})}
}

// Decide admits who administers the Comune, for an Ente whose act is in force.
func (c OpenRicertificazione) Decide(g Given[domain.Ricertificazione]) ([]domain.Event, error) {
	if err := administers(g, c.Comune); err != nil {
		return nil, err
	}
	opened := domain.RicertificazioneOpened(c)
	if !g.State.Entro.IsZero() {
		if g.State.Pair == opened.Pair() && g.State.Entro == c.Entro {
			return nil, nil
		}
		return nil, domain.Errorf(domain.Conflict, "l'identificativo è già di un'altra ricertificazione")
	}
	today := domain.ItalianDay(g.Meta.At)
	switch _, stato := g.Parties.Convenzione.InForce(today); {
	case c.Ente == "" || stato == domain.ConvenzioneAssente:
		return nil, domain.FieldErrorf(domain.NotFound, "ente", "l'Ente non risulta per questo Comune")
	case stato != domain.ConvenzioneAttiva:
		return nil, domain.FieldErrorf(domain.Conflict, "ente", "l'atto con l'Ente non è in vigore")
	}
	if days := today.DaysUntil(c.Entro); !c.Entro.Complete() || days < leastReview || days > mostReview {
		return nil, domain.FieldErrorf(domain.Invalid, "entro", "l'ultimo giorno per confermare è fra almeno %d giorni ed entro un anno", leastReview)
	}
	return []domain.Event{opened}, nil
}
