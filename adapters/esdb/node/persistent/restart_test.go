package persistent

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"testing"
	"time"

	pb "github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/journal"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/protocol"
)

// restartable is a service with the groups "g" and "held" on the stream "s", and the
// stubs of a client.
type restartable struct {
	t       *testing.T
	service *Service
	stub    pb.PersistentSubscriptionsClient
}

func newRestartable(t *testing.T) restartable {
	t.Helper()
	j, err := journal.Open(journal.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close() })
	logger := slog.New(slog.DiscardHandler)
	service, err := Open(j, logger)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(service.Close)
	faults := protocol.Interceptors{Logger: logger}
	server := grpc.NewServer(grpc.ForceServerCodecV2(protocol.NewCodec()),
		grpc.UnaryInterceptor(faults.Unary), grpc.StreamInterceptor(faults.Stream))
	pb.RegisterPersistentSubscriptionsServer(server, service)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan struct{})
	go func() { defer close(served); server.Serve(listener) }()
	t.Cleanup(func() { server.Stop(); <-served })
	conn, err := grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	r := restartable{t, service, pb.NewPersistentSubscriptionsClient(conn)}
	for _, group := range []string{"g", "held"} {
		if err := r.create(t.Context(), group); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

func identifier() *shared.StreamIdentifier { return &shared.StreamIdentifier{StreamName: []byte("s")} }

func (r restartable) create(ctx context.Context, group string) error {
	_, err := r.stub.Create(ctx, &pb.CreateReq{Options: &pb.CreateReq_Options{GroupName: group,
		StreamOption: &pb.CreateReq_Options_Stream{Stream: &pb.CreateReq_StreamOptions{
			StreamIdentifier: identifier(), RevisionOption: &pb.CreateReq_StreamOptions_Start{}}},
		Settings: &pb.CreateReq_Settings{ConsumerStrategy: "RoundRobin", HistoryBufferSize: 500, LiveBufferSize: 500, ReadBatchSize: 20}}})
	return err
}

// join connects a consumer to "g" and returns when it is dropped.
func (r restartable) join(ctx context.Context, confirmed func()) error {
	var trailer metadata.MD
	stream, err := r.stub.Read(ctx, grpc.Trailer(&trailer))
	if err != nil {
		return err
	}
	err = stream.Send(&pb.ReadReq{Content: &pb.ReadReq_Options_{Options: &pb.ReadReq_Options{
		StreamOption: &pb.ReadReq_Options_StreamIdentifier{StreamIdentifier: identifier()}, GroupName: "g", BufferSize: 10,
		UuidOption: &pb.ReadReq_Options_UUIDOption{Content: &pb.ReadReq_Options_UUIDOption_String_{}}}}})
	for err == nil {
		var m *pb.ReadResp
		if m, err = stream.Recv(); m.GetSubscriptionConfirmation() != nil {
			confirmed()
		}
	}
	if status.Code(err) == codes.Canceled && ctx.Err() == nil && fmt.Sprint(trailer["exception"]) != "[persistent-subscription-dropped]" {
		return fmt.Errorf("canceled with %v: %v", trailer, err)
	}
	return err
}

// restartCall is a call to be made during a restart, and its answer at other times.
type restartCall struct {
	do       func(context.Context) error
	ordinary codes.Code
}

func (r restartable) restartCalls() map[string]restartCall {
	return map[string]restartCall{
		"create": {func(ctx context.Context) error { return r.create(ctx, "g") }, codes.AlreadyExists},
		"update": {func(ctx context.Context) error {
			_, err := r.stub.Update(ctx, &pb.UpdateReq{Options: &pb.UpdateReq_Options{GroupName: "held",
				StreamOption: &pb.UpdateReq_Options_Stream{Stream: &pb.UpdateReq_StreamOptions{
					StreamIdentifier: identifier(), RevisionOption: &pb.UpdateReq_StreamOptions_Start{}}},
				Settings: &pb.UpdateReq_Settings{HistoryBufferSize: 500, LiveBufferSize: 500, ReadBatchSize: 20}}})
			return err
		}, codes.OK},
		"delete": {func(ctx context.Context) error {
			_, err := r.stub.Delete(ctx, &pb.DeleteReq{Options: &pb.DeleteReq_Options{GroupName: "none",
				StreamOption: &pb.DeleteReq_Options_StreamIdentifier{StreamIdentifier: identifier()}}})
			return err
		}, codes.NotFound},
		"info": {func(ctx context.Context) error {
			_, err := r.stub.GetInfo(ctx, &pb.GetInfoReq{Options: &pb.GetInfoReq_Options{GroupName: "g",
				StreamOption: &pb.GetInfoReq_Options_StreamIdentifier{StreamIdentifier: identifier()}}})
			return err
		}, codes.OK},
		"join": {func(ctx context.Context) error { return r.join(ctx, func() {}) }, codes.Canceled},
		"replay": {func(ctx context.Context) error {
			_, err := r.stub.ReplayParked(ctx, &pb.ReplayParkedReq{Options: &pb.ReplayParkedReq_Options{GroupName: "g",
				StreamOption: &pb.ReplayParkedReq_Options_StreamIdentifier{StreamIdentifier: identifier()},
				StopAtOption: &pb.ReplayParkedReq_Options_NoLimit{}}})
			return err
		}, codes.OK},
		"list": {func(ctx context.Context) error {
			l, err := r.stub.List(ctx, &pb.ListReq{Options: &pb.ListReq_Options{
				ListOption: &pb.ListReq_Options_ListForStream{ListForStream: &pb.ListReq_StreamOption{
					StreamOption: &pb.ListReq_StreamOption_Stream{Stream: identifier()}}}}})
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

	// The restart waits for every group to end, and this one is busy.
	held, err := r.service.find(Key{"s", "held"})
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

// A call at any moment of a restart is answered as at other times, or Unavailable.
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
