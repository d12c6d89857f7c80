package auth

import (
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/visure-anagrafiche/visure/commands"
)

const bearerPrefix = prefix + "s_"

// How sessions end before their time.
const (
	endSuperseded = "superseded"
	endSwitched   = "switched"
	endRevoked    = "revoked"
)

// kept is a session as it is kept.
type kept struct {
	Session
	hash    digest
	endedAt time.Time // zero: it has not
	endedBy string
}

const sessionColumns = `hash, id, utente, kind, role, coalesce(ente::text, ''), coalesce(comune, ''), method, acr, address, device,
	created_at, last_seen_at, stepped_up_at, expires_at, ended_at, coalesce(ended_by, '')`

func scanSession(row pgx.CollectableRow) (k kept, err error) {
	var hash []byte
	var stepped, ended *time.Time
	err = row.Scan(&hash, &k.Actor.Session, &k.Actor.Utente, &k.Kind, &k.Actor.Role, &k.Actor.Ente, &k.Actor.Comune, &k.Method, &k.ACR,
		&k.Address, &k.Device, &k.CreatedAt, &k.LastSeen, &stepped, &k.ExpiresAt, &ended, &k.endedBy)
	if err != nil {
		return k, err
	}
	k.hash = digest(hash)
	if stepped != nil {
		k.SteppedUpAt, k.Actor.Strong = *stepped, true
	}
	if ended != nil {
		k.endedAt = *ended
	}
	return k, nil
}

// errSuperseded is a commands.ErrSuperseded, and an ErrUnknown like any session that
// has ended.
var errSuperseded = fmt.Errorf("%w: %w", ErrUnknown, commands.ErrSuperseded)

// lives says whether a session may be used at a time; nil, ErrUnknown or
// ErrSuperseded.
func (k kept) lives(now time.Time, idle time.Duration) error {
	last := k.LastSeen.Add(idle)
	if k.ExpiresAt.Before(last) {
		last = k.ExpiresAt
	}
	switch {
	case k.endedBy == endSuperseded && k.endedAt.Before(last):
		return errSuperseded
	case !k.endedAt.IsZero() || !now.Before(last):
		return ErrUnknown
	}
	return nil
}
