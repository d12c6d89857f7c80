package projections

import (
	"context"
	"fmt"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// CalendarioInVigore is when a Comune's office is open.
type CalendarioInVigore struct {
	domain.CalendarioSet            // version 0: it has set none
	Since                *time.Time `json:"since,omitempty"`
}

// Calendar returns the calendar in force of a Comune and the revision of its stream, to
// those at the Comune itself; domain.NotFound to others.
func (q *ComuniQueries) Calendar(ctx context.Context, reach domain.Reach, comune domain.CodiceISTAT) (c CalendarioInVigore, revision uint64, err error) {
	var w where
	w.add("v.comune = ?", comune)
	states, err := q.read(ctx, reach, w)
	switch {
	case err != nil:
		return c, 0, fmt.Errorf("read the calendar of %s: %w", comune, err)
	case len(states) == 0 || reach.Outside:
		return c, 0, domain.Errorf(domain.NotFound, "Comune inesistente")
	}
	s := states[0]
	if c.CalendarioSet = s.Calendario(); c.Versione > 0 {
		c.Since = &s.Calendari.Since
	}
	return c, s.revision(), nil
}

// AnteprimaCalendario is what another calendar would change.
type AnteprimaCalendario struct {
	Cambia  bool             `json:"cambia"`
	Mai     bool             `json:"mai"` // silence would never confirm
	Attese  Attese           `json:"attese"`
	Termini []domain.Termine `json:"termini"`
}

// Attese is how many requests await an officer.
type Attese struct {
	Tutte   int `json:"tutte"`
	Termine int `json:"termine"` // of these, those that silence will confirm
}

// CountTerms counts the requests within reach that await an officer, and of these those
// with a term.
func (q *ElencoQueries) CountTerms(ctx context.Context, reach domain.Reach) (a Attese, err error) {
	w := awaiting(reach)
	err = q.pool.QueryRow(ctx, `SELECT count(*), count(v.due_at) FROM elenco v WHERE `+w.String(), w.args...).Scan(&a.Tutte, &a.Termine)
	if err != nil {
		return a, fmt.Errorf("count what awaits by its term: %w", err)
	}
	return a, nil
}
