package node

import (
	"fmt"
	"math"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/filter"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/group"
)

// wireSettings are the settings as both requests carry them.
type wireSettings interface {
	GetResolveLinks() bool
	GetRevision() uint64
	GetExtraStatistics() bool
	GetMaxRetryCount() int32
	GetMinCheckpointCount() int32
	GetMaxCheckpointCount() int32
	GetMaxSubscriberCount() int32
	GetLiveBufferSize() int32
	GetReadBatchSize() int32
	GetHistoryBufferSize() int32
	GetMessageTimeoutMs() int32
	GetMessageTimeoutTicks() int64
	GetCheckpointAfterMs() int32
	GetCheckpointAfterTicks() int64
}

// parseSettings reads settings; the strategy is by name if there is one, else by number.
func parseSettings(w wireSettings, name string, number int32) groupSettings {
	if name == "" {
		name = strategyOf(number)
	}
	after := milliseconds(w.GetCheckpointAfterMs(), w.GetCheckpointAfterTicks())
	if after == 0 {
		after = math.MaxInt32
	}
	return groupSettings{
		ResolveLinks: w.GetResolveLinks(), ExtraStatistics: w.GetExtraStatistics(), MaxRetryCount: w.GetMaxRetryCount(),
		MinCheckpointCount: w.GetMinCheckpointCount(), MaxCheckpointCount: w.GetMaxCheckpointCount(),
		MaxSubscriberCount: w.GetMaxSubscriberCount(), LiveBufferSize: w.GetLiveBufferSize(),
		ReadBatchSize: w.GetReadBatchSize(), HistoryBufferSize: w.GetHistoryBufferSize(),
		MessageTimeout: milliseconds(w.GetMessageTimeoutMs(), w.GetMessageTimeoutTicks()), CheckpointAfter: after,
		Strategy: group.Strategy(name),
	}
}

func strategyOf(number int32) string {
	switch persistent.CreateReq_ConsumerStrategy(number) {
	case persistent.CreateReq_DispatchToSingle:
		return string(group.DispatchToSingle)
	case persistent.CreateReq_RoundRobin:
		return string(group.RoundRobin)
	case persistent.CreateReq_Pinned:
		return string(group.Pinned)
	}
	return fmt.Sprint(number)
}

// milliseconds reads a time given in one of two units, one of which is 0.
func milliseconds(ms int32, ticks int64) int32 {
	if ms != 0 {
		return ms
	}
	return int32(max(math.MinInt32, min(math.MaxInt32, ticks/10_000)))
}

// parseCreate reads a request to create a group. Number and From are not known yet.
func parseCreate(r *persistent.CreateReq) (*groupConfig, error) {
	o := r.GetOptions()
	if o == nil || o.GetSettings() == nil {
		return nil, errHandler
	}
	w := o.GetSettings()
	c := &groupConfig{Group: o.GetGroupName(), Settings: parseSettings(w, w.GetConsumerStrategy(), int32(w.GetNamedConsumerStrategy()))}
	var err error
	switch source := o.GetStreamOption().(type) {
	case *persistent.CreateReq_Options_Stream:
		if c.Start, err = streamStart(source.Stream.GetRevisionOption()); err == nil {
			c.Stream, err = groupStream(source.Stream.GetStreamIdentifier())
		}
	case *persistent.CreateReq_Options_All:
		c.Stream = allStream
		if c.Start, err = allStart(source.All.GetAllOption()); err == nil {
			c.Filter, err = parseGroupFilter(source.All.GetFilter())
		}
	default:
		if c.Start, err = revisionStart(w.GetRevision()); err == nil {
			c.Stream, err = groupStream(o.GetStreamIdentifier())
		}
	}
	return c, err
}

