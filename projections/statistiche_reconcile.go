package projections

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// Differenza is a cell of the statistics that holds something else than the events say.
type Differenza struct {
	Cella   string `json:"cella"` // day, whose, what and what became of it; of times, the bucket
	Contate int64  `json:"contate"`
	Dovute  int64  `json:"dovute"` // by the events
}

// ReconcileStatistiche folds all events up to where the statistics are, and returns where
// these differ from it: nothing, unless something is wrong. It disturbs nobody.
func ReconcileStatistiche(ctx context.Context, pool *pgxpool.Pool, feed engine.Feed) ([]Differenza, error) {
	held, at, err := heldAt(ctx, pool)
	if err != nil {
		return nil, err
	}
	due, err := recountTo(ctx, feed, at)
	if err != nil {
		return nil, err
	}
	all := append(differences(held.Celle, due.Celle), differences(held.Tempi, due.Tempi)...)
	slices.SortFunc(all, func(a, b Differenza) int { return cmp.Compare(a.Cella, b.Cella) })
	return all, nil
}

// heldAt is what the read model holds, and the position it has reached with that.
func heldAt(ctx context.Context, pool *pgxpool.Pool) (held *Recount, at domain.Position, err error) {
	err = pgx.BeginTxFunc(ctx, pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		err := tx.QueryRow(ctx, `SELECT commit_position, prepare_position FROM checkpoint WHERE projection = $1`, Statistiche{}.Name()).Scan(&at.Commit, &at.Prepare)
		if err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return fmt.Errorf("read where the statistics are: %w", err)
		}
		held, err = Tabulated(ctx, tx)
		return err
	})
	return held, at, err
}

// errFar ends the reading of the log where the statistics are.
var errFar = errors.New("far enough")

// recountTo counts by all events up to a position.
func recountTo(ctx context.Context, feed engine.Feed, at domain.Position) (*Recount, error) {
	c := NewRecount()
	err := feed.Follow(ctx, visure, domain.Position{}, func(d engine.Delivery) error {
		switch {
		case d.CaughtUp, d.Position.Compare(at) > 0:
			return errFar
		case d.Event != nil:
			c.Add(*d.Event)
		}
		return nil
	})
	if !errors.Is(err, errFar) {
		return nil, fmt.Errorf("read the events: %w", err)
	}
	return c, nil
}

// differences are the cells in which two counts differ.
func differences[C comparable](held, due map[C]int64) (all []Differenza) {
	for c, n := range held {
		if due[c] != n {
			all = append(all, Differenza{fmt.Sprint(c), n, due[c]})
		}
	}
	for c, n := range due {
		if _, ok := held[c]; !ok {
			all = append(all, Differenza{fmt.Sprint(c), 0, n})
		}
	}
	return all
}
