package bus

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
)

// The retry here is for conflicts and short failures. A longer outage is left to
// the subscriber's redelivery, and after that to the timer.
const (
	tries     = 3
	firstWait = 50 * time.Millisecond
)

// release acknowledges what is postponed: the timer wakes the process again.
func release(next message.HandlerFunc) message.HandlerFunc {
	return func(m *message.Message) ([]*message.Message, error) {
		out, err := next(m)
		if postponed(err) {
			return nil, nil
		}
		return out, err
	}
}

// report logs what became of a message.
func report(log *slog.Logger) message.HandlerMiddleware {
	return func(next message.HandlerFunc) message.HandlerFunc {
		return func(m *message.Message) ([]*message.Message, error) {
			begun := time.Now()
			out, err := next(m)
			level := slog.LevelDebug
			attrs := []any{
				"event", m.Metadata.Get(metaName), "stream", m.Metadata.Get(metaStream), "id", m.UUID,
				"correlation", m.Metadata.Get(metaCorrelation), "outcome", outcome(err), "took", time.Since(begun),
			}
			if err != nil {
				attrs = append(attrs, "error", err)
			}
			if outcome(err) == "failed" || outcome(err) == "parked" {
				level = slog.LevelWarn
			}
			log.Log(m.Context(), level, "event handled", attrs...)
			return out, err
		}
	}
}

// park marks what cannot succeed.
func park(mark func(*message.Message, string) bool) message.HandlerMiddleware {
	return func(next message.HandlerFunc) message.HandlerFunc {
		return func(m *message.Message) ([]*message.Message, error) {
			out, err := next(m)
			if reason := parkReason(err); reason != "" {
				mark(m, reason)
			}
			return out, err
		}
	}
}

// retry tries again what may succeed, doubling the wait, under the message's
// own context each time.
func retry(tries int, wait time.Duration) message.HandlerMiddleware {
	return func(next message.HandlerFunc) message.HandlerFunc {
		return func(m *message.Message) (out []*message.Message, err error) {
			for try := 1; ; try++ {
				out, err = next(m)
				if err == nil || try == tries || postponed(err) || parkReason(err) != "" {
					return out, err
				}
				select {
				case <-time.After(wait << (try - 1)):
				case <-m.Context().Done():
					return out, err
				}
			}
		}
	}
}

// timeout bounds one try. Afterwards it restores the message's own context,
// which the middleware outside still uses.
func timeout(d time.Duration) message.HandlerMiddleware {
	return func(next message.HandlerFunc) message.HandlerFunc {
		return func(m *message.Message) ([]*message.Message, error) {
			whole := m.Context()
			ctx, cancel := context.WithTimeout(whole, d)
			defer func() {
				cancel()
				m.SetContext(whole)
			}()
			m.SetContext(ctx)
			return next(m)
		}
	}
}

// recoverer turns a panic into an error without its text, which may hold personal
// data.
func recoverer(log *slog.Logger) message.HandlerMiddleware {
	return func(next message.HandlerFunc) message.HandlerFunc {
		return func(m *message.Message) (out []*message.Message, err error) {
			defer func() {
				if r := recover(); r != nil {
					log.Error("handler panicked", "type", fmt.Sprintf("%T", r), "stack", string(debug.Stack()))
					err = parkError("handler_panicked")
				}
			}()
			return next(m)
		}
	}
}
