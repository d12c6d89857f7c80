package commands

import (
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// LookBeyond records that the person is not among the Comune's own, of a request that may
// go further. It goes on at once where that is confirmed already; else it awaits
// confirmation from now on.
type LookBeyond struct {
	Attempt int
	ANPR    string // id of ANPR's operation, when there is one
}

// Refs wants the Comune, whose calendar the term of silence follows.
func (c LookBeyond) Refs(g Given[domain.Visura]) Refs { return Refs{Comune: g.State.Request.Comune} }

// Decide closes the attempt if it is still the open one.
func (c LookBeyond) Decide(g Given[domain.Visura]) ([]domain.Event, error) {
	if err := system(g.Meta.By); err != nil {
		return nil, err
	}
	v := g.State
	if v.Status != domain.InProgress || v.Query == nil || v.Query.Attempt != c.Attempt || !v.MayGoBeyond() {
		return nil, nil
	}
	absent := domain.NotResident(c)
	if v.Approval != "" {
		return []domain.Event{absent}, nil
	}
	return []domain.Event{absent, awaited(v.Request, g.Parties.Comune, g.Meta.At)}, nil
}

// awaited is the wait for an officer, with the term of silence where silence is consent,
// else with the day it expires. A Comune whose term cannot be told never consents by
// silence.
func awaited(r domain.VisuraRequested, comune domain.Comune, at time.Time) domain.ConfirmationAwaited {
	due, versione := comune.SilenceDue(at, r.OreSilenzio)
	if r.Conferma == domain.SilenzioAssenso && due.After(at) {
		return domain.ConfirmationAwaited{Due: &due, Calendario: versione}
	}
	scade, versione := comune.ExpiresAt(at)
	return domain.ConfirmationAwaited{Scade: &scade, Calendario: versione}
}
