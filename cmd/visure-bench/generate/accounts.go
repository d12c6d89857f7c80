package generate

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/visure-anagrafiche/visure/domain"
)

// openAccounts opens an account for each of some people, as if they had been invited just
// now: who has none and did nothing for half a year, a server suspends when it starts.
func (f *folder) openAccounts(ctx context.Context, people map[domain.UtenteID]*aggregate[domain.Utente]) error {
	ids, now := slices.Collect(maps.Keys(people)), time.Now()
	rows := pgx.CopyFromSlice(len(ids), func(i int) ([]any, error) {
		return []any{string(ids[i]), strings.ToUpper(strings.ReplaceAll(ids[i].Codice(), "-", "")), now}, nil
	})
	if _, err := f.pool.CopyFrom(ctx, pgx.Identifier{"account"}, []string{"utente", "codice", "created_at"}, rows); err != nil {
		return fmt.Errorf("open accounts: %w", err)
	}
	return nil
}
