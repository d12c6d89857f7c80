package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strings"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"
)

// query builds read requests.
type query func(*streams.ReadReq_Options)

func read(options ...query) *streams.ReadReq {
	o := &streams.ReadReq_Options{
		CountOption:  &streams.ReadReq_Options_Count{Count: math.MaxUint64},
		FilterOption: &streams.ReadReq_Options_NoFilter{NoFilter: &shared.Empty{}},
		UuidOption:   &streams.ReadReq_Options_UUIDOption{Content: &streams.ReadReq_Options_UUIDOption_Structured{Structured: &shared.Empty{}}},
	}
	for _, option := range options {
		option(o)
	}
	return &streams.ReadReq{Options: o}
}

func stream(s string) query {
	return func(o *streams.ReadReq_Options) {
		o.StreamOption = &streams.ReadReq_Options_Stream{Stream: &streams.ReadReq_Options_StreamOptions{
			StreamIdentifier: name(s), RevisionOption: &streams.ReadReq_Options_StreamOptions_Start{}}}
	}
}

func revision(r uint64) query {
	return func(o *streams.ReadReq_Options) {
		o.GetStream().RevisionOption = &streams.ReadReq_Options_StreamOptions_Revision{Revision: r}
	}
}

func streamEnd(o *streams.ReadReq_Options) {
	o.GetStream().RevisionOption = &streams.ReadReq_Options_StreamOptions_End{}
}

func all(o *streams.ReadReq_Options) {
	o.StreamOption = &streams.ReadReq_Options_All{All: &streams.ReadReq_Options_AllOptions{
		AllOption: &streams.ReadReq_Options_AllOptions_Start{}}}
}

func at(commit, prepare uint64) query {
	return func(o *streams.ReadReq_Options) {
		o.GetAll().AllOption = &streams.ReadReq_Options_AllOptions_Position{
			Position: &streams.ReadReq_Options_Position{CommitPosition: commit, PreparePosition: prepare}}
	}
}

func allEnd(o *streams.ReadReq_Options) {
	o.GetAll().AllOption = &streams.ReadReq_Options_AllOptions_End{}
}

func backwards(o *streams.ReadReq_Options) { o.ReadDirection = streams.ReadReq_Options_Backwards }

func count(n uint64) query {
	return func(o *streams.ReadReq_Options) { o.CountOption = &streams.ReadReq_Options_Count{Count: n} }
}

func links(o *streams.ReadReq_Options) { o.ResolveLinks = true }

func subscription(o *streams.ReadReq_Options) {
	o.CountOption = &streams.ReadReq_Options_Subscription{Subscription: &streams.ReadReq_Options_SubscriptionOptions{}}
}

func filtered(window, multiplier uint32, kind any) query {
	f := &streams.ReadReq_Options_FilterOptions{CheckpointIntervalMultiplier: multiplier,
		Window: &streams.ReadReq_Options_FilterOptions_Max{Max: window}}
	switch kind := kind.(type) {
	case *streams.ReadReq_Options_FilterOptions_StreamIdentifier:
		f.Filter = kind
	case *streams.ReadReq_Options_FilterOptions_EventType:
		f.Filter = kind
	}
	return func(o *streams.ReadReq_Options) { o.FilterOption = &streams.ReadReq_Options_Filter{Filter: f} }
}

// byStream takes the test's names; in an expression PREFIX stands for what the
// server's names begin with.
func byStream(regex string, prefixes ...string) *streams.ReadReq_Options_FilterOptions_StreamIdentifier {
	return &streams.ReadReq_Options_FilterOptions_StreamIdentifier{
		StreamIdentifier: &streams.ReadReq_Options_FilterOptions_Expression{Regex: regex, Prefix: prefixes}}
}

// mine keeps the streams of the test and their metadata.
var mine = filtered(1000, 1, byStream("", "*"))

func byType(regex string, prefixes ...string) *streams.ReadReq_Options_FilterOptions_EventType {
	return &streams.ReadReq_Options_FilterOptions_EventType{
		EventType: &streams.ReadReq_Options_FilterOptions_Expression{Regex: regex, Prefix: prefixes}}
}

// responses makes a read call and collects everything to its end.
func (w wire) responses(r *streams.ReadReq) ([]*streams.ReadResp, metadata.MD, error) {
	var trailer metadata.MD
	call, err := w.Read(w.ctx, w.readRequest(r), grpc.Trailer(&trailer))
	if err != nil {
		return nil, nil, err
	}
	var got []*streams.ReadResp
	for {
		m, err := call.Recv()
		if errors.Is(err, io.EOF) {
			return got, trailer, nil
		}
		if err != nil {
			return got, trailer, err
		}
		got = append(got, m)
	}
}

