package engine

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

// leader writes the read models on the session that holds the writer's lock.
type leader struct {
	*Runner
	conn    *pgx.Conn
	members []*member
	to      domain.Position // the log has been read up to here
}

// newcomer is the reason stored with a read model that has yet to be made from
// a log others have followed already.
const newcomer = "new: to be made from the log"

// admit sorts the group into those that follow the log, in w.members, and those
// set aside, which it returns. A read model never seen before follows from the
// beginning when all do; otherwise it is set aside, so that the others do not
// wait while it reads what they have applied.
func (w *leader) admit(ctx context.Context) (aside []Projection, err error) {
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
				VALUES ($1, 0, 0, NULLIF($2, '')) ON CONFLICT DO NOTHING`, m.Name(), reason); err != nil {
				return nil, fmt.Errorf("admit %s: %w", m.Name(), err)
			}
		}
		w.signals.detach(m.Name(), c.detached)
		w.signals.restore(m.Name(), c.at)
		if c.detached != "" {
			aside = append(aside, m)
			continue
		}
		w.members = append(w.members, &member{m, c.at})
		w.health.state(m.Name(), CatchingUp, "")
	}
	return aside, nil
}

// start returns the least position of the members.
func (w *leader) start() domain.Position {
	var from domain.Position
	for i, m := range w.members {
		if i == 0 || m.at.Compare(from) < 0 {
			from = m.at
		}
	}
	return from
}

// write follows the log until something ends that.
func (w *leader) write(ctx context.Context) error {
	w.to = w.start()
	in, stop := follow(ctx, w.feed, categories(w.models), w.to)
	defer stop()
	idle := time.NewTicker(w.Pace.Idle)
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
			if err = w.apply(ctx, b.events); err == nil && in.live {
				w.linger(ctx, len(b.events))
			}
		case b.to == (domain.Position{}) && !b.caughtUp:
			err = w.rest(ctx)
		default:
			err = w.tell(ctx, w.names(), w.to)
		}
		if err != nil {
			return err
		}
	}
}

// tell wakes those who wait for a position that members have reached, once it is known
// that the database has lost nothing of it.
func (w *leader) tell(ctx context.Context, names []string, to domain.Position) error {
	for {
		heard := w.signals.heard()
		if err := w.verify(ctx); err != nil {
			return err
		}
		if w.signals.advanceAfter(heard, names, to) {
			return nil
		}
	}
}

// verify says whether what the members have written is still there, if a position
// was restored to before it: by a database that has lost it, or by who read the
// checkpoints just before it was written.
func (w *leader) verify(ctx context.Context) error {
	if !w.signals.takenBack(w.members) {
		return nil
	}
	stored, err := checkpoints(ctx, w.conn)
	if err != nil {
		return err
	}
	for _, m := range w.members {
		if stored[m.Name()].at != m.at {
			return errMoved
		}
	}
	return nil
}

const (
	// crowd is how many events in a batch show that more are on their way.
	crowd = 16
	// lingering is how long they may gather, where nobody waits for them.
	lingering = 100 * time.Millisecond
)

// linger lets events gather after a batch of n, unless somebody waits for rows on
// this instance: so many at once cost few transactions, and nobody notices.
func (w *leader) linger(ctx context.Context, n int) {
	if n < crowd || n >= maxBatch {
		return
	}
	t := time.NewTimer(lingering)
	defer t.Stop()
	select {
	case <-t.C:
	case <-w.signals.undisturbed():
	case <-ctx.Done():
	}
}

func (w *leader) names() []string {
	names := make([]string, len(w.members))
	for i, m := range w.members {
		names[i] = m.Name()
	}
	return names
}

// rest stores a position reached without events, and checks that the session
// still works.
func (w *leader) rest(ctx context.Context) error {
	if err := w.commit(ctx, w.members, nil, w.to); err != nil {
		return err
	}
	if err := w.conn.Ping(ctx); err != nil {
		return fmt.Errorf("keep the session: %w", err)
	}
	return nil
}

// apply writes a batch for all members. After a permanent error it writes the
// batch for each member alone and sets aside those that fail.
func (w *leader) apply(ctx context.Context, events []domain.Recorded) error {
	var lasting *fault
	if err := w.commit(ctx, w.members, events, w.to); !errors.As(err, &lasting) {
		return err
	}
	var well []*member
	for _, m := range w.members {
		failed, err := w.applyAlone(ctx, m, events)
		switch {
		case errors.As(err, &lasting):
			if err := w.setAside(ctx, m, failed, lasting); err != nil {
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

// applyAlone writes a batch for one member. After a permanent error it writes
// event by event and returns the first that fails.
func (w *leader) applyAlone(ctx context.Context, m *member, events []domain.Recorded) (failed domain.Recorded, err error) {
	var lasting *fault
	if err := w.commit(ctx, []*member{m}, events, w.to); !errors.As(err, &lasting) {
		return failed, err
	}
	for _, r := range events {
		if err := w.commit(ctx, []*member{m}, []domain.Recorded{r}, r.Position); err != nil {
			return r, err
		}
	}
	return failed, w.commit(ctx, []*member{m}, nil, w.to)
}

// setAside stops a read model until it is rebuilt.
func (w *leader) setAside(ctx context.Context, m *member, r domain.Recorded, why *fault) error {
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

// commit applies events and advances the checkpoints of members in one
// transaction, in one round trip unless a read model copies or reads, and wakes
// waiters. Members already at the position are left out.
func (w *leader) commit(ctx context.Context, members []*member, events []domain.Recorded, to domain.Position) error {
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
	for i, m := range moving {
		names[i] = m.Name()
	}
	changed := streams(events)
	// A batch that has begun is finished also when ctx ends: cut off, its outcome
	// would be unknown.
	sending, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	begun, heard := time.Now(), w.signals.heard()
	err := Write(sending, w.conn, false, func(tx *Writer) error {
		advance(tx, moving, to)
		for _, m := range moving {
			if err := Apply(tx, m.Projection, events, m.at); err != nil {
				return err
			}
		}
		tx.Queue(`SELECT pg_notify($1, $2)`, channel, notice(to, names, changed))
		return nil
	})
	if err != nil {
		return err
	}
	w.health.applied(names, events, time.Since(begun))
	for _, m := range moving {
		m.at = to
	}
	if len(changed) > 0 {
		w.signals.changed(changed)
	}
	if !w.signals.advanceAfter(heard, names, to) {
		return w.tell(ctx, names, to)
	}
	return nil
}

// Apply has a read model take those of the events that are of its categories
// and stand after a position. An error that is none of the Writer's is the read
// model's own, and would come again.
func Apply(w *Writer, p Projection, events []domain.Recorded, after domain.Position) error {
	own := relevant(events, p.Categories(), after)
	if len(own) == 0 {
		return nil
	}
	if err := p.Apply(w, own); err != nil && w.failed == nil {
		return &fault{err}
	}
	return w.failed
}

// streams returns the streams of events, each once.
func streams(events []domain.Recorded) []string {
	seen := make(map[string]bool, len(events))
	names := make([]string, 0, len(events))
	for _, r := range events {
		if !seen[r.Stream] {
			seen[r.Stream], names = true, append(names, r.Stream)
		}
	}
	return names
}
