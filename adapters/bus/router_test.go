package bus_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/ThreeDotsLabs/watermill/message/router/middleware"
	"github.com/ThreeDotsLabs/watermill/pubsub/gochannel"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/visure-anagrafiche/visure/adapters/bus"
	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func TestAnEventTakesItsVisuraFurtherOnBehalfOfTheSystem(t *testing.T) {
	w := newWorld(t, esdb.SubscriberConfig{})
	type call struct {
		ID   string
		Meta domain.Meta
	}
	calls := make(chan call, 1)
	w.run(bus.Config{Processes: visure(func(_ context.Context, id string, m domain.Meta) error {
		calls <- call{id, m}
		return nil
	})})
	id := w.append(domain.VisuraApproved{})
	got := receive(t, calls)
	want := call{id, domain.Meta{By: domain.Sistema, Correlation: "c0", Trace: "t0", Causation: got.Meta.Causation}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, err := uuid.Parse(got.Meta.Causation); err != nil {
		t.Errorf("the cause is %q", got.Meta.Causation)
	}
}

func TestEventsThatLeadNowhereAreLetGo(t *testing.T) {
	w := newWorld(t, esdb.SubscriberConfig{})
	calls := make(chan string, 10)
	w.run(bus.Config{Workers: 1, Processes: visure(func(_ context.Context, id string, _ domain.Meta) error {
		calls <- id
		return nil
	})})
	w.append(domain.VisuraIssued{}, domain.VisuraDownloaded{}, domain.VisuraNotIssuable{}, domain.VisuraFailed{})
	last := w.append(domain.VisuraErased{Basis: "m"})
	if got := receive(t, calls); got != last {
		t.Errorf("%s was advanced", got)
	}
}

func TestOutcomes(t *testing.T) {
	stuck := errors.New("database is down")
	for name, c := range map[string]struct {
		err    error
		calls  int32 // at least
		parked string
	}{
		"done":                     {nil, 1, ""},
		"postponed":                {fmt.Errorf("advance: %w", &commands.PostponedError{At: time.Now(), Cause: stuck}), 1, ""},
		"failing every time":       {stuck, 6, "retries_exhausted"},
		"registry unavailable":     {domain.Errorf(domain.Unavailable, "riprovare"), 6, "retries_exhausted"},
		"refused":                  {fmt.Errorf("advance: %w", domain.Errorf(domain.Conflict, "già conclusa")), 1, "refused_conflict"},
		"key destroyed":            {fmt.Errorf("advance: %w", commands.ErrErased), 1, "data_key_destroyed"},
		"history cannot be read":   {fmt.Errorf("load: %w", unreadable{}), 1, "unreadable_event"},
		"stale beyond all retries": {commands.ErrStale, 6, "retries_exhausted"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, esdb.SubscriberConfig{Attempts: 2})
			var calls atomic.Int32
			called := make(chan struct{}, 100)
			w.run(bus.Config{Workers: 1, Processes: visure(func(_ context.Context, _ string, _ domain.Meta) error {
				calls.Add(1)
				called <- struct{}{}
				return c.err
			})})
			w.append(domain.VisuraApproved{})
			if c.parked != "" {
				if got := w.reasons(1); got[c.parked] != 1 {
					t.Errorf("parked as %v", got)
				}
			} else {
				receive(t, called)
				w.settled()
				if got := w.subs.Health()[0].Parked; len(got) > 0 {
					t.Errorf("parked as %v", got)
				}
			}
			if got := calls.Load(); got != c.calls {
				t.Errorf("advanced %d times, want %d", got, c.calls)
			}
		})
	}
}

type unreadable struct{}

func (unreadable) Error() string      { return "event 3 cannot be read" }
func (unreadable) ParkReason() string { return "unreadable_event" }

