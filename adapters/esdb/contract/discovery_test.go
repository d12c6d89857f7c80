package contract

import (
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/visure-anagrafiche/visure/adapters/esdb/contract/esdbtest"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
)

// Chapter 1: the discovery calls of a client.
func TestGossip(t *testing.T) {
	t.Parallel()
	cluster, err := gossip.NewGossipClient(common.conn).Read(esdbtest.Within(t, time.Minute), &shared.Empty{})
	if err != nil {
		t.Fatal(err)
	}
	leaders := 0
	for _, m := range cluster.GetMembers() {
		if m.GetState() != gossip.MemberInfo_Leader || !m.GetIsAlive() {
			continue
		}
		leaders++
		stamp := time.Unix(0, m.GetTimeStamp()*100)
		if m.GetInstanceId().GetStructured() == nil || m.GetHttpEndPoint().GetAddress() == "" || m.GetHttpEndPoint().GetPort() == 0 ||
			time.Since(stamp).Abs() > time.Hour {
			t.Errorf("the leader is %v", m)
		}
	}
	if leaders != 1 {
		t.Errorf("%d leaders", leaders)
	}
}

func TestFeatures(t *testing.T) {
	t.Parallel()
	features, err := serverfeatures.NewServerFeaturesClient(common.conn).GetSupportedMethods(esdbtest.Within(t, time.Minute), &shared.Empty{})
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(features.GetEventStoreServerVersion(), ".")
	for _, p := range parts {
		if _, err := strconv.Atoi(p); err != nil || len(parts) != 3 {
			t.Errorf("version %q", features.GetEventStoreServerVersion())
		}
	}
	offered := map[string][]string{}
	for _, m := range features.GetMethods() {
		offered[m.GetServiceName()+"/"+m.GetMethodName()] = m.GetFeatures()
	}
	const (
		streams = "event_store.client.streams.streams/"
		groups  = "event_store.client.persistent_subscriptions.persistentsubscriptions/"
	)
	want := map[string][]string{streams + "read": {"position", "events"}, streams + "append": nil, streams + "delete": nil, streams + "tombstone": nil}
	for _, method := range []string{"create", "update", "delete", "read", "getinfo", "replayparked", "list", "restartsubsystem"} {
		want[groups+method] = []string{"stream", "all"}
	}
	for method, features := range want {
		if got, ok := offered[method]; !ok || !slices.Equal(got, features) {
			t.Errorf("%s: offered %t with %v, want %v", method, ok, got, features)
		}
	}
}

// A real server answers an unknown service in plain HTTP, which a client reads as
// one of two codes.
func TestUnknownMethods(t *testing.T) {
	t.Parallel()
	for method, want := range map[string][]codes.Code{
		"/event_store.client.streams.Streams/Nothing": {codes.Unimplemented},
		"/event_store.client.nothing.Nothing/Nothing": {codes.Unimplemented, codes.Unknown},
	} {
		err := common.conn.Invoke(esdbtest.Within(t, time.Minute), method, &shared.Empty{}, &shared.Empty{})
		if !slices.Contains(want, status.Code(err)) {
			t.Errorf("%s: %v", method, err)
		}
	}
}

// A client in cluster mode finds the node by its gossip.
func TestNodeIsFoundByGossip(t *testing.T) {
	t.Parallel()
	addr := alone(t, node.Options{}).node.Addr().(*net.TCPAddr)
	config, err := esdb.ParseConnectionString(fmt.Sprintf("esdb+discover://127.0.0.1:%d?tls=false", addr.Port))
	if err != nil {
		t.Fatal(err)
	}
	config.Logger = esdb.NoopLogging()
	client, err := esdb.NewClient(config)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if version, err := client.GetServerVersion(); err != nil || version.Major != 23 {
		t.Errorf("version %v, %v", version, err)
	}
}
