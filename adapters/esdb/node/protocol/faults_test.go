package protocol_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/filter"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/journal"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/protocol"
)

// transport is a call's trailers as the client gets them.
type transport struct{ trailers metadata.MD }

func (*transport) Method() string               { return "/event_store.client.streams.Streams/Append" }
func (*transport) SetHeader(metadata.MD) error  { return nil }
func (*transport) SendHeader(metadata.MD) error { return nil }
func (t *transport) SetTrailer(md metadata.MD) error {
	t.trailers = metadata.Join(t.trailers, md)
	return nil
}

// stream is a call with its answers left out: only trailers are looked at.
type stream struct {
	grpc.ServerStream
	trailers metadata.MD
}

func (s *stream) SetTrailer(md metadata.MD) { s.trailers = metadata.Join(s.trailers, md) }

// told is what a client is told of a handler's end, by both kinds of calls, and
// what is logged of it.
type told struct {
	code     codes.Code
	text     string
	trailers metadata.MD
	log      string
}

func tell(t *testing.T, handler func() error) told {
	t.Helper()
	var log bytes.Buffer
	i := protocol.Interceptors{Logger: slog.New(slog.NewTextHandler(&log, nil))}
	var over transport
	_, err := i.Unary(grpc.NewContextWithServerTransportStream(t.Context(), &over), nil, &grpc.UnaryServerInfo{FullMethod: "/unary"},
		func(context.Context, any) (any, error) { return nil, handler() })
	unary := told{status.Code(err), status.Convert(err).Message(), over.trailers, ""}
	var s stream
	err = i.Stream(nil, &s, &grpc.StreamServerInfo{FullMethod: "/stream"}, func(any, grpc.ServerStream) error { return handler() })
	streamed := told{status.Code(err), status.Convert(err).Message(), s.trailers, ""}
	if diff := cmp.Diff(unary, streamed, cmp.AllowUnexported(told{}), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("the two kinds of calls tell differently: %s", diff)
	}
	unary.log = log.String()
	return unary
}

