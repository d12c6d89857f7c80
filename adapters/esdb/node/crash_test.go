package node_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/journal"
)

// The node is killed (kill -9) at random while writers append and a consumer
// acknowledges, refuses or ignores events. After each crash every acknowledged
// append is stored whole, those under way are stored whole or not at all, repeating
// them succeeds and stores nothing twice, and the group's checkpoint is before every
// event neither acknowledged nor parked. VISURE_CRASH_ROUNDS is the number of
// rounds; make crash runs a hundred.
func TestKilledAtRandom(t *testing.T) {
	t.Parallel()
	rounds, _ := strconv.Atoi(os.Getenv("VISURE_CRASH_ROUNDS"))
	if rounds == 0 {
		rounds = 6
	}
	seed := rand.Uint64()
	t.Logf("seed %d, %d rounds", seed, rounds)
	w := &crashWorld{t: t, dir: t.TempDir(), random: rand.New(rand.NewPCG(seed, 0)), finished: map[string]bool{}}
	for i := range 4 {
		w.writers = append(w.writers, &crashWriter{stream: fmt.Sprint("visura-", i), last: -1})
	}
	for range rounds {
		w.round()
		w.inspect()
		if t.Failed() {
			return
		}
	}
	w.finish()
	events := 0
	for _, writer := range w.writers {
		events += len(writer.ids)
	}
	t.Logf("%d events, %d finished", events, len(w.finished))
}

// crashWorld is what a test knows about the store across crashes.
type crashWorld struct {
	t       *testing.T
	dir     string
	random  *rand.Rand
	writers []*crashWriter

	mu       sync.Mutex
	finished map[string]bool // acknowledged or refused for good, as revision@stream
}

// crashWriter appends to one stream.
type crashWriter struct {
	stream  string
	ids     []uuid.UUID // acknowledged
	last    int64
	pending []uuid.UUID // outcome unknown
}

// connect opens a connection, which the caller closes.
func (w *crashWorld) connect(c *child) *grpc.ClientConn {
	w.t.Helper()
	addr := strings.TrimPrefix(strings.Split(c.connection, "?")[0], "esdb://")
	conn, err := grpc.NewClient(addr, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		w.t.Fatal(err)
	}
	return conn
}

// round starts the node, runs writers and consumer, and kills the node at a random
// moment.
func (w *crashWorld) round() {
	c := startChild(w.t, w.dir)
	conn := w.connect(c)
	defer conn.Close()
	ctx, cancel := context.WithTimeout(w.t.Context(), time.Minute)
	defer cancel()
	w.createGroup(ctx, conn)
	var working sync.WaitGroup
	acknowledged := make(chan struct{}, 1<<20)
	for _, writer := range w.writers {
		random := rand.New(rand.NewPCG(w.random.Uint64(), 0))
		working.Go(func() {
			for writer.append(w.t, ctx, conn, random) {
				acknowledged <- struct{}{}
			}
		})
	}
	random := rand.New(rand.NewPCG(w.random.Uint64(), 0))
	working.Go(func() { w.consume(ctx, conn, random) })
	for range w.random.IntN(200) {
		select {
		case <-acknowledged:
		case <-ctx.Done():
			w.t.Fatal("nobody writes")
		}
	}
	c.kill()
	working.Wait()
}

// append sends the pending events, or new ones, and reports whether the node is
// still there.
func (c *crashWriter) append(t *testing.T, ctx context.Context, conn *grpc.ClientConn, random *rand.Rand) bool {
	if c.pending == nil {
		for range 1 + random.IntN(10) {
			c.pending = append(c.pending, uuid.New())
		}
	}
	call, err := streams.NewStreamsClient(conn).Append(ctx)
	if err != nil {
		return false
	}
	options := &streams.AppendReq_Options{StreamIdentifier: &shared.StreamIdentifier{StreamName: []byte(c.stream)},
		ExpectedStreamRevision: &streams.AppendReq_Options_NoStream{}}
	if c.last >= 0 {
		options.ExpectedStreamRevision = &streams.AppendReq_Options_Revision{Revision: uint64(c.last)}
	}
	call.Send(&streams.AppendReq{Content: &streams.AppendReq_Options_{Options: options}})
	for _, id := range c.pending {
		call.Send(&streams.AppendReq{Content: &streams.AppendReq_ProposedMessage_{ProposedMessage: &streams.AppendReq_ProposedMessage{
			Id:       &shared.UUID{Value: &shared.UUID_String_{String_: id.String()}},
			Metadata: map[string]string{"type": "event", "content-type": "application/json"}, Data: []byte(`{"n":1}`)}}})
	}
	reply, err := call.CloseAndRecv()
	if err != nil {
		return false
	}
	c.last += int64(len(c.pending))
	if got := reply.GetSuccess(); got == nil || got.GetCurrentRevision() != uint64(c.last) {
		t.Errorf("%s: appended to %d, answered %v", c.stream, c.last, reply)
		return false
	}
	c.ids = append(c.ids, c.pending...)
	c.pending = nil
	return true
}

