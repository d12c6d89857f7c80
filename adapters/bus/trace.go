package bus

import (
	"context"
	"strconv"

	"github.com/ThreeDotsLabs/watermill/message"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/visure-anagrafiche/visure/domain"
)

// scope names the instrumentation in what is exported.
const scope = "github.com/visure-anagrafiche/visure/adapters/bus"

// Trace returns the middleware that opens a span for every message handled. It
// is linked to the span that appended the event, not a child of it: an event is
// handled once more whenever it is delivered again or replayed, perhaps days
// later. What the handler appends carries the new span; under a provider that
// does nothing it carries the trace of the event, as without the middleware.
//
// Attributes follow the semantic conventions for messaging. They name the
// category of the stream, never the stream, and the outcome, never the error.
func Trace(provider trace.TracerProvider) message.HandlerMiddleware {
	tracer := provider.Tracer(scope)
	return func(next message.HandlerFunc) message.HandlerFunc {
		return func(m *message.Message) ([]*message.Message, error) {
			whole := m.Context()
			ctx, span := tracer.Start(whole, "process "+domain.CategoryOf(m.Metadata.Get(metaStream)), spanOptions(m)...)
			m.SetContext(ctx)
			defer func() {
				span.End()
				m.SetContext(whole)
			}()
			out, err := next(m)
			word := outcome(err)
			span.SetAttributes(attribute.String("visure.outcome", word))
			if word == "failed" || word == "parked" {
				span.SetStatus(codes.Error, word)
			}
			return out, err
		}
	}
}

func spanOptions(m *message.Message) []trace.SpanStartOption {
	retries, _ := strconv.Atoi(m.Metadata.Get(metaRetries))
	options := []trace.SpanStartOption{
		trace.WithNewRoot(),
		trace.WithSpanKind(trace.SpanKindConsumer),
		trace.WithAttributes(
			attribute.String("messaging.system", "eventstoredb"),
			attribute.String("messaging.operation.name", "process"),
			attribute.String("messaging.operation.type", "process"),
			attribute.String("messaging.destination.name", domain.CategoryOf(m.Metadata.Get(metaStream))),
			attribute.String("messaging.message.id", m.UUID),
			attribute.String("visure.event.type", m.Metadata.Get(metaName)),
			attribute.Int("visure.event.retries", retries),
		),
	}
	producer := trace.SpanContextFromContext(propagation.TraceContext{}.Extract(context.Background(), propagation.MapCarrier(m.Metadata)))
	if producer.IsValid() {
		options = append(options, trace.WithLinks(trace.Link{SpanContext: producer}))
	}
	return options
}

// traceOf returns the trace that what m brings about belongs to, in W3C form:
// that of the span it is handled in, or else its own.
func traceOf(m *message.Message) string {
	carrier := propagation.MapCarrier{}
	propagation.TraceContext{}.Inject(m.Context(), carrier)
	if own := carrier.Get(metaTrace); own != "" {
		return own
	}
	return m.Metadata.Get(metaTrace)
}
