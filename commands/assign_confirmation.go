package commands

import "github.com/visure-anagrafiche/visure/domain"

// AssignConfirmation says who looks after a request that awaits confirmation: oneself, who
// takes charge of it, or another officer of the Comune, whom it is passed on to. Others may
// decide, too.
type AssignConfirmation struct {
	Utente domain.UtenteID `json:"utente" doc:"Chi se ne occupa: un TOP o un ufficiale d'anagrafe del Comune, presente; mai chi ha fatto la richiesta"`
}

// Refs wants whom it is passed on to, and the Comune, which knows its TOPs.
func (c AssignConfirmation) Refs(g Given[domain.Visura]) Refs {
	return Refs{Comune: g.State.Request.Comune, Person: c.Utente}
}

// Decide assigns what awaits to who may decide on it today.
func (c AssignConfirmation) Decide(g Given[domain.Visura]) ([]domain.Event, error) {
	if err := officer(g); err != nil {
		return nil, err
	}
	v, at := g.State, g.Meta.At
	office, today := domain.Pair{Comune: v.Request.Comune}, domain.ItalianDay(at)
	decides, ended := g.Parties.Comune.Confirms(c.Utente, g.Parties.Utente, today), over(v, at)
	switch {
	case ended != nil:
		return nil, ended
	case v.Status != domain.Awaiting:
		return nil, errNotAwaiting
	case c.Utente != g.Meta.By.Utente && (!decides || g.Parties.Utente.Suspended(office)):
		return nil, domain.FieldErrorf(domain.Invalid, "utente", "non è tra chi conferma le richieste del Comune")
	case c.Utente == v.Requester.Utente:
		return nil, domain.FieldErrorf(domain.Invalid, "utente", "chi ha chiesto la visura non può deciderne la conferma")
	case g.Parties.Utente.Absent(office, today):
		return nil, domain.FieldErrorf(domain.Invalid, "utente", "la persona risulta assente")
	case v.Officer == c.Utente:
		return nil, nil
	}
	return []domain.Event{domain.ConfirmationAssigned(c)}, nil
}
