package commands

import (
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// BlockUtente stops what a person asks for and obtains at a pair until the end of the day
// on which they came to a limit.
type BlockUtente struct {
	Ente    domain.EnteID
	Comune  domain.CodiceISTAT
	Allarme domain.Allarme
	Count   int
	At      time.Time // when that was
}

// Decide blocks once a day for each alarm, by the system alone: who was unblocked is not
// blocked again for what they were unblocked from. A block noticed after its end is none.
func (c BlockUtente) Decide(g Given[domain.Utente]) ([]domain.Event, error) {
	if err := system(g.Meta.By); err != nil {
		return nil, err
	}
	pair, until := domain.Pair{Ente: c.Ente, Comune: c.Comune}, domain.BlockEnd(c.At)
	over := !g.Meta.At.Before(until) || c.Count < c.Allarme.Limit()
	_, blocked := g.State.Blocked(pair, g.Meta.At)
	if !g.State.Registered || over || blocked || g.State.BlockedFor(c.Allarme, pair, until) {
		return nil, nil
	}
	return []domain.Event{domain.UtenteBlocked{
		Ente: c.Ente, Comune: c.Comune, Allarme: c.Allarme, Count: c.Count, Limit: c.Allarme.Limit(), Until: until,
	}}, nil
}
