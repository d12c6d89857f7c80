package node

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// restartable is a node with the groups "g" and "held" on the stream "s", and a client that says what the wire can.
type restartable struct {
	t    *testing.T
	node *Node
	stub persistent.PersistentSubscriptionsClient
}

func newRestartable(t *testing.T) restartable {
	t.Helper()
	n, err := Open(Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.Close() })
	if err := n.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	conn, err := grpc.NewClient(n.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	r := restartable{t, n, persistent.NewPersistentSubscriptionsClient(conn)}
	for _, group := range []string{"g", "held"} {
		if err := r.create(t.Context(), group); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

func source() *shared.StreamIdentifier { return &shared.StreamIdentifier{StreamName: []byte("s")} }

func (r restartable) create(ctx context.Context, group string) error {
	_, err := r.stub.Create(ctx, &persistent.CreateReq{Options: &persistent.CreateReq_Options{GroupName: group,
		StreamOption: &persistent.CreateReq_Options_Stream{Stream: &persistent.CreateReq_StreamOptions{
			StreamIdentifier: source(), RevisionOption: &persistent.CreateReq_StreamOptions_Start{}}},
		Settings: &persistent.CreateReq_Settings{ConsumerStrategy: "RoundRobin", HistoryBufferSize: 500, LiveBufferSize: 500, ReadBatchSize: 20}}})
	return err
}

// join connects a consumer to "g" and stays until it is told to go.
func (r restartable) join(ctx context.Context, confirmed func()) error {
	var trailer metadata.MD
	stream, err := r.stub.Read(ctx, grpc.Trailer(&trailer))
	if err != nil {
		return err
	}
	err = stream.Send(&persistent.ReadReq{Content: &persistent.ReadReq_Options_{Options: &persistent.ReadReq_Options{
		StreamOption: &persistent.ReadReq_Options_StreamIdentifier{StreamIdentifier: source()}, GroupName: "g", BufferSize: 10,
		UuidOption: &persistent.ReadReq_Options_UUIDOption{Content: &persistent.ReadReq_Options_UUIDOption_String_{}}}}})
	for err == nil {
		var m *persistent.ReadResp
		if m, err = stream.Recv(); m.GetSubscriptionConfirmation() != nil {
			confirmed()
		}
	}
	if status.Code(err) == codes.Canceled && ctx.Err() == nil && fmt.Sprint(trailer["exception"]) != "[persistent-subscription-dropped]" {
		return fmt.Errorf("canceled with %v: %v", trailer, err)
	}
	return err
}

// restartCall is a call that a restart may meet, and what it is answered at other times.
type restartCall struct {
	do       func(context.Context) error
	ordinary codes.Code
}

func (r restartable) restartCalls() map[string]restartCall {
	return map[string]restartCall{
		"create": {func(ctx context.Context) error { return r.create(ctx, "g") }, codes.AlreadyExists},
		"update": {func(ctx context.Context) error {
			_, err := r.stub.Update(ctx, &persistent.UpdateReq{Options: &persistent.UpdateReq_Options{GroupName: "held",
				StreamOption: &persistent.UpdateReq_Options_Stream{Stream: &persistent.UpdateReq_StreamOptions{
					StreamIdentifier: source(), RevisionOption: &persistent.UpdateReq_StreamOptions_Start{}}},
				Settings: &persistent.UpdateReq_Settings{HistoryBufferSize: 500, LiveBufferSize: 500, ReadBatchSize: 20}}})
			return err
		}, codes.OK},
		"delete": {func(ctx context.Context) error {
			_, err := r.stub.Delete(ctx, &persistent.DeleteReq{Options: &persistent.DeleteReq_Options{GroupName: "none",
				StreamOption: &persistent.DeleteReq_Options_StreamIdentifier{StreamIdentifier: source()}}})
			return err
		}, codes.NotFound},
		"info": {func(ctx context.Context) error {
			_, err := r.stub.GetInfo(ctx, &persistent.GetInfoReq{Options: &persistent.GetInfoReq_Options{GroupName: "g",
				StreamOption: &persistent.GetInfoReq_Options_StreamIdentifier{StreamIdentifier: source()}}})
			return err
		}, codes.OK},
		"join": {func(ctx context.Context) error { return r.join(ctx, func() {}) }, codes.Canceled},
		"replay": {func(ctx context.Context) error {
			_, err := r.stub.ReplayParked(ctx, &persistent.ReplayParkedReq{Options: &persistent.ReplayParkedReq_Options{GroupName: "g",
				StreamOption: &persistent.ReplayParkedReq_Options_StreamIdentifier{StreamIdentifier: source()},
				StopAtOption: &persistent.ReplayParkedReq_Options_NoLimit{}}})
			return err
		}, codes.OK},
		"list": {func(ctx context.Context) error {
			l, err := r.stub.List(ctx, &persistent.ListReq{Options: &persistent.ListReq_Options{
				ListOption: &persistent.ListReq_Options_ListForStream{ListForStream: &persistent.ListReq_StreamOption{
					StreamOption: &persistent.ListReq_StreamOption_Stream{Stream: source()}}}}})
			if n := len(l.GetSubscriptions()); err == nil && n != 2 {
				return fmt.Errorf("%d groups", n)
			}
			return err
		}, codes.OK},
		"restart": {r.restart, codes.OK},
	}
}

func (r restartable) restart(ctx context.Context) error {
	_, err := r.stub.RestartSubsystem(ctx, &shared.Empty{})
	return err
}

// A real server never answers calls made while its subsystem restarts.
func TestCallsDuringARestartOfTheSubsystemAreAnsweredUnavailable(t *testing.T) {
	t.Parallel()
	r := newRestartable(t)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	joined, dropped, restarted := make(chan struct{}), make(chan error, 1), make(chan error, 1)
	go func() { dropped <- r.join(ctx, func() { close(joined) }) }()
	<-joined

	// A group that is busy holds the restart up: it waits for each to end.
	held, err := r.node.groups.find(groupKey{"s", "held"})
	if err != nil {
		t.Fatal(err)
	}
	release := make(chan struct{})
	let := sync.OnceFunc(func() { close(release) })
	defer let()
	held.inbox.put(func() { <-release })
	go func() { restarted <- r.restart(ctx) }()
	if err := <-dropped; status.Code(err) != codes.Canceled || ctx.Err() != nil {
		t.Fatalf("the consumer was dropped with %v", err)
	}

	var calls sync.WaitGroup
	for name, call := range r.restartCalls() {
		calls.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
			defer cancel()
			if err := call.do(ctx); status.Code(err) != codes.Unavailable {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	calls.Wait()
	let()
	if err := <-restarted; err != nil {
		t.Fatal(err)
	}
	if err := r.restartCalls()["list"].do(ctx); err != nil {
		t.Errorf("list afterwards: %v", err)
	}
}

// Whatever border of a restart a call meets, it is answered: as ever, or that the server is not ready.
func TestCallsAmongRestartsOfTheSubsystemAreAnswered(t *testing.T) {
	t.Parallel()
	r := newRestartable(t)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	over, end := context.WithCancel(ctx)
	defer end()
	var callers sync.WaitGroup
	for name, call := range r.restartCalls() {
		callers.Go(func() {
			for over.Err() == nil {
				err := call.do(over)
				if code := status.Code(err); over.Err() == nil && code != codes.OK && code != codes.Unavailable && code != call.ordinary {
					t.Errorf("%s: %v", name, err)
					return
				}
			}
		})
	}
	for range 100 {
		if err := r.restart(ctx); err != nil && status.Code(err) != codes.Unavailable {
			t.Fatal(err)
		}
	}
	end()
	callers.Wait()
}
