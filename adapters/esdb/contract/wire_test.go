package contract

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/visure-anagrafiche/visure/adapters/esdb/contract/esdbtest"
)

// wire calls a store with the stubs of the protocol, which give the whole answer.
// Streams have the test's names.
type wire struct {
	t     testing.TB
	ctx   context.Context
	store *store
	esdbtest.Names
	streams.StreamsClient
}

func newWire(t testing.TB, s *store) wire {
	t.Helper()
	w := wire{t, esdbtest.Within(t, time.Minute), s, newNames(s), streams.NewStreamsClient(s.conn)}
	t.Cleanup(func() { w.Clear(s.client) })
	return w
}

// with is the same wire in another test.
func (w wire) with(t testing.TB) wire { w.t = t; return w }

func name(s string) *shared.StreamIdentifier { return &shared.StreamIdentifier{StreamName: []byte(s)} }

// Expectations, with the numbers of error trailers.
const (
	anything     = int64(-2)
	noStream     = int64(-1)
	streamExists = int64(-4)
)

func appendOptions(stream string, expected int64) *streams.AppendReq {
	o := &streams.AppendReq_Options{StreamIdentifier: name(stream)}
	switch expected {
	case anything:
		o.ExpectedStreamRevision = &streams.AppendReq_Options_Any{Any: &shared.Empty{}}
	case noStream:
		o.ExpectedStreamRevision = &streams.AppendReq_Options_NoStream{NoStream: &shared.Empty{}}
	case streamExists:
		o.ExpectedStreamRevision = &streams.AppendReq_Options_StreamExists{StreamExists: &shared.Empty{}}
	default:
		o.ExpectedStreamRevision = &streams.AppendReq_Options_Revision{Revision: uint64(expected)}
	}
	return &streams.AppendReq{Content: &streams.AppendReq_Options_{Options: o}}
}

// id is the event id of a letter in a stream. The same letter has another id in any
// other stream: a real server recognises a repeat only in the stream where it first
// saw the id.
func (w wire) id(stream, letter string) string {
	return uuid.NewSHA1(uuid.NameSpaceOID, []byte(w.Full(stream)+"\n"+letter)).String()
}

func proposed(eventID, typ, data string) *streams.AppendReq {
	return &streams.AppendReq{Content: &streams.AppendReq_ProposedMessage_{ProposedMessage: &streams.AppendReq_ProposedMessage{
		Id:       &shared.UUID{Value: &shared.UUID_String_{String_: eventID}},
		Metadata: map[string]string{"type": typ, "content-type": "application/json"},
		Data:     []byte(data),
	}}}
}

// send makes one append call of arbitrary messages.
func (w wire) send(messages ...*streams.AppendReq) (*streams.AppendResp, metadata.MD, error) {
	w.t.Helper()
	var trailer metadata.MD
	call, err := w.Append(w.ctx, grpc.Trailer(&trailer))
	if err != nil {
		w.t.Fatal(err)
	}
	for _, m := range messages {
		if call.Send(w.appendRequest(m)) != nil {
			break
		}
	}
	reply, err := call.CloseAndRecv()
	return reply, trailer, err
}

// appendRequest replaces the name of the stream by the server's.
func (w wire) appendRequest(m *streams.AppendReq) *streams.AppendReq {
	id := m.GetOptions().GetStreamIdentifier()
	if id == nil {
		return m
	}
	m = proto.CloneOf(m)
	m.GetOptions().StreamIdentifier = name(w.Uses(w.Full(string(id.StreamName))))
	return m
}

// append appends events named by letters and returns the answer in short: "W3"
// written up to revision 3, "=3" stored already, "=3 hidden" stored but hidden,
// "WV(2)" wrong version, current 2, else the fault.
func (w wire) append(stream string, expected int64, letters ...string) string {
	w.t.Helper()
	messages := []*streams.AppendReq{appendOptions(stream, expected)}
	for _, l := range letters {
		messages = append(messages, proposed(w.id(stream, l), "event", `{}`))
	}
	end := w.lastPosition()
	reply, trailer, err := w.send(messages...)
	if err != nil {
		return fault(err, trailer, w.Full(stream))
	}
	if v := reply.GetWrongExpectedVersion(); v != nil {
		checkWrongVersion(w.t, v, expected)
		if v.GetCurrentNoStream() != nil {
			return "WV(none)"
		}
		return fmt.Sprintf("WV(%d)", v.GetCurrentRevision())
	}
	success := reply.GetSuccess()
	revision := "none"
	if success.GetNoStream() == nil {
		revision = strconv.FormatUint(success.GetCurrentRevision(), 10)
	}
	switch p := success.GetPosition(); {
	case p == nil:
		return "=" + revision + " hidden"
	case p.CommitPosition != p.PreparePosition:
		w.t.Errorf("commit %d, prepare %d", p.CommitPosition, p.PreparePosition)
		return ""
	case p.CommitPosition > end:
		return "W" + revision
	}
	return "=" + revision
}

