package commands

import (
	"context"
	"fmt"

	"github.com/visure-anagrafiche/visure/domain"
)

// RecordAccess enters a read of personal data, or a refusal, in the actor's
// journal. The journal decides nothing and many write to it at once, so it is
// appended at whatever revision it has reached.
func RecordAccess(ctx context.Context, h *Handler, env Envelope, access domain.AccessRecorded) error {
	m := h.meta(env)
	stream := domain.AccessStream(m.By.Utente, m.At)
	if _, err := h.Store.Append(ctx, string(stream), AnyRevision, []domain.Event{access}, m); err != nil {
		return fmt.Errorf("append %s: %w", stream, err)
	}
	return nil
}
