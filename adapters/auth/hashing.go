package auth

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"time"

	"github.com/alexedwards/argon2id"

	"github.com/visure-anagrafiche/visure/domain"
)

// owasp is what a password costs to evaluate: OWASP's least for argon2id.
var owasp = argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// longestWait is how long a turn to evaluate a password is waited for: some seconds
// more than 200 people who come at once take on two cores that are busy otherwise.
const longestWait = 30 * time.Second

// errCrowded is the answer to who has waited for so long.
var errCrowded = domain.Errorf(domain.Unavailable, "troppe persone accedono nello stesso momento: riprovare tra poco")

// hasher evaluates passwords, a few at a time: one takes 19 MiB, so that who guesses
// with many requests waits instead of exhausting the memory.
type hasher struct {
	slots    chan struct{}
	longest  time.Duration // wait for one
	strength argon2id.Params
	dummy    string // of no password
	ask      func(question) (verdict, error)
	close    func()
}

// newHasher has the processes that command starts evaluate passwords; nil: this one.
func newHasher(strength argon2id.Params, command func() *exec.Cmd) *hasher {
	h := &hasher{
		slots: make(chan struct{}, min(max(runtime.GOMAXPROCS(0), 2), 4)), longest: longestWait, strength: strength, dummy: noPassword(strength),
		ask: func(q question) (verdict, error) { return q.answer(), nil }, close: func() {},
	}
	if command != nil {
		// While one is at work, whose turn it is besides is at the database.
		e := newEvaluators(max(cap(h.slots)/2, 1), command)
		h.ask, h.close = e.ask, e.close
	}
	return h
}

// noPassword returns a PHC string that is as costly to compare with as any other, and
// of whose password nobody knows whether there is one.
func noPassword(s argon2id.Params) string {
	salt, key := make([]byte, s.SaltLength), make([]byte, s.KeyLength)
	rand.Read(salt)
	rand.Read(key)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s", s.Memory, s.Iterations, s.Parallelism, b64.EncodeToString(salt), b64.EncodeToString(key))
}

// enter waits for the right to evaluate, in the order in which people came; leave
// gives it back. An Unavailable refusal says that it took too long.
func (h *hasher) enter(ctx context.Context) error {
	patience := time.NewTimer(h.longest)
	defer patience.Stop()
	select {
	case h.slots <- struct{}{}:
		return nil
	case <-patience.C:
		return errCrowded
	case <-ctx.Done():
		return fmt.Errorf("wait to evaluate a password: %w", ctx.Err())
	}
}

func (h *hasher) leave() { <-h.slots }

// matches says whether a password is the one of a PHC string, and whether that was
// made with less than today's strength.
func (h *hasher) matches(password, phc string) (right, weak bool, err error) {
	v, err := h.evaluate(question{Password: password, PHC: phc})
	if err != nil {
		return false, false, err
	}
	p, s := v.Params, h.strength
	return v.Right, p.Memory < s.Memory || p.Iterations < s.Iterations || p.KeyLength < s.KeyLength, nil
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
	v, err := h.evaluate(question{Password: password, Params: h.strength})
	return v.PHC, err
}

func (h *hasher) evaluate(q question) (verdict, error) {
	v, err := h.ask(q)
	if err == nil && v.Fault != "" {
		err = errors.New(v.Fault)
	}
	if err != nil {
		return verdict{}, fmt.Errorf("evaluate a password: %w", err)
	}
	return v, nil
}
