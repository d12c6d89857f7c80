package persistent

import (
	"errors"
	"math"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/journal"
)

// Figures is the state of a group in figures.
type Figures struct {
	Key       Key
	InFlight  int           // events with consumers
	Waiting   int           // events read that wait for a consumer, retries included
	Consumers int           // connected
	Parked    uint64        // messages not replayed yet
	Lag       time.Duration // age of the oldest event not finished; 0 when there is none
}

// Figures returns the figures of every group, except those that have ended or cannot
// read the journal.
func (s *Service) Figures(now time.Time) []Figures {
	runners, _ := s.list(nil)
	var all []Figures
	for _, r := range runners {
		if f, ok := r.figures(now); ok {
			all = append(all, f)
		}
	}
	return all
}

// figures returns false when the group has ended or the journal cannot be read.
func (g *runner) figures(now time.Time) (Figures, bool) {
	f := Figures{Key: g.config.key()}
	var finished *uint64
	if !g.ask(func() {
		f.InFlight, f.Waiting, f.Consumers = g.machine.Counts()
		finished = g.machine.Checkpoint()
	}) {
		return f, false
	}
	first, end, err := parkedRange(g.journal, g.config.key())
	if err != nil {
		return f, false
	}
	f.Parked = end - first
	oldest, err := g.oldest(finished)
	if err != nil {
		return f, false
	}
	if oldest != nil {
		f.Lag = max(0, now.Sub(time.Unix(0, 0).Add(time.Duration(oldest.Created)*100)))
	}
	return f, true
}

// oldest is the first event after the checkpoint; nil when one page finds none.
func (g *runner) oldest(finished *uint64) (*journal.Event, error) {
	source := source{journal: g.journal, config: g.config, keep: g.source.keep, next: g.config.From}
	if finished != nil {
		source.next = *finished + 1
	}
	if source.next > math.MaxInt64 {
		return nil, nil
	}
	page, err := source.read(1, false)
	if err != nil || len(page.Events) == 0 {
		if errors.Is(err, errGone) {
			err = nil
		}
		return nil, err
	}
	return page.Events[0].Payload.(*sourced).original(), nil
}
