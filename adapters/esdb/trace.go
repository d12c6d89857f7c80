package esdb

import (
	"context"

	"go.opentelemetry.io/otel/propagation"
)

// traced returns the trace an append belongs to, in W3C form: the one the
// caller states, or else that of the span in ctx, or none. It is stored beside
// the events, so that the spans of handlers can link to it.
func traced(ctx context.Context, stated string) string {
	if stated != "" {
		return stated
	}
	carrier := propagation.MapCarrier{}
	propagation.TraceContext{}.Inject(ctx, carrier)
	return carrier.Get(MetaTrace)
}
