package auth

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/domain"
)

// SoftwareTokens keeps the tokens of software, of which only the hash is known.
// Whether one was revoked stands in the software's stream. It is safe for concurrent
// use.
type SoftwareTokens struct {
	DB  *pgxpool.Pool
	Now func() time.Time
}

// softwarePrefix lets scanners of logs and repositories recognise a token.
const softwarePrefix = prefix + "a_"

// Software is a token of software, as it is shown.
type Software struct {
	Name        string // by which it is known in the history
	Applicativo domain.ApplicativoID
	CreatedAt   time.Time
	ExpiresAt   time.Time
	LastUsedAt  *time.Time // within a minute; nil: never
}

// Draw makes a token of software, and the name by which the history knows it.
func (t *SoftwareTokens) Draw() (token, name string) {
	token = softwarePrefix + newSecret()
	return token, hash(token).public()
}

// Keep stores a token that was drawn, by its hash alone. Its text cannot be read
// back.
func (t *SoftwareTokens) Keep(ctx context.Context, token string, id domain.ApplicativoID, issued domain.TokenIssued) error {
	sum := hash(token)
	_, err := t.DB.Exec(ctx, `
		INSERT INTO software_token (hash, name, applicativo, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (hash) DO NOTHING`, sum[:], issued.Token, id, t.Now(), issued.Expires)
	if err != nil {
		return fmt.Errorf("keep a token of software %s: %w", id, err)
	}
	return nil
}

// Authenticate returns which token it is, and notes, at most once a minute, that it
// is used; ErrUnknown for one nobody was given or that has expired.
func (t *SoftwareTokens) Authenticate(ctx context.Context, token string) (s Software, err error) {
	if !made(token, softwarePrefix) {
		return Software{}, ErrUnknown
	}
	sum, now := hash(token), t.Now()
	err = t.DB.QueryRow(ctx, `SELECT name, applicativo, created_at, expires_at, last_used_at FROM software_token WHERE hash = $1 AND expires_at > $2`, sum[:], now).
		Scan(&s.Name, &s.Applicativo, &s.CreatedAt, &s.ExpiresAt, &s.LastUsedAt)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return Software{}, ErrUnknown
	case err != nil:
		return Software{}, fmt.Errorf("look up a token of software: %w", err)
	}
	if s.LastUsedAt == nil || now.Sub(*s.LastUsedAt) >= time.Minute {
		if _, err := t.DB.Exec(ctx, `UPDATE software_token SET last_used_at = $2 WHERE hash = $1`, sum[:], now); err != nil {
			return Software{}, fmt.Errorf("note the use of a token of software: %w", err)
		}
	}
	return s, nil
}

// LastUses implements commands.SoftwareTokens.
func (t *SoftwareTokens) LastUses(ctx context.Context, id domain.ApplicativoID) (map[string]time.Time, error) {
	rows, _ := t.DB.Query(ctx, `
		SELECT name, last_used_at FROM software_token WHERE applicativo = $1 AND expires_at > $2 AND last_used_at IS NOT NULL`, id, t.Now())
	used := map[string]time.Time{}
	var name string
	var at time.Time
	if _, err := pgx.ForEachRow(rows, []any{&name, &at}, func() error { used[name] = at; return nil }); err != nil {
		return nil, fmt.Errorf("read the last uses of tokens of software %s: %w", id, err)
	}
	return used, nil
}
