// Package auth says who is calling. A bearer token stands for one person in one
// capacity; an account is what a person signs in with, a session what follows. Of
// secrets only hashes and sealed bytes are kept.
package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/batch"
	"github.com/visure-anagrafiche/visure/domain"
)

// Tokens issues and checks bearer tokens, kept hashed in the table api_token.
// It is safe for concurrent use.
type Tokens struct {
	DB  *pgxpool.Pool
	Now func() time.Time

	lookups batch.Queue[lookup[bearer]]
}

// bearer is whom a token that was not revoked speaks for, and until when.
type bearer struct {
	actor   domain.Actor
	expires time.Time
}

// prefix lets scanners of logs and repositories recognise a token.
const prefix = "visure_"

// secretSize is the random bytes of a token; length its characters, six bits each
// after the prefix.
const (
	secretSize = 32
	length     = len(prefix) + (secretSize*8+5)/6
)

// Issue makes a token by which its bearer acts as actor until it expires. The
// text is shown once: it cannot be read back.
func (t *Tokens) Issue(ctx context.Context, actor domain.Actor, label string, validity time.Duration) (string, error) {
	token := prefix + newSecret()
	sum, now := hash(token), t.Now()
	_, err := t.DB.Exec(ctx, `
		INSERT INTO api_token (hash, utente, role, ente, comune, label, created_at, expires_at)
		VALUES ($1, $2, $3, NULLIF($4, '')::uuid, NULLIF($5, ''), $6, $7, $8)`,
		sum[:], actor.Utente, actor.Role, actor.Ente, actor.Comune, label, now, now.Add(validity))
	if err != nil {
		return "", fmt.Errorf("issue token for %s: %w", actor.Utente, err)
	}
	return token, nil
}

// Revoke ends a token at once. It is no error if there is no such token.
func (t *Tokens) Revoke(ctx context.Context, token string) error {
	sum := hash(token)
	_, err := t.DB.Exec(ctx, `UPDATE api_token SET revoked_at = $2 WHERE hash = $1 AND revoked_at IS NULL`, sum[:], t.Now())
	if err != nil {
		return fmt.Errorf("revoke token: %w", err)
	}
	return nil
}

// ErrUnknown is returned for a token that is absent, expired, revoked or
// unknown: the caller is not told which.
var ErrUnknown = errors.New("token not accepted")

// Authenticate returns who an Authorization header speaks for, or ErrUnknown: as
// the table stands once it is called, so a revoked token is refused at once.
// Session is the first characters of the token's hash: enough to tell two
// tokens of a person apart in the history, useless as a token.
func (t *Tokens) Authenticate(ctx context.Context, header string) (domain.Actor, error) {
	scheme, token, _ := strings.Cut(header, " ")
	token = strings.TrimLeft(token, " ")
	if !strings.EqualFold(scheme, "Bearer") || !strings.HasPrefix(token, prefix) || len(token) != length {
		return domain.Actor{}, ErrUnknown
	}
	sum := hash(token)
	b, known, err := find(ctx, &t.lookups, sum, t.query)
	switch {
	case err != nil:
		return domain.Actor{}, fmt.Errorf("look up token: %w", err)
	case !known || !b.expires.After(t.Now()):
		return domain.Actor{}, ErrUnknown
	}
	b.actor.Session = sum.public()
	return b.actor, nil
}

func (t *Tokens) query(ctx context.Context, hashes [][]byte) (map[digest]bearer, error) {
	rows, _ := t.DB.Query(ctx, `
		SELECT hash, utente, role, coalesce(ente::text, ''), coalesce(comune, ''), expires_at FROM api_token
		WHERE hash = ANY ($1) AND revoked_at IS NULL`, hashes)
	found := make(map[digest]bearer, len(hashes))
	var hash []byte
	var b bearer
	_, err := pgx.ForEachRow(rows, []any{&hash, &b.actor.Utente, &b.actor.Role, &b.actor.Ente, &b.actor.Comune, &b.expires}, func() error {
		found[digest(hash)] = b
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read tokens: %w", err)
	}
	return found, nil
}

// newSecret returns 256 random bits as text that stands in addresses and headers.
func newSecret() string {
	secret := make([]byte, secretSize)
	rand.Read(secret)
	return base64.RawURLEncoding.EncodeToString(secret)
}

// public is what of a hash may be shown: it tells two secrets of a person apart.
func (d digest) public() string { return base64.RawURLEncoding.EncodeToString(d[:6]) }

// hash is plain SHA-256: a secret of 256 random bits cannot be found by guessing,
// so a slow hash would add nothing.
func hash(secret string) digest { return sha256.Sum256([]byte(secret)) }
