package engine

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/visure-anagrafiche/visure/domain"
)

// Progress is how far a read model has come that this instance makes again.
type Progress struct {
	Began  time.Time     `json:"began"`
	Took   time.Duration `json:"took"`   // so far
	Events int           `json:"events"` // read
	Share  float64       `json:"share"`  // of the log, by position, from 0 to 1; 0 also when it is not known
}

// Left estimates how much longer it takes if it goes on as it has gone; zero when
// nothing is known.
func (p Progress) Left() time.Duration {
	if p.Share <= 0 {
		return 0
	}
	return time.Duration(float64(p.Took) * (1 - p.Share) / p.Share)
}

// progress is how far the new tables are, of a log that ended at b.end.
func (b *rebuild) progress(events int) *Progress {
	p := Progress{Began: b.begun, Took: time.Since(b.begun), Events: events}
	if b.end > 0 {
		p.Share = min(float64(b.at.Commit)/float64(b.end), 1)
	}
	return &p
}

// Stored returns Health with the positions that the database has, of whichever instance
// writes: also where this one does not run.
func (r *Runner) Stored(ctx context.Context) ([]Health, error) {
	conn, err := r.pool.Acquire(ctx)
	if err != nil {
		return nil, fmt.Errorf("read checkpoints: %w", err)
	}
	defer conn.Release()
	stored, err := checkpoints(ctx, conn.Conn())
	if err != nil {
		return nil, err
	}
	all := r.Health()
	for i, h := range all {
		c := stored[h.Name]
		if c.at.Compare(h.Position) > 0 {
			all[i].Position, all[i].Reached = c.at, c.at.String()
		}
		if c.detached != "" && h.State != Rebuilding {
			all[i].State, all[i].Error = Stopped, c.detached
		}
	}
	return all, nil
}

// furthest is how far the log was followed by any read model.
func furthest(ctx context.Context, conn *pgx.Conn) (uint64, error) {
	stored, err := checkpoints(ctx, conn)
	var at domain.Position
	for _, c := range stored {
		if c.at.Compare(at) > 0 {
			at = c.at
		}
	}
	return at.Commit, err
}
