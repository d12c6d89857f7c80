package group_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/group"
)

var start = time.Unix(1_700_000_000, 0)

// settings are the client's defaults, with few retries.
func settings(change ...func(*group.Settings)) group.Settings {
	s := group.Settings{
		Strategy: group.RoundRobin, MaxRetries: 2, MessageTimeout: 30 * time.Second, CheckpointAfter: 2 * time.Second,
		MinCheckpoint: 1, MaxCheckpoint: 1000, LiveBuffer: 500, HistoryBuffer: 500, ReadBatch: 20,
	}
	for _, c := range change {
		c(&s)
	}
	return s
}

func strategy(s group.Strategy) func(*group.Settings) {
	return func(to *group.Settings) { to.Strategy = s }
}

// event n of a stream, with id and position made of n.
func event(n int, key string) group.Event {
	return group.Event{ID: ident(n), Position: uint64(n), Key: key}
}

func ident(n int) [16]byte { return [16]byte{byte(n), byte(n >> 8), 1} }

// page has the events 1 … n of one stream, and the end of the source.
func page(n int) group.Page {
	p := group.Page{End: true, Considered: n, Last: uint64(n)}
	for i := range n {
		p.Events = append(p.Events, event(i+1, "s"))
	}
	return p
}

// pushes takes the pushes, as "consumer:event" or, for a retry,
// "consumer:event+retry".
func pushes(g *group.Group) []string {
	var out []string
	for _, p := range g.Take().Pushes {
		text := fmt.Sprintf("%d:%d", p.Consumer, p.Event.Position)
		if p.Retry > 0 {
			text += fmt.Sprintf("+%d", p.Retry)
		}
		out = append(out, text)
	}
	return out
}

