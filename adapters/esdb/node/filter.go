package node

import (
	"bytes"
	"math"
	"regexp"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
)

// filter chooses events of the log by stream name or type.
type filter struct {
	match func(stream, typ []byte) bool
	// window is how many events a page may look at.
	window int
	// interval is how many events are looked at between two checkpoints.
	interval uint64
}

// windowCount is the window of a request that only says "count".
const windowCount = 32

func parseFilter(f *streams.ReadReq_Options_FilterOptions, subscription bool) (*filter, error) {
	var expression *streams.ReadReq_Options_FilterOptions_Expression
	byType := false
	switch kind := f.GetFilter().(type) {
	case *streams.ReadReq_Options_FilterOptions_StreamIdentifier:
		expression = kind.StreamIdentifier
	case *streams.ReadReq_Options_FilterOptions_EventType:
		expression, byType = kind.EventType, true
	default:
		return nil, invalidArgument("filter kind is missing")
	}
	window := uint64(windowCount)
	switch w := f.GetWindow().(type) {
	case *streams.ReadReq_Options_FilterOptions_Max:
		window = uint64(w.Max)
	case *streams.ReadReq_Options_FilterOptions_Count:
	default:
		return nil, invalidArgument("filter window is missing")
	}
	window = max(window, 1) // as the real server takes 0
	if window > math.MaxInt32 {
		return nil, invalidArgument("filter window %d is out of range", window)
	}
	if subscription && f.GetCheckpointIntervalMultiplier() == 0 {
		return nil, errHandler
	}
	matches, err := matcher(expression.GetRegex(), expression.GetPrefix())
	if err != nil {
		return nil, err
	}
	match := func(stream, _ []byte) bool { return matches(stream) }
	if byType {
		match = func(_, typ []byte) bool { return matches(typ) }
	}
	return &filter{match: match, window: int(window),
		interval: window * uint64(f.GetCheckpointIntervalMultiplier())}, nil
}

// matcher tests a name against a regular expression, or else against prefixes.
// Neither matches nothing.
func matcher(expression string, prefixes []string) (func([]byte) bool, error) {
	if expression != "" {
		re, err := regexp.Compile(expression)
		if err != nil {
			return nil, errHandler
		}
		return re.Match, nil
	}
	wanted := make([][]byte, len(prefixes))
	for i, p := range prefixes {
		wanted[i] = []byte(p)
	}
	return func(name []byte) bool {
		for _, p := range wanted {
			if bytes.HasPrefix(name, p) {
				return true
			}
		}
		return false
	}, nil
}

// keep is the filter as the journal takes it; nil keeps everything.
func (f *filter) keep() func(stream, typ []byte) bool {
	if f == nil {
		return nil
	}
	return f.match
}
