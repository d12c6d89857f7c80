package contract

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"github.com/visure-anagrafiche/visure/adapters/esdb/contract/esdbtest"
)

// groups adds the stubs of the protocol, for requests that the official client
// cannot make.
type groups struct {
	esdbtest.Groups
	store *store
	stub  persistent.PersistentSubscriptionsClient
}

func newGroups(t *testing.T, s *store) groups {
	t.Helper()
	g := groups{esdbtest.Groups{T: t, Ctx: esdbtest.Within(t, time.Minute), Client: s.client, Names: newNames(s)},
		s, persistent.NewPersistentSubscriptionsClient(s.conn)}
	t.Cleanup(func() { g.Clear(s.client) })
	return g
}

func newNames(s *store) esdbtest.Names {
	if s == common {
		return esdbtest.SharedNames()
	}
	return esdbtest.OwnNames()
}

// answer calls a method and returns the outcome in short: "ok", "H", or the code and
// the exception.
func answer[Req, Resp any](g groups, call func(context.Context, Req, ...grpc.CallOption) (Resp, error), request Req) (string, metadata.MD) {
	var trailer metadata.MD
	_, err := call(g.Ctx, request, grpc.Trailer(&trailer))
	if err == nil {
		return "ok", trailer
	}
	return strings.Replace(fault(err, trailer, ""), "persistent-subscription-", "", 1), trailer
}

// code is the official client's code of an error, -1 for another error.
func code(err error) esdb.ErrorCode {
	var e *esdb.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return -1
}
