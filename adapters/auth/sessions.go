package auth

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/batch"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// Sessions keeps who has signed in. Of a session's secret only the hash is kept, and
// a person has one live session: the newest. It is safe for concurrent use, by any
// number of instances on one database.
type Sessions struct {
	DB  *pgxpool.Pool
	Now func() time.Time

	Idle time.Duration // for which a session may be unused; SessionIdle if zero
	Life time.Duration // of a session, whatever happens; 8 hours if zero

	lookups batch.Queue[lookup[kept]]
	glances batch.Queue[lookup[kept]]
}

// SessionIdle is how long a session may be unused where nothing else is set.
const SessionIdle = 15 * time.Minute

// seenEvery is how often the last use of a session is written.
const seenEvery = time.Minute

// Start begins a session of who proved who they are, ends their others, and counts as
// a use of their account. It has no capacity yet. The secret is a cookie's value or,
// with its prefix, a bearer token; it cannot be read back. It is stepped up since the
// proof's second factor.
func (s *Sessions) Start(ctx context.Context, p Proof, kind Kind, device string) (secret string, _ Session, err error) {
	now := s.Now()
	started := Session{
		Actor: domain.Actor{Utente: p.Utente}, Kind: kind, Method: p.Method, ACR: p.ACR, Address: p.Address.Unmap().WithZone(""),
		Device: plain(device, 100), CreatedAt: now, LastSeen: now, SteppedUpAt: p.SecondFactor(now), ExpiresAt: now.Add(s.life()),
	}
	secret, sum := newSessionSecret(kind)
	started.Actor.Session, started.Actor.Strong = sum.public(), !started.SteppedUpAt.IsZero()
	err = pgx.BeginFunc(ctx, s.DB, func(tx pgx.Tx) error {
		if err := alone(ctx, tx, p.Utente); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE account SET last_used_at = $2 WHERE utente = $1`, p.Utente, now); err != nil {
			return err
		}
		if err := endSessions(ctx, tx, p.Utente, "", endSuperseded, now); err != nil {
			return err
		}
		return insertSession(ctx, tx, sum, started)
	})
	if err != nil {
		return "", Session{}, fmt.Errorf("start a session of %s: %w", p.Utente, err)
	}
	return secret, started, nil
}

// Authenticate returns the session of a secret, and notes, at most once a minute,
// that it is used: ErrSuperseded if the person has signed in elsewhere since,
// ErrUnknown for what else is no live session. Who comes together shares a query. As
// uses are noted by the minute, a session may be taken for idle up to a minute early.
func (s *Sessions) Authenticate(ctx context.Context, secret string) (Session, error) {
	return s.live(find(ctx, &s.lookups, hash(secret), s.look))
}

// Glance is Authenticate for what is no use of the session: it goes on no longer for
// that.
func (s *Sessions) Glance(ctx context.Context, secret string) (Session, error) {
	return s.live(find(ctx, &s.glances, hash(secret), s.glance))
}

func (s *Sessions) live(k kept, known bool, err error) (Session, error) {
	if err != nil {
		return Session{}, fmt.Errorf("look up a session: %w", err)
	}
	if !known {
		return Session{}, ErrUnknown
	}
	if err := k.lives(s.Now(), s.idle()); err != nil {
		return Session{}, &commands.Refusal{Utente: k.Actor.Utente, Why: err}
	}
	return k.Session, nil
}

// Switch lets a session act in another capacity (role, Ente and Comune of the actor)
// under a new secret; the old one is unknown from the same instant. Time goes on
// running. Whether the person holds the capacity, is the caller's matter.
func (s *Sessions) Switch(ctx context.Context, secret string, capacity domain.Actor) (fresh string, _ Session, err error) {
	var k kept
	err = pgx.BeginFunc(ctx, s.DB, func(tx pgx.Tx) error {
		if k, err = s.own(ctx, tx, secret); err != nil {
			return err
		}
		var sum digest
		fresh, sum = newSessionSecret(k.Kind)
		k, err = switchSession(ctx, tx, k, sum, capacity, s.Now())
		return err
	})
	if err != nil {
		return "", Session{}, fmt.Errorf("switch a session: %w", err)
	}
	return fresh, k.Session, nil
}

// StepUp notes that the person of a session has proven a second factor just now.
func (s *Sessions) StepUp(ctx context.Context, secret string) error {
	err := pgx.BeginFunc(ctx, s.DB, func(tx pgx.Tx) error {
		k, err := s.own(ctx, tx, secret)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `UPDATE session SET stepped_up_at = $2 WHERE hash = $1`, k.hash[:], s.Now())
		return err
	})
	if err != nil {
		return fmt.Errorf("step a session up: %w", err)
	}
	return nil
}

// own returns a live session and keeps others from its person's until tx ends.
func (s *Sessions) own(ctx context.Context, tx pgx.Tx, secret string) (kept, error) {
	sum := hash(secret)
	var id domain.UtenteID
	err := tx.QueryRow(ctx, `SELECT utente FROM session WHERE hash = $1`, sum[:]).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return kept{}, ErrUnknown
	}
	if err != nil {
		return kept{}, err
	}
	if err := alone(ctx, tx, id); err != nil {
		return kept{}, err
	}
	rows, _ := tx.Query(ctx, `SELECT `+sessionColumns+` FROM session WHERE hash = $1 FOR UPDATE`, sum[:])
	k, err := pgx.CollectExactlyOneRow(rows, scanSession)
	if errors.Is(err, pgx.ErrNoRows) {
		return kept{}, ErrUnknown
	}
	if err != nil {
		return kept{}, err
	}
	return k, k.lives(s.Now(), s.idle())
}

// Revoke ends a session of a person, named as in Actor.Session; RevokeAll all of
// them. It is no error if there is none such.
func (s *Sessions) Revoke(ctx context.Context, id domain.UtenteID, session string) error {
	_, err := s.DB.Exec(ctx, `
		UPDATE session SET ended_at = $3, ended_by = $4 WHERE utente = $1 AND id = $2 AND ended_at IS NULL`, id, session, s.Now(), endRevoked)
	if err != nil {
		return fmt.Errorf("revoke a session of %s: %w", id, err)
	}
	return nil
}

// RevokeAll ends a person's sessions.
func (s *Sessions) RevokeAll(ctx context.Context, id domain.UtenteID) error {
	return pgx.BeginFunc(ctx, s.DB, func(tx pgx.Tx) error {
		return endSessions(ctx, tx, id, "", endRevoked, s.Now())
	})
}

// List returns a person's live sessions.
func (s *Sessions) List(ctx context.Context, id domain.UtenteID) ([]Session, error) {
	rows, _ := s.DB.Query(ctx, `SELECT `+sessionColumns+` FROM session WHERE utente = $1 AND ended_at IS NULL`, id)
	all, err := pgx.CollectRows(rows, scanSession)
	if err != nil {
		return nil, fmt.Errorf("list the sessions of %s: %w", id, err)
	}
	var live []Session
	for _, k := range all {
		if k.lives(s.Now(), s.idle()) == nil {
			live = append(live, k.Session)
		}
	}
	return live, nil
}

// Sweep deletes sessions whose time is over.
func (s *Sessions) Sweep(ctx context.Context) error {
	if _, err := s.DB.Exec(ctx, `DELETE FROM session WHERE expires_at <= $1`, s.Now()); err != nil {
		return fmt.Errorf("sweep sessions: %w", err)
	}
	return nil
}

func (s *Sessions) idle() time.Duration { return cmp.Or(s.Idle, SessionIdle) }
func (s *Sessions) life() time.Duration { return cmp.Or(s.Life, 8*time.Hour) }