func (w *crashWorld) createGroup(ctx context.Context, conn *grpc.ClientConn) {
	// After the first round the group exists.
	persistent.NewPersistentSubscriptionsClient(conn).Create(ctx, &persistent.CreateReq{Options: &persistent.CreateReq_Options{
		GroupName: "g",
		StreamOption: &persistent.CreateReq_Options_All{All: &persistent.CreateReq_AllOptions{
			AllOption: &persistent.CreateReq_AllOptions_Start{Start: &shared.Empty{}},
			FilterOption: &persistent.CreateReq_AllOptions_Filter{Filter: &persistent.CreateReq_AllOptions_FilterOptions{
				Filter: &persistent.CreateReq_AllOptions_FilterOptions_StreamIdentifier{
					StreamIdentifier: &persistent.CreateReq_AllOptions_FilterOptions_Expression{Prefix: []string{"visura-"}}},
				Window: &persistent.CreateReq_AllOptions_FilterOptions_Max{Max: 32}, CheckpointIntervalMultiplier: 1}}}},
		Settings: &persistent.CreateReq_Settings{ConsumerStrategy: "Pinned", MaxRetryCount: 3, MinCheckpointCount: 1, MaxCheckpointCount: 5,
			HistoryBufferSize: 200, ReadBatchSize: 50, LiveBufferSize: 200,
			MessageTimeout:  &persistent.CreateReq_Settings_MessageTimeoutMs{MessageTimeoutMs: 100},
			CheckpointAfter: &persistent.CreateReq_Settings_CheckpointAfterMs{CheckpointAfterMs: 10}},
	}})
}

// consume acknowledges most events, or all of them when random is nil. It records an
// acknowledgement before it sends it.
func (w *crashWorld) consume(ctx context.Context, conn *grpc.ClientConn, random *rand.Rand) {
	call, err := persistent.NewPersistentSubscriptionsClient(conn).Read(ctx)
	if err != nil {
		return
	}
	call.Send(&persistent.ReadReq{Content: &persistent.ReadReq_Options_{Options: &persistent.ReadReq_Options{
		GroupName: "g", StreamOption: &persistent.ReadReq_Options_All{All: &shared.Empty{}}, BufferSize: 20,
		UuidOption: &persistent.ReadReq_Options_UUIDOption{Content: &persistent.ReadReq_Options_UUIDOption_Structured{Structured: &shared.Empty{}}}}}})
	for {
		m, err := call.Recv()
		if err != nil {
			return
		}
		e := m.GetEvent().GetEvent()
		if e == nil {
			continue
		}
		ids := []*shared.UUID{e.GetId()}
		nack := func(a persistent.ReadReq_Nack_Action) {
			call.Send(&persistent.ReadReq{Content: &persistent.ReadReq_Nack_{Nack: &persistent.ReadReq_Nack{Ids: ids, Action: a}}})
		}
		does := 20 // acknowledge everything
		if random != nil {
			does = random.IntN(20)
		}
		switch does {
		case 0:
			nack(persistent.ReadReq_Nack_Park)
		case 1:
			nack(persistent.ReadReq_Nack_Retry)
		case 2: // forgotten
		default:
			w.mu.Lock()
			w.finished[fmt.Sprintf("%d@%s", e.GetStreamRevision(), e.GetStreamIdentifier().GetStreamName())] = true
			w.mu.Unlock()
			call.Send(&persistent.ReadReq{Content: &persistent.ReadReq_Ack_{Ack: &persistent.ReadReq_Ack{Ids: ids}}})
		}
	}
}

