package auth

import (
	"sync/atomic"

	"github.com/alexedwards/argon2id"
)

// Evaluations counts what passwords cost.
type Evaluations struct {
	All  atomic.Int32 // comparisons
	Real atomic.Int32 // with somebody's password
	Most atomic.Int32 // at once

	running atomic.Int32
}

// SpendLittle makes passwords cheap to evaluate, for tests that evaluate many.
func (a *Accounts) SpendLittle() error {
	cheap := owasp
	cheap.Memory, cheap.Iterations = 64, 1
	hashes, err := newHasher(cheap)
	a.hashes = hashes
	return err
}

// CountEvaluations counts from now on.
func (a *Accounts) CountEvaluations() *Evaluations {
	n := &Evaluations{}
	evaluate := a.hashes.check
	a.hashes.check = func(password, phc string) (bool, *argon2id.Params, error) {
		n.All.Add(1)
		if phc != a.hashes.dummy {
			n.Real.Add(1)
		}
		running := n.running.Add(1)
		defer n.running.Add(-1)
		for most := n.Most.Load(); running > most && !n.Most.CompareAndSwap(most, running); most = n.Most.Load() {
		}
		return evaluate(password, phc)
	}
	return n
}

// Occupy takes every turn to evaluate a password, until they are released.
func (a *Accounts) Occupy() (release func()) {
	for range cap(a.hashes.slots) {
		a.hashes.slots <- struct{}{}
	}
	return func() {
		for range cap(a.hashes.slots) {
			<-a.hashes.slots
		}
	}
}

// Slots is how many passwords are evaluated at once.
func (a *Accounts) Slots() int { return cap(a.hashes.slots) }

// MostNetworks is how many networks that failed are remembered.
const MostNetworks = mostNetworks
