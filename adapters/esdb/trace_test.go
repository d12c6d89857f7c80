package esdb_test

import (
	"testing"

	"go.opentelemetry.io/otel/trace"

	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func TestTheTraceOfAnAppendIsStoredBesideTheEvents(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	store := esdb.NewStore(server.connect(), newRing())
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
	}
}
