package commands

import (
	"context"
	"fmt"

	"github.com/visure-anagrafiche/visure/domain"
)

// RecordAccess enters reads of personal data, or refusals, in the actor's
// journal; what who administers the installation did, in the installation's. The
// journal decides nothing and many write to it at once, so it is appended at
// whatever revision it has reached.
func RecordAccess(ctx context.Context, h *Handler, m domain.Meta, entries ...domain.AccessRecorded) error {
	m = h.complete(m)
	stream := domain.AccessStream(m.By.Utente, m.At)
	if m.By.Role == domain.RoleInstallazione {
		stream = domain.InstallationJournal(m.At)
	}
	events := make([]domain.Event, len(entries))
	for i, e := range entries {
		events[i] = e
	}
	if _, err := h.Store.Append(ctx, string(stream), AnyRevision, events, m); err != nil {
		return fmt.Errorf("append %s: %w", stream, err)
	}
	return nil
}