// checkWrongVersion checks both forms of the reply.
func checkWrongVersion(t testing.TB, v *streams.AppendResp_WrongExpectedVersion, expected int64) {
	t.Helper()
	if (v.GetCurrentNoStream() != nil) != (v.GetNoStream_20_6_0() != nil) || v.GetCurrentRevision() != v.GetCurrentRevision_20_6_0() {
		t.Errorf("the two forms of the current revision differ: %v", v)
	}
	ok := false
	switch expected {
	case anything:
		ok = v.GetExpectedAny() != nil && v.GetAny_20_6_0() != nil
	case noStream:
		ok = v.GetExpectedNoStream() != nil && v.GetExpectedRevision_20_6_0() == 1<<64-1
	case streamExists:
		ok = v.GetExpectedStreamExists() != nil && v.GetStreamExists_20_6_0() != nil
	default:
		ok = v.GetExpectedRevision() == uint64(expected) && v.GetExpectedRevision_20_6_0() == uint64(expected)
	}
	if !ok {
		t.Errorf("the reply does not repeat the expectation %d: %v", expected, v)
	}
}

// fault is an error in short: "SD" stream deleted, "WV(2)" wrong version of a
// delete, "H" handler exception, else the name of the code.
func fault(err error, trailer metadata.MD, stream string) string {
	value := func(key string) string {
		if v := trailer.Get(key); len(v) == 1 {
			return v[0]
		}
		return ""
	}
	s, _ := status.FromError(err)
	switch exception := value("exception"); {
	case s.Code() == codes.FailedPrecondition && exception == "stream-deleted" && value("stream-name") == stream:
		return "SD"
	case s.Code() == codes.FailedPrecondition && exception == "wrong-expected-version" && value("stream-name") == stream:
		return fmt.Sprintf("WV(%s)", value("actual-version"))
	case s.Code() == codes.Unknown && strings.Contains(s.Message(), "Exception was thrown by handler") && len(trailer.Get("exception")) == 0:
		return "H"
	case exception != "":
		return s.Code().String() + " " + exception
	}
	return s.Code().String()
}

// answers reports whether an answer is the wanted one. "Unknown" is that code with
// any text, "H" with one text.
func answers(got, want string) bool { return got == want || want == "Unknown" && got == "H" }

func (w wire) delete(stream string, expected int64) string {
	w.t.Helper()
	o := &streams.DeleteReq_Options{StreamIdentifier: name(w.Full(stream))}
	switch expected {
	case anything:
		o.ExpectedStreamRevision = &streams.DeleteReq_Options_Any{Any: &shared.Empty{}}
	case noStream:
		o.ExpectedStreamRevision = &streams.DeleteReq_Options_NoStream{NoStream: &shared.Empty{}}
	case streamExists:
		o.ExpectedStreamRevision = &streams.DeleteReq_Options_StreamExists{StreamExists: &shared.Empty{}}
	default:
		o.ExpectedStreamRevision = &streams.DeleteReq_Options_Revision{Revision: uint64(expected)}
	}
	var trailer metadata.MD
	reply, err := w.Delete(w.ctx, &streams.DeleteReq{Options: o}, grpc.Trailer(&trailer))
	return w.deleted("$$"+stream, stream, expected, reply.GetPosition().GetCommitPosition(), err, trailer)
}

func (w wire) tombstone(stream string, expected int64) string {
	w.t.Helper()
	o := &streams.TombstoneReq_Options{StreamIdentifier: name(w.Full(stream))}
	switch expected {
	case anything:
		o.ExpectedStreamRevision = &streams.TombstoneReq_Options_Any{Any: &shared.Empty{}}
	case noStream:
		o.ExpectedStreamRevision = &streams.TombstoneReq_Options_NoStream{NoStream: &shared.Empty{}}
	case streamExists:
		o.ExpectedStreamRevision = &streams.TombstoneReq_Options_StreamExists{StreamExists: &shared.Empty{}}
	default:
		o.ExpectedStreamRevision = &streams.TombstoneReq_Options_Revision{Revision: uint64(expected)}
	}
	var trailer metadata.MD
	reply, err := w.Tombstone(w.ctx, &streams.TombstoneReq{Options: o}, grpc.Trailer(&trailer))
	return w.deleted(stream, stream, expected, reply.GetPosition().GetCommitPosition(), err, trailer)
}

// deleted returns "ok", or the fault. The position of the reply must be that of the
// mark or tombstone.
func (w wire) deleted(mark, stream string, expected int64, position uint64, err error, trailer metadata.MD) string {
	w.t.Helper()
	if err == nil {
		e := w.events(read(all, at(position, position), count(1)))[0].GetEvent()
		if got := w.Short(string(e.GetStreamIdentifier().GetStreamName())); got != mark {
			w.t.Errorf("at the reply's position is an event of %s, not of %s", got, mark)
		}
		return "ok"
	}
	said := fault(err, trailer, w.Full(stream))
	if want := strconv.FormatInt(expected, 10); said[0] == 'W' && trailer.Get("expected-version")[0] != want {
		w.t.Errorf("expected-version %v, want %s", trailer.Get("expected-version"), want)
	}
	return said
}

// write puts one event with given data, or fails the test. The data of a link
// names its target as the test does.
func (w wire) write(stream, typ, data string) {
	w.t.Helper()
	if number, target, ok := strings.Cut(data, "@"); ok && typ == "$>" {
		data = number + "@" + w.Full(target)
	}
	reply, _, err := w.send(appendOptions(stream, anything), proposed(uuid.NewString(), typ, data))
	if err != nil || reply.GetSuccess() == nil {
		w.t.Fatalf("write %s to %s: %v, %v", data, stream, reply, err)
	}
}
