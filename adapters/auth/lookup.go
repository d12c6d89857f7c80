package auth

import (
	"context"
	"fmt"
	"sync"
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

// lookups asks for the tokens of all who come while a query is under way with the
// next: so each is answered by a query that began after it came, and a crowd costs
// few. The zero value is ready to use; it is safe for concurrent use.
type lookups struct {
	mu   sync.Mutex
	next *lookup
	busy bool
}

// lookup is one query.
type lookup struct {
	wanted map[digest]bool
	found  map[digest]bearer
	err    error
	done   chan struct{}
}

// find returns whom a token speaks for; false for one that is unknown or revoked.
func (l *lookups) find(ctx context.Context, db *pgxpool.Pool, d digest) (bearer, bool, error) {
	l.mu.Lock()
	mine := l.next
	if mine == nil {
		mine = &lookup{wanted: map[digest]bool{}, done: make(chan struct{})}
		l.next = mine
	}
	mine.wanted[d] = true
	if !l.busy {
		l.busy = true
		go l.ask(db)
	}
	l.mu.Unlock()
	select {
	case <-mine.done:
		b, ok := mine.found[d]
		return b, ok, mine.err
	case <-ctx.Done():
		return bearer{}, false, ctx.Err()
	}
}

// ask asks for as long as somebody waits. It is nobody's call, and ends with
// nobody's.
func (l *lookups) ask(db *pgxpool.Pool) {
	for {
		l.mu.Lock()
		mine := l.next
		l.next, l.busy = nil, mine != nil
		l.mu.Unlock()
		if mine == nil {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), lookupTimeout)
		mine.found, mine.err = query(ctx, db, mine.wanted)
		cancel()
		close(mine.done)
	}
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
