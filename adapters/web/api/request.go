package api

import (
	"context"
	"errors"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// Requested is the answer to a request. Visura is there if the client preferred
// to wait and it came to its outcome, or to await an officer, in time.
type Requested struct {
	Accepted
	Visura *projections.VisuraDettaglio `json:"visura,omitempty"`
}

// outcome answers a request for a visura, with what became of it if the client
// prefers to wait. Who repeats a request reads what they asked for before, and
// that is entered in their journal.
func (a *API) outcome(ctx context.Context, accepted Accepted, done commands.Outcome, wait time.Duration) (answer Requested, ended bool) {
	answer.Accepted = accepted
	if wait == 0 {
		return answer, false
	}
	shown, err := a.await(ctx, domain.VisuraID(accepted.ID), done.Position, wait)
	if shown != nil && !done.Wrote {
		err = a.JournalRead(ctx)
	}
	if err != nil { // accepted it is all the same
		a.Log.Warn("outcome not shown", "visura", accepted.ID, "request", edge.RequestID(ctx), "err", err)
		return answer, false
	}
	answer.Visura = shown
	return answer, shown != nil
}

// await waits until the visura, from what the command at pos made of it on,
// has ended or awaits an officer; nil when it has done neither in time. The
// requester reads what they just asked for, so the request itself is the trace.
func (a *API) await(ctx context.Context, id domain.VisuraID, pos domain.Position, wait time.Duration) (*projections.VisuraDettaglio, error) {
	waiting, cancel := a.Wait(ctx, wait)
	defer cancel()
	reach, err := a.Reach(waiting)
	if err != nil {
		return nil, err
	}
	changed, stop := a.Runner.Watch(string(id.Stream()))
	defer stop()
	if err := a.Runner.Await(waiting, projections.Dettaglio{}.Name(), pos); err != nil {
		if waiting.Err() != nil || errors.Is(err, engine.ErrDetached) {
			return nil, nil
		}
		return nil, err
	}
	select {
	case <-changed: // by what was awaited
	default:
	}
	for {
		d, err := a.Dettagli.One(waiting, reach, id)
		switch {
		case err == nil && (d.Status.Final() || d.Status == domain.Awaiting):
			return &d, nil
		case err != nil && domain.CodeOf(err) != domain.NotFound && waiting.Err() == nil:
			return nil, err
		}
		select {
		case <-changed:
		case <-waiting.Done():
			return nil, nil
		}
	}
}
