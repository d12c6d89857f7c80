package auth

import (
	"context"
	"time"

	"github.com/visure-anagrafiche/visure/batch"
)

// lookupTimeout bounds one query.
const lookupTimeout = 10 * time.Second

// digest is the hash of a secret.
type digest [32]byte

// lookup is one query, for all who came while the one before was under way: so each
// is answered as the table stood after they came, and a crowd costs few.
type lookup[V any] struct {
	wanted map[digest]bool
	found  map[digest]V
}

// find returns what a query finds under a hash; false where it finds nothing.
func find[V any](ctx context.Context, q *batch.Queue[lookup[V]], d digest,
	query func(ctx context.Context, hashes [][]byte) (map[digest]V, error)) (V, bool, error) {
	l, err := q.Do(ctx, func(l *lookup[V]) { l.want(d) }, nil, func(l *lookup[V]) (err error) {
		ctx, cancel := context.WithTimeout(context.Background(), lookupTimeout)
		defer cancel()
		hashes := make([][]byte, 0, len(l.wanted))
		for d := range l.wanted {
			hashes = append(hashes, d[:])
		}
		l.found, err = query(ctx, hashes)
		return err
	})
	if err != nil {
		var none V
		return none, false, err
	}
	v, ok := l.found[d]
	return v, ok, nil
}

func (l *lookup[V]) want(d digest) {
	if l.wanted == nil {
		l.wanted = map[digest]bool{}
	}
	l.wanted[d] = true
}
