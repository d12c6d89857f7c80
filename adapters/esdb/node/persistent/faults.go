package persistent

import (
	"fmt"

	"google.golang.org/grpc/codes"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/protocol"
)

// fault is an error about a group, with the trailers that all such errors have. The
// trailer of an empty name is left out.
func fault(code codes.Code, exception string, key Key, message string, more ...string) *protocol.Fault {
	trailers := append([]string{"exception", exception}, more...)
	if key.Stream != "" {
		trailers = append(trailers, "stream-name", key.Stream)
	}
	if key.Name != "" {
		trailers = append(trailers, "group-name", key.Name)
	}
	return protocol.NewFault(code, message, trailers...)
}

func missingFault(key Key) *protocol.Fault {
	return fault(codes.NotFound, "persistent-subscription-does-not-exist", key,
		fmt.Sprintf("Subscription group '%s' on stream '%s' does not exist.", key.Name, key.Stream))
}

func existsFault(key Key) *protocol.Fault {
	return fault(codes.AlreadyExists, "persistent-subscription-exists", key,
		fmt.Sprintf("Subscription group '%s' on stream '%s' exists.", key.Name, key.Stream))
}

func failedFault(key Key, reason string) *protocol.Fault {
	return fault(codes.Internal, "persistent-subscription-failed", key,
		fmt.Sprintf("Subscription group '%s' on stream '%s' failed: '%s'", key.Name, key.Stream, reason), "reason", reason)
}

func fullFault(key Key) *protocol.Fault {
	return fault(codes.FailedPrecondition, "maximum-subscribers-reached", key,
		fmt.Sprintf("Maximum subscriptions reached for subscription group '%s' on stream '%s.'", key.Name, key.Stream))
}

func droppedFault(key Key) *protocol.Fault {
	return fault(codes.Canceled, "persistent-subscription-dropped", key,
		fmt.Sprintf("Subscription group '%s' on stream '%s' was dropped.", key.Name, key.Stream))
}