// What clients distinguish errors by: the code, the text of a real server, and
// the trailers.
func TestErrorsOfTheJournalAreToldAsARealServerTellsThem(t *testing.T) {
	t.Parallel()
	unexpected := errors.New("open /var/lib/events/00001: input/output error")
	for name, c := range map[string]struct {
		err      error
		code     codes.Code
		text     string
		trailers metadata.MD
		logged   bool
	}{
		"none":       {nil, codes.OK, "", nil, false},
		"tombstoned": {&journal.Deleted{Stream: "visura-1"}, codes.FailedPrecondition, "Event stream 'visura-1' is deleted.", metadata.Pairs("exception", "stream-deleted", "stream-name", "visura-1"), false},
		"another version": {&journal.WrongVersion{Stream: "visura-1", Expected: 4, Current: 7}, codes.FailedPrecondition,
			"Append failed due to WrongExpectedVersion. Stream: visura-1, Expected version: 4, Actual version: 7",
			metadata.Pairs("exception", "wrong-expected-version", "stream-name", "visura-1", "expected-version", "4", "actual-version", "7"), false},
		"no stream yet": {&journal.WrongVersion{Stream: "città", Expected: 0, Current: -1}, codes.FailedPrecondition,
			"Append failed due to WrongExpectedVersion. Stream: città, Expected version: 0, Actual version: -1",
			metadata.Pairs("exception", "wrong-expected-version", "stream-name", "citt%C3%A0", "expected-version", "0", "actual-version", "-1"), false},
		"an impossible name":      {&journal.Invalid{Reason: "no 100% name"}, codes.InvalidArgument, "no 100% name", nil, false},
		"closed":                  {journal.ErrClosed, codes.Unavailable, "Server Is Not Ready", nil, false},
		"the disk is full":        {fmt.Errorf("append: %w: no space", journal.ErrReadOnly), codes.Unavailable, "Server Is Read Only After A Disk Error", nil, false},
		"an impossible position":  {journal.ErrPosition, codes.Unknown, "Unexpected ReadAllResult: InvalidPosition", nil, false},
		"an expression too slow":  {filter.ErrTooSlow, codes.InvalidArgument, filter.ErrTooSlow.Error(), nil, false},
		"the client has left":     {never().Err(), codes.Canceled, "context canceled", nil, false},
		"the client's time is up": {context.DeadlineExceeded, codes.DeadlineExceeded, "context deadline exceeded", nil, false},
		"what nobody expected":    {unexpected, codes.Unknown, "Exception was thrown by handler.", nil, true},
		"of an event, wrapped":    {fmt.Errorf("read: %w", &journal.Deleted{Stream: "v"}), codes.FailedPrecondition, "Event stream 'v' is deleted.", metadata.Pairs("exception", "stream-deleted", "stream-name", "v"), false},
	} {
		got := tell(t, func() error { return protocol.FaultOf(c.err) })
		if got.code != c.code || got.text != c.text {
			t.Errorf("%s: %v %q, want %v %q", name, got.code, got.text, c.code, c.text)
		}
		if diff := cmp.Diff(c.trailers, got.trailers, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if (got.log != "") != c.logged || c.logged && strings.Count(got.log, "input/output error") != 2 {
			t.Errorf("%s: logged is %q", name, got.log)
		}
	}
}

// A request that makes a handler panic gets an answer, the next one too, and the
// log says where it was.
func TestAPanicIsAnsweredAndLogged(t *testing.T) {
	t.Parallel()
	got := tell(t, func() error { panic("index out of range") })
	if got.code != codes.Unknown || got.text != "Exception was thrown by handler." {
		t.Errorf("told %v %q", got.code, got.text)
	}
	for _, want := range []string{"method=/unary", "method=/stream", "index out of range", "faults_test.go"} {
		if !strings.Contains(got.log, want) {
			t.Errorf("the log lacks %s: %s", want, got.log)
		}
	}
}

// What is a status already is passed on as it is, and an answer stays an answer.
func TestAStatusIsPassedOn(t *testing.T) {
	t.Parallel()
	if got := tell(t, func() error { return status.Error(codes.NotFound, "no such group") }); got.code != codes.NotFound || got.text != "no such group" || got.log != "" {
		t.Errorf("told %+v", got)
	}
	i := protocol.Interceptors{Logger: slog.New(slog.DiscardHandler)}
	answer, err := i.Unary(t.Context(), "asked", &grpc.UnaryServerInfo{}, func(_ context.Context, req any) (any, error) { return req, nil })
	if answer != "asked" || err != nil {
		t.Errorf("%v, %v", answer, err)
	}
}

// Trailers are ASCII on the wire, and clients find the name again.
func TestAnyNameTravelsInATrailer(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		name := rapid.OneOf(rapid.String(), rapid.StringMatching(`[ -~]{0,20}`)).Draw(rt, "name")
		got := tell(t, func() error { return protocol.StreamDeleted(name) })
		sent := got.trailers.Get("stream-name")
		if len(sent) != 1 {
			rt.Fatalf("trailers %v", got.trailers)
		}
		for _, c := range []byte(sent[0]) {
			if c < ' ' || c > '~' {
				rt.Fatalf("%q holds %x", sent[0], c)
			}
		}
		if sent[0] == name {
			return
		}
		if back, err := url.PathUnescape(sent[0]); err != nil || back != name {
			rt.Fatalf("%q travels as %q, which is %q, %v", name, sent[0], back, err)
		}
	})
}

func TestAFilterIsRefusedAsOnARealServer(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		filter *filter.Filter
		code   codes.Code
		keeps  bool
	}{
		"none":                       {nil, codes.OK, false},
		"a prefix":                   {&filter.Filter{Prefixes: []string{"a"}}, codes.OK, true},
		"an expression":              {&filter.Filter{Regex: "^a"}, codes.OK, true},
		"what does not compile":      {&filter.Filter{Regex: "("}, codes.Unknown, false},
		"an expression of any size":  {&filter.Filter{Regex: strings.Repeat("a", 8192)}, codes.OK, true},
		"an expression one too long": {&filter.Filter{Regex: strings.Repeat("a", 8193)}, codes.InvalidArgument, false},
	} {
		keep, err := protocol.CompileFilter(c.filter)
		if status.Code(err) != c.code || (keep != nil) != c.keeps {
			t.Errorf("%s: %v, %v", name, keep != nil, err)
		}
	}
}
