package web

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

// parsePrefer reads the wait of a Prefer header (RFC 7240): the first there is,
// longestPreference at most. Other preferences are ignored, as the RFC wants;
// a wait that is no number of seconds is a mistake, and is told.
func parsePrefer(header string) (time.Duration, error) {
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

// reach waits, within bounds, until a read model is at a position.
func (s *Server) reach(ctx context.Context, model, atLeast string) error {
	if atLeast == "" {
		return nil
	}
	pos, err := domain.ParsePosition(atLeast)
	if err != nil {
		return domain.FieldErrorf(domain.Invalid, "at_least", "la posizione ha la forma numero-numero")
	}
	waiting, cancel := s.wait(ctx, longestReach)
	defer cancel()
	if err := s.Runner.Await(waiting, model, pos); err != nil {
		if waiting.Err() != nil {
			return domain.FieldErrorf(domain.Unavailable, "at_least", "la lettura non ha ancora raggiunto la posizione chiesta: riprovare")
		}
		return err
	}
	return nil
}

// wait bounds how long a request waits: by time, and by the end of the server.
func (s *Server) wait(ctx context.Context, longest time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(ctx, longest)
	unhook := context.AfterFunc(s.Stopping, cancel)
	return ctx, func() { unhook(); cancel() }
}
