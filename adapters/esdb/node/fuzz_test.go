package node_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/proto"

	"github.com/visure-anagrafiche/visure/adapters/esdb/contract/esdbtest"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
)

// fuzzMethods are all methods of the node.
var fuzzMethods = []string{
	"/event_store.client.streams.Streams/Append",
	"/event_store.client.streams.Streams/Read",
	"/event_store.client.streams.Streams/Delete",
	"/event_store.client.streams.Streams/Tombstone",
	"/event_store.client.persistent_subscriptions.PersistentSubscriptions/Create",
	"/event_store.client.persistent_subscriptions.PersistentSubscriptions/Update",
	"/event_store.client.persistent_subscriptions.PersistentSubscriptions/Delete",
	"/event_store.client.persistent_subscriptions.PersistentSubscriptions/Read",
	"/event_store.client.persistent_subscriptions.PersistentSubscriptions/GetInfo",
	"/event_store.client.persistent_subscriptions.PersistentSubscriptions/ReplayParked",
	"/event_store.client.persistent_subscriptions.PersistentSubscriptions/List",
	"/event_store.client.persistent_subscriptions.PersistentSubscriptions/RestartSubsystem",
	"/event_store.client.server_features.ServerFeatures/GetSupportedMethods",
	"/event_store.client.gossip.Gossip/Read",
}

// rawCodec sends bytes as they are.
type rawCodec struct{}

func (rawCodec) Name() string                  { return "proto" }
func (rawCodec) Marshal(v any) ([]byte, error) { return v.([]byte), nil }
func (rawCodec) Unmarshal(b []byte, v any) error {
	*v.(*[]byte) = append([]byte{}, b...)
	return nil
}

// panics is a log handler that counts the panics the node has recovered from.
type panics struct{ n atomic.Int64 }

func (p *panics) Enabled(context.Context, slog.Level) bool { return true }
func (p *panics) WithAttrs([]slog.Attr) slog.Handler       { return p }
func (p *panics) WithGroup(string) slog.Handler            { return p }
func (p *panics) Handle(_ context.Context, r slog.Record) error {
	if strings.Contains(r.Message, "panic") {
		p.n.Add(1)
		fmt.Println(r.Message)
		r.Attrs(func(a slog.Attr) bool { fmt.Println(a); return true })
	}
	return nil
}