func TestAPanicParksAndHarmsNobodyElse(t *testing.T) {
	w := newWorld(t, esdb.SubscriberConfig{})
	bad, good := uuid.NewString(), make(chan struct{}, 1)
	w.run(bus.Config{Workers: 1, Processes: visure(func(_ context.Context, id string, _ domain.Meta) error {
		if id == bad {
			panic("Mario Rossi")
		}
		good <- struct{}{}
		return nil
	})})
	w.appendTo(stream(bad), domain.VisuraApproved{})
	w.append(domain.VisuraApproved{})
	receive(t, good)
	if got := w.reasons(1); got["handler_panicked"] != 1 {
		t.Errorf("parked as %v", got)
	}
}

// A subscriber is trusted to deliver what it was asked for. If it does not, what
// came is set aside, and not taken for something of the process's.
func TestAStreamOfAnotherCategoryIsParked(t *testing.T) {
	subscriber := gochannel.NewGoChannel(gochannel.Config{}, watermill.NopLogger{})
	defer subscriber.Close()
	parked := make(chan string, 10)
	calls := make(chan string, 10)
	r, err := bus.New(bus.Config{
		Subscriber: subscriber, Metrics: prometheus.NewRegistry(), Log: slog.New(slog.DiscardHandler), Workers: 1,
		Park: func(m *message.Message, reason string) bool {
			parked <- m.Metadata.Get("stream") + " " + reason
			return m.Ack()
		},
		Processes: visure(func(_ context.Context, id string, _ domain.Meta) error {
			calls <- id
			return nil
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	<-r.Running()
	for _, stream := range []string{"ente-1", "visura", "", "visurab-2", "visura-3"} {
		m := message.NewMessage(uuid.NewString(), nil)
		m.Metadata.Set("stream", stream)
		if err := subscriber.Publish(topic, m); err != nil {
			t.Fatal(err)
		}
		if stream == "visura-3" {
			if id := receive(t, calls); id != "3" {
				t.Errorf("%s was advanced", id)
			}
		} else if got := receive(t, parked); got != stream+" foreign_stream" {
			t.Errorf("parked %s", got)
		}
	}
	stop()
	if err := <-ended; err != nil || len(calls) > 0 {
		t.Errorf("%d more advanced, %v", len(calls), err)
	}
}

// Each process has workers of its own, and gets what wakes it and nothing else.
func TestSeveralProcessesShareARouter(t *testing.T) {
	w := newWorld(t, esdb.SubscriberConfig{})
	got := make(chan string, 100)
	note := func(name, category string, wakes ...domain.Event) process {
		return process{name, category, wakes, func(_ context.Context, id string, _ domain.Meta) error {
			got <- name + " " + id
			return nil
		}}
	}
	w.run(bus.Config{Workers: 1, Processes: []commands.Process{
		note("visura", "visura", domain.VisuraApproved{}, domain.VisuraErased{}),
		note("alarm", "visura", domain.VisuraApproved{}, domain.VisuraErased{}), // another on the same events
		note("ente", "ente", domain.EnteRegistered{}),
		note("utente", "utente", domain.RoleGiven{}, domain.VisuraApproved{}),
	}})
	w.appendTo("visura-1", domain.VisuraDownloaded{}, domain.VisuraApproved{})
	w.appendTo("ente-2", domain.EnteRegistered{})
	w.appendTo("ente-3", domain.VisuraApproved{}) // which wakes others
	w.appendTo("comune-4", domain.VisuraApproved{}, domain.RoleGiven{})
	w.appendTo("utente-5", domain.RoleGiven{})
	w.appendTo("visura-6", domain.VisuraErased{})
	w.appendTo("ente-7", domain.EnteRegistered{})
	w.appendTo("utente-8", domain.VisuraApproved{})
	var all []string // the last of each came after whatever else was to come
	for range 8 {
		all = append(all, receive(t, got))
	}
	slices.Sort(all)
	if want := []string{"alarm 1", "alarm 6", "ente 2", "ente 7", "utente 5", "utente 8", "visura 1", "visura 6"}; !slices.Equal(all, want) {
		t.Errorf("advanced %q, want %q", all, want)
	}
	health := w.subs.Health()
	for _, h := range health {
		if h.Subscriptions != 1 || len(h.Parked) > 0 {
			t.Errorf("%s has %d workers and parked %v", h.Topic, h.Subscriptions, h.Parked)
		}
	}
	if len(health) != 4 {
		t.Errorf("%d topics", len(health))
	}
}

func TestARareProcessHasOneWorker(t *testing.T) {
	w := newWorld(t, esdb.SubscriberConfig{})
	got := make(chan string, 10)
	note := func(name string) process {
		return process{name, name, []domain.Event{domain.VisuraApproved{}, domain.EnteRegistered{}}, func(_ context.Context, id string, _ domain.Meta) error {
			got <- name + " " + id
			return nil
		}}
	}
	w.run(bus.Config{Workers: 3, Processes: []commands.Process{note("visura")}, Rare: []commands.Process{note("ente")}})
	w.appendTo("ente-1", domain.EnteRegistered{})
	if one := receive(t, got); one != "ente 1" {
		t.Errorf("advanced %s", one)
	}
	for _, h := range w.subs.Health() {
		if want := map[bool]int{true: 3, false: 1}[strings.Contains(h.Topic, "visura:visura")]; h.Subscriptions != want {
			t.Errorf("%s has %d workers, want %d", h.Topic, h.Subscriptions, want)
		}
	}
}

func TestATryThatTakesTooLongIsCutAndTriedAgain(t *testing.T) {
	w := newWorld(t, esdb.SubscriberConfig{})
	ends := make(chan time.Time, 2)
	var tries atomic.Int32
	w.run(bus.Config{Timeout: 20 * time.Millisecond, Processes: visure(func(ctx context.Context, _ string, _ domain.Meta) error {
		end, _ := ctx.Deadline()
		ends <- end
		if tries.Add(1) == 1 {
			<-ctx.Done()
			return ctx.Err()
		}
		return nil
	})})
	w.append(domain.VisuraApproved{})
	if first, second := receive(t, ends), receive(t, ends); !second.After(first) {
		t.Errorf("the second try may take until %s, as the first", second)
	}
}

func TestStoppingLetsTheMessageInHandFinish(t *testing.T) {
	w := newWorld(t, esdb.SubscriberConfig{DrainTimeout: soon})
	begun, finish := make(chan struct{}), make(chan struct{})
	var calls atomic.Int32
	stop := w.run(bus.Config{Processes: visure(func(ctx context.Context, _ string, _ domain.Meta) error {
		calls.Add(1)
		close(begun)
		<-finish
		return ctx.Err()
	})})
	w.append(domain.VisuraApproved{})
	receive(t, begun)
	time.AfterFunc(50*time.Millisecond, func() { close(finish) })
	if err := stop(); err != nil {
		t.Error(err)
	}
	w.settled()
	if got := calls.Load(); got != 1 {
		t.Errorf("advanced %d times", got)
	}
	w.append(domain.VisuraErased{})
	if m := w.nextOfGroup(); m.Metadata.Get(esdb.MetaName) != (domain.VisuraErased{}).EventType() {
		t.Errorf("the ack is lost: %s came again", m.Metadata.Get(esdb.MetaName))
	}
}

func TestAStuckHandlerDoesNotHoldUpTheStopAndItsEventComesOnceMore(t *testing.T) {
	w := newWorld(t, esdb.SubscriberConfig{DrainTimeout: 20 * time.Millisecond})
	begun, stuck := make(chan struct{}), make(chan struct{})
	stop := w.run(bus.Config{CloseTimeout: 200 * time.Millisecond, Processes: visure(func(context.Context, string, domain.Meta) error {
		close(begun)
		<-stuck // deaf to its context
		return nil
	})})
	w.append(domain.VisuraApproved{})
	receive(t, begun)
	if err := stop(); err == nil {
		t.Error("stopping does not say that a message was left in hand")
	}
	if again := w.nextOfGroup(); again.Metadata.Get(esdb.MetaRetries) != "1" {
		t.Errorf("it comes with %s retries", again.Metadata.Get(esdb.MetaRetries))
	}
	close(stuck)
	w.append(domain.VisuraErased{})
	if next := w.nextOfGroup(); next.Metadata.Get(esdb.MetaName) != (domain.VisuraErased{}).EventType() {
		t.Errorf("%s came once more", next.Metadata.Get(esdb.MetaName))
	}
}

func TestWhenEverySubscriptionEndsSoDoesTheRouter(t *testing.T) {
	w := newWorld(t, esdb.SubscriberConfig{})
	r, err := bus.New(bus.Config{
		Subscriber: w.subs, Park: esdb.Park, Metrics: prometheus.NewRegistry(), Log: slog.New(slog.DiscardHandler),
		Processes: visure(func(context.Context, string, domain.Meta) error { return nil }),
	})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- r.Run(context.Background()) }()
	<-r.Running()
	_ = w.subs.Close()
	if err := receive(t, ended); err == nil {
		t.Error("it ends as if it had been told to")
	}
}

// counter is a visura-like state kept by optimistic appends: it takes each step
// exactly once, however often and by how many it is advanced.
type counter struct {
	store *esdb.Store
	steps int
	think time.Duration // between reading and writing
}

func (c counter) advance(ctx context.Context, id string, m domain.Meta) error {
	for {
		taken, stream := 0, stream(id)
		last, err := c.store.Load(ctx, stream, commands.NoStream, func(r domain.Recorded) {
			if _, ok := r.Event.(domain.VisuraApproved); !ok {
				taken++
			}
		})
		if err != nil || taken >= c.steps {
			return err
		}
		time.Sleep(c.think)
		meta := domain.Meta{CommandID: uuid.NewString(), Causation: m.Causation, By: m.By}
		event := domain.ConfirmationAwaited{}
		if _, err := c.store.Append(ctx, stream, last, []domain.Event{event}, meta); err != nil {
			return err // stale: somebody else took the step
		}
	}
}

// Events come twice, from sixteen workers at once, each also taking steps that
// come back as events: the state is right all the same.
func TestDuplicatesAndConcurrencyAreHarmless(t *testing.T) {
	w := newWorld(t, esdb.SubscriberConfig{})
	c := counter{store: w.store, steps: 3}
	var all sync.Map
	w.run(bus.Config{
		Trace: middleware.Duplicator,
		Processes: visure(func(ctx context.Context, id string, m domain.Meta) error {
			all.Store(id, true)
			return c.advance(ctx, id, m)
		}),
	})
	const many = 60
	ids := make([]string, many)
	var writing sync.WaitGroup
	for i := range ids {
		writing.Go(func() { ids[i] = w.append(domain.VisuraApproved{}) })
	}
	writing.Wait()
	for _, id := range ids {
		w.becomes(id, 1+c.steps)
	}
	w.settled()
	if got := w.subs.Health()[0].Parked; len(got) > 0 {
		t.Errorf("parked %v", got)
	}
}

// Workers join, and leave without finishing what they have in hand, while events
// come: streams move from one to another, two have the same visura in hand, and
// no state is wrong.
func TestWorkersComingAndGoingCorruptNothing(t *testing.T) {
	w := newWorld(t, esdb.SubscriberConfig{DrainTimeout: soon, ServerRetries: 1000, Attempts: 1000})
	c := counter{store: w.store, steps: 5, think: 2 * time.Millisecond}
	var stale atomic.Int32
	var deaf sync.WaitGroup
	advance := func(ctx context.Context, id string, m domain.Meta) error {
		deaf.Add(1)
		defer deaf.Done()
		err := c.advance(context.WithoutCancel(ctx), id, m)
		if errors.Is(err, commands.ErrStale) {
			stale.Add(1)
		}
		return err
	}
	w.run(bus.Config{Workers: 2, Processes: visure(advance)})
	const many = 60
	ids, coming := make([]string, many), make(chan struct{})
	go func() {
		defer close(coming)
		for i := range ids {
			ids[i] = w.append(domain.VisuraApproved{})
		}
	}()
	for gone := false; !gone || stale.Load() == 0; {
		config := esdb.SubscriberConfig{Group: "process-v1", AckLinger: time.Millisecond, DrainTimeout: time.Nanosecond}
		subs, err := esdb.NewSubscriber(w.client, config, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		came := make(chan struct{}, 5)
		stop := w.runOver(subs, bus.Config{Workers: 4, CloseTimeout: time.Millisecond, Processes: visure(func(ctx context.Context, id string, m domain.Meta) error {
			select {
			case came <- struct{}{}:
			default:
			}
			return advance(ctx, id, m)
		})})
		stay, leave := context.WithTimeout(t.Context(), 20*time.Millisecond) // the others may have all there is
		for range cap(came) {
			select {
			case <-came:
			case <-stay.Done():
			}
		}
		leave()
		_ = stop() // it says that messages were left in hand
		_ = subs.Close()
		select {
		case <-coming:
			if gone {
				w.append(domain.VisuraApproved{}) // until two had the same in hand
			}
			gone = true
		default:
		}
	}
	for _, id := range ids {
		w.becomes(id, 1+c.steps)
	}
	w.settled()
	deaf.Wait()
	if got := w.subs.Health()[0].Parked; len(got) > 0 {
		t.Errorf("parked %v", got)
	}
}

// What is set aside tells why by a code, and nothing of the person concerned.
func TestWhatIsParkedTellsNothingPersonal(t *testing.T) {
	w := newWorld(t, esdb.SubscriberConfig{Attempts: 1})
	errs := []error{
		domain.Errorf(domain.Conflict, "Mario Rossi RSSMRA80A01H501U abita altrove"),
		errors.New("Mario Rossi RSSMRA80A01H501U"),
	}
	var calls atomic.Int32
	w.run(bus.Config{Workers: 1, Processes: visure(func(context.Context, string, domain.Meta) error {
		switch n := calls.Add(1); n {
		case 1:
			return errs[0]
		case 2, 3, 4:
			return errs[1]
		}
		panic("Mario Rossi RSSMRA80A01H501U")
	})})
	for range 3 {
		w.append(domain.VisuraApproved{})
	}
	want := map[string]int{"refused_conflict": 1, "retries_exhausted": 1, "handler_panicked": 1}
	if diff := cmp.Diff(want, w.reasons(3)); diff != "" {
		t.Error(diff)
	}
	for _, e := range w.parked(3) {
		for _, secret := range []string{"Rossi", "Mario", "RSSMRA"} {
			if strings.Contains(string(e.UserMetadata)+string(e.Data), secret) {
				t.Errorf("%s %s tells of %s", e.Data, e.UserMetadata, secret)
			}
		}
	}
}

func TestAParkedEventIsAdvancedAgainWhenReplayed(t *testing.T) {
	w := newWorld(t, esdb.SubscriberConfig{})
	var fixed atomic.Bool
	done := make(chan string, 1)
	w.run(bus.Config{Processes: visure(func(_ context.Context, id string, _ domain.Meta) error {
		if !fixed.Load() {
			return domain.Errorf(domain.Conflict, "no")
		}
		done <- id
		return nil
	})})
	id := w.append(domain.VisuraApproved{})
	w.reasons(1)
	fixed.Store(true)
	if err := w.official().ReplayParkedMessagesToAll(context.Background(), w.group(), es.ReplayParkedMessagesOptions{}); err != nil {
		t.Fatal(err)
	}
	if got := receive(t, done); got != id {
		t.Errorf("%s was advanced", got)
	}
}
