package contract

import (
	"strings"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/esdb/contract/esdbtest"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
)

// What an application sees through the official client.
func TestOfficialClient(t *testing.T) {
	t.Parallel()
	w := newWire(t, common)
	client, ctx := common.client, w.ctx
	s, large := w.Uses(w.Full("s")), w.Uses(w.Full("many"))
	event := func() esdb.EventData {
		return esdb.EventData{EventID: uuid.New(), EventType: "event", ContentType: esdb.ContentTypeJson, Data: []byte(`{}`)}
	}
	if version, err := client.GetServerVersion(); err != nil || version.Major < 23 {
		t.Errorf("server version %v, %v", version, err)
	}
	if _, err := client.AppendToStream(ctx, s, esdb.AppendToStreamOptions{ExpectedRevision: esdb.Revision(10)}, event()); code(err) != esdb.ErrorCodeWrongExpectedVersion {
		t.Errorf("a wrong version is %v", err)
	}
	written, err := client.AppendToStream(ctx, s, esdb.AppendToStreamOptions{ExpectedRevision: esdb.NoStream{}}, event(), event())
	if err != nil || written.NextExpectedVersion != 1 {
		t.Fatalf("written %v, %v", written, err)
	}
	read, err := client.ReadStream(ctx, w.Full("nowhere"), esdb.ReadStreamOptions{}, 1)
	if err == nil {
		_, err = read.Recv()
	}
	if code(err) != esdb.ErrorCodeResourceNotFound {
		t.Errorf("an absent stream is %v", err)
	}
	if _, err := client.GetStreamMetadata(ctx, s, esdb.ReadStreamOptions{}); code(err) != esdb.ErrorCodeResourceNotFound {
		t.Errorf("metadata that was never set is %v", err)
	}
	m := esdb.StreamMetadata{}
	m.SetMaxCount(1)
	m.SetMaxAge(time.Hour)
	m.AddCustomProperty("mine", "x")
	if _, err := client.SetStreamMetadata(ctx, s, esdb.AppendToStreamOptions{}, m); err != nil {
		t.Fatal(err)
	}
	got, err := client.GetStreamMetadata(ctx, s, esdb.ReadStreamOptions{})
	if err != nil || *got.MaxCount() != 1 {
		t.Errorf("metadata %v, %v", got, err)
	}
	if _, err := client.TombstoneStream(ctx, s, esdb.TombstoneStreamOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.GetStreamMetadata(ctx, s, esdb.ReadStreamOptions{}); code(err) != esdb.ErrorCodeStreamDeleted {
		t.Errorf("metadata of an ended stream: %v", err)
	}
	// A server may end the call before all of it has come; then the client cannot say
	// why it failed.
	many := tooMuch()
	if _, err = client.AppendToStream(ctx, large, esdb.AppendToStreamOptions{}, many...); err == nil {
		t.Error("too large an append passes")
	}
	if _, err = client.AppendToStream(ctx, s, esdb.AppendToStreamOptions{}, many[:90]...); code(err) != esdb.ErrorCodeStreamDeleted {
		t.Errorf("an append to an ended stream is %v", err)
	}
}

// tooMuch is 30 MB of events, far above the limit of an append.
func tooMuch() []esdb.EventData {
	events := make([]esdb.EventData, 3000)
	for i := range events {
		events[i] = esdb.EventData{EventID: uuid.New(), EventType: "event", Data: make([]byte, 10_000)}
	}
	return events
}

// The node answers an append that fails only after all of it has come, so that the
// client can say why.
func TestNodeSaysThatAnAppendIsTooLarge(t *testing.T) {
	t.Parallel()
	client := alone(t, node.Options{}).client
	_, err := client.AppendToStream(esdbtest.Within(t, time.Minute), "s", esdb.AppendToStreamOptions{}, tooMuch()...)
	if err == nil || !strings.Contains(err.Error(), "Maximum Append Size") {
		t.Errorf("too large an append is %v", err)
	}
}
