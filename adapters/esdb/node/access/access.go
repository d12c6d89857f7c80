// Package access says who makes a call, and what they may do with it.
package access

import (
	"context"
	"slices"
	"strings"

	"google.golang.org/grpc/codes"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/protocol"
)

// Groups of users with rights of their own.
const (
	// Admins may do everything.
	Admins = "$admins"
	// Ops may manage persistent subscriptions, but not touch system streams.
	Ops = "$ops"
)

// Caller is who makes a call. The zero value is anonymous.
type Caller struct {
	Name   string
	Groups []string
}

type callerKey struct{}

// With returns a context that knows the caller. A call whose context knows none may do
// everything.
func With(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

// callerOf returns who makes the call; ok is false when nobody was asked.
func callerOf(ctx context.Context) (c Caller, ok bool) {
	c, ok = ctx.Value(callerKey{}).(Caller)
	return c, ok
}

// UserName is the caller's name, as it is shown of consumers. Where nobody is
// asked everybody is the system.
func UserName(ctx context.Context) string {
	if c, ok := callerOf(ctx); ok {
		return c.Name
	}
	return "system"
}

var errDenied = protocol.NewFault(codes.PermissionDenied, "Access Denied", "exception", "access-denied")

// MayUse refuses a stream, or the log, to those who have no right to it: the
// anonymous any, all but admins those whose name begins with "$". A metadata
// stream is as its stream.
func MayUse(ctx context.Context, stream string) error {
	base := strings.TrimPrefix(stream, "$$")
	if strings.HasPrefix(base, "$") {
		return only(ctx, Admins)
	}
	return MayKnow(ctx)
}

// MayManage refuses the management of groups to all but admins and ops.
func MayManage(ctx context.Context) error { return only(ctx, Admins, Ops) }

// MayKnow refuses the anonymous.
func MayKnow(ctx context.Context) error {
	if c, ok := callerOf(ctx); ok && c.Name == "" {
		return errDenied
	}
	return nil
}

func only(ctx context.Context, groups ...string) error {
	c, ok := callerOf(ctx)
	if !ok || slices.ContainsFunc(groups, func(g string) bool { return slices.Contains(c.Groups, g) }) {
		return nil
	}
	return errDenied
}
