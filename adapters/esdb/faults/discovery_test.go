package faults_test

import (
	"log/slog"
	"runtime"
	"sync"
	"testing"
	"time"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/domain"
)

// impatient gives up discovery after a few attempts, as the client does by
// default after ten.
func impatient(c *es.Configuration) { c.MaxDiscoverAttempts, c.DiscoveryInterval = 3, 20 }

// patient never gives up.
func patient(c *es.Configuration) { c.MaxDiscoverAttempts, c.DiscoveryInterval = 1_000_000, 10 }

// vacant is an address where no server listens: no port below 1024 is given out.
const vacant = "esdb://127.0.0.1:1?tls=false"

// The goroutines of the calls that never return stay until the program ends.
func TestBareADiscoveryThatFailedLeavesCallersWaitingForEver(t *testing.T) {
	const callers = 20
	var calling sync.WaitGroup
	calling.Add(callers)
	client := bare(t, vacant, impatient, func(c *es.Configuration) {
		c.Logger = func(es.LogLevel, string, ...any) { calling.Wait() } // it begins to look when all ask
	})
	returned := make(chan struct{}, callers)
	for range callers {
		go func() {
			calling.Done()
			_ = bareAppend(within(t, 50*time.Millisecond), client, "s")
			returned <- struct{}{}
		}()
	}
	receive(t, returned)
	late := time.After(hopeless)
	for got := 2; ; got++ {
		select {
		case <-returned:
			if got > callers/2 {
				t.Fatalf("%d of %d returned: the guard may be needless now", got, callers)
			}
		case <-late:
			return
		}
	}
}

func TestBareADiscoveryThatFailedIsTheEndOfTheClient(t *testing.T) {
	server := startFront(t, startNode(t))
	server.vanish()
	client := bare(t, server.url(), impatient)
	if err := bareAppend(within(t, soon), client, "s"); err == nil {
		t.Fatal("it wrote to nobody")
	}
	server.appear(t)
	for range 3 {
		if err := bareAppend(within(t, soon), bare(t, server.url()), "s"); err != nil {
			t.Fatal(err)
		}
		if err := bareAppend(within(t, soon), client, "s"); codeOf(err) != es.ErrorCodeConnectionClosed {
			t.Errorf("with the server back: %v", err)
		}
	}
}

func TestAfterAnyOutageTheHolderWorksAndNoCallerWaitedTooLong(t *testing.T) {
	server := startFront(t, startNode(t))
	server.vanish()
	store := esdb.NewStore(holder(t, server.url()), noKeys{})
	const callers = 20
	took := make(chan time.Duration, callers)
	for range callers {
		go func() {
			begun := time.Now()
			if err := tryWrite(within(t, 300*time.Millisecond), store, "visura-a"); domain.CodeOf(err) != domain.Unavailable {
				t.Errorf("during the outage: %v", err)
			}
			took <- time.Since(begun)
		}()
	}
	for range callers {
		if d := receive(t, took); d > 2*time.Second {
			t.Errorf("a call of 300 ms took %s", d)
		}
	}
	server.appear(t)
	eventually(t, "the store answers", func() bool { return tryWrite(within(t, soon), store, "visura-b") == nil })
}

func TestBareACallIgnoresItsContextWhileAServerIsLookedFor(t *testing.T) {
	server := startFront(t, startNode(t))
	server.vanish()
	client := bare(t, server.url(), patient)
	returned := make(chan error, 1)
	go func() { returned <- bareAppend(within(t, 50*time.Millisecond), client, "s") }()
	select {
	case err := <-returned:
		t.Fatalf("it honoured its context: %v; the guard may be needless now", err)
	case <-time.After(hopeless):
	}
	server.appear(t)
	receive(t, returned)
}

func TestWhatWasGivenUpAndRepeatedIsWrittenOnce(t *testing.T) {
	server := startFront(t, startNode(t))
	store := esdb.NewStore(holder(t, server.url()), noKeys{})
	write(t, store, "visura-a", 1)
	for range 5 {
		server.vanish()
		back := make(chan struct{})
		time.AfterFunc(100*time.Millisecond, func() {
			defer close(back)
			server.appear(t)
		})
		write(t, store, "visura-a", 1) // repeats until it is known
		<-back
	}
	if got := count(t, store, "visura-a"); got != 6 {
		t.Errorf("%d events", got)
	}
}

// goroutines counts them when their number has settled. Nothing tells when one that
// was told to end has ended.
func goroutines() int {
	often := time.NewTicker(10 * time.Millisecond)
	defer often.Stop()
	for last, same := runtime.NumGoroutine(), 0; ; {
		<-often.C
		now := runtime.NumGoroutine()
		if now >= last {
			same++
		} else {
			same = 0
		}
		if last = now; same > 10 {
			return now
		}
	}
}

const outages = 12

func TestBareEveryRediscoveryLeaksAConnection(t *testing.T) {
	server := startFront(t, startNode(t))
	client := bare(t, server.url(), patient)
	ctx := within(t, soon)
	if err := bareAppend(ctx, client, "s"); err != nil {
		t.Fatal(err)
	}
	before := goroutines()
	for range outages {
		server.vanish()
		for codeOf(bareAppend(ctx, client, "s")) != es.ErrorUnavailable && ctx.Err() == nil { // by which it knows
		}
		server.appear(t)
		for bareAppend(ctx, client, "s") != nil && ctx.Err() == nil {
		}
	}
	if leaked := goroutines() - before; leaked < outages {
		t.Errorf("%d outages left %d goroutines: it may be mended", outages, leaked)
	}
}

func TestOutagesLeaveNothingBehindInTheHolder(t *testing.T) {
	server := startFront(t, startNode(t))
	client, err := esdb.Connect(server.url(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	store := esdb.NewStore(client, noKeys{})
	write(t, store, "visura-a", 1)
	before := goroutines()
	for range outages {
		server.vanish()
		_ = tryWrite(within(t, 50*time.Millisecond), store, "visura-a")
		server.appear(t)
		eventually(t, "the store answers", func() bool { return tryWrite(within(t, soon), store, "visura-a") == nil })
	}
	if left := goroutines() - before; left > 3 {
		t.Errorf("%d outages left %d goroutines", outages, left)
	}
	if err := client.Close(within(t, soon)); err != nil {
		t.Error(err)
	}
}
