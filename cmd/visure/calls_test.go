package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// What is counted besides other calls, which are counted by their name.
const (
	appended = "Streams/Append"
	look     = "look at the log"
	delivery = "delivery"
)

// counter stands between a client and an event store and counts what is asked and
// what is delivered.
type counter struct {
	store *grpc.ClientConn
	mu    sync.Mutex
	seen  map[string]int
}

// countedStore is an event store that counts, and its connection string.
func countedStore(t *testing.T) (*counter, string) {
	t.Helper()
	n, err := node.Open(node.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.Close() })
	if err := n.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	c := &counter{seen: map[string]int{}}
	if c.store, err = grpc.NewClient(n.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.ForceCodec(asItIs{}))); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.store.Close() })
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer(grpc.ForceServerCodec(asItIs{}), grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: time.Second, PermitWithoutStream: true}),
		grpc.UnknownServiceHandler(c.pass))
	go server.Serve(l)
	t.Cleanup(server.Stop)
	return c, "esdb://" + l.Addr().String() + "?tls=false"
}

// during returns what was counted while something was done.
func (c *counter) during(do func()) map[string]int {
	before := c.sum()
	do()
	after := c.sum()
	for what, n := range before {
		after[what] -= n
	}
	maps.DeleteFunc(after, func(_ string, n int) bool { return n == 0 })
	return after
}

func (c *counter) sum() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.seen)
}

func (c *counter) count(what string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen[what]++
}

