package access_test

import (
	"context"
	"errors"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/access"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/protocol"
)

// callers are all the kinds of caller there are; nil is a node that asks nobody
// who they are.
var callers = map[string]*access.Caller{
	"a node without users": nil,
	"anonymous":            {},
	"a user":               {Name: "mario"},
	"a user of a group":    {Name: "mario", Groups: []string{"uffici"}},
	"an operator":          {Name: "ops", Groups: []string{access.Ops}},
	"an admin":             {Name: "admin", Groups: []string{access.Admins}},
	"admin and operator":   {Name: "root", Groups: []string{"uffici", access.Ops, access.Admins}},
}

func calling(t *testing.T, name string) context.Context {
	t.Helper()
	caller, known := callers[name]
	switch {
	case !known:
		t.Fatalf("there is no caller %s", name)
	case caller == nil:
		return t.Context()
	}
	return access.With(t.Context(), *caller)
}

// The rights table: who may do what, and all others may not.
func TestOnlyThoseWithTheRightMayUseAStream(t *testing.T) {
	t.Parallel()
	everybody := []string{"a node without users", "a user", "a user of a group", "an operator", "an admin", "admin and operator"}
	admins := []string{"a node without users", "an admin", "admin and operator"}
	for stream, allowed := range map[string][]string{
		"visura-1":         everybody,
		"v":                everybody,
		"visura-$1":        everybody,
		"$$visura-1":       everybody, // its metadata
		"$$v$":             everybody,
		"$all":             admins,
		"$streams":         admins,
		"$persistent":      admins,
		"$users":           admins,
		"$$$all":           admins, // metadata of the log
		"$$$streams":       admins,
		"$":                admins,
		"$et-visura":       admins,
		"$user-mario":      admins,
		"$$$$visura-1":     admins, // metadata of metadata
		"$$$$$visura-1":    admins,
		"$settings":        admins,
		"$ce-visura":       admins,
		"$scavenges":       admins,
		"$mem-node-state":  admins,
		"$$":               everybody,
		" $all":            everybody,
		"＄all":             everybody,
		"persistent$group": everybody,
	} {
		mayOnly(t, "use "+stream, allowed, func(ctx context.Context) error { return access.MayUse(ctx, stream) })
	}
}

func TestOnlyAdminsAndOperatorsMayManageGroups(t *testing.T) {
	t.Parallel()
	mayOnly(t, "manage", []string{"a node without users", "an operator", "an admin", "admin and operator"}, access.MayManage)
}

func TestOnlyWhoIsNamedMayKnow(t *testing.T) {
	t.Parallel()
	mayOnly(t, "know", []string{"a node without users", "a user", "a user of a group", "an operator", "an admin", "admin and operator"}, access.MayKnow)
}

func mayOnly(t *testing.T, what string, allowed []string, may func(context.Context) error) {
	t.Helper()
	for name := range callers {
		want := false
		for _, a := range allowed {
			calling(t, a) // names nobody unknown
			want = want || a == name
		}
		err := may(calling(t, name))
		if (err == nil) != want {
			t.Errorf("%s may %s: %v, want %v", name, what, err == nil, want)
		}
		if err != nil {
			refusal(t, err)
		}
	}
}

// refusal checks that clients see a refusal as one.
func refusal(t *testing.T, err error) {
	t.Helper()
	var fault *protocol.Fault
	if !errors.As(err, &fault) || status.Code(err) != codes.PermissionDenied || err.Error() != "Access Denied" {
		t.Errorf("refused with %v", err)
	}
}

// A group is the right to something only under its whole name.
func TestAGroupThatOnlyLooksLikeOneGivesNothing(t *testing.T) {
	t.Parallel()
	for _, group := range []string{"admins", "$admin", "$Admins", "$admins ", " $admins", "$$admins", "$adminsx", "$op", "ops", "$ops,$admins", ""} {
		ctx := access.With(t.Context(), access.Caller{Name: "mario", Groups: []string{group}})
		if access.MayUse(ctx, "$all") == nil {
			t.Errorf("%q may use the log", group)
		}
		if access.MayManage(ctx) == nil {
			t.Errorf("%q may manage", group)
		}
	}
}

// The innermost caller counts: who asks on behalf of another asks as them.
func TestTheLastCallerCounts(t *testing.T) {
	t.Parallel()
	admin := access.With(t.Context(), access.Caller{Name: "admin", Groups: []string{access.Admins}})
	user := access.With(admin, access.Caller{Name: "mario"})
	if err := access.MayUse(user, "$all"); err == nil {
		t.Error("a user called by an admin may use the log")
	}
	if name := access.UserName(user); name != "mario" {
		t.Errorf("the caller is %q", name)
	}
}

func TestTheNameShownIsTheCallers(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"a node without users": "system", "anonymous": "", "a user": "mario", "an admin": "admin"} {
		if got := access.UserName(calling(t, name)); got != want {
			t.Errorf("%s is shown as %q, want %q", name, got, want)
		}
	}
}

// More groups never take a right away, and whoever may use a system stream may
// use every stream.
func TestRightsOnlyGrowWithGroups(t *testing.T) {
	t.Parallel()
	name := rapid.StringMatching(`\$?\$?[a-z$-]{0,8}`)
	group := rapid.SampledFrom([]string{access.Admins, access.Ops, "uffici", "$all", ""})
	rapid.Check(t, func(t *rapid.T) {
		few := rapid.SliceOfN(group, 0, 3).Draw(t, "groups")
		more := append(append([]string{}, few...), group.Draw(t, "another"))
		user := rapid.SampledFrom([]string{"", "mario"}).Draw(t, "user")
		stream := name.Draw(t, "stream")
		as := func(groups []string) context.Context {
			return access.With(context.Background(), access.Caller{Name: user, Groups: groups})
		}
		if access.MayUse(as(few), stream) == nil && access.MayUse(as(more), stream) != nil {
			t.Fatalf("%v may use %q, %v may not", few, stream, more)
		}
		if access.MayManage(as(few)) == nil && access.MayManage(as(more)) != nil {
			t.Fatalf("%v may manage, %v may not", few, more)
		}
		if user != "" && access.MayUse(as(few), "$all") == nil && access.MayUse(as(few), stream) != nil {
			t.Fatalf("%v may use the log, but not %q", few, stream)
		}
	})
}
