package commands

import (
	"context"
	"fmt"

	"github.com/visure-anagrafiche/visure/domain"
)

// RecordAccess enters reads of personal data, or refusals, in the actor's
// journal. The journal decides nothing and many write to it at once, so it is
// appended at whatever revision it has reached.
func RecordAccess(ctx context.Context, h *Handler, m domain.Meta, entries ...domain.AccessRecorded) error {
	m = h.complete(m)
	stream := domain.AccessStream(m.By.Utente, m.At)
	events := make([]domain.Event, len(entries))
	for i, e := range entries {
		events[i] = e
	}
	if _, err := h.Store.Append(ctx, string(stream), AnyRevision, events, m); err != nil {
		return fmt.Errorf("append %s: %w", stream, err)
	}
	return nil
}
