package node_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
)

// The official client, used as applications use it.
func TestOfficialClient(t *testing.T) {
	t.Parallel()
	client := newClient(t, start(t, node.Options{}))
	ctx := within(t, time.Minute)
	event := func() esdb.EventData {
		return esdb.EventData{EventID: uuid.New(), EventType: "event", ContentType: esdb.ContentTypeJson, Data: []byte(`{}`)}
	}
	code := func(err error) esdb.ErrorCode {
		var e *esdb.Error
		if errors.As(err, &e) {
			return e.Code()
		}
		return -1
	}
	if version, err := client.GetServerVersion(); err != nil || version.Major < 23 {
		t.Errorf("server version %v, %v", version, err)
	}
	if _, err := client.AppendToStream(ctx, "s", esdb.AppendToStreamOptions{ExpectedRevision: esdb.Revision(10)}, event()); code(err) != esdb.ErrorCodeWrongExpectedVersion {
		t.Errorf("a wrong version is %v", err)
	}
	written, err := client.AppendToStream(ctx, "s", esdb.AppendToStreamOptions{ExpectedRevision: esdb.NoStream{}}, event(), event())
	if err != nil || written.NextExpectedVersion != 1 {
		t.Fatalf("written %v, %v", written, err)
	}
	read, err := client.ReadStream(ctx, "nowhere", esdb.ReadStreamOptions{}, 1)
	if err == nil {
		_, err = read.Recv()
	}
	if code(err) != esdb.ErrorCodeResourceNotFound {
		t.Errorf("an absent stream is %v", err)
	}
	seconds := uint64(3600)
	m := esdb.StreamMetadata{}
	m.SetMaxCount(1)
	m.SetMaxAge(time.Duration(seconds) * time.Second)
	m.AddCustomProperty("mine", "x")
	if _, err := client.SetStreamMetadata(ctx, "s", esdb.AppendToStreamOptions{}, m); err != nil {
		t.Fatal(err)
	}
	got, err := client.GetStreamMetadata(ctx, "s", esdb.ReadStreamOptions{})
	if err != nil || *got.MaxCount() != 1 {
		t.Errorf("metadata %v, %v", got, err)
	}
	if _, err := client.TombstoneStream(ctx, "s", esdb.TombstoneStreamOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.GetStreamMetadata(ctx, "s", esdb.ReadStreamOptions{}); code(err) != esdb.ErrorCodeStreamDeleted {
		t.Errorf("metadata of an ended stream: %v", err)
	}
	// The server answers an append that fails only after all of it has come, else
	// the client could not tell why.
	many := make([]esdb.EventData, 3000)
	for i := range many {
		many[i] = event()
		many[i].Data = make([]byte, 10_000)
	}
	_, err = client.AppendToStream(ctx, "many", esdb.AppendToStreamOptions{}, many...)
	if err == nil || !strings.Contains(err.Error(), "Maximum Append Size") {
		t.Errorf("too large an append is %v", err)
	}
	if _, err = client.AppendToStream(ctx, "s", esdb.AppendToStreamOptions{}, many[:90]...); code(err) != esdb.ErrorCodeStreamDeleted {
		t.Errorf("an append to an ended stream is %v", err)
	}
}

func TestTrailersCarryAnyName(t *testing.T) {
	t.Parallel()
	w := newWire(t, start(t, node.Options{}))
	for s, want := range map[string]string{"plain 100%": "plain 100%", "città 100%": "citt%C3%A0 100%25", "a\nb": "a%0Ab"} {
		w.tombstone(s, noStream)
		_, trailer, err := w.send(appendOptions(s, anything), proposed(id("a"), "t", "{}"))
		if status.Code(err) != codes.FailedPrecondition || strings.Join(trailer.Get("stream-name"), ",") != want {
			t.Errorf("%q: %v, trailers %v", s, err, trailer)
		}
		_, err = w.Delete(w.ctx, &streams.DeleteReq{Options: &streams.DeleteReq_Options{StreamIdentifier: name(s),
			ExpectedStreamRevision: &streams.DeleteReq_Options_Any{}}}, grpc.Trailer(&trailer))
		if status.Code(err) != codes.FailedPrecondition || strings.Join(trailer.Get("stream-name"), ",") != want {
			t.Errorf("%q: %v, trailers %v", s, err, trailer)
		}
	}
}
