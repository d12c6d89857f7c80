package auth

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func newSessionSecret(kind Kind) (string, digest) {
	secret := newSecret()
	if kind == commands.BearerSession {
		secret = bearerPrefix + secret
	}
	return secret, hash(secret)
}

// look returns sessions by their hashes and notes that those are used that live and
// were not noted within a minute. What it returns of them is how they stood before.
func (s *Sessions) look(ctx context.Context, hashes [][]byte) (map[digest]kept, error) {
	now := s.Now()
	rows, _ := s.DB.Query(ctx, `
		WITH used AS (
			SELECT hash FROM session
			WHERE hash = ANY ($1) AND ended_at IS NULL AND expires_at > $2 AND last_seen_at <= $3 AND last_seen_at > $4
			ORDER BY hash FOR UPDATE SKIP LOCKED
		), noted AS (
			UPDATE session SET last_seen_at = $2 FROM used WHERE session.hash = used.hash
		)
		SELECT `+sessionColumns+` FROM session WHERE hash = ANY ($1)`, hashes, now, now.Add(-seenEvery), now.Add(-s.idle()))
	return byHash(rows)
}

// glance is look without noting anything.
func (s *Sessions) glance(ctx context.Context, hashes [][]byte) (map[digest]kept, error) {
	rows, _ := s.DB.Query(ctx, `SELECT `+sessionColumns+` FROM session WHERE hash = ANY ($1)`, hashes)
	return byHash(rows)
}

func byHash(rows pgx.Rows) (map[digest]kept, error) {
	all, err := pgx.CollectRows(rows, scanSession)
	if err != nil {
		return nil, fmt.Errorf("read sessions: %w", err)
	}
	found := make(map[digest]kept, len(all))
	for _, k := range all {
		found[k.hash] = k
	}
	return found, nil
}

// alone lets one at a time change which session of a person lives, until tx ends.
func alone(ctx context.Context, tx pgx.Tx, id domain.UtenteID) error {
	_, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('session/' || $1, 0))`, string(id))
	return err
}

// endSessions ends the sessions of a person, save the one to keep.
func endSessions(ctx context.Context, tx pgx.Tx, id domain.UtenteID, keep, by string, now time.Time) error {
	_, err := tx.Exec(ctx, `
		UPDATE session SET ended_at = $4, ended_by = $3 WHERE utente = $1 AND id <> $2 AND ended_at IS NULL`, id, keep, by, now)
	if err != nil {
		return fmt.Errorf("end the sessions of %s: %w", id, err)
	}
	return nil
}

func insertSession(ctx context.Context, tx pgx.Tx, sum digest, s Session) error {
	var stepped *time.Time
	if !s.SteppedUpAt.IsZero() {
		stepped = &s.SteppedUpAt
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO session (hash, id, utente, kind, role, method, acr, address, device, created_at, last_seen_at, stepped_up_at, expires_at)
		VALUES ($1, $2, $3, $4, '', $5, $6, $7, $8, $9, $9, $10, $11)`,
		sum[:], s.Actor.Session, s.Actor.Utente, s.Kind, s.Method, s.ACR, s.Address, s.Device, s.CreatedAt, stepped, s.ExpiresAt)
	return err
}

// switchSession ends a session and begins one like it in another capacity, in one
// statement.
func switchSession(ctx context.Context, tx pgx.Tx, k kept, sum digest, capacity domain.Actor, now time.Time) (kept, error) {
	rows, _ := tx.Query(ctx, `
		WITH old AS (
			UPDATE session SET ended_at = $7, ended_by = $8 WHERE hash = $1 AND ended_at IS NULL RETURNING *
		)
		INSERT INTO session (hash, id, utente, kind, role, ente, comune, method, acr, address, device, created_at, last_seen_at, stepped_up_at, expires_at)
		SELECT $2, $3, utente, kind, $4, NULLIF($5, '')::uuid, NULLIF($6, ''), method, acr, address, device, created_at, $7, stepped_up_at, expires_at
		FROM old RETURNING `+sessionColumns,
		k.hash[:], sum[:], sum.public(), capacity.Role, string(capacity.Ente), string(capacity.Comune), now, endSwitched)
	return pgx.CollectExactlyOneRow(rows, scanSession)
}
