package projections

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/visure-anagrafiche/visure/domain"
)

// member is a read model that follows the log, and how far it is.
type member struct {
	Projection
	at domain.Position
}

// writer writes the group's read models on the session that holds the lock.
type writer struct {
	*Runner
	conn    *pgx.Conn
	members []*member
	to      domain.Position // how far the log is known, events or not
}

// newcomer is why a read model that joins a log in use does not follow it yet.
const newcomer = "new: to be made from the log"

// admit sorts the group into those that follow the log, in w.members, and those
// set aside, which it returns. A read model never seen before follows from the
// beginning when all do; otherwise it is set aside, so that the others need not
// wait while it reads what they know.
func (w *writer) admit(ctx context.Context) (aside []Projection, err error) {
	stored, err := checkpoints(ctx, w.conn)
	if err != nil {
		return nil, err
	}
	reason := ""
	for _, c := range stored {
		if c.at != (domain.Position{}) {
			reason = newcomer
		}
	}
	for _, m := range w.models {
		c, ok := stored[m.Name()]
		if !ok {
			c.detached = reason
			if _, err := w.conn.Exec(ctx, `INSERT INTO checkpoint (projection, commit_position, prepare_position, detached)
				VALUES ($1, 0, 0, $2) ON CONFLICT DO NOTHING`, m.Name(), null(reason)); err != nil {
				return nil, fmt.Errorf("admit %s: %w", m.Name(), err)
			}
		}
		w.signals.detach(m.Name(), c.detached)
		if c.detached != "" {
			aside = append(aside, m)
			continue
		}
		w.members = append(w.members, &member{m, c.at})
		w.health.state(m.Name(), CatchingUp, "")
	}
	return aside, nil
}

// start is where the hindmost member stands.
func (w *writer) start() domain.Position {
	var from domain.Position
	for i, m := range w.members {
		if i == 0 || m.at.Compare(from) < 0 {
			from = m.at
		}
	}
	return from
}

// write follows the log until something ends that.
func (w *writer) write(ctx context.Context) error {
	w.to = w.start()
	in, stop := follow(ctx, w.feed, w.to)
	defer stop()
	idle := time.NewTicker(w.pace.idle)
	defer idle.Stop()
	for {
		b, err := in.next(ctx, idle.C)
		if err != nil {
			return err
		}
		if b.to.Compare(w.to) > 0 {
			w.to = b.to
		}
		w.health.live(w.names(), in.live)
		switch {
		case len(b.events) > 0:
			err = w.apply(ctx, b.events)
		case b.to == (domain.Position{}) && !b.caughtUp:
			err = w.rest(ctx)
		default:
			w.signals.advance(w.names(), w.to)
		}
		if err != nil {
			return err
		}
	}
}

func (w *writer) names() []string {
	names := make([]string, len(w.members))
	for i, m := range w.members {
		names[i] = m.Name()
	}
	return names
}

// rest stores a position that no event came with, and finds out whether the
// session is still alive.
func (w *writer) rest(ctx context.Context) error {
	if err := w.commit(ctx, w.members, nil, w.to); err != nil {
		return err
	}
	if err := w.conn.Ping(ctx); err != nil {
		return fmt.Errorf("keep the session: %w", err)
	}
	return nil
}

// apply writes a batch. When something in it would fail for ever, each member
// goes alone, and who fails then is set aside.
func (w *writer) apply(ctx context.Context, events []domain.Recorded) error {
	var lasting *fault
	if err := w.commit(ctx, w.members, events, w.to); !errors.As(err, &lasting) {
		return err
	}
	var well []*member
	for _, m := range w.members {
		guilty, err := w.applyAlone(ctx, m, events)
		switch {
		case errors.As(err, &lasting):
			if err := w.setAside(ctx, m, guilty, lasting); err != nil {
				return err
			}
		case err != nil:
			return err
		default:
			well = append(well, m)
		}
	}
	w.members = well
	return nil
}

// applyAlone writes a batch for one member, and when that fails event by event,
// to find the guilty one.
func (w *writer) applyAlone(ctx context.Context, m *member, events []domain.Recorded) (guilty domain.Recorded, err error) {
	var lasting *fault
	if err := w.commit(ctx, []*member{m}, events, w.to); !errors.As(err, &lasting) {
		return guilty, err
	}
	for _, r := range events {
		if err := w.commit(ctx, []*member{m}, []domain.Recorded{r}, r.Position); err != nil {
			return r, err
		}
	}
	return guilty, w.commit(ctx, []*member{m}, nil, w.to)
}

// setAside stops a read model for good, or until it is made again.
func (w *writer) setAside(ctx context.Context, m *member, r domain.Recorded, why *fault) error {
	reason := fmt.Sprintf("%s at %s: %s", r.Event.EventType(), r.Position, why)
	_, err := w.conn.Exec(ctx, `UPDATE checkpoint SET detached = $2 WHERE projection = $1`, m.Name(), reason)
	if err == nil {
		_, err = w.conn.Exec(ctx, `SELECT pg_notify($1, $2)`, channel, everything)
	}
	if err != nil {
		return fmt.Errorf("set %s aside: %w", m.Name(), err)
	}
	w.log.Error("ALARM: read model stopped", "projection", m.Name(), "reason", reason)
	w.signals.detach(m.Name(), reason)
	w.health.state(m.Name(), Stopped, reason)
	return nil
}

// commit writes events and checkpoints of members in one transaction and one
// round trip, and tells who waits. Members that are at a position already are
// left out of what leads there.
func (w *writer) commit(ctx context.Context, members []*member, events []domain.Recorded, to domain.Position) error {
	var moving []*member
	for _, m := range members {
		if m.at.Compare(to) < 0 {
			moving = append(moving, m)
		}
	}
	if len(moving) == 0 {
		return nil
	}
	names := make([]string, len(moving))
	q := &pgx.Batch{}
	advance(q, moving, to)
	for i, m := range moving {
		names[i] = m.Name()
		if err := queue(q, m.Projection, events, m.at); err != nil {
			return err
		}
	}
	changed := visure(events)
	q.Queue(`SELECT pg_notify($1, $2)`, channel, notice(to, names, changed))
	// A batch under way is finished also when ctx ends: its outcome would be
	// unknown otherwise.
	sending, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	begun := time.Now()
	if err := judge(w.conn, w.conn.SendBatch(sending, q).Close()); err != nil {
		return err
	}
	w.health.applied(names, events, time.Since(begun))
	for _, m := range moving {
		m.at = to
	}
	w.signals.advance(names, to)
	if len(changed) > 0 {
		w.signals.changed(changed)
	}
	return nil
}

// queue adds what a read model makes of the events after a position.
func queue(q *pgx.Batch, p Projection, events []domain.Recorded, after domain.Position) error {
	for _, r := range events {
		if r.Position.Compare(after) <= 0 {
			continue
		}
		if err := p.Apply(q, r); err != nil {
			return &fault{err}
		}
	}
	return nil
}

// visure returns which visure events are about, each once.
func visure(events []domain.Recorded) []domain.VisuraID {
	seen := make(map[domain.VisuraID]bool, len(events))
	ids := make([]domain.VisuraID, 0, len(events))
	for _, r := range events {
		if id, ok := domain.VisuraOf(r.Stream); ok && !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	return ids
}
