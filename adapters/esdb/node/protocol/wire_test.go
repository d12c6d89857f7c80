package protocol_test

import (
	"bytes"
	"context"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/journal"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/protocol"
)

var utf8Text = rapid.StringOf(rapid.Rune().Filter(func(r rune) bool { return utf8.ValidRune(r) }))

// someEvent is any event a journal can hold, the largest numbers included.
var someEvent = rapid.Custom(func(t *rapid.T) *journal.Event {
	number := rapid.OneOf(rapid.Uint64(), rapid.SampledFrom([]uint64{0, 1, 127, 128, 1<<63 - 1, 1 << 63, 1<<64 - 1}))
	payload := rapid.OneOf(rapid.SliceOf(rapid.Byte()), rapid.Map(rapid.SampledFrom([]int{0, 127, 128, 16383, 16384, 70_000}),
		func(n int) []byte { return bytes.Repeat([]byte{0xFF}, n) }))
	return &journal.Event{
		Stream: utf8Text.Draw(t, "stream"), Type: utf8Text.Draw(t, "type"), JSON: rapid.Bool().Draw(t, "JSON"),
		Revision: number.Draw(t, "revision"), Position: number.Draw(t, "position"),
		ID:      uuid.UUID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id")),
		Created: rapid.Int64().Draw(t, "created"), Data: payload.Draw(t, "data"), Metadata: payload.Draw(t, "metadata"),
	}
})

// maybe is an event or none.
var maybe = rapid.Custom(func(t *rapid.T) *journal.Event {
	if rapid.Bool().Draw(t, "there is one") {
		return someEvent.Draw(t, "event")
	}
	return nil
})

func idOf(e *journal.Event, text bool) *shared.UUID {
	if text {
		return &shared.UUID{Value: &shared.UUID_String_{String_: e.ID.String()}}
	}
	return protocol.StructuredID(e.ID)
}

func entriesOf(e *journal.Event) map[string]string {
	contentType := "application/octet-stream"
	if e.JSON {
		contentType = "application/json"
	}
	return map[string]string{"type": e.Type, "content-type": contentType, "created": strconv.FormatInt(e.Created, 10)}
}

// recorded is the event as the messages of the protocol have it.
func recorded(e *journal.Event, text bool) *streams.ReadResp_ReadEvent_RecordedEvent {
	if e == nil {
		return nil
	}
	return &streams.ReadResp_ReadEvent_RecordedEvent{
		Id: idOf(e, text), StreamIdentifier: &shared.StreamIdentifier{StreamName: []byte(e.Stream)},
		StreamRevision: e.Revision, PreparePosition: e.Position, CommitPosition: e.Position,
		Metadata: entriesOf(e), CustomMetadata: e.Metadata, Data: e.Data,
	}
}

// sent is a frame as a client reads it.
func sent(t *rapid.T, f *protocol.Frame, into proto.Message) {
	t.Helper()
	codec := protocol.NewCodec()
	encoded, err := codec.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	defer encoded.Free()
	if err := codec.Unmarshal(encoded, into); err != nil {
		t.Fatalf("a client cannot read it: %v", err)
	}
}

// What a frame says by hand, a client reads as the message the protocol means,
// however often the frame was used before.
func TestAnEventIsSentAsItsMessage(t *testing.T) {
	t.Parallel()
	for _, text := range []bool{false, true} {
		frame := protocol.Frame{StringIDs: text}
		rapid.Check(t, func(t *rapid.T) {
			event, link := maybe.Draw(t, "event"), maybe.Draw(t, "link")
			frame.Event(event, link)
			var got streams.ReadResp
			sent(t, &frame, &got)
			position := uint64(0)
			switch {
			case link != nil:
				position = link.Position
			case event != nil:
				position = event.Position
			}
			want := &streams.ReadResp{Content: &streams.ReadResp_Event{Event: &streams.ReadResp_ReadEvent{
				Event: recorded(event, text), Link: recorded(link, text),
				Position: &streams.ReadResp_ReadEvent_CommitPosition{CommitPosition: position},
			}}}
			if !proto.Equal(want, &got) {
				t.Fatal(cmp.Diff(want, &got, protocmp.Transform()))
			}
		})
	}
}

// A delivery to a consumer says besides how often it was tried; the event has
// the position of its link, as on a real server.
func TestADeliveryIsSentAsItsMessage(t *testing.T) {
	t.Parallel()
	var frame protocol.Frame
	rapid.Check(t, func(t *rapid.T) {
		event, link := maybe.Draw(t, "event"), maybe.Draw(t, "link")
		retries := rapid.IntRange(0, 1<<31-1).Draw(t, "retries")
		frame.Delivery(event, link, retries)
		var got persistent.ReadResp
		sent(t, &frame, &got)
		e := got.GetEvent()
		if e.GetRetryCount() != int32(retries) {
			t.Errorf("%d retries are said to be %d", retries, e.GetRetryCount())
		}
		for _, pair := range []struct {
			want *journal.Event
			got  *persistent.ReadResp_ReadEvent_RecordedEvent
		}{{event, e.GetEvent()}, {link, e.GetLink()}} {
			if (pair.want == nil) != (pair.got == nil) {
				t.Fatalf("sent %v, read %v", pair.want, pair.got)
			}
			if pair.want == nil {
				continue
			}
			position := pair.want.Position
			if link != nil {
				position = link.Position
			}
			want := &persistent.ReadResp_ReadEvent_RecordedEvent{
				Id: idOf(pair.want, false), StreamIdentifier: &shared.StreamIdentifier{StreamName: []byte(pair.want.Stream)},
				StreamRevision: pair.want.Revision, PreparePosition: position, CommitPosition: position,
				Metadata: entriesOf(pair.want), CustomMetadata: pair.want.Metadata, Data: pair.want.Data,
			}
			if !proto.Equal(want, pair.got) {
				t.Fatal(cmp.Diff(want, pair.got, protocmp.Transform()))
			}
		}
	})
}