func expect(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func join(t *testing.T, g *group.Group, slots ...int) {
	t.Helper()
	for i, n := range slots {
		if err := g.Join(start, group.ConsumerID(i+1), n); err != nil {
			t.Fatal(err)
		}
	}
}

func TestRoundRobinAlternatesInJoiningOrderAndSkipsTheFull(t *testing.T) {
	t.Parallel()
	g := group.New(start, settings(), nil)
	join(t, g, 2, 1, 3)
	g.Read(start, page(7))
	expect(t, "six slots", pushes(g), "1:1", "2:2", "3:3", "1:4", "3:5", "3:6")
	g.Ack(start, ident(2))
	expect(t, "one slot became free", pushes(g), "2:7")
}

func TestDispatchToSingleKeepsToOneUntilItIsFull(t *testing.T) {
	t.Parallel()
	g := group.New(start, settings(strategy(group.DispatchToSingle)), nil)
	join(t, g, 2, 2)
	g.Read(start, page(3))
	expect(t, "the first is filled first", pushes(g), "1:1", "1:2", "2:3")
	g.Ack(start, ident(1), ident(2), ident(3))
	g.Committed()
	g.Read(start, group.Page{Events: []group.Event{event(4, "s")}, Considered: 1, Last: 4, End: true})
	expect(t, "the last served stays preferred", pushes(g), "2:4")
}

func TestPinnedKeepsAStreamWithOneConsumerThoughAnotherIsIdle(t *testing.T) {
	t.Parallel()
	g := group.New(start, settings(strategy(group.Pinned)), nil)
	join(t, g, 1, 1)
	g.Read(start, group.Page{End: true, Considered: 4, Last: 4, Events: []group.Event{
		event(1, "a"), event(2, "a"), event(3, "b"), event(4, "a"),
	}})
	expect(t, "b overtakes the waiting a", pushes(g), "1:1", "2:3")
	g.Ack(start, ident(3))
	expect(t, "2 is idle, a waits", pushes(g))
	g.Ack(start, ident(1))
	expect(t, "a goes on where it began", pushes(g), "1:2")
	g.Leave(start, 1)
	expect(t, "the other takes over", pushes(g), "2:2+1")
	g.Ack(start, ident(2))
	expect(t, "in order", pushes(g), "2:4")
}

func TestPinnedGivesANewcomerIdleStreamsOnly(t *testing.T) {
	t.Parallel()
	g := group.New(start, settings(strategy(group.Pinned)), nil)
	join(t, g, 10)
	p := group.Page{End: true, Considered: 8, Last: 8}
	for i := range 8 {
		p.Events = append(p.Events, event(i+1, fmt.Sprint("stream-", i)))
	}
	g.Read(start, p)
	pushes(g)
	for i := range 7 {
		g.Ack(start, ident(i+1)) // all but the last stream are idle
	}
	if err := g.Join(start, 2, 10); err != nil {
		t.Fatal(err)
	}
	p.Events = nil
	for i := range 8 {
		p.Events = append(p.Events, event(i+11, fmt.Sprint("stream-", i)))
	}
	g.Read(start, p)
	by := map[group.ConsumerID]int{}
	for _, push := range g.Take().Pushes {
		by[push.Consumer]++
		if push.Event.Key == "stream-7" && push.Consumer != 1 {
			t.Error("a stream with a message in flight changed its consumer")
		}
	}
	if by[1] != 4 || by[2] != 4 {
		t.Errorf("shares %v, want half each", by)
	}
}

func TestOutcomes(t *testing.T) {
	t.Parallel()
	nack := func(a group.Action) func(*group.Group) {
		return func(g *group.Group) { g.Nack(start, a, "no", ident(1)) }
	}
	for name, c := range map[string]struct {
		do     func(*group.Group)
		pushes []string
		park   string
	}{
		"an ack makes room for the next":            {do: func(g *group.Group) { g.Ack(start, ident(1)) }, pushes: []string{"1:2"}},
		"an unknown id changes nothing":             {do: func(g *group.Group) { g.Ack(start, ident(9)) }},
		"skip makes room for the next":              {do: nack(group.Skip), pushes: []string{"1:2"}},
		"retry comes back at once, before new ones": {do: nack(group.Retry), pushes: []string{"1:1+1"}},
		"park says why":                             {do: nack(group.ParkIt), pushes: []string{"1:2"}, park: "Client explicitly NAK'ed message.\nno"},
		"in time nothing happens":                   {do: func(g *group.Group) { g.Tick(start.Add(29 * time.Second)) }},
		"out of time is a retry":                    {do: func(g *group.Group) { g.Tick(start.Add(30 * time.Second)) }, pushes: []string{"1:1+1"}},
		"a late ack of the redelivered one counts": {pushes: []string{"1:1+1", "1:2"}, do: func(g *group.Group) {
			g.Tick(start.Add(30 * time.Second))
			g.Ack(start, ident(1))
		}},
		"after the last retry it is parked": {pushes: []string{"1:1+1", "1:1+2", "1:2"}, park: "Reached retry count of 2", do: func(g *group.Group) {
			for range 3 {
				g.Nack(start, group.Retry, "", ident(1))
			}
		}},
		"departures count as retries without a limit": {pushes: []string{"2:1+1", "3:1+2", "4:1+3"}, do: func(g *group.Group) {
			for c := range 3 {
				g.Leave(start, group.ConsumerID(c+1))
				_ = g.Join(start, group.ConsumerID(c+2), 1)
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := group.New(start, settings(), nil)
			join(t, g, 1)
			g.Read(start, page(2))
			pushes(g)
			c.do(g)
			out := g.Take()
			var got []string
			for _, p := range out.Pushes {
				text := fmt.Sprintf("%d:%d", p.Consumer, p.Event.Position)
				if p.Retry > 0 {
					text += fmt.Sprintf("+%d", p.Retry)
				}
				got = append(got, text)
			}
			expect(t, "pushes", got, c.pushes...)
			reason := ""
			for _, p := range out.Parks {
				reason += p.Reason
			}
			if reason != c.park {
				t.Errorf("parked with reason %q, want %q", reason, c.park)
			}
		})
	}
}

func TestRetriesAreSortedOnlyAmongThoseWaiting(t *testing.T) {
	t.Parallel()
	g := group.New(start, settings(), nil)
	join(t, g, 3)
	g.Read(start, page(4))
	pushes(g)
	g.Leave(start, 1)
	join(t, g, 1)
	expect(t, "lowest first", pushes(g), "1:1+1")
	g.Ack(start, ident(1))
	expect(t, "then the next", pushes(g), "1:2+1")
}

func TestTheSameIdIsNeverTwiceInFlight(t *testing.T) {
	t.Parallel()
	g := group.New(start, settings(), nil)
	join(t, g, 10)
	twin := event(2, "b")
	twin.ID = ident(1)
	g.Read(start, group.Page{End: true, Considered: 4, Last: 4, Events: []group.Event{event(1, "a"), twin, event(3, "b"), event(4, "c")}})
	expect(t, "the twin and what follows it in its stream wait", pushes(g), "1:1", "1:4")
	g.Ack(start, ident(1))
	expect(t, "then they come", pushes(g), "1:2", "1:3")
}

func TestCheckpoints(t *testing.T) {
	t.Parallel()
	second := func(n int) time.Time { return start.Add(time.Duration(n) * time.Second) }
	g := group.New(start, settings(func(s *group.Settings) { s.MinCheckpoint, s.MaxCheckpoint = 2, 3 }), nil)
	join(t, g, 10)
	g.Read(start, page(9))
	due := func(what string, want uint64) {
		t.Helper()
		got := uint64(0)
		if c := g.Take().Checkpoint; c != nil {
			got = *c
		}
		if got != want {
			t.Errorf("%s: checkpoint %d, want %d", what, got, want)
		}
	}
	g.Ack(start, ident(1), ident(3))
	g.Tick(second(0))
	due("one finished, two are needed", 0)
	g.Ack(start, ident(2))
	due("three finished do not wait for the time", 3)
	g.Ack(start, ident(4), ident(5), ident(6), ident(7))
	due("while one is written no other is asked for", 0)
	g.CheckpointWritten(start)
	due("but it is not forgotten", 7)
	g.CheckpointFailed()
	g.Tick(second(1))
	due("too early after the last", 0)
	g.Tick(second(2))
	due("a failed one comes again", 7)
	g.CheckpointWritten(second(2))
	g.Ack(second(2), ident(9))
	g.Tick(second(9))
	due("8 is in flight", 0)
	g.Nack(second(9), group.ParkIt, "", ident(8))
	out := g.Take()
	g.Tick(second(20))
	due("8 is not durably parked", 0)
	g.Parked(second(20), out.Parks[0])
	g.Tick(second(21))
	due("now it is", 9)
}

func TestFewFinishedEventsWaitForTheTimeOnly(t *testing.T) {
	t.Parallel()
	g := group.New(start, settings(func(s *group.Settings) { s.MinCheckpoint, s.MaxCheckpoint = 10, 1000 }), nil)
	join(t, g, 10)
	g.Read(start, page(5))
	for i, step := range []struct {
		ack  int
		at   time.Duration
		want uint64
	}{
		{1, time.Second, 0}, // one of ten, and the time has not passed since the beginning
		{2, 2 * time.Second, 2},
		{3, 3 * time.Second, 0}, // nor since the last
		{4, 4 * time.Second, 4},
	} {
		at := start.Add(step.at)
		g.Ack(at, ident(step.ack))
		g.Tick(at)
		got := uint64(0)
		if c := g.Take().Checkpoint; c != nil {
			got = *c
			g.CheckpointWritten(at)
		}
		if got != step.want {
			t.Errorf("step %d: checkpoint %d, want %d", i, got, step.want)
		}
	}
	g.Tick(start.Add(time.Hour))
	if c := g.Take().Checkpoint; c != nil {
		t.Errorf("with nothing new finished comes a checkpoint at %d", *c)
	}
}

func TestEventsLeftOutByAFilterMoveTheCheckpoint(t *testing.T) {
	t.Parallel()
	g := group.New(start, settings(), nil)
	g.Read(start, group.Page{Considered: 20, Last: 20, End: true})
	g.Tick(start)
	if c := g.Take().Checkpoint; c == nil || *c != 20 {
		t.Errorf("checkpoint %v, want 20", c)
	}
}

func TestReplayedMessagesDoNotConcernTheCheckpoint(t *testing.T) {
	t.Parallel()
	g := group.New(start, settings(), nil)
	g.Read(start, page(1))
	join(t, g, 5)
	g.Ack(start, ident(1))
	pushes(g)
	g.Replay(start, []group.Event{event(70, "s"), event(71, "s")})
	expect(t, "pushes", pushes(g), "1:70", "1:71")
	g.Tick(start)
	if c := g.Take().Checkpoint; c == nil || *c != 1 {
		t.Errorf("checkpoint %v, want 1", c)
	}
	g.Ack(start, ident(71))
	if low, ok := g.Replaying(); !ok || low != 70 {
		t.Errorf("lowest replayed %d, %v", low, ok)
	}
	g.Ack(start, ident(70))
	if _, ok := g.Replaying(); ok {
		t.Error("nothing is replayed any more")
	}
}

func TestReadsNoMoreThanItMayHold(t *testing.T) {
	t.Parallel()
	g := group.New(start, settings(func(s *group.Settings) { s.HistoryBuffer, s.ReadBatch = 25, 10 }), nil)
	first := page(10)
	first.End = false
	want := func(what string, n int) {
		t.Helper()
		if got := g.Take().Read; got != n {
			t.Errorf("%s: wants %d events, want %d", what, got, n)
		}
	}
	want("at first", 10)
	want("while a page is under way", 0)
	g.Read(start, first)
	want("with 10 held", 10)
	g.Read(start, first)
	want("with 20 held", 0)
	if i := g.Info(start); i.Live || i.Buffered != 20 {
		t.Errorf("%+v", i)
	}
}

func TestFullGroupsRefuseAndEmptyHandsGetNothing(t *testing.T) {
	t.Parallel()
	g := group.New(start, settings(func(s *group.Settings) { s.MaxConsumers = 1 }), nil)
	join(t, g, 0)
	if err := g.Join(start, 2, 1); !errors.Is(err, group.ErrFull) {
		t.Errorf("second join: %v", err)
	}
	g.Read(start, page(1))
	expect(t, "no slot, no push", pushes(g))
	never := group.New(start, settings(func(s *group.Settings) { s.MaxConsumers = -1 }), nil)
	if err := never.Join(start, 1, 1); !errors.Is(err, group.ErrFull) {
		t.Errorf("join with a negative limit: %v", err)
	}
}
