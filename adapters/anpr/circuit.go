package anpr

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/sony/gobreaker/v2"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// circuit stops a Comune's calls for a while when several in a row brought no
// answer, so that they need not wait for the timeout. Refusals are answers.
type circuit struct {
	breaker *gobreaker.CircuitBreaker[*wireAnswer]
	until   atomic.Pointer[time.Time] // when an open circuit lets a call through
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
			if to == gobreaker.StateOpen {
				until := time.Now().Add(c.config.BreakDuration)
				made.until.Store(&until)
			}
			c.config.Log.Warn("registry circuit", "comune", comune, "environment", tipoInvio, "state", to.String())
		},
	})
	found, _ := c.circuits.LoadOrStore(key, made)
	return found.(*circuit)
}

// do makes a call, or says at once that the circuit is open and for how long.
func (c *circuit) do(call func() (*wireAnswer, error)) (*wireAnswer, error) {
	answer, err := c.breaker.Execute(call)
	switch {
	case errors.Is(err, gobreaker.ErrOpenState):
		wait := pause
		if until := c.until.Load(); until != nil {
			wait = max(wait, time.Until(*until))
		}
		return nil, &commands.AnagrafeError{Class: unknown, RetryAfter: wait, Err: err}
	case errors.Is(err, gobreaker.ErrTooManyRequests):
		return nil, &commands.AnagrafeError{Class: unknown, RetryAfter: pause, Err: err}
	}
	return answer, err
}

// technical says that a call brought no answer, for reasons that may pass.
func technical(err error) bool {
	failure := asFailure(err)
	return failure != nil && failure.Class == unknown && len(failure.Codes) == 0
}
