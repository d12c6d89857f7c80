package node

import (
	"context"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/protocol"
)

// version is the release whose behaviour the node follows. Clients require exactly
// three numbers.
const version = "23.10.6"

// featuresService implements the ServerFeatures service.
type featuresService struct {
	serverfeatures.UnimplementedServerFeaturesServer
}

func (featuresService) GetSupportedMethods(context.Context, *shared.Empty) (*serverfeatures.SupportedMethods, error) {
	const (
		streams    = "event_store.client.streams.streams"
		persistent = "event_store.client.persistent_subscriptions.persistentsubscriptions"
	)
	methods := []*serverfeatures.SupportedMethod{
		{ServiceName: streams, MethodName: "read", Features: []string{"position", "events"}},
		{ServiceName: streams, MethodName: "append"},
		{ServiceName: streams, MethodName: "delete"},
		{ServiceName: streams, MethodName: "tombstone"},
		{ServiceName: "event_store.client.gossip.gossip", MethodName: "read"},
		{ServiceName: "event_store.client.server_features.serverfeatures", MethodName: "getsupportedmethods"},
	}
	for _, name := range []string{"create", "update", "delete", "read", "getinfo", "replayparked", "list", "restartsubsystem"} {
		methods = append(methods, &serverfeatures.SupportedMethod{
			ServiceName: persistent, MethodName: name, Features: []string{"stream", "all"}})
	}
	return &serverfeatures.SupportedMethods{Methods: methods, EventStoreServerVersion: version}, nil
}

// gossipService implements the Gossip service for a cluster of one member, the
// leader.
type gossipService struct {
	gossip.UnimplementedGossipServer
	node *Node
}

func (s *gossipService) Read(context.Context, *shared.Empty) (*gossip.ClusterInfo, error) {
	host, port := s.node.endpoint()
	return &gossip.ClusterInfo{Members: []*gossip.MemberInfo{{
		InstanceId:   protocol.StructuredID(s.node.journal.ID()),
		TimeStamp:    s.node.now().UnixNano() / 100,
		State:        gossip.MemberInfo_Leader,
		IsAlive:      true,
		HttpEndPoint: &gossip.EndPoint{Address: host, Port: uint32(port)},
	}}}, nil
}