// readRequest is the request with the server's names of streams.
func (w wire) readRequest(r *streams.ReadReq) *streams.ReadReq {
	r = proto.CloneOf(r)
	if id := r.GetOptions().GetStream().GetStreamIdentifier(); id != nil {
		id.StreamName = []byte(w.Full(string(id.StreamName)))
	}
	if f := r.GetOptions().GetFilter().GetStreamIdentifier(); f != nil {
		if len(f.Prefix) == 1 && f.Prefix[0] == "*" {
			f.Prefix = []string{w.Prefix, "$$" + w.Prefix}
		} else {
			for i, prefix := range f.Prefix {
				f.Prefix[i] = w.Full(prefix)
			}
		}
		f.Regex = strings.ReplaceAll(f.Regex, "PREFIX", regexp.QuoteMeta(w.Prefix))
	}
	return r
}

// events reads and returns the events alone; anything else fails the test.
func (w wire) events(r *streams.ReadReq) []*streams.ReadResp_ReadEvent {
	w.t.Helper()
	got, _, err := w.responses(r)
	if err != nil {
		w.t.Fatal(err)
	}
	var events []*streams.ReadResp_ReadEvent
	for _, m := range got {
		if m.GetEvent() == nil {
			w.t.Fatalf("got %v", m)
		}
		events = append(events, m.GetEvent())
	}
	return events
}

// lastPosition is that of the newest event in the log.
func (w wire) lastPosition() uint64 {
	w.t.Helper()
	for _, e := range w.events(read(all, allEnd, backwards, count(1))) {
		return e.GetCommitPosition()
	}
	return 0
}

// soon is read, and on a 24.10 server, which may show a re-opened stream in its old
// state for a moment (chapter 10), until.
func (w wire) soon(r *streams.ReadReq, want string) string {
	w.t.Helper()
	if w.store.line < 24 {
		return w.read(r)
	}
	return w.until(r, want)
}

// until repeats a read until its answer is want, 5 s at most: nothing tells when a
// server shows something else without an event that brings it about.
func (w wire) until(r *streams.ReadReq, want string) string {
	w.t.Helper()
	often := time.NewTicker(20 * time.Millisecond)
	defer often.Stop()
	got := w.read(r)
	for late := time.Now().Add(5 * time.Second); got != want && time.Now().Before(late); got = w.read(r) {
		<-often.C
	}
	return got
}

// read returns the answer in short: the revisions, "none" when the stream is not
// found, or the fault.
func (w wire) read(r *streams.ReadReq) string {
	w.t.Helper()
	got, trailer, err := w.responses(r)
	var said []string
	for _, m := range got {
		said = append(said, brief(m))
	}
	if err != nil {
		said = append(said, fault(err, trailer, w.Full(string(r.GetOptions().GetStream().GetStreamIdentifier().GetStreamName()))))
	}
	return w.Short(strings.Join(said, " "))
}

func brief(m *streams.ReadResp) string {
	switch c := m.GetContent().(type) {
	case *streams.ReadResp_Event:
		e := c.Event.GetEvent()
		if e == nil {
			return fmt.Sprintf("dangling@%d", c.Event.GetLink().GetStreamRevision())
		}
		if e.GetStreamRevision() == math.MaxInt64 {
			return "tombstone"
		}
		if c.Event.GetLink() != nil {
			return fmt.Sprintf("%d@%s", e.GetStreamRevision(), e.GetStreamIdentifier().GetStreamName())
		}
		return fmt.Sprint(e.GetStreamRevision())
	case *streams.ReadResp_StreamNotFound_:
		return "none"
	case *streams.ReadResp_Confirmation:
		return "confirmed"
	case *streams.ReadResp_CaughtUp_:
		return "caught-up"
	case *streams.ReadResp_Checkpoint_:
		return "checkpoint"
	case *streams.ReadResp_LastStreamPosition:
		return fmt.Sprintf("last:%d", c.LastStreamPosition)
	}
	return fmt.Sprint(m)
}

// newestMetadata is the data of the newest event of a stream's metadata.
func (w wire) newestMetadata(of string) string {
	w.t.Helper()
	got, _, _ := w.responses(read(stream("$$"+of), streamEnd, backwards, count(1)))
	for _, m := range got {
		if e := m.GetEvent().GetEvent(); e != nil {
			return fmt.Sprintf("%d %s", e.GetStreamRevision(), compact(e.GetData()))
		}
	}
	return ""
}

// compact removes blanks from JSON; other data is returned as it is.
func compact(data []byte) string {
	var b bytes.Buffer
	if json.Compact(&b, data) != nil {
		return string(data)
	}
	return b.String()
}
