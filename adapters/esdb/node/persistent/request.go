package persistent

import (
	"fmt"
	"math"

	pb "github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/filter"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/group"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/protocol"
)

// wireSettings are the settings common to the requests of Create and Update.
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

// parseSettings reads settings. The strategy is name, or if that is empty the one
// with the number.
func parseSettings(w wireSettings, name string, number int32) settings {
	if name == "" {
		name = strategyOf(number)
	}
	after := milliseconds(w.GetCheckpointAfterMs(), w.GetCheckpointAfterTicks())
	if after == 0 {
		after = math.MaxInt32
	}
	return settings{
		ResolveLinks: w.GetResolveLinks(), ExtraStatistics: w.GetExtraStatistics(), MaxRetryCount: w.GetMaxRetryCount(),
		MinCheckpointCount: w.GetMinCheckpointCount(), MaxCheckpointCount: w.GetMaxCheckpointCount(),
		MaxSubscriberCount: w.GetMaxSubscriberCount(), LiveBufferSize: w.GetLiveBufferSize(),
		ReadBatchSize: w.GetReadBatchSize(), HistoryBufferSize: w.GetHistoryBufferSize(),
		MessageTimeout: milliseconds(w.GetMessageTimeoutMs(), w.GetMessageTimeoutTicks()), CheckpointAfter: after,
		Strategy: group.Strategy(name),
	}
}

func strategyOf(number int32) string {
	switch pb.CreateReq_ConsumerStrategy(number) {
	case pb.CreateReq_DispatchToSingle:
		return string(group.DispatchToSingle)
	case pb.CreateReq_RoundRobin:
		return string(group.RoundRobin)
	case pb.CreateReq_Pinned:
		return string(group.Pinned)
	}
	return fmt.Sprint(number)
}

// milliseconds reads a time in milliseconds or in ticks of 100 ns; one of the two is
// 0.
func milliseconds(ms int32, ticks int64) int32 {
	if ms != 0 {
		return ms
	}
	return int32(max(math.MinInt32, min(math.MaxInt32, ticks/10_000)))
}

// parseCreate reads a request to create a group. Number and From are left 0.
func parseCreate(r *pb.CreateReq) (*definition, error) {
	o := r.GetOptions()
	if o == nil || o.GetSettings() == nil {
		return nil, protocol.ErrHandler
	}
	w := o.GetSettings()
	c := &definition{Group: o.GetGroupName(), Settings: parseSettings(w, w.GetConsumerStrategy(), int32(w.GetNamedConsumerStrategy()))}
	var err error
	switch source := o.GetStreamOption().(type) {
	case *pb.CreateReq_Options_Stream:
		if c.Start, err = streamStart(source.Stream.GetRevisionOption()); err == nil {
			c.Stream, err = managedStream(source.Stream.GetStreamIdentifier())
		}
	case *pb.CreateReq_Options_All:
		c.Stream = protocol.AllStream
		if c.Start, err = allStart(source.All.GetAllOption()); err == nil {
			c.Filter, err = parseFilter(source.All.GetFilter())
		}
	default:
		if c.Start, err = revisionStart(w.GetRevision()); err == nil {
			c.Stream, err = managedStream(o.GetStreamIdentifier())
		}
	}
	return c, err
}

// parseUpdate reads a request to update a group. Number, From and Filter are left
// empty.
func parseUpdate(r *pb.UpdateReq) (*definition, error) {
	o := r.GetOptions()
	if o == nil || o.GetSettings() == nil {
		return nil, protocol.ErrHandler
	}
	w := o.GetSettings()
	c := &definition{Group: o.GetGroupName(), Settings: parseSettings(w, "", int32(w.GetNamedConsumerStrategy()))}
	var err error
	switch source := o.GetStreamOption().(type) {
	case *pb.UpdateReq_Options_Stream:
		if c.Start, err = streamStart(source.Stream.GetRevisionOption()); err == nil {
			c.Stream, err = managedStream(source.Stream.GetStreamIdentifier())
		}
	case *pb.UpdateReq_Options_All:
		c.Stream = protocol.AllStream
		c.Start, err = allStart(source.All.GetAllOption())
	default:
		if c.Start, err = revisionStart(w.GetRevision()); err == nil {
			c.Stream, err = managedStream(o.GetStreamIdentifier())
		}
	}
	return c, err
}

// managedStream reads the stream's name in calls that have a separate form for $all,
// and refuses $all as a name.
func managedStream(s *shared.StreamIdentifier) (string, error) {
	if s == nil {
		return "", protocol.ErrHandler
	}
	name, ok := protocol.ParseName(s)
	switch {
	case !ok:
		return "", protocol.InvalidArgument("stream name is empty")
	case name == protocol.AllStream:
		return "", protocol.ErrHandler
	}
	return name, nil
}

func streamStart(option any) (origin, error) {
	switch o := option.(type) {
	case *pb.CreateReq_StreamOptions_Revision:
		return revisionStart(o.Revision)
	case *pb.UpdateReq_StreamOptions_Revision:
		return revisionStart(o.Revision)
	case *pb.CreateReq_StreamOptions_Start, *pb.UpdateReq_StreamOptions_Start:
		return origin{}, nil
	case *pb.CreateReq_StreamOptions_End, *pb.UpdateReq_StreamOptions_End:
		return origin{End: true}, nil
	}
	return origin{}, protocol.InvalidArgument("revision option is missing")
}

// revisionStart reads a revision on the wire, where 2^64-1 is the end.
func revisionStart(r uint64) (origin, error) {
	switch {
	case r == math.MaxUint64:
		return origin{End: true}, nil
	case r > math.MaxInt64:
		return origin{}, protocol.ErrHandler
	}
	return origin{Commit: r}, nil
}

func allStart(option any) (origin, error) {
	switch o := option.(type) {
	case *pb.CreateReq_AllOptions_Position:
		return positionStart(o.Position.GetCommitPosition(), o.Position.GetPreparePosition())
	case *pb.UpdateReq_AllOptions_Position:
		return positionStart(o.Position.GetCommitPosition(), o.Position.GetPreparePosition())
	case *pb.CreateReq_AllOptions_Start, *pb.UpdateReq_AllOptions_Start:
		return origin{}, nil
	case *pb.CreateReq_AllOptions_End, *pb.UpdateReq_AllOptions_End:
		return origin{End: true}, nil
	}
	return origin{}, protocol.InvalidArgument("position option is missing")
}

func positionStart(commit, prepare uint64) (origin, error) {
	switch {
	case commit == math.MaxUint64 && prepare == math.MaxUint64:
		return origin{End: true}, nil
	case commit > math.MaxInt64 || prepare > commit:
		return origin{}, protocol.ErrHandler
	}
	return origin{Commit: commit, Prepare: prepare}, nil
}

func parseFilter(f *pb.CreateReq_AllOptions_FilterOptions) (*filter.Filter, error) {
	if f == nil {
		return nil, nil
	}
	expression := f.GetStreamIdentifier()
	onType := false
	if e, ok := f.GetFilter().(*pb.CreateReq_AllOptions_FilterOptions_EventType); ok {
		expression, onType = e.EventType, true
	}
	if f.GetFilter() == nil {
		return nil, protocol.InvalidArgument("filter has no kind")
	}
	wanted := &filter.Filter{OnType: onType, Regex: expression.GetRegex(), Prefixes: expression.GetPrefix()}
	_, err := protocol.CompileFilter(wanted)
	return wanted, err
}
