package commands

import (
	"cmp"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// StartQuery records the intent to ask ANPR, before the call, and with the first
// intent the number of the document.
type StartQuery struct{}

// Refs wants what allowed the request, the Comune's model among it, and a number unless
// the visura has one.
func (c StartQuery) Refs(g Given[domain.Visura]) Refs {
	refs := allowing(g.State)
	refs.Numero = g.State.Numero == ""
	return refs
}

// Decide opens the next attempt under an id of its own, or ends a request that what
// allowed it no longer does.
func (c StartQuery) Decide(g Given[domain.Visura]) ([]domain.Event, error) {
	if err := system(g.Meta.By); err != nil {
		return nil, err
	}
	v := g.State
	if v.Next(g.Meta.At) != domain.StartQuery {
		return nil, nil
	}
	if item := ended(g, g.Meta.At); item != "" {
		return []domain.Event{domain.VisuraLapsed{Item: item}}, nil
	}
	return []domain.Event{intent(g, v.Attempts+1, v.Ambito())}, nil
}

// intent is the next attempt to ask ANPR, under an id of its own. What a document of it
// bears is fixed with it: whatever is published while it is open.
func intent(g Given[domain.Visura], attempt int, reach domain.Ambito) domain.QueryStarted {
	return domain.QueryStarted{
		Attempt: attempt, IDOperazioneComune: domain.NewIDOperazione(domain.VisuraID(g.ID), attempt, g.Meta.At), Ambito: reach,
		Numero: cmp.Or(g.State.Numero, g.Keyed.Numero), Modello: g.Parties.Comune.Modelli.InForce.Versione,
	}
}

// allowing names what a request rests on: who asked, as what, and by which act and
// profile; nothing of one that there is not.
func allowing(v domain.Visura) Refs {
	r := v.Request
	if r.Comune == "" {
		return Refs{}
	}
	return Refs{Comune: r.Comune, Convenzione: r.Convenzione, Profiles: []domain.ProfileID{r.Profile}, Requester: v.Requester}
}

// ended returns the item by which the request is no longer allowed at an instant, empty
// when it is.
func ended(g Given[domain.Visura], at time.Time) string {
	grounds := domain.Grounds{Actor: g.State.Requester, Person: g.Parties.Requester, Parties: g.Parties, At: at}
	return grounds.Ended(g.State.Request, g.State.Ambito())
}
