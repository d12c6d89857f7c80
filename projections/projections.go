// Package projections holds the read models: for each, how events become its
// rows (Apply) and the queries of them. Package engine runs them.
//
// Read models have no side effects and no decision reads them: they can be
// dropped and rebuilt from the log at any time. Rows hold what an event holds
// sealed as it is sealed, except subject_token, which is searched by; queries
// open it for those who may see it.
package projections

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/visure-anagrafiche/visure/domain"
)

// Opener opens what rows hold sealed. It is safe for concurrent use.
type Opener interface {
	// Open returns the JSON object sealed in each, with one query of keys for all;
	// nil where nothing is sealed or the key has been destroyed. What does not open
	// under its key is an error.
	Open(ctx context.Context, sealed []domain.Sealed) ([][]byte, error)
}

// open opens what rows hold sealed and reads the i-th object into the value that
// into(i) returns; one whose key was destroyed is left zero.
func open[T any](ctx context.Context, o Opener, sealed []domain.Sealed, into func(i int) *T) error {
	plain, err := o.Open(ctx, sealed)
	if err != nil {
		return fmt.Errorf("open personal data: %w", err)
	}
	for i, text := range plain {
		if text == nil {
			continue
		}
		if err := json.Unmarshal(text, into(i)); err != nil {
			return fmt.Errorf("open personal data: row %d is not what was sealed", i) // the cause might quote it
		}
	}
	return nil
}