// parseUpdate reads a request to update a group; it cannot change the filter.
func parseUpdate(r *persistent.UpdateReq) (*groupConfig, error) {
	o := r.GetOptions()
	if o == nil || o.GetSettings() == nil {
		return nil, errHandler
	}
	w := o.GetSettings()
	c := &groupConfig{Group: o.GetGroupName(), Settings: parseSettings(w, "", int32(w.GetNamedConsumerStrategy()))}
	var err error
	switch source := o.GetStreamOption().(type) {
	case *persistent.UpdateReq_Options_Stream:
		if c.Start, err = streamStart(source.Stream.GetRevisionOption()); err == nil {
			c.Stream, err = groupStream(source.Stream.GetStreamIdentifier())
		}
	case *persistent.UpdateReq_Options_All:
		c.Stream = allStream
		c.Start, err = allStart(source.All.GetAllOption())
	default:
		if c.Start, err = revisionStart(w.GetRevision()); err == nil {
			c.Stream, err = groupStream(o.GetStreamIdentifier())
		}
	}
	return c, err
}

// groupStream reads the name of the stream a group is managed by. The whole log has a form of its own.
func groupStream(s *shared.StreamIdentifier) (string, error) {
	if s == nil {
		return "", errHandler
	}
	name, ok := parseName(s)
	switch {
	case !ok:
		return "", invalidArgument("stream name is empty")
	case name == allStream:
		return "", errHandler
	}
	return name, nil
}

func streamStart(option any) (groupStart, error) {
	switch o := option.(type) {
	case *persistent.CreateReq_StreamOptions_Revision:
		return revisionStart(o.Revision)
	case *persistent.UpdateReq_StreamOptions_Revision:
		return revisionStart(o.Revision)
	case *persistent.CreateReq_StreamOptions_Start, *persistent.UpdateReq_StreamOptions_Start:
		return groupStart{}, nil
	case *persistent.CreateReq_StreamOptions_End, *persistent.UpdateReq_StreamOptions_End:
		return groupStart{End: true}, nil
	}
	return groupStart{}, invalidArgument("revision option is missing")
}

// revisionStart reads a revision on the wire, where the highest number is the end.
func revisionStart(r uint64) (groupStart, error) {
	switch {
	case r == math.MaxUint64:
		return groupStart{End: true}, nil
	case r > math.MaxInt64:
		return groupStart{}, errHandler
	}
	return groupStart{Commit: r}, nil
}

func allStart(option any) (groupStart, error) {
	switch o := option.(type) {
	case *persistent.CreateReq_AllOptions_Position:
		return positionStart(o.Position.GetCommitPosition(), o.Position.GetPreparePosition())
	case *persistent.UpdateReq_AllOptions_Position:
		return positionStart(o.Position.GetCommitPosition(), o.Position.GetPreparePosition())
	case *persistent.CreateReq_AllOptions_Start, *persistent.UpdateReq_AllOptions_Start:
		return groupStart{}, nil
	case *persistent.CreateReq_AllOptions_End, *persistent.UpdateReq_AllOptions_End:
		return groupStart{End: true}, nil
	}
	return groupStart{}, invalidArgument("position option is missing")
}

func positionStart(commit, prepare uint64) (groupStart, error) {
	switch {
	case commit == math.MaxUint64 && prepare == math.MaxUint64:
		return groupStart{End: true}, nil
	case commit > math.MaxInt64 || prepare > commit:
		return groupStart{}, errHandler
	}
	return groupStart{Commit: commit, Prepare: prepare}, nil
}

func parseGroupFilter(f *persistent.CreateReq_AllOptions_FilterOptions) (*filter.Filter, error) {
	if f == nil {
		return nil, nil
	}
	expression := f.GetStreamIdentifier()
	onType := false
	if e, ok := f.GetFilter().(*persistent.CreateReq_AllOptions_FilterOptions_EventType); ok {
		expression, onType = e.EventType, true
	}
	if f.GetFilter() == nil {
		return nil, invalidArgument("filter has no kind")
	}
	wanted := &filter.Filter{OnType: onType, Regex: expression.GetRegex(), Prefixes: expression.GetPrefix()}
	_, err := compileFilter(wanted)
	return wanted, err
}
