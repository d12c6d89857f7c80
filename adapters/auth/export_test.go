package auth

import (
	"os/exec"
	"sync/atomic"
	"time"
)

// Evaluations counts what passwords cost.
type Evaluations struct {
	All  atomic.Int32 // comparisons
	Real atomic.Int32 // with somebody's password
	Most atomic.Int32 // at once

	running atomic.Int32
}

// SpendLittle makes passwords cheap to evaluate, for tests that evaluate many.
func (a *Accounts) SpendLittle() {
	cheap := owasp
	cheap.Memory, cheap.Iterations = 64, 1
	a.hashes = newHasher(cheap, nil)
}

// HurryCrowds shortens how long a turn to evaluate a password is waited for.
func (a *Accounts) HurryCrowds(longest time.Duration) { a.hashes.longest = longest }

// CountEvaluations counts from now on.
func (a *Accounts) CountEvaluations() *Evaluations {
	n := &Evaluations{}
	ask := a.hashes.ask
	a.hashes.ask = func(q question) (verdict, error) {
		n.All.Add(1)
		if q.PHC != a.hashes.dummy {
			n.Real.Add(1)
		}
		running := n.running.Add(1)
		defer n.running.Add(-1)
		for most := n.Most.Load(); running > most && !n.Most.CompareAndSwap(most, running); most = n.Most.Load() {
		}
		return ask(q)
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

// EvaluateBy has others evaluate passwords from now on; nil: this process.
func (a *Accounts) EvaluateBy(command func() *exec.Cmd) {
	a.hashes.close()
	a.hashes = newHasher(owasp, command)
}

// MostNetworks is how many networks that failed are remembered.
const MostNetworks = mostNetworks

// Nobodies is how many rows count the tries at logins of nobody.
const Nobodies = nobodies
