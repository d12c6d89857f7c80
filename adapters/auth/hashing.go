package auth

import (
	"context"
	"fmt"
	"runtime"

	"github.com/alexedwards/argon2id"
)

// owasp is what a password costs to evaluate: OWASP's least for argon2id.
var owasp = argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// hasher evaluates passwords, a few at a time: one takes 19 MiB, so that who guesses
// with many requests waits instead of exhausting the memory.
type hasher struct {
	slots    chan struct{}
	strength argon2id.Params
	dummy    string // of no password
	check    func(password, phc string) (bool, *argon2id.Params, error)
}

func newHasher(strength argon2id.Params) (h *hasher, err error) {
	h = &hasher{slots: make(chan struct{}, min(max(runtime.GOMAXPROCS(0), 2), 4)), strength: strength, check: argon2id.CheckHash}
	h.dummy, err = h.hash(newSecret())
	return h, err
}

// enter waits for the right to evaluate; leave gives it back.
func (h *hasher) enter(ctx context.Context) error {
	select {
	case h.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait to evaluate a password: %w", ctx.Err())
	}
}

func (h *hasher) leave() { <-h.slots }

// matches says whether a password is the one of a PHC string, and whether that was
// made with less than today's strength.
func (h *hasher) matches(password, phc string) (right, weak bool, err error) {
	right, p, err := h.check(password, phc)
	if err != nil {
		return false, false, fmt.Errorf("evaluate a password: %w", err)
	}
	s := h.strength
	return right, p.Memory < s.Memory || p.Iterations < s.Iterations || p.KeyLength < s.KeyLength, nil
}

// make waits for its turn and returns the PHC string of a password.
func (h *hasher) make(ctx context.Context, password string) (string, error) {
	if err := h.enter(ctx); err != nil {
		return "", err
	}
	defer h.leave()
	return h.hash(password)
}

func (h *hasher) hash(password string) (string, error) {
	phc, err := argon2id.CreateHash(password, &h.strength)
	if err != nil {
		return "", fmt.Errorf("evaluate a password: %w", err)
	}
	return phc, nil
}
