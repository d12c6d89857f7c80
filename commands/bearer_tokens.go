package commands

import (
	"context"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// BearerToken is what is known of a token by which a person acts in one capacity: all
// but its text.
type BearerToken struct {
	ID         string // what the history calls the session of who uses it
	As         domain.Actor
	Label      string
	CreatedAt  time.Time
	ExpiresAt  time.Time
	LastUsedAt *time.Time // to a minute; nil: never used
	RevokedAt  *time.Time // nil: it was not revoked
}

// BearerTokens keeps the tokens of people.
type BearerTokens interface {
	// Issue makes a token that lives for a time. The answer is the only place where its
	// text can be read.
	Issue(ctx context.Context, as domain.Actor, label string, life time.Duration) (string, error)
	// List returns all there ever were, in the order in which they were made.
	List(ctx context.Context) ([]BearerToken, error)
	// Find returns one by its ID: a NotFound refusal if there is none.
	Find(ctx context.Context, id string) (BearerToken, error)
	// Revoke ends one at once. It is no error if it has ended, or there is none.
	Revoke(ctx context.Context, id string) error
}
