package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/visure-anagrafiche/visure/domain"
)

// channel is the name under which the writer notifies the other instances of
// its progress, in the transaction that writes it.
const channel = "visure_projections"

// everything is the message that checkpoints are to be read again, and in a
// notice stands for all streams.
const everything = "*"

// maxNotice bounds a message, in bytes; PostgreSQL refuses 8000 and more.
const maxNotice = 7900

// notice is the message about a batch: the position, the names of the read
// models, and the streams it changed, or everything when they do not fit.
func notice(to domain.Position, names []string, changed []string) string {
	var b strings.Builder
	b.WriteString(to.String() + " " + strings.Join(names, ","))
	head := b.String()
	for _, stream := range changed {
		if b.Len()+len(stream) >= maxNotice {
			return head + " " + everything
		}
		b.WriteString(" " + stream)
	}
	return b.String()
}

// receive wakes waiters by a message of the writer. It returns false when the
// checkpoints are to be read again.
func (s *signals) receive(message string) bool {
	fields := strings.Fields(message)
	if len(fields) < 2 {
		return false
	}
	to, err := domain.ParsePosition(fields[0])
	if err != nil {
		return false
	}
	s.advance(strings.Split(fields[1], ","), to)
	streams := fields[2:]
	if slices.Contains(streams, everything) {
		streams = nil
	}
	s.changed(streams)
	return true
}

// listen receives the messages of the writer, whichever instance that is, until
// ctx or the connection ends.
func (r *Runner) listen(ctx context.Context) error {
	conn, err := r.connect(ctx)
	if err != nil {
		return err
	}
	defer hangUp(conn)
	defer r.signals.forget() // while nobody listens, the database may lose what was told
	if _, err := conn.Exec(ctx, `LISTEN `+channel); err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	for again := true; ; {
		if again {
			// What was notified before LISTEN is in the table by now.
			if err := r.catchUpSignals(ctx, conn); err != nil {
				return err
			}
		}
		n, err := conn.WaitForNotification(ctx)
		if err != nil {
			return fmt.Errorf("listen: %w", err)
		}
		again = !r.signals.receive(n.Payload)
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
			default: // one is pending
			}
		}
		r.signals.restore(name, c.at)
	}
	r.signals.changed(nil)
	return nil
}
