package bus_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"go.opentelemetry.io/otel/codes"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/visure-anagrafiche/visure/adapters/bus"
	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

const producer = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

// appendTraced writes one event of a fresh visura under a trace.
func (w *world) appendTraced(trace string) string {
	w.t.Helper()
	id := uuid.NewString()
	_, err := w.store.Append(context.Background(), stream(id), commands.NoStream, []domain.Event{domain.VisuraApproved{}},
		domain.Meta{CommandID: uuid.NewString(), Trace: trace})
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

// ended are the spans that have ended.
type ended chan tracetest.SpanStub

func (e ended) ExportSpans(_ context.Context, spans []sdk.ReadOnlySpan) error {
	for _, span := range spans {
		e <- tracetest.SpanStubFromReadOnlySpan(span)
	}
	return nil
}

func (ended) Shutdown(context.Context) error { return nil }

func TestASpanIsLinkedToWhoAppendedTheEventAndPassedOn(t *testing.T) {
	w := newWorld(t, esdb.SubscriberConfig{})
	exporter := make(ended, 10)
	provider := sdk.NewTracerProvider(sdk.WithSyncer(exporter))
	metas := make(chan domain.Meta, 2)
	inside := make(chan trace.SpanContext, 2)
	tries := 0
	w.run(bus.Config{Workers: 1, Trace: bus.Trace(provider), Processes: visure(func(ctx context.Context, _ string, m domain.Meta) error {
		metas <- m
		inside <- trace.SpanContextFromContext(ctx)
		if tries++; tries == 1 {
			return fmt.Errorf("advance: %w", domain.Errorf(domain.Conflict, "Mario Rossi abita altrove"))
		}
		return nil
	})})
	first := w.appendTraced(producer)
	w.reasons(1)
	w.appendTraced("")
	got := []tracetest.SpanStub{receive(t, exporter), receive(t, exporter)}

	link := got[0].Links
	if len(link) != 1 || link[0].SpanContext.TraceID().String() != producer[3:35] || link[0].SpanContext.SpanID().String() != producer[36:52] {
		t.Errorf("linked to %v", link)
	}
	if got[0].Parent.IsValid() || got[0].SpanContext.TraceID() == link[0].SpanContext.TraceID() {
		t.Error("the span is a child of the producer's")
	}
	if len(got[1].Links) != 0 {
		t.Error("an event without a trace has a link")
	}
	for i, span := range got {
		if want := (<-inside); want.SpanID() != span.SpanContext.SpanID() {
			t.Errorf("span %d is not the handler's", i)
		}
		want := fmt.Sprintf("00-%s-%s-01", span.SpanContext.TraceID(), span.SpanContext.SpanID())
		if m := <-metas; m.Trace != want {
			t.Errorf("what is appended carries %s, want %s", m.Trace, want)
		}
		if span.SpanKind != trace.SpanKindConsumer || span.Name != "process visura" {
			t.Errorf("span %s of kind %s", span.Name, span.SpanKind)
		}
	}
	if got[0].Status.Code != codes.Error || got[1].Status.Code != codes.Unset {
		t.Errorf("statuses %v, %v", got[0].Status, got[1].Status)
	}
	if text := fmt.Sprintf("%+v", got); strings.Contains(text, "Rossi") || strings.Contains(text, first) {
		t.Errorf("a span tells of a person or a visura: %s", text)
	}
	attributes := map[string]string{}
	for _, a := range got[0].Attributes {
		attributes[string(a.Key)] = a.Value.String()
	}
	id := attributes["messaging.message.id"]
	want := map[string]string{
		"messaging.system": "eventstoredb", "messaging.operation.name": "process", "messaging.operation.type": "process",
		"messaging.destination.name": "visura", "messaging.message.id": id, "visure.event.type": "visura.approved.v1",
		"visure.event.retries": "0", "visure.outcome": "parked",
	}
	if diff := cmp.Diff(want, attributes); diff != "" {
		t.Error(diff)
	}
}

func TestWithoutAnExporterTheTraceOfTheEventIsPassedOn(t *testing.T) {
	for name, c := range map[string]bus.Config{
		"no middleware": {},
		"no provider":   {Trace: bus.Trace(noop.NewTracerProvider())},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, esdb.SubscriberConfig{})
			metas := make(chan domain.Meta, 1)
			c.Processes = visure(func(_ context.Context, _ string, m domain.Meta) error {
				metas <- m
				return nil
			})
			w.run(c)
			w.appendTraced(producer)
			if got := receive(t, metas); got.Trace != producer {
				t.Errorf("what is appended carries %q", got.Trace)
			}
		})
	}
}
