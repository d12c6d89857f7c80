package node

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strconv"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/filter"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/journal"
)

// fault is an answer other than success: a code, a text, and the trailers by
// which clients tell one from another. Handlers return it, interceptors send it.
type fault struct {
	code     codes.Code
	message  string
	trailers metadata.MD
}

func (f *fault) Error() string              { return f.message }
func (f *fault) GRPCStatus() *status.Status { return status.New(f.code, f.message) }

// newFault takes trailers as key, value, key, value.
func newFault(code codes.Code, message string, trailers ...string) *fault {
	f := &fault{code: code, message: message}
	if len(trailers) > 0 {
		f.trailers = metadata.MD{}
	}
	for i := 0; i+1 < len(trailers); i += 2 {
		f.trailers.Append(trailers[i], trailerText(trailers[i+1]))
	}
	return f
}

var (
	// errHandler is how the real server answers what its handlers did not expect.
	errHandler = newFault(codes.Unknown, "Exception was thrown by handler.")
	// errStopping ends what is under way when the node stops.
	errStopping = newFault(codes.Unavailable, "Server Is Not Ready")
	// errTooSlow ends a subscription that cannot keep up, on real servers.
	errTooSlow = newFault(codes.Aborted,
		"Operation timed out: Consumer too slow to handle event while live. Client resubscription required.")
)

func invalidArgument(format string, args ...any) *fault {
	return newFault(codes.InvalidArgument, fmt.Sprintf(format, args...))
}

func streamDeleted(stream string) *fault {
	return newFault(codes.FailedPrecondition, fmt.Sprintf("Event stream '%s' is deleted.", stream),
		"exception", "stream-deleted", "stream-name", stream)
}

func wrongVersion(e *journal.WrongVersion) *fault {
	return newFault(codes.FailedPrecondition,
		fmt.Sprintf("Append failed due to WrongExpectedVersion. Stream: %s, Expected version: %d, Actual version: %d",
			e.Stream, e.Expected, e.Current),
		"exception", "wrong-expected-version", "stream-name", e.Stream,
		"expected-version", strconv.FormatInt(int64(e.Expected), 10),
		"actual-version", strconv.FormatInt(e.Current, 10))
}

// faultOf translates what the journal answers.
func faultOf(err error) error {
	var deleted *journal.Deleted
	var version *journal.WrongVersion
	var invalid *journal.Invalid
	switch {
	case err == nil:
		return nil
	case errors.As(err, &deleted):
		return streamDeleted(deleted.Stream)
	case errors.As(err, &version):
		return wrongVersion(version)
	case errors.As(err, &invalid):
		return invalidArgument("%s", invalid.Reason)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return status.FromContextError(err).Err()
	case errors.Is(err, journal.ErrClosed):
		return errStopping
	case errors.Is(err, journal.ErrReadOnly):
		return newFault(codes.Unavailable, "Server Is Read Only After A Disk Error")
	case errors.Is(err, filter.ErrTooSlow):
		return invalidArgument("%v", filter.ErrTooSlow)
	case errors.Is(err, journal.ErrPosition):
		return newFault(codes.Unknown, "Unexpected ReadAllResult: InvalidPosition")
	}
	return err
}

// trailerText leaves printable ASCII as it is; other text, which would break the
// reply, is percent-encoded.
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

// unaryFaults sends the trailers of faults.
func (n *Node) unaryFaults(ctx context.Context, req any, call *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (reply any, err error) {
	defer n.survive(call.FullMethod, &err)
	reply, err = handle(ctx, req)
	var f *fault
	if errors.As(err, &f) {
		if err := grpc.SetTrailer(ctx, f.trailers); err != nil {
			return nil, err
		}
		return nil, f
	}
	return reply, n.conceal(call.FullMethod, err)
}

// streamFaults does the same for streaming calls.
func (n *Node) streamFaults(service any, stream grpc.ServerStream, call *grpc.StreamServerInfo, handle grpc.StreamHandler) (err error) {
	defer n.survive(call.FullMethod, &err)
	err = handle(service, stream)
	var f *fault
	if errors.As(err, &f) {
		stream.SetTrailer(f.trailers)
		return f
	}
	return n.conceal(call.FullMethod, err)
}

// survive turns a panic into a fault of the call that caused it: no request may
// take the store down.
func (n *Node) survive(method string, err *error) {
	if p := recover(); p != nil {
		n.logger.Error("event store call panicked", "method", method, "panic", p, "stack", string(debug.Stack()))
		*err = errHandler
	}
}

// conceal keeps the text of an unexpected error from clients, and logs it.
func (n *Node) conceal(method string, err error) error {
	if err == nil {
		return nil
	}
	if _, ok := status.FromError(err); ok {
		return err
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return status.FromContextError(err).Err() // the caller left
	}
	n.logger.Error("event store call failed", "method", method, "error", err)
	return errHandler
}
