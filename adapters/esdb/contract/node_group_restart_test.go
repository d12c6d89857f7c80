package contract

import (
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"google.golang.org/grpc/codes"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
)

// A restart affects all users of a server, and a real server does not answer calls
// made meanwhile.
func TestNodeRestartOfTheSubsystemDropsConsumersAndResumes(t *testing.T) {
	t.Parallel()
	g := newGroups(t, alone(t, node.Options{}))
	g.Append("s", 3)
	g.Create("s", "g")
	call := g.call(joining("s", "g", 10))
	call.confirmed()
	c := g.Join("s", "g", 10)
	if err := g.Client.RestartPersistentSubscriptionSubsystem(g.Ctx, esdb.RestartPersistentSubscriptionSubsystemOptions{}); err != nil {
		t.Fatal(err)
	}
	if code := c.Dropped(); code != codes.Canceled {
		t.Errorf("dropped with %v", code)
	}
	if got := call.ended(); got != "Canceled persistent-subscription-dropped" {
		t.Errorf("dropped with %s", got)
	}
	g.Join("s", "g", 10).Expect("0@s", "1@s", "2@s")
}
