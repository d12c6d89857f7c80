package protocol

import (
	"context"
	"errors"
	"log/slog"
	"runtime/debug"

	"google.golang.org/grpc"
	"google.golang.org/grpc/status"
)

// Interceptors answer the calls of a server: they send the trailers of Faults, turn a
// panic into a fault of its call, and log errors that are none of ours instead of
// telling them to clients.
type Interceptors struct{ Logger *slog.Logger }

// Unary answers a call that is no stream.
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

// Stream answers a streaming call.
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

// survive turns a panic into a fault of the call that caused it: no request may
// take the store down.
func (i Interceptors) survive(method string, err *error) {
	if p := recover(); p != nil {
		i.Logger.Error("event store call panicked", "method", method, "panic", p, "stack", string(debug.Stack()))
		*err = ErrHandler
	}
}

// conceal keeps the text of an unexpected error from clients, and logs it.
func (i Interceptors) conceal(method string, err error) error {
	if err == nil {
		return nil
	}
	if _, ok := status.FromError(err); ok {
		return err
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return status.FromContextError(err).Err() // the caller left
	}
	i.Logger.Error("event store call failed", "method", method, "error", err)
	return ErrHandler
}
