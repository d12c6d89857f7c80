package node

import (
	"math"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/filter"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/protocol"
)

// filtered is the filter of a read of the log.
type filtered struct {
	keep filter.Keep
	// window is how many events a page of history considers at most, at least 1.
	window int
	// interval is how many events are considered between two checkpoints.
	interval uint64
}

// windowCount is the window of a request without a maximum.
const windowCount = 32

func parseFilter(f *streams.ReadReq_Options_FilterOptions, subscription bool) (*filtered, error) {
	var expression *streams.ReadReq_Options_FilterOptions_Expression
	byType := false
	switch kind := f.GetFilter().(type) {
	case *streams.ReadReq_Options_FilterOptions_StreamIdentifier:
		expression = kind.StreamIdentifier
	case *streams.ReadReq_Options_FilterOptions_EventType:
		expression, byType = kind.EventType, true
	default:
		return nil, protocol.InvalidArgument("filter kind is missing")
	}
	window := uint64(windowCount)
	switch w := f.GetWindow().(type) {
	case *streams.ReadReq_Options_FilterOptions_Max:
		window = uint64(w.Max)
	case *streams.ReadReq_Options_FilterOptions_Count:
	default:
		return nil, protocol.InvalidArgument("filter window is missing")
	}
	window = max(window, 1) // the real server takes 0 as 1
	if window > math.MaxInt32 {
		return nil, protocol.InvalidArgument("filter window %d is out of range", window)
	}
	if subscription && f.GetCheckpointIntervalMultiplier() == 0 {
		return nil, protocol.ErrHandler
	}
	keep, err := protocol.CompileFilter(&filter.Filter{OnType: byType, Regex: expression.GetRegex(), Prefixes: expression.GetPrefix()})
	if err != nil {
		return nil, err
	}
	return &filtered{keep: keep, window: int(window),
		interval: window * uint64(f.GetCheckpointIntervalMultiplier())}, nil
}
