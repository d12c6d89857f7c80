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

// A Rationed command yields what counts in quotas. It is decided twice where any apply:
// without Given.Conti for what it counts as, and with them.
type Rationed interface {
	// Voci returns what events that follow from the command count as: nothing where no
	// quota applies.
	Voci(m domain.Meta, events []domain.Event) []domain.Voce
}

// ration counts what follows from a command, if it counts in quotas, and decides again on
// the counts; left is what is left then. A refused request is so counted nowhere.
func ration[S State[S]](ctx context.Context, h *Handler, cmd Command[S], g Given[S], events []domain.Event) (after []domain.Event, left []domain.Residuo, refused, err error) {
	rationed, is := cmd.(Rationed)
	if !is {
		return events, nil, nil, nil
	}
	voci := rationed.Voci(g.Meta, events)
	if len(voci) == 0 {
		return events, nil, nil, nil
	}
	if g.Conti, err = h.Quote.Count(ctx, domain.VisuraID(g.ID), g.Meta.At, voci); err != nil {
		return nil, nil, nil, err
	}
	for i, v := range voci {
		left = append(left, domain.QuotaContata{Quota: v.Quota, Conto: g.Conti[i].Conto}.Residuo(g.Meta.At))
	}
	after, refused = cmd.Decide(g)
	return after, left, refused, nil
}
