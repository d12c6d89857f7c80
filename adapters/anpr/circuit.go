package anpr

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/sony/gobreaker/v2"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// circuit stops a Comune's calls for a while when several in a row brought no
// answer, so that they need not wait for the timeout. Refusals are answers.
type circuit struct {
	breaker *gobreaker.CircuitBreaker[*wireAnswer]
	mu      sync.Mutex
	seen    commands.Circuit
	silent  time.Time // the first call without an answer since the last answer; zero: there was none
}

// Circuit implements commands.Connector.
func (c *Client) Circuit(comune domain.CodiceISTAT, tipoInvio string) commands.Circuit {
	of := c.circuit(comune, tipoInvio)
	of.mu.Lock()
	defer of.mu.Unlock()
	return of.seen
}

func (c *Client) circuit(comune domain.CodiceISTAT, tipoInvio string) *circuit {
	key := string(comune) + " " + tipoInvio
	if found, ok := c.circuits.Load(key); ok {
		return found.(*circuit)
	}
	made := &circuit{}
	made.breaker = gobreaker.NewCircuitBreaker[*wireAnswer](gobreaker.Settings{
		Name:         key,
		Timeout:      c.config.BreakDuration,
		ReadyToTrip:  func(n gobreaker.Counts) bool { return int(n.ConsecutiveFailures) >= c.config.BreakAfter },
		IsSuccessful: func(err error) bool { return !technical(err) },
		IsExcluded:   func(err error) bool { return errors.Is(err, context.Canceled) },
		OnStateChange: func(_ string, _, to gobreaker.State) {
			var until time.Time
			if to == gobreaker.StateOpen {
				until = c.config.Clock().Add(c.config.BreakDuration)
			}
			made.saw(func(seen *commands.Circuit) {
				seen.OpenUntil = until
				if to == gobreaker.StateOpen && seen.Down.IsZero() {
					seen.Down = made.silent
				}
			})
			c.config.Log.Warn("registry circuit", "comune", comune, "environment", tipoInvio, "state", to.String())
		},
	})
	found, _ := c.circuits.LoadOrStore(key, made)
	return found.(*circuit)
}

// saw keeps what became known.
func (c *circuit) saw(what func(*commands.Circuit)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	what(&c.seen)
}

// do makes a call, or says at once that the circuit is open and for how long.
func (c *circuit) do(now func() time.Time, call func() (*wireAnswer, error)) (*wireAnswer, error) {
	answer, err := c.breaker.Execute(func() (*wireAnswer, error) {
		answer, err := call()
		if technical(err) && !errors.Is(err, context.Canceled) {
			c.saw(func(*commands.Circuit) {
				if c.silent.IsZero() {
					c.silent = now()
				}
			})
		}
		return answer, err
	})
	switch {
	case errors.Is(err, gobreaker.ErrOpenState):
		wait := pause
		c.saw(func(seen *commands.Circuit) { wait = max(wait, seen.OpenUntil.Sub(now())) })
		return nil, &commands.AnagrafeError{Class: unknown, RetryAfter: wait, Err: err}
	case errors.Is(err, gobreaker.ErrTooManyRequests):
		return nil, &commands.AnagrafeError{Class: unknown, RetryAfter: pause, Err: err}
	}
	c.saw(func(seen *commands.Circuit) {
		switch {
		case err == nil:
			seen.Answered, seen.Operation = now(), answer.operation()
			seen.Down, c.silent = time.Time{}, time.Time{}
		case !technical(err):
			seen.Answered = now()
			seen.Down, c.silent = time.Time{}, time.Time{}
		case !errors.Is(err, context.Canceled):
			seen.Failed = now()
		}
	})
	return answer, err
}

// technical says that a call brought no answer, for reasons that may pass.
func technical(err error) bool {
	failure := asFailure(err)
	return failure != nil && failure.Class == unknown && len(failure.Codes) == 0
}