// pass hands a call on, and its answers back.
func (c *counter) pass(_ any, near grpc.ServerStream) error {
	method, _ := grpc.MethodFromServerStream(near)
	headers, _ := metadata.FromIncomingContext(near.Context())
	ctx, cancel := context.WithCancel(metadata.NewOutgoingContext(near.Context(), headers))
	defer cancel()
	far, err := c.store.NewStream(ctx, &grpc.StreamDesc{ClientStreams: true, ServerStreams: true}, method)
	if err != nil {
		return err
	}
	go func() {
		for first := true; ; first = false {
			var m []byte
			if near.RecvMsg(&m) != nil {
				far.CloseSend()
				return
			}
			if first {
				c.count(asked(method, m))
			}
			far.SendMsg(&m)
		}
	}()
	if headers, err := far.Header(); err == nil {
		near.SendHeader(headers)
	}
	for {
		var m []byte
		if err := far.RecvMsg(&m); err != nil {
			near.SetTrailer(far.Trailer())
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		if delivered(method, m) {
			c.count(delivery)
		}
		if err := near.SendMsg(&m); err != nil {
			return err
		}
	}
}

// asked names a call by what it begins with.
func asked(method string, m []byte) string {
	var read streams.ReadReq
	if method != streams.Streams_Read_FullMethodName {
		return method[strings.LastIndexByte(method, '.')+1:]
	}
	if proto.Unmarshal(m, &read) != nil {
		return "unknown read"
	}
	switch o := read.GetOptions(); {
	case o.GetSubscription() != nil:
		return "subscribe"
	case o.GetAll() != nil:
		return look
	}
	return "read of a stream"
}

func delivered(method string, m []byte) bool {
	var answer persistent.ReadResp
	return method == persistent.PersistentSubscriptions_Read_FullMethodName && proto.Unmarshal(m, &answer) == nil && answer.GetEvent() != nil
}

// asItIs leaves messages encoded.
type asItIs struct{}

func (asItIs) Name() string                    { return "as it is" }
func (asItIs) Marshal(m any) ([]byte, error)   { return *m.(*[]byte), nil }
func (asItIs) Unmarshal(b []byte, m any) error { *m.(*[]byte) = b; return nil }

// A call costs some four milliseconds on a real event store. What is recorded nobody
// carries on here, so that it is counted by itself.
func TestARequestIsRecordedByOneCall(t *testing.T) {
	d := counting(t, 0)
	beyond := askFor(domain.Residenza, d.fitting(domain.Residenza).CodiceFiscale)
	beyond.Ambito = string(domain.Nazionale)
	operator := d.as(domain.RoleStandard)
	record := func(ctx context.Context, _ int) error {
		_, err := operator.request(ctx, domain.VisuraID(uuid.NewString()), beyond, 0)
		return err
	}
	each(t, 32, record)
	const recorded, clients = 10, 32
	d.counted(t, "recorded requests", recorded, func() { again(t, recorded, record) }, map[string]int{appended: recorded})
	const all = clients * 40
	d.counted(t, "32 clients", all/10, func() {
		each(t, clients, func(ctx context.Context, i int) (err error) {
			for n := 0; n < all/clients && err == nil; n++ {
				err = record(ctx, i)
			}
			return err
		})
	}, map[string]int{appended: all})
}

func TestTheEventStoreIsAskedForNoMoreThanNeeded(t *testing.T) {
	d := counting(t, 16)
	here := askFor(domain.Residenza, d.fitting(domain.Residenza).CodiceFiscale)
	operator := d.as(domain.RoleStandard)
	issueAs := func(ambito domain.Ambito) func(context.Context, int) error {
		ask := here
		ask.Ambito = string(ambito)
		return func(ctx context.Context, _ int) error {
			answer, err := operator.request(ctx, domain.VisuraID(uuid.NewString()), ask, 30*time.Second)
			if err == nil && (answer.Visura == nil || answer.Visura.Status != domain.Issued) {
				err = errors.New("not issued in time")
			}
			return err
		}
	}
	each(t, 32, issueAs(domain.Comunale))
	const issued = 10
	d.counted(t, "emissions, their answers awaited", 3*issued, func() { again(t, issued, issueAs(domain.Comunale)) }, map[string]int{appended: 2 * issued, delivery: issued})
	// The approval that comes with the document wakes the process once more, for nothing.
	d.counted(t, "those of residents asked for beyond the Comune", 4*issued, func() { again(t, issued, issueAs(domain.Nazionale)) }, map[string]int{appended: 2 * issued, delivery: 2 * issued})
	idle := d.calls.during(func() { <-time.After(time.Minute / 6) })
	n := 0
	for _, k := range idle {
		n += k
	}
	if n > 30/6 {
		t.Errorf("in a sixth of a minute nobody asks for anything, and there are %v", idle)
	}
}

// counted is a demonstration whose calls to the event store are counted.
type counted struct {
	*demo
	calls *counter
}

func counting(t *testing.T, workers int) counted {
	t.Helper()
	calls, connection := countedStore(t)
	c := Config{Stores: Stores{Data: t.TempDir(), EventStore: connection, LogLevel: slog.LevelWarn}, Listen: "127.0.0.1:0", Workers: workers, Sweep: defaultSweep, Drain: defaultDrain}
	d, err := startDemo(t.Context(), c, demoOptions{People: 2000, Seed: 1}, t.Logf)
	t.Cleanup(func() { d.close() })
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range domain.RegoleIniziali() { // one person is asked about again and again, at any hour
		do(t, d, demoComune.Stream(), commands.SetRegolaAllarme{Codice: r.Codice, Gravita: r.Gravita, Orario: r.Orario, Ripetizione: r.Ripetizione})
	}
	return counted{d, calls}
}

// counted has something done, and compares the calls it takes with what is wanted; of
// looks at the log's end so many are enough.
func (d counted) counted(t *testing.T, what string, looks int, do func(), want map[string]int) {
	t.Helper()
	got := d.calls.during(do)
	t.Logf("%s: %v", what, got)
	if got[look] > looks {
		t.Errorf("%s: %d looks at the log, %d are enough", what, got[look], looks)
	}
	delete(got, look)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// again does something so many times, one after the other.
func again(t *testing.T, n int, do func(context.Context, int) error) {
	t.Helper()
	for range n {
		each(t, 1, do)
	}
}
