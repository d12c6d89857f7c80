package commands

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

const (
	// supersededFor is how long a version's keys are kept when another is in force:
	// longer than any call that began with them lasts.
	supersededFor = time.Hour
	// appendingFor is how long keys may be kept before the version that names them
	// is appended: who appends it has given up long before.
	appendingFor = 2 * time.Minute
)

// Sweep removes the keystores that no version in force names any more: those
// superseded an hour ago, and those kept by a Replace that a crash or a refusal
// ended. Keystores that were laid into the folder by hand are not touched. It is
// called at start and every hour; any number may call it at once.
func (c Connection) Sweep(ctx context.Context) error {
	kept, err := c.Connector.Kept()
	if err != nil {
		return fmt.Errorf("sweep keystores: %w", err)
	}
	now := c.Handler.Now()
	for _, k := range kept {
		s, failed := Fact(ctx, c.Handler, k.Comune.Stream())
		if failed == nil && superseded(k, s.Collegamento, now) {
			failed = c.Connector.Remove(k.Name)
		}
		if failed != nil {
			err = errors.Join(err, fmt.Errorf("sweep keystores: %s: %w", k.Name, failed))
		}
	}
	return err
}

// superseded says that no call needs the keystore, and that none will.
func superseded(k Kept, s domain.Collegamento, now time.Time) bool {
	return !s.Uses(k.Name) && now.Sub(k.At) > appendingFor && (s.Version == 0 || now.Sub(s.Since) > supersededFor)
}