// Filling a frame again does not disturb what is being sent: gRPC may still hold
// the bytes.
func TestAFrameCanBeFilledWhileTheLastIsBeingSent(t *testing.T) {
	t.Parallel()
	codec, frame := protocol.NewCodec(), protocol.Frame{}
	first := journal.Event{Stream: "visura-1", Data: bytes.Repeat([]byte("a"), 5000)}
	second := journal.Event{Stream: "visura-2", Data: bytes.Repeat([]byte("b"), 5000)}
	frame.Event(&first, nil)
	held, err := codec.Marshal(&frame)
	if err != nil {
		t.Fatal(err)
	}
	before := held.Materialize()
	frame.Event(&second, nil)
	if _, err := codec.Marshal(&frame); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(before, held.Materialize()) {
		t.Error("the bytes of the first event have changed")
	}
}

// Messages that are no frames are coded as ever.
func TestOtherMessagesAreCodedAsEver(t *testing.T) {
	t.Parallel()
	want := &shared.StreamIdentifier{StreamName: []byte("visura-1")}
	codec := protocol.NewCodec()
	encoded, err := codec.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := proto.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(encoded.Materialize(), plain) {
		t.Errorf("coded as %x, want %x", encoded.Materialize(), plain)
	}
	if _, err := codec.Marshal("no message"); err == nil {
		t.Error("a text is coded")
	}
}

func TestAnIDIsReadInEitherForm(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		id := uuid.UUID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
		spelling := rapid.SampledFrom([]func(string) string{
			func(s string) string { return s }, strings.ToUpper,
			func(s string) string { return strings.ReplaceAll(s, "-", "") },
			func(s string) string { return "{" + s + "}" },
		}).Draw(t, "spelling")
		for form, u := range map[string]*shared.UUID{
			"numbers": protocol.StructuredID(id),
			"text":    {Value: &shared.UUID_String_{String_: spelling(id.String())}},
		} {
			if got, ok := protocol.ParseID(u); ok != (id != uuid.Nil) || ok && got != id {
				t.Fatalf("as %s: %v, %v; want %v", form, got, ok, id)
			}
		}
	})
}

func TestWhatIsNoIDIsRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "x", "00000000-0000-0000-0000-000000000000", "0191f3a2-7c4e-7b11-9d3a-5e8f60c1d2a", "0191f3a2-7c4e-7b11-9d3a-5e8f60c1d2abb",
		"urn:uuid:0191f3a2-7c4e-7b11-9d3a-5e8f60c1d2ab", "0191f3a2_7c4e_7b11_9d3a_5e8f60c1d2ab", "0191f3a2-7c4e-7b11-9d3a-5e8f60c1d2ag",
		strings.Repeat("0", 32), " 0191f3a2-7c4e-7b11-9d3a-5e8f60c1d2ab",
	} {
		if id, ok := protocol.ParseID(&shared.UUID{Value: &shared.UUID_String_{String_: text}}); ok || id != uuid.Nil {
			t.Errorf("%q is %v", text, id)
		}
	}
	for name, u := range map[string]*shared.UUID{"none": nil, "empty": {}, "zeros": protocol.StructuredID(uuid.Nil)} {
		if id, ok := protocol.ParseID(u); ok {
			t.Errorf("%s is %v", name, id)
		}
	}
}

func TestTheNameOfAStreamIsReadAsText(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"visura-1": "visura-1", "città": "città", " ": " ", "\x00": "\x00", "a\xffb": "a\uFFFDb", "\xff": "\uFFFD", "\xe2\x82": "\uFFFD\uFFFD",
	} {
		if got, ok := protocol.ParseName(&shared.StreamIdentifier{StreamName: []byte(in)}); !ok || got != want {
			t.Errorf("%q is read as %q, %v; want %q", in, got, ok, want)
		}
	}
	for name, s := range map[string]*shared.StreamIdentifier{"none": nil, "empty": {}} {
		if got, ok := protocol.ParseName(s); ok || got != "" {
			t.Errorf("%s is read as %q, %v", name, got, ok)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SliceOfN(rapid.Byte(), 1, 40).Draw(t, "bytes")
		got, ok := protocol.ParseName(&shared.StreamIdentifier{StreamName: name})
		if !ok || !utf8.ValidString(got) {
			t.Fatalf("%q is read as %q, %v", name, got, ok)
		}
		if again, _ := protocol.ParseName(&shared.StreamIdentifier{StreamName: []byte(got)}); again != got {
			t.Fatalf("%q is read as %q, and that as %q", name, got, again)
		}
	})
}

// never is a context that is over.
func never() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}
