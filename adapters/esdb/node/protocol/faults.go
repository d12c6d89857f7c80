package protocol

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/filter"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/journal"
)

// Fault is an error of the protocol: a code, a text, and the trailers by which
// clients distinguish it. Handlers return it, Interceptors send it.
type Fault struct {
	code     codes.Code
	message  string
	trailers metadata.MD
}

func (f *Fault) Error() string { return f.message }

// GRPCStatus is the code and the text on the wire.
func (f *Fault) GRPCStatus() *status.Status { return status.New(f.code, f.message) }

// NewFault makes a fault with trailers given as key, value, key, value. A value that
// is not printable ASCII is percent-encoded.
func NewFault(code codes.Code, message string, trailers ...string) *Fault {
	f := &Fault{code: code, message: message}
	if len(trailers) > 0 {
		f.trailers = metadata.MD{}
	}
	for i := 0; i+1 < len(trailers); i += 2 {
		f.trailers.Append(trailers[i], trailerText(trailers[i+1]))
	}
	return f
}

var (
	// ErrHandler is the real server's answer to requests that its handlers do not
	// expect.
	ErrHandler = NewFault(codes.Unknown, "Exception was thrown by handler.")
	// ErrStopping answers calls while the node, or its groups, are not available.
	ErrStopping = NewFault(codes.Unavailable, "Server Is Not Ready")
)

// InvalidArgument refuses a request; the text says why.
func InvalidArgument(format string, args ...any) *Fault {
	return NewFault(codes.InvalidArgument, fmt.Sprintf(format, args...))
}

// StreamDeleted refuses the use of a tombstoned stream.
func StreamDeleted(stream string) *Fault {
	return NewFault(codes.FailedPrecondition, fmt.Sprintf("Event stream '%s' is deleted.", stream),
		"exception", "stream-deleted", "stream-name", stream)
}

func wrongVersion(e *journal.WrongVersion) *Fault {
	return NewFault(codes.FailedPrecondition,
		fmt.Sprintf("Append failed due to WrongExpectedVersion. Stream: %s, Expected version: %d, Actual version: %d",
			e.Stream, e.Expected, e.Current),
		"exception", "wrong-expected-version", "stream-name", e.Stream,
		"expected-version", strconv.FormatInt(int64(e.Expected), 10),
		"actual-version", strconv.FormatInt(e.Current, 10))
}

// FaultOf translates an error of the journal. Other errors are returned as they are;
// Interceptors keep their text from clients.
func FaultOf(err error) error {
	var deleted *journal.Deleted
	var version *journal.WrongVersion
	var invalid *journal.Invalid
	switch {
	case err == nil:
		return nil
	case errors.As(err, &deleted):
		return StreamDeleted(deleted.Stream)
	case errors.As(err, &version):
		return wrongVersion(version)
	case errors.As(err, &invalid):
		return InvalidArgument("%s", invalid.Reason)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return status.FromContextError(err).Err()
	case errors.Is(err, journal.ErrClosed):
		return ErrStopping
	case errors.Is(err, journal.ErrReadOnly):
		return NewFault(codes.Unavailable, "Server Is Read Only After A Disk Error")
	case errors.Is(err, filter.ErrTooSlow):
		return InvalidArgument("%v", filter.ErrTooSlow)
	case errors.Is(err, journal.ErrPosition):
		return NewFault(codes.Unknown, "Unexpected ReadAllResult: InvalidPosition")
	}
	return err
}

// trailerText returns printable ASCII as it is and percent-encodes other text, which
// is not valid in a trailer.
func trailerText(s string) string {
	plain := true
	for i := range len(s) {
		plain = plain && s[i] >= ' ' && s[i] <= '~'
	}
	if plain {
		return s
	}
	const hex = "0123456789ABCDEF"
	var b []byte
	for i := range len(s) {
		if c := s[i]; c >= ' ' && c <= '~' && c != '%' {
			b = append(b, c)
		} else {
			b = append(b, '%', hex[c>>4], hex[c&15])
		}
	}
	return string(b)
}
