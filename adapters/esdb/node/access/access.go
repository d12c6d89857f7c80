// Package access holds the caller of a request in its context, and decides on the
// caller's rights.
package access

import (
	"context"
	"slices"
	"strings"

	"google.golang.org/grpc/codes"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/protocol"
)

// Groups of users that have rights.
const (
	// Admins may do everything.
	Admins = "$admins"
	// Ops may manage persistent subscriptions, but not touch system streams.
	Ops = "$ops"
)

// Caller is the user of a call. The zero value is anonymous.
type Caller struct {
	Name   string
	Groups []string
}

type callerKey struct{}

// With returns a context that holds the caller. A call whose context holds none has
// all rights.
func With(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

// callerOf returns the caller; ok is false when calls are not authenticated.
func callerOf(ctx context.Context) (c Caller, ok bool) {
	c, ok = ctx.Value(callerKey{}).(Caller)
	return c, ok
}

// UserName is the caller's name as shown of consumers; "system" when calls are not
// authenticated.
func UserName(ctx context.Context) string {
	if c, ok := callerOf(ctx); ok {
		return c.Name
	}
	return "system"
}

var errDenied = protocol.NewFault(codes.PermissionDenied, "Access Denied", "exception", "access-denied")

// MayUse refuses the use of a stream, or of the log: of any to anonymous callers,
// and to all but admins of those whose name, without a leading "$$", begins with
// "$".
func MayUse(ctx context.Context, stream string) error {
	base := strings.TrimPrefix(stream, "$$")
	if strings.HasPrefix(base, "$") {
		return only(ctx, Admins)
	}
	return MayKnow(ctx)
}

// MayManage refuses the management of groups to all but admins and ops.
func MayManage(ctx context.Context) error { return only(ctx, Admins, Ops) }

// MayKnow refuses anonymous callers.
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
