package faults_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// front is a server that passes every call on to the node behind it, except where
// a test makes it refuse calls, withhold or change answers, or go away.
type front struct {
	host string
	port int

	server *grpc.Server
	behind *grpc.ClientConn

	mu    sync.Mutex
	hooks hooks
	seen  map[string]metadata.MD   // the headers of the last call, by method
	until map[string]time.Duration // how long the last call was given, 0 for ever
	live  map[context.Context]liveCall
}

// hooks are what a test changes. A nil hook changes nothing.
type hooks struct {
	// refuse answers a call instead of the node.
	refuse func(method string, call grpc.ServerStream) error
	// withhold keeps back the answers of a call until the call ends.
	withhold func(method string) bool
	// answer changes an answer on its way.
	answer func(method string, message []byte) []byte
}

type liveCall struct {
	method string
	cut    context.CancelCauseFunc
}

func startFront(t testing.TB, node string) *front {
	t.Helper()
	behind, err := grpc.NewClient(node, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	f := &front{behind: behind, seen: map[string]metadata.MD{}, until: map[string]time.Duration{}, live: map[context.Context]liveCall{}}
	f.serve(t, "127.0.0.1:0")
	t.Cleanup(func() {
		f.vanish()
		_ = behind.Close()
	})
	return f
}

func (f *front) serve(t testing.TB, address string) {
	t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	at := l.Addr().(*net.TCPAddr)
	f.host, f.port = at.IP.String(), at.Port
	f.server = grpc.NewServer(grpc.ForceServerCodec(asItIs{}), grpc.UnknownServiceHandler(f.pass))
	server := f.server
	go func() { _ = server.Serve(l) }()
}

// vanish breaks every connection and accepts no more.
func (f *front) vanish() { f.server.Stop() }

// appear listens again where it did.
func (f *front) appear(t testing.TB) {
	t.Helper()
	f.serve(t, f.address())
}

func (f *front) address() string { return fmt.Sprintf("%s:%d", f.host, f.port) }

func (f *front) url() string { return "esdb://" + f.address() + "?tls=false" }

func (f *front) set(h hooks) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.hooks = h
}

func (f *front) headers(method string) metadata.MD {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.seen[method]
}

func (f *front) deadline(method string) time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.until[method]
}

// serving counts the calls of a method under way.
func (f *front) serving(method string) (n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, call := range f.live {
		if call.method == method {
			n++
		}
	}
	return n
}

// drop ends the calls of a method under way, with an error.
func (f *front) drop(method string, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, call := range f.live {
		if call.method == method {
			call.cut(err)
		}
	}
}

// pass handles every call.
func (f *front) pass(_ any, up grpc.ServerStream) error {
	method, _ := grpc.MethodFromServerStream(up)
	headers, _ := metadata.FromIncomingContext(up.Context())
	ctx, cut := context.WithCancelCause(up.Context())
	defer cut(nil)
	f.mu.Lock()
	hooks, refuse := f.hooks, f.hooks.refuse
	f.seen[method] = headers
	f.until[method] = 0
	if end, ok := up.Context().Deadline(); ok {
		f.until[method] = time.Until(end)
	}
	f.live[ctx] = liveCall{method, cut}
	f.mu.Unlock()
	defer func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.live, ctx)
	}()
	if refuse != nil {
		if err := refuse(method, up); err != nil {
			return answered(err)
		}
	}
	err := f.relay(ctx, method, headers, hooks, up)
	if cause := context.Cause(ctx); cause != nil && up.Context().Err() == nil {
		return cause
	}
	return err
}

// errAnswered says that a hook has sent the whole answer itself.
var errAnswered = errors.New("answered")

func answered(err error) error {
	if errors.Is(err, errAnswered) {
		return nil
	}
	return err
}

func (f *front) relay(ctx context.Context, method string, headers metadata.MD, hooks hooks, up grpc.ServerStream) error {
	down, err := f.behind.NewStream(metadata.NewOutgoingContext(ctx, passable(headers)),
		&grpc.StreamDesc{ServerStreams: true, ClientStreams: true}, method, grpc.ForceCodec(asItIs{}))
	if err != nil {
		return err
	}
	go func() {
		var message []byte
		for up.RecvMsg(&message) == nil {
			if down.SendMsg(&message) != nil {
				return
			}
		}
		_ = down.CloseSend()
	}()
	for {
		var message []byte
		if err := down.RecvMsg(&message); err != nil {
			up.SetTrailer(down.Trailer())
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		if hooks.withhold != nil && hooks.withhold(method) {
			<-ctx.Done()
			return status.FromContextError(ctx.Err()).Err()
		}
		if hooks.answer != nil {
			message = hooks.answer(method, message)
		}
		if err := up.SendMsg(&message); err != nil {
			return err
		}
	}
}

// passable are the headers that are not the transport's own.
func passable(all metadata.MD) metadata.MD {
	own := metadata.MD{}
	for name, values := range all {
		switch {
		case strings.HasPrefix(name, ":"), strings.HasPrefix(name, "grpc-"), name == "content-type", name == "user-agent", name == "te":
		default:
			own[name] = values
		}
	}
	return own
}

// asItIs is a codec that passes messages on as bytes.
type asItIs struct{}

func (asItIs) Marshal(v any) ([]byte, error) { return *v.(*[]byte), nil }
func (asItIs) Unmarshal(data []byte, v any) error {
	*v.(*[]byte) = append([]byte(nil), data...)
	return nil
}
func (asItIs) Name() string { return "proto" }

// unavailable is the answer of a node that is not ready.
var unavailable = status.Error(codes.Unavailable, "Server Is Not Ready")