// Arbitrary bytes as a request fail that call at most: the node answers the next
// one, nothing panics, and its data verify.
func FuzzWire(f *testing.F) {
	id := &shared.UUID{Value: &shared.UUID_String_{String_: "5a9f28a8-7c8b-4d0c-9d4f-1f1f0a4c9f11"}}
	stream := &shared.StreamIdentifier{StreamName: []byte("s")}
	seed := func(method int, messages ...proto.Message) {
		var parts [2][]byte
		for i, m := range messages {
			b, err := proto.Marshal(m)
			if err != nil {
				f.Fatal(err)
			}
			parts[i] = b
		}
		f.Add(uint8(method), parts[0], parts[1])
	}
	appends := &streams.AppendReq{Content: &streams.AppendReq_Options_{Options: &streams.AppendReq_Options{StreamIdentifier: stream,
		ExpectedStreamRevision: &streams.AppendReq_Options_Any{Any: &shared.Empty{}}}}}
	event := &streams.AppendReq{Content: &streams.AppendReq_ProposedMessage_{ProposedMessage: &streams.AppendReq_ProposedMessage{Id: id,
		Metadata: map[string]string{"type": "$>", "content-type": "application/json"}, Data: []byte("0@s"), CustomMetadata: []byte(`{"$correlationId":"x"}`)}}}
	seed(0, appends, event)
	for _, options := range []*streams.ReadReq_Options{
		{StreamOption: &streams.ReadReq_Options_Stream{Stream: &streams.ReadReq_Options_StreamOptions{StreamIdentifier: stream,
			RevisionOption: &streams.ReadReq_Options_StreamOptions_Revision{Revision: 1}}}, CountOption: &streams.ReadReq_Options_Count{Count: 10}},
		{StreamOption: &streams.ReadReq_Options_All{All: &streams.ReadReq_Options_AllOptions{
			AllOption: &streams.ReadReq_Options_AllOptions_Position{Position: &streams.ReadReq_Options_Position{CommitPosition: 64, PreparePosition: 64}}}},
			CountOption:  &streams.ReadReq_Options_Subscription{Subscription: &streams.ReadReq_Options_SubscriptionOptions{}},
			FilterOption: &streams.ReadReq_Options_Filter{Filter: &streams.ReadReq_Options_FilterOptions{Window: &streams.ReadReq_Options_FilterOptions_Max{Max: 3}}}},
	} {
		options.UuidOption = &streams.ReadReq_Options_UUIDOption{Content: &streams.ReadReq_Options_UUIDOption_String_{String_: &shared.Empty{}}}
		if options.FilterOption == nil {
			options.FilterOption = &streams.ReadReq_Options_NoFilter{NoFilter: &shared.Empty{}}
		}
		seed(1, &streams.ReadReq{Options: options})
	}
	seed(2, &streams.DeleteReq{Options: &streams.DeleteReq_Options{StreamIdentifier: stream, ExpectedStreamRevision: &streams.DeleteReq_Options_Revision{Revision: 3}}})
	seed(3, &streams.TombstoneReq{Options: &streams.TombstoneReq_Options{StreamIdentifier: stream, ExpectedStreamRevision: &streams.TombstoneReq_Options_NoStream{}}})
	seed(4, &persistent.CreateReq{Options: &persistent.CreateReq_Options{GroupName: "g",
		StreamOption: &persistent.CreateReq_Options_Stream{Stream: &persistent.CreateReq_StreamOptions{StreamIdentifier: stream,
			RevisionOption: &persistent.CreateReq_StreamOptions_Start{Start: &shared.Empty{}}}},
		Settings: &persistent.CreateReq_Settings{ConsumerStrategy: "PinnedByCorrelation", ResolveLinks: true, HistoryBufferSize: 9, ReadBatchSize: 2}}})
	seed(5, &persistent.UpdateReq{Options: &persistent.UpdateReq_Options{GroupName: "g",
		StreamOption: &persistent.UpdateReq_Options_All{All: &persistent.UpdateReq_AllOptions{AllOption: &persistent.UpdateReq_AllOptions_Start{Start: &shared.Empty{}}}},
		Settings:     &persistent.UpdateReq_Settings{HistoryBufferSize: 9, ReadBatchSize: 2}}})
	seed(6, &persistent.DeleteReq{Options: &persistent.DeleteReq_Options{GroupName: "g", StreamOption: &persistent.DeleteReq_Options_StreamIdentifier{StreamIdentifier: stream}}})
	seed(7, &persistent.ReadReq{Content: &persistent.ReadReq_Options_{Options: &persistent.ReadReq_Options{GroupName: "g", BufferSize: 3,
		StreamOption: &persistent.ReadReq_Options_StreamIdentifier{StreamIdentifier: stream},
		UuidOption:   &persistent.ReadReq_Options_UUIDOption{Content: &persistent.ReadReq_Options_UUIDOption_Structured{Structured: &shared.Empty{}}}}}},
		&persistent.ReadReq{Content: &persistent.ReadReq_Nack_{Nack: &persistent.ReadReq_Nack{Ids: []*shared.UUID{id}, Action: persistent.ReadReq_Nack_Park, Reason: "x"}}})
	seed(8, &persistent.GetInfoReq{Options: &persistent.GetInfoReq_Options{GroupName: "g", StreamOption: &persistent.GetInfoReq_Options_StreamIdentifier{StreamIdentifier: stream}}})
	seed(9, &persistent.ReplayParkedReq{Options: &persistent.ReplayParkedReq_Options{GroupName: "g",
		StreamOption: &persistent.ReplayParkedReq_Options_StreamIdentifier{StreamIdentifier: stream}, StopAtOption: &persistent.ReplayParkedReq_Options_StopAt{StopAt: 2}}})
	seed(10, &persistent.ListReq{Options: &persistent.ListReq_Options{ListOption: &persistent.ListReq_Options_ListAllSubscriptions{}}})
	for method := 11; method < len(fuzzMethods); method++ {
		seed(method)
	}

	var log panics
	n := esdbtest.Start(f, node.Options{Logger: slog.New(&log)})
	conn, err := grpc.NewClient(n.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithDefaultCallOptions(grpc.ForceCodec(rawCodec{})))
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		if _, err := n.Data().Verify(context.Background()); err != nil {
			f.Error(err)
		}
		conn.Close()
	})
	f.Fuzz(func(t *testing.T, method uint8, first, second []byte) {
		ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		defer cancel()
		call, err := conn.NewStream(ctx, &grpc.StreamDesc{ClientStreams: true, ServerStreams: true}, fuzzMethods[int(method)%len(fuzzMethods)])
		if err != nil {
			t.Fatal(err)
		}
		call.SendMsg(first)
		if second != nil {
			call.SendMsg(second)
		}
		call.CloseSend()
		var reply []byte
		call.RecvMsg(&reply)
		if log.n.Load() > 0 {
			log.n.Store(0)
			t.Fatal("the call panicked")
		}
		alive, done := context.WithTimeout(context.Background(), 10*time.Second)
		defer done()
		if err := conn.Invoke(alive, fuzzMethods[12], []byte{}, &reply); err != nil {
			t.Fatalf("the node does not answer any more: %v", err)
		}
	})
}
