package esdb

import (
	"context"
	"errors"
	"slices"
	"testing"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"github.com/visure-anagrafiche/visure/domain"
)

// shutKeys are keys that cannot be had.
type shutKeys struct{ oneKey }

func (shutKeys) Lookup(context.Context, []string) (map[string][]byte, error) {
	return nil, errors.New("the key file does not open this key")
}

func TestWithoutKeysItIsStillToldWhereEventsStand(t *testing.T) {
	sealed, open := storedAs(t, domain.UtenteRegistered{Codice: "U-1", Nome: "X"}), storedAs(t, domain.RoleGiven{Role: domain.RoleTop})
	sealed.StreamID, open.StreamID = "utente-sealed", "utente-open"
	s := &Store{codec: newCodec(shutKeys{oneKey(theKey)}, compartments...)}
	var told []string
	s.tell(t.Context(), []*es.RecordedEvent{open, sealed, open}, func(r domain.Recorded) { told = append(told, r.Stream) })
	if want := []string{open.StreamID, sealed.StreamID, open.StreamID}; !slices.Equal(told, want) {
		t.Errorf("told of %v, want %v", told, want)
	}
}
