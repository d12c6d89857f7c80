package projections

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/visure-anagrafiche/visure/domain"
)

// channel is where the writer tells the other instances of its progress, in
// the transaction that makes it.
const channel = "visure_projections"

// everything is the message to look again at all there is.
const everything = "*"

// maxNotice is what PostgreSQL takes as a message, less some.
const maxNotice = 7900

// notice writes what a batch did: the position, the read models, the visure it
// changed, or that any may have changed when they are too many to name.
func notice(to domain.Position, names []string, changed []domain.VisuraID) string {
	var b strings.Builder
	b.WriteString(to.String() + " " + strings.Join(names, ","))
	head := b.String()
	for _, id := range changed {
		if b.Len()+len(id) >= maxNotice {
			return head + " " + everything
		}
		b.WriteString(" " + string(id))
	}
	return b.String()
}

// heed passes a message on to who waits. It reports false when everything is
// to be looked at again.
func (s *signals) heed(message string) bool {
	fields := strings.Fields(message)
	if len(fields) < 2 {
		return false
	}
	to, err := domain.ParsePosition(fields[0])
	if err != nil {
		return false
	}
	s.advance(strings.Split(fields[1], ","), to)
	ids := make([]domain.VisuraID, 0, len(fields)-2)
	for _, id := range fields[2:] {
		if id == everything {
			ids = nil
			break
		}
		ids = append(ids, domain.VisuraID(id))
	}
	s.changed(ids)
	return true
}

// listen passes on what the writer tells, whichever instance that is, until
// ctx or the connection ends.
func (r *Runner) listen(ctx context.Context) error {
	conn, err := r.connect(ctx)
	if err != nil {
		return err
	}
	defer hangUp(conn)
	if _, err := conn.Exec(ctx, `LISTEN `+channel); err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	for again := true; ; {
		if again {
			// What was said before we listened is in the table by now.
			if err := r.catchUpSignals(ctx, conn); err != nil {
				return err
			}
		}
		n, err := conn.WaitForNotification(ctx)
		if err != nil {
			return fmt.Errorf("listen: %w", err)
		}
		again = !r.signals.heed(n.Payload)
	}
}

func (r *Runner) catchUpSignals(ctx context.Context, conn *pgx.Conn) error {
	stored, err := checkpoints(ctx, conn)
	if err != nil {
		return err
	}
	for name, c := range stored {
		if r.signals.detach(name, c.detached) {
			select {
			case r.attached <- struct{}{}:
			default: // it was said already
			}
		}
		r.signals.advance([]string{name}, c.at)
	}
	r.signals.changed(nil)
	return nil
}
