package auth

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/domain"
)

// lookupTimeout bounds one query.
const lookupTimeout = 10 * time.Second

// digest is the hash of a token.
type digest [32]byte

// bearer is whom a token that was not revoked speaks for, and until when.
type bearer struct {
	actor   domain.Actor
	expires time.Time
}

// lookup is one query, for all who came while the one before was under way: so each
// is answered as the table stood after they came, and a crowd costs few.
type lookup struct {
	wanted map[digest]bool
	found  map[digest]bearer
}

// find returns whom a token speaks for; false for one that is unknown or revoked.
func (t *Tokens) find(ctx context.Context, d digest) (bearer, bool, error) {
	l, err := t.lookups.Do(ctx, func(l *lookup) { l.want(d) }, nil, func(l *lookup) (err error) {
		ctx, cancel := context.WithTimeout(context.Background(), lookupTimeout)
		defer cancel()
		l.found, err = query(ctx, t.DB, l.wanted)
		return err
	})
	if err != nil {
		return bearer{}, false, err
	}
	b, ok := l.found[d]
	return b, ok, nil
}

func (l *lookup) want(d digest) {
	if l.wanted == nil {
		l.wanted = map[digest]bool{}
	}
	l.wanted[d] = true
}

func query(ctx context.Context, db *pgxpool.Pool, wanted map[digest]bool) (map[digest]bearer, error) {
	hashes := make([][]byte, 0, len(wanted))
	for d := range wanted {
		hashes = append(hashes, d[:])
	}
	rows, _ := db.Query(ctx, `
		SELECT hash, utente, role, coalesce(ente::text, ''), coalesce(comune, ''), expires_at FROM api_token
		WHERE hash = ANY ($1) AND revoked_at IS NULL`, hashes)
	found := make(map[digest]bearer, len(hashes))
	var hash []byte
	var b bearer
	_, err := pgx.ForEachRow(rows, []any{&hash, &b.actor.Utente, &b.actor.Role, &b.actor.Ente, &b.actor.Comune, &b.expires}, func() error {
		found[digest(hash)] = b
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read tokens: %w", err)
	}
	return found, nil
}
