package projections

import (
	"context"
	"fmt"

	"github.com/visure-anagrafiche/visure/domain"
)

// Count returns how many people there are at a pair; none at one that is out of reach.
func (q *UtentiQueries) Count(ctx context.Context, reach domain.Reach, pair domain.Pair) (n int, err error) {
	if !reach.Covers(pair.Object()) {
		return 0, nil
	}
	err = q.pool.QueryRow(ctx, `
		SELECT count(*) FROM utente_posto v JOIN utenti p ON p.utente = v.utente AND p.registered_at IS NOT NULL
		 WHERE v.ente = $1 AND v.comune = $2`, pair.Ente, pair.Comune).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count the users of a pair: %w", err)
	}
	return n, nil
}
