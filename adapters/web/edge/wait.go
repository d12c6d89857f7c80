package edge

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// Bounds of waiting: of a client that prefers to, and of a read that wants a
// position.
const (
	longestPreference = 30 * time.Second
	longestReach      = 5 * time.Second
)

// ParsePrefer reads the wait of a Prefer header (RFC 7240): the first there is,
// longestPreference at most. Other preferences are ignored, as the RFC wants;
// a wait that is no number of seconds is a mistake, and is told.
func ParsePrefer(header string) (time.Duration, error) {
	for preference := range strings.SplitSeq(header, ",") {
		preference, _, _ = strings.Cut(preference, ";")
		name, value, _ := strings.Cut(preference, "=")
		if !strings.EqualFold(strings.TrimSpace(name), "wait") {
			continue
		}
		seconds, err := strconv.ParseUint(strings.Trim(strings.TrimSpace(value), `"`), 10, 31)
		if err != nil {
			return 0, domain.FieldErrorf(domain.Invalid, "Prefer", "wait vuole un numero di secondi")
		}
		return min(time.Duration(seconds)*time.Second, longestPreference), nil
	}
	return 0, nil
}

// Await waits, within bounds, until a read model is at a position.
func (e *Edge) Await(ctx context.Context, model, atLeast string) error {
	if atLeast == "" {
		return nil
	}
	pos, err := domain.ParsePosition(atLeast)
	if err != nil {
		return domain.FieldErrorf(domain.Invalid, "at_least", "la posizione ha la forma numero-numero")
	}
	waiting, cancel := e.Wait(ctx, longestReach)
	defer cancel()
	if err := e.Runner.Await(waiting, model, pos); err != nil {
		if waiting.Err() != nil {
			return domain.FieldErrorf(domain.Unavailable, "at_least", "la lettura non ha ancora raggiunto la posizione chiesta: riprovare")
		}
		return err
	}
	return nil
}

// Wait bounds how long a request waits: by time, and by the end of the server. Once that
// is over, what the request knew before of who may what is looked at anew.
func (e *Edge) Wait(ctx context.Context, longest time.Duration) (context.Context, context.CancelFunc) {
	x := Of(ctx)
	ctx, cancel := context.WithTimeout(ctx, longest)
	unhook := context.AfterFunc(e.Stopping, cancel)
	return ctx, func() { unhook(); cancel(); x.forget() }
}
