// Package auth says who is calling. A bearer token stands for one person in one
// capacity; an account is what a person signs in with, a session what follows. Of
// secrets only hashes and sealed bytes are kept.
package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/batch"
	"github.com/visure-anagrafiche/visure/commands"
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

// secretSize is the random bytes of a token, secretLength its characters after the
// prefix, six bits each.
const (
	secretSize   = 32
	secretLength = (secretSize*8 + 5) / 6
)

// made says whether a text is of the make of those with a prefix. By the prefix alone it
// cannot be told: what is random may begin as the rest of a longer one.
func made(token, prefix string) bool {
	return strings.HasPrefix(token, prefix) && len(token) == len(prefix)+secretLength
}

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

// tokenColumns are what a commands.BearerToken is made of.
const tokenColumns = `hash, utente, role, coalesce(ente::text, ''), coalesce(comune, ''), label, created_at, expires_at, last_used_at, revoked_at`

func scanToken(row pgx.CollectableRow) (b commands.BearerToken, err error) {
	var hash []byte
	err = row.Scan(&hash, &b.As.Utente, &b.As.Role, &b.As.Ente, &b.As.Comune, &b.Label, &b.CreatedAt, &b.ExpiresAt, &b.LastUsedAt, &b.RevokedAt)
	if err == nil {
		b.ID = digest(hash).public()
	}
	return b, err
}

// List implements commands.BearerTokens.
func (t *Tokens) List(ctx context.Context) ([]commands.BearerToken, error) {
	rows, _ := t.DB.Query(ctx, `SELECT `+tokenColumns+` FROM api_token ORDER BY created_at, hash`)
	all, err := pgx.CollectRows(rows, scanToken)
	if err != nil {
		return nil, fmt.Errorf("list tokens: %w", err)
	}
	return all, nil
}

// Find implements commands.BearerTokens.
func (t *Tokens) Find(ctx context.Context, id string) (commands.BearerToken, error) {
	rows, _ := t.DB.Query(ctx, `SELECT `+tokenColumns+` FROM api_token WHERE substring(hash FROM 1 FOR $2) = $1`, beginning(id), publicSize)
	b, err := pgx.CollectExactlyOneRow(rows, scanToken)
	if errors.Is(err, pgx.ErrNoRows) {
		return b, domain.Errorf(domain.NotFound, "non c'è un token con questo identificativo")
	}
	if err != nil {
		return b, fmt.Errorf("find a token: %w", err)
	}
	return b, nil
}

// Revoke implements commands.BearerTokens.
func (t *Tokens) Revoke(ctx context.Context, id string) error {
	_, err := t.DB.Exec(ctx, `UPDATE api_token SET revoked_at = $2 WHERE substring(hash FROM 1 FOR $3) = $1 AND revoked_at IS NULL`,
		beginning(id), t.Now(), publicSize)
	if err != nil {
		return fmt.Errorf("revoke a token: %w", err)
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
	if !strings.EqualFold(scheme, "Bearer") || !made(token, prefix) {
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

// query returns tokens by their hashes and notes that those are used that live and
// were not noted within a minute.
func (t *Tokens) query(ctx context.Context, hashes [][]byte) (map[digest]bearer, error) {
	now := t.Now()
	rows, _ := t.DB.Query(ctx, `
		WITH used AS (
			SELECT hash FROM api_token
			WHERE hash = ANY ($1) AND revoked_at IS NULL AND expires_at > $2 AND (last_used_at IS NULL OR last_used_at <= $3)
			ORDER BY hash FOR UPDATE SKIP LOCKED
		), noted AS (
			UPDATE api_token SET last_used_at = $2 FROM used WHERE api_token.hash = used.hash
		)
		SELECT hash, utente, role, coalesce(ente::text, ''), coalesce(comune, ''), expires_at FROM api_token
		WHERE hash = ANY ($1) AND revoked_at IS NULL`, hashes, now, now.Add(-seenEvery))
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

// publicSize is how many bytes of a hash may be shown.
const publicSize = 6

// public is what of a hash may be shown, in hexadecimal: it tells two secrets of a person
// apart, and no command takes it for an option.
func (d digest) public() string { return hex.EncodeToString(d[:publicSize]) }

// beginning returns how the hash begins of which that is shown; nil, as none does, if
// it is of no hash.
func beginning(public string) []byte {
	first, err := hex.DecodeString(public)
	if err != nil {
		return nil
	}
	return first
}

// hash is plain SHA-256: a secret of 256 random bits cannot be found by guessing,
// so a slow hash would add nothing.
func hash(secret string) digest { return sha256.Sum256([]byte(secret)) }
