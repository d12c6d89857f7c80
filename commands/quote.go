package commands

import (
	"context"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// Quote is the ledger of what was asked for within the periods of quotas. It is safe for
// concurrent use, by several servers at once.
type Quote interface {
	// Count counts a request, decided at an instant, as what it counts as, in all of it or,
	// if any quota is used up, in none; it answers of each in its order. Exactly as many
	// requests as a quota allows are counted, however many come at once. What was counted
	// for the request before is not counted again and has the count it had. What is
	// counted for a request that is never recorded is released after a while.
	Count(ctx context.Context, id domain.VisuraID, at time.Time, voci []domain.Voce) ([]Conto, error)
}

// Conto is how a request stands in one quota.
type Conto struct {
	Conto    int  // of the quota in its period, with the request if it was counted
	Esaurita bool // the quota is used up, and the request is counted in none
}

// A Rationed command yields what counts in quotas. Where any apply, what it yields is
// counted before it is written.
type Rationed[S any] interface {
	// Voci returns what events that follow from the command count as: nothing where no
	// quota applies.
	Voci(m domain.Meta, events []domain.Event) []domain.Voce
	// Counted returns the events with their counts, which are in the order of Voci, or
	// refuses them because a quota is used up.
	Counted(g Given[S], events []domain.Event, conti []Conto) ([]domain.Event, error)
}

// ration counts what follows from a command, if it counts in quotas; left is what is left
// then. A refused request is so counted nowhere.
func ration[S State[S]](ctx context.Context, h *Handler, cmd Command[S], g Given[S], events []domain.Event) (after []domain.Event, left []domain.Residuo, refused, err error) {
	rationed, is := cmd.(Rationed[S])
	if !is {
		return events, nil, nil, nil
	}
	voci := rationed.Voci(g.Meta, events)
	if len(voci) == 0 {
		return events, nil, nil, nil
	}
	conti, err := h.Quote.Count(ctx, domain.VisuraID(g.ID), g.Meta.At, voci)
	if err != nil {
		return nil, nil, nil, err
	}
	for i, v := range voci {
		left = append(left, v.Residuo(conti[i].Conto, g.Meta.At))
	}
	after, refused = rationed.Counted(g, events, conti)
	return after, left, refused, nil
}
