package esdb

import (
	"context"
	"errors"
	"fmt"
	"io"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/visure-anagrafiche/visure/domain"
)

// ErrClosed is returned by every call on a closed Client.
var ErrClosed = errors.New("event store client is closed")

// errUnreachable is returned to calls that were not let in because the event
// store does not answer. Nothing was sent.
var errUnreachable = errors.New("event store does not answer")

// abandonedError is returned for a call whose context ended before the official
// client returned: it may still be carried out.
type abandonedError struct{ cause error }

func (e *abandonedError) Error() string { return "call abandoned, outcome unknown: " + e.cause.Error() }
func (e *abandonedError) Unwrap() error { return e.cause }

// codeOf returns the client's error code. Reads and subscriptions deliver bare
// gRPC statuses, everything else wraps *es.Error.
func codeOf(err error) es.ErrorCode {
	var e *es.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	switch status.Code(err) {
	case codes.Unavailable:
		return es.ErrorUnavailable
	case codes.DeadlineExceeded:
		return es.ErrorCodeDeadlineExceeded
	case codes.NotFound:
		return es.ErrorCodeResourceNotFound
	case codes.AlreadyExists:
		return es.ErrorCodeResourceAlreadyExists
	case codes.Aborted:
		return es.ErrorAborted
	case codes.PermissionDenied:
		return es.ErrorCodeAccessDenied
	case codes.Unauthenticated:
		return es.ErrorCodeUnauthenticated
	}
	return es.ErrorCodeUnknown
}

// passing reports a transient error: the same call may succeed later, or may have
// been carried out, so only a call that is safe to repeat may be repeated. io.EOF
// is what the client returns when the connection broke between opening an append
// and sending it.
func passing(err error) bool {
	var abandoned *abandonedError
	if errors.As(err, &abandoned) || errors.Is(err, errUnreachable) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, io.EOF) {
		return true
	}
	switch codeOf(err) {
	case es.ErrorUnavailable, es.ErrorCodeNotLeader, es.ErrorAborted,
		es.ErrorCodeConnectionClosed, es.ErrorCodeDeadlineExceeded:
		return true
	}
	return false
}

// unavailable makes an error a domain.Unavailable one, whose message may be shown.
// The error of a cancelled call is returned as it is.
func unavailable(err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	return fmt.Errorf("%w: %w", domain.Errorf(domain.Unavailable, "il registro degli eventi non risponde; riprovare tra poco"), err)
}
