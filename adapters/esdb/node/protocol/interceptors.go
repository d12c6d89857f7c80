package protocol

import (
	"context"
	"errors"
	"log/slog"
	"runtime/debug"

	"google.golang.org/grpc"
	"google.golang.org/grpc/status"
)

// Interceptors turn the errors of handlers into answers: they send the trailers of
// Faults, answer a panic with ErrHandler, and log every other error instead of
// sending its text to the client.
type Interceptors struct{ Logger *slog.Logger }

// Unary is a grpc.UnaryServerInterceptor.
func (i Interceptors) Unary(ctx context.Context, req any, call *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (reply any, err error) {
	defer i.survive(call.FullMethod, &err)
	reply, err = handle(ctx, req)
	var f *Fault
	if errors.As(err, &f) {
		if err := grpc.SetTrailer(ctx, f.trailers); err != nil {
			return nil, err
		}
		return nil, f
	}
	return reply, i.conceal(call.FullMethod, err)
}

// Stream is a grpc.StreamServerInterceptor.
func (i Interceptors) Stream(service any, stream grpc.ServerStream, call *grpc.StreamServerInfo, handle grpc.StreamHandler) (err error) {
	defer i.survive(call.FullMethod, &err)
	err = handle(service, stream)
	var f *Fault
	if errors.As(err, &f) {
		stream.SetTrailer(f.trailers)
		return f
	}
	return i.conceal(call.FullMethod, err)
}

// survive recovers from a panic of a handler, logs it, and sets err: a request must
// not end the process.
func (i Interceptors) survive(method string, err *error) {
	if p := recover(); p != nil {
		i.Logger.Error("event store call panicked", "method", method, "panic", p, "stack", string(debug.Stack()))
		*err = ErrHandler
	}
}

// conceal logs an unexpected error and returns ErrHandler in its place.
func (i Interceptors) conceal(method string, err error) error {
	if err == nil {
		return nil
	}
	if _, ok := status.FromError(err); ok {
		return err
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return status.FromContextError(err).Err() // the client has left
	}
	i.Logger.Error("event store call failed", "method", method, "error", err)
	return ErrHandler
}