// inspect checks what the killed node has stored.
func (w *crashWorld) inspect() {
	w.t.Helper()
	j, err := journal.Open(journal.Options{Dir: w.dir})
	if err != nil {
		w.t.Fatal(err)
	}
	defer j.Close()
	if _, err := j.Verify(context.Background()); err != nil {
		w.t.Fatal(err)
	}
	left := map[string][]journal.Event{}
	for r := (journal.AllRead{Most: 1000, Hidden: true}); ; {
		var p journal.Page
		if err := j.ReadAll(&p, r); err != nil {
			w.t.Fatal(err)
		}
		for _, e := range p.Events {
			left[e.Stream] = append(left[e.Stream], e)
		}
		if r.From = p.Next; p.End {
			break
		}
	}
	for _, writer := range w.writers {
		writer.compare(w.t, left[writer.stream])
	}
	for _, e := range left["$persistentsubscription-$all::g-parked"] {
		w.finished[string(e.Data)] = true
	}
	written := left["$persistentsubscription-$all::g-checkpoint"]
	if len(written) == 0 {
		return
	}
	var checkpoint, prepare uint64
	text := string(written[len(written)-1].Data)
	if _, err := fmt.Sscanf(text, `"C:%d/P:%d"`, &checkpoint, &prepare); err != nil || prepare != checkpoint {
		w.t.Fatalf("the checkpoint is %s, %v", text, err)
	}
	for _, writer := range w.writers {
		for _, e := range left[writer.stream] {
			if name := fmt.Sprintf("%d@%s", e.Revision, e.Stream); e.Position <= checkpoint && !w.finished[name] {
				w.t.Errorf("the checkpoint %d has passed %s at %d, which is not finished", checkpoint, name, e.Position)
			}
		}
	}
}

// compare checks the stream of one writer, and learns whether the pending append was
// stored.
func (c *crashWriter) compare(t *testing.T, left []journal.Event) {
	t.Helper()
	whole := len(c.ids) + len(c.pending)
	if len(left) != len(c.ids) && len(left) != whole {
		t.Errorf("%s has %d events, %d were acknowledged, %d were under way", c.stream, len(left), len(c.ids), len(c.pending))
		return
	}
	for i, id := range append(append([]uuid.UUID{}, c.ids...), c.pending...)[:len(left)] {
		if left[i].ID != id || left[i].Revision != uint64(i) {
			t.Errorf("%s: revision %d has the id %s, want %s", c.stream, i, left[i].ID, id)
			return
		}
	}
}

// finish repeats the pending appends and consumes until the group has delivered
// everything.
func (w *crashWorld) finish() {
	c := startChild(w.t, w.dir)
	conn := w.connect(c)
	defer conn.Close()
	ctx, cancel := context.WithTimeout(w.t.Context(), time.Minute)
	defer cancel()
	for _, writer := range w.writers {
		if writer.pending != nil && !writer.append(w.t, ctx, conn, w.random) {
			w.t.Errorf("%s: a repeat fails", writer.stream)
		}
	}
	consuming, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() { defer close(done); w.consume(consuming, conn, nil) }()
	for !w.allFinished(ctx, conn) {
		select {
		case <-ctx.Done():
			w.t.Error("the group does not come to an end")
			stop()
			<-done
			return
		case <-time.After(50 * time.Millisecond):
		}
	}
	stop()
	<-done
	c.stop()
	w.inspect()
	for _, writer := range w.writers {
		for revision := range writer.ids {
			if name := fmt.Sprintf("%d@%s", revision, writer.stream); !w.finished[name] {
				w.t.Errorf("%s was never finished", name)
			}
		}
	}
}

// allFinished reports whether the group has no unfinished event.
func (w *crashWorld) allFinished(ctx context.Context, conn *grpc.ClientConn) bool {
	reply, err := persistent.NewPersistentSubscriptionsClient(conn).GetInfo(ctx, &persistent.GetInfoReq{Options: &persistent.GetInfoReq_Options{
		GroupName: "g", StreamOption: &persistent.GetInfoReq_Options_All{All: &shared.Empty{}}}})
	if err != nil {
		return false
	}
	i := reply.GetSubscriptionInfo()
	return i.GetStatus() == "Live" && i.GetReadBufferCount()+i.GetRetryBufferCount() == 0 && i.GetOutstandingMessagesCount() == 0
}
