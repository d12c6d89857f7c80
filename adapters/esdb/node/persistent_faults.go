package node

import (
	"fmt"

	"google.golang.org/grpc/codes"
)

// groupFault is an answer about a group, with the trailers every such answer has. An empty name is left out.
func groupFault(code codes.Code, exception string, key groupKey, message string, more ...string) *fault {
	trailers := append([]string{"exception", exception}, more...)
	if key.stream != "" {
		trailers = append(trailers, "stream-name", key.stream)
	}
	if key.name != "" {
		trailers = append(trailers, "group-name", key.name)
	}
	return newFault(code, message, trailers...)
}

func missingFault(key groupKey) *fault {
	return groupFault(codes.NotFound, "persistent-subscription-does-not-exist", key,
		fmt.Sprintf("Subscription group '%s' on stream '%s' does not exist.", key.name, key.stream))
}

func existsFault(key groupKey) *fault {
	return groupFault(codes.AlreadyExists, "persistent-subscription-exists", key,
		fmt.Sprintf("Subscription group '%s' on stream '%s' exists.", key.name, key.stream))
}

func failedFault(key groupKey, reason string) *fault {
	return groupFault(codes.Internal, "persistent-subscription-failed", key,
		fmt.Sprintf("Subscription group '%s' on stream '%s' failed: '%s'", key.name, key.stream, reason), "reason", reason)
}

func fullFault(key groupKey) *fault {
	return groupFault(codes.FailedPrecondition, "maximum-subscribers-reached", key,
		fmt.Sprintf("Maximum subscriptions reached for subscription group '%s' on stream '%s.'", key.name, key.stream))
}

func droppedFault(key groupKey) *fault {
	return groupFault(codes.Canceled, "persistent-subscription-dropped", key,
		fmt.Sprintf("Subscription group '%s' on stream '%s' was dropped.", key.name, key.stream))
}
