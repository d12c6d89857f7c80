package esdb_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// tolerance is how much later than its context a call may return on a busy
// machine.
const tolerance = 2 * time.Second

func TestNoCallOutlivesItsContextWhateverTheServerDoes(t *testing.T) {
	server := startServer(t)
	store := esdb.NewStore(server.connect(), newRing())
	stream := string(newVisura().Stream())
	mustAppend(t, store, stream, commands.NoStream, metaNow(), requested)
	server.stop()
	before := runtime.NumGoroutine()
	for range 3 {
		var all sync.WaitGroup
		for range 30 {
			all.Go(func() {
				begun := time.Now()
				_, err := store.Append(withDeadline(t, 300*time.Millisecond), stream, 0, []domain.Event{approved}, metaNow())
				_, err2 := store.Load(withDeadline(t, 300*time.Millisecond), stream, -1, func(domain.Recorded) {})
				if took := time.Since(begun); took > 600*time.Millisecond+tolerance {
					t.Errorf("two calls of 300 ms took %s", took)
				}
				if domain.CodeOf(err) != domain.Unavailable || domain.CodeOf(err2) != domain.Unavailable {
					t.Errorf("during the outage: %v; %v", err, err2)
				}
			})
		}
		all.Wait()
	}
	if after := runtime.NumGoroutine(); after > before+60 {
		t.Errorf("180 calls into an outage left %d goroutines, %d before", after, before)
	}
	server.start()
	if got := history(t, store, stream); len(got) < 1 {
		t.Error("history is gone")
	}
	// Abandoned appends may yet be carried out; none of them twice.
	seen := map[string]bool{}
	for _, r := range history(t, store, stream) {
		if seen[r.ID] {
			t.Errorf("%s was written twice", r.ID)
		}
		seen[r.ID] = true
	}
}

func TestACallWaitsOutAShortOutage(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	store := esdb.NewStore(server.connect(), newRing())
	stream := string(newVisura().Stream())
	mustAppend(t, store, stream, commands.NoStream, metaNow(), requested)
	for i := range 3 {
		server.stop()
		back := make(chan struct{})
		time.AfterFunc(200*time.Millisecond, func() {
			defer close(back)
			server.start()
		})
		mustAppend(t, store, stream, int64(i), metaNow(), approved)
		<-back
	}
	if got := history(t, store, stream); len(got) != 4 {
		t.Errorf("%d events", len(got))
	}
}

func TestAnAppendWhoseAnswerWasLostIsWrittenOnce(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	proxy := startProxy(t, server.addr)
	client, err := esdb.Connect(proxy.url(), log())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close(withDeadline(t, soon))
	store, direct := esdb.NewStore(client, newRing()), esdb.NewStore(server.connect(), newRing())
	stream := string(newVisura().Stream())
	mustAppend(t, store, stream, commands.NoStream, metaNow(), approved)

	proxy.mute.Store(true)
	written := make(chan domain.Position, 1)
	go func() { written <- mustAppend(t, store, stream, 0, metaNow(), approved, approved) }()
	server.await(stream, 3) // the server has it, the client does not know
	proxy.mute.Store(false)
	proxy.cut()
	pos := <-written
	got := history(t, direct, stream)
	if len(got) != 3 || got[2].Position != pos {
		t.Errorf("%d events, the last at %s, answered %s", len(got), got[len(got)-1].Position, pos)
	}
}

func TestAServerThatNeverWasIsAnOutage(t *testing.T) {
	t.Parallel()
	client, err := esdb.Connect("esdb://127.0.0.1:1?tls=false", log())
	if err != nil {
		t.Fatal(err)
	}
	_, err = esdb.NewStore(client, newRing()).Load(withDeadline(t, 200*time.Millisecond), "visura-x", -1, nil)
	if domain.CodeOf(err) != domain.Unavailable {
		t.Error(err)
	}
	// The call is still inside the official client, and would be until a server came.
	if err := client.Close(withDeadline(t, 10*time.Millisecond)); err == nil {
		t.Error("Close does not say that a call is still inside")
	}
}

func TestAConnectionStringThatCannotBeReadIsRefusedWithoutItsPassword(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "http://host", "esdb://user:hunter2@host:port?tls=false", "esdb://user:hunter2@ho st"} {
		_, err := esdb.Connect(s, log())
		if err == nil {
			t.Errorf("%q is accepted", s)
		} else if s != "" && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%v", err)
		}
	}
}

func TestClosingWaitsForCallsAndRefusesNewOnes(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	client, err := esdb.Connect(server.url(), log())
	if err != nil {
		t.Fatal(err)
	}
	store := esdb.NewStore(client, newRing())
	stream := string(newVisura().Stream())
	mustAppend(t, store, stream, commands.NoStream, metaNow(), approved)
	var all sync.WaitGroup
	busy := make(chan struct{}, 100)
	for range 20 {
		all.Go(func() {
			for {
				_, err := store.Load(context.Background(), stream, -1, func(domain.Recorded) {})
				if errors.Is(err, esdb.ErrClosed) {
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
				select {
				case busy <- struct{}{}:
				default:
				}
			}
		})
	}
	for range 40 {
		<-busy
	}
	for range 2 {
		if err := client.Close(withDeadline(t, soon)); err != nil {
			t.Error(err)
		}
	}
	all.Wait()
}

func TestACallerWhoGoesAwayDisturbsNobody(t *testing.T) {
	t.Parallel()
	store := esdb.NewStore(startServer(t).connect(), newRing())
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := store.Load(ctx, "visura-x", -1, nil); !errors.Is(err, context.Canceled) || domain.CodeOf(err) == domain.Unavailable {
		t.Error(err)
	}
	if got := history(t, store, "visura-x"); len(got) != 0 {
		t.Error(got)
	}
}

func TestAUnixSocketIsReachedByItsPath(t *testing.T) {
	t.Parallel()
	n, err := node.Open(node.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	if err := n.Start("unix://" + t.TempDir() + "/es.sock"); err != nil {
		t.Fatal(err)
	}
	client, err := esdb.Connect(n.ConnectionString(), log())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close(withDeadline(t, soon))
	store := esdb.NewStore(client, newRing())
	mustAppend(t, store, "visura-a", commands.NoStream, metaNow(), approved)
	if got := history(t, store, "visura-a"); len(got) != 1 {
		t.Errorf("%d events", len(got))
	}
}
