package contract

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
)

// subscriber collects the messages of one subscription.
type subscriber struct {
	t      testing.TB
	w      wire
	stream string
	// checkpoints: they are returned by next, else ignored.
	checkpoints bool
	call        streams.Streams_ReadClient
	got         chan *streams.ReadResp
	err         error
}

func (w wire) subscribe(options ...query) *subscriber {
	w.t.Helper()
	ctx, cancel := context.WithCancel(w.ctx)
	r := w.readRequest(read(append(options, subscription)...))
	call, err := w.StreamsClient.Read(ctx, r)
	if err != nil {
		w.t.Fatal(err)
	}
	s := &subscriber{t: w.t, w: w, checkpoints: w.store != common, call: call, got: make(chan *streams.ReadResp, 100_000),
		stream: string(r.GetOptions().GetStream().GetStreamIdentifier().GetStreamName())}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer close(s.got)
		for {
			m, err := call.Recv()
			if err != nil {
				s.err = err
				return
			}
			s.got <- m
		}
	}()
	w.t.Cleanup(func() { cancel(); <-done })
	return s
}

func (s *subscriber) next() *streams.ReadResp {
	s.t.Helper()
	for {
		select {
		case m := <-s.got:
			if s.concerns(m) {
				return m
			}
		case <-time.After(10 * time.Second):
			s.t.Fatal("nothing more arrived")
			return nil
		}
	}
}

// concerns reports whether a message is not an event of another test.
func (s *subscriber) concerns(m *streams.ReadResp) bool {
	if m.GetCheckpoint() != nil {
		return s.checkpoints
	}
	e := m.GetEvent().GetLink()
	if e == nil {
		e = m.GetEvent().GetEvent()
	}
	return e == nil || strings.Contains(string(e.GetStreamIdentifier().GetStreamName()), s.w.Prefix)
}

// expect compares the next messages, in the words of brief, and after the last
// message the fault.
func (s *subscriber) expect(words string) {
	s.t.Helper()
	for _, want := range strings.Fields(words) {
		m := s.next()
		var got string
		if m != nil {
			got = s.w.Short(brief(m))
		} else {
			got = fault(s.err, s.call.Trailer(), s.stream)
		}
		if got != want {
			s.t.Fatalf("got %s, want %s of %q", got, want, words)
		}
	}
}
