package esdb_test

import (
	"strings"
	"testing"

	"go.opentelemetry.io/otel/trace"

	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func TestTheTraceOfAnAppendIsStoredBesideTheEvents(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	store, pub := esdb.NewStore(server.connect(), newRing()), esdb.NewPublisher(server.connect(), nil)
	span := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: trace.FlagsSampled})
	ctx := trace.ContextWithSpanContext(withDeadline(t, soon), span)
	const ofSpan, stated = "00-01000000000000000000000000000000-0200000000000000-01", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	for stream, c := range map[string]struct{ stated, want string }{
		"visura-stated": {stated, stated}, "visura-span": {"", ofSpan},
	} {
		meta := metaNow()
		meta.Trace = c.stated
		if _, err := store.Append(ctx, stream, commands.NoStream, []domain.Event{approved}, meta); err != nil {
			t.Fatal(err)
		}
		if got := history(t, store, stream)[0].Meta.Trace; got != c.want {
			t.Errorf("%s is stored with %q, want %q", stream, got, c.want)
		}
		m := newMessage("n", "{}")
		m.SetContext(ctx)
		if c.stated != "" {
			m.Metadata.Set(esdb.MetaTrace, c.stated)
		}
		if err := pub.Publish("stream:"+stream+"-messages", m); err != nil {
			t.Fatal(err)
		}
		if got := string(server.stored(stream + "-messages")[0].UserMetadata); !strings.Contains(got, c.want) {
			t.Errorf("%s: published with %s, want %s", stream, got, c.want)
		}
	}
	untraced := newMessage("n", "{}")
	if err := pub.Publish("note", untraced); err != nil {
		t.Fatal(err)
	}
	if got := string(server.stored("note-" + untraced.UUID)[0].UserMetadata); got != "{}" {
		t.Errorf("without a trace: %s", got)
	}
}
