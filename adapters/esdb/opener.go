package esdb

import (
	"context"
	"fmt"

	"github.com/visure-anagrafiche/visure/domain"
)

// Opener implements projections.Opener: it opens what read models keep sealed.
// It is safe for concurrent use.
type Opener struct{ keys Keys }

// NewOpener returns an Opener that finds its keys among those given.
func NewOpener(keys Keys) Opener { return Opener{keys} }

// Open returns the JSON object sealed in each, with one query of keys for all;
// nil where nothing is sealed or the key has been destroyed. What does not open
// under its key is an error.
func (o Opener) Open(ctx context.Context, sealed []domain.Sealed) ([][]byte, error) {
	var names []string
	for _, s := range sealed {
		if s.Key != "" {
			names = append(names, s.Key)
		}
	}
	plain := make([][]byte, len(sealed))
	if len(names) == 0 {
		return plain, nil
	}
	keys, err := o.keys.Lookup(ctx, names)
	if err != nil {
		return nil, fmt.Errorf("keys of %d rows: %w", len(names), err)
	}
	for i, s := range sealed {
		key, ok := keys[s.Key]
		if !ok {
			continue
		}
		if plain[i], err = unseal(key, s.Bound, s.Box); err != nil {
			return nil, fmt.Errorf("open what key %s sealed: %w", s.Key, err)
		}
	}
	return plain, nil
}
