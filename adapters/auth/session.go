package auth

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/visure-anagrafiche/visure/domain"
)

// ErrSuperseded is returned, instead of another ErrUnknown, for a session that ended
// because its person signed in elsewhere.
var ErrSuperseded = fmt.Errorf("%w: its person signed in elsewhere", ErrUnknown)

// Kind is how the secret of a session travels.
type Kind string

const (
	Cookie Kind = "cookie"
	Bearer Kind = "bearer" // in an Authorization header, after the prefix visure_s_
)

const bearerPrefix = prefix + "s_"

// Session is one sign-in of a person.
type Session struct {
	// Actor is who acts: without a role until a capacity is chosen. Its Session names
	// this one in the history and in lists, and is useless as a secret.
	Actor       domain.Actor
	Kind        Kind
	Method      Method
	ACR         string     // what the identity provider said, if one did
	Address     netip.Addr // from where the person signed in
	Device      string     // label
	CreatedAt   time.Time  // when the person signed in
	LastSeen    time.Time  // within a minute
	SteppedUpAt time.Time  // when a second factor was last proven; zero: never
	ExpiresAt   time.Time  // whatever happens
}

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
		k.SteppedUpAt = *stepped
	}
	if ended != nil {
		k.endedAt = *ended
	}
	return k, nil
}

// lives says whether a session may be used at a time; nil, ErrUnknown or
// ErrSuperseded.
func (k kept) lives(now time.Time, idle time.Duration) error {
	last := k.LastSeen.Add(idle)
	if k.ExpiresAt.Before(last) {
		last = k.ExpiresAt
	}
	switch {
	case k.endedBy == endSuperseded && k.endedAt.Before(last):
		return ErrSuperseded
	case !k.endedAt.IsZero() || !now.Before(last):
		return ErrUnknown
	}
	return nil
}
