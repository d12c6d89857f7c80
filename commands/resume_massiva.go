package commands

import "github.com/visure-anagrafiche/visure/domain"

// ResumeMassiva has a request about many people go on that was stopped. Only the requester
// may, once they may ask again.
type ResumeMassiva struct{}

// Refs names what the next row rests on.
func (c ResumeMassiva) Refs(g Given[domain.Massiva]) Refs {
	return requestOf(g.State).Refs(Given[domain.Massiva]{ID: g.ID, Actor: g.Actor, Meta: g.Meta})
}

// Decide refuses by what still fails.
func (c ResumeMassiva) Decide(g Given[domain.Massiva]) ([]domain.Event, error) {
	if err := ownMassiva(g, "solo chi ha fatto la richiesta può farla proseguire"); err != nil {
		return nil, err
	}
	switch g.State.Stato {
	case domain.StatoInProgress:
		return nil, nil
	case domain.StatoStopped:
		if g.State.Next(g.Meta.At) == domain.MassivaAbandons {
			return nil, domain.Errorf(domain.Conflict, "la richiesta non può più proseguire: il tempo per farlo è passato")
		}
	default:
		return nil, domain.Errorf(domain.Conflict, "la richiesta è già conclusa")
	}
	again := requestOf(g.State)
	request, err := again.asVisura(g.ID, 0).purpose(g.Meta)
	if err == nil {
		err = admit(&request, aboutVisura(g))
	}
	if err != nil {
		return nil, again.referred(g, err)
	}
	return []domain.Event{domain.MassivaResumed{}}, nil
}

// requestOf is what was asked for, without the people.
func requestOf(s domain.Massiva) RequestMassiva {
	r := s.Request
	return RequestMassiva{Comune: string(r.Comune), Tipo: string(r.Tipo), Ambito: string(r.Ambito), Finalita: r.Purpose.Finalita, NumeroPratica: r.Purpose.NumeroPratica}
}

// ownMassiva refuses whoever did not make the request: with a reason who may know of it.
func ownMassiva(g Given[domain.Massiva], reason string) error {
	switch {
	case g.State.Stato == domain.StatoAbsent || !g.reach().Covers(g.State.Object()):
		return errNoMassiva
	case g.State.Requester.Utente != g.Meta.By.Utente || !g.reach().Requests:
		return domain.Errorf(domain.Forbidden, "%s", reason)
	}
	return nil
}

// errNoMassiva is told who may not know of a request.
var errNoMassiva = domain.Errorf(domain.NotFound, "richiesta massiva inesistente")
