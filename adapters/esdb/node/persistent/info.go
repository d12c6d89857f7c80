package persistent

import (
	"context"
	"strings"
	"time"

	pb "github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/access"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/group"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/protocol"
)

// GetInfo returns settings and figures of one group.
func (s *Service) GetInfo(ctx context.Context, r *pb.GetInfoReq) (*pb.GetInfoResp, error) {
	if err := access.MayKnow(ctx); err != nil {
		return nil, err
	}
	var stream *shared.StreamIdentifier
	all := false
	switch source := r.GetOptions().GetStreamOption().(type) {
	case *pb.GetInfoReq_Options_StreamIdentifier:
		stream = source.StreamIdentifier
	case *pb.GetInfoReq_Options_All:
		all = true
	}
	key, err := keyOf(stream, all, r.GetOptions().GetGroupName())
	if err != nil {
		return nil, err
	}
	g, err := s.find(key)
	if err != nil {
		return nil, err
	}
	info, err := s.info(g)
	if err != nil {
		return nil, err
	}
	return &pb.GetInfoResp{SubscriptionInfo: info}, nil
}

// List returns settings and figures of the groups of a stream, or of all groups.
func (s *Service) List(ctx context.Context, r *pb.ListReq) (*pb.ListResp, error) {
	if err := access.MayKnow(ctx); err != nil {
		return nil, err
	}
	stream, err := parseList(r.GetOptions())
	if err != nil {
		return nil, err
	}
	groups, err := s.list(stream)
	if err != nil {
		return nil, err
	}
	resp := &pb.ListResp{}
	for _, g := range groups {
		info, err := s.info(g)
		if err != nil {
			return nil, err
		}
		resp.Subscriptions = append(resp.Subscriptions, info)
	}
	return resp, nil
}

// parseList returns the stream asked for, nil for all groups.
func parseList(o *pb.ListReq_Options) (*string, error) {
	switch option := o.GetListOption().(type) {
	case *pb.ListReq_Options_ListAllSubscriptions:
		return nil, nil
	case *pb.ListReq_Options_ListForStream:
		_, all := option.ListForStream.GetStreamOption().(*pb.ListReq_StreamOption_All)
		key, err := keyOf(option.ListForStream.GetStream(), all, "")
		return &key.Stream, err
	}
	return nil, protocol.ErrHandler
}

// info returns settings and figures of a group.
func (s *Service) info(g *runner) (*pb.SubscriptionInfo, error) {
	var info *pb.SubscriptionInfo
	if !g.ask(func() { info = g.describe() }) {
		return nil, s.ended(g.config.key())
	}
	first, end, err := parkedRange(g.journal, g.config.key())
	if err != nil {
		return nil, protocol.FaultOf(err)
	}
	info.ParkedMessageCount = int64(end - first)
	return info, nil
}

func (g *runner) describe() *pb.SubscriptionInfo {
	c, s, i := g.config, g.config.Settings, g.machine.Info(time.Now())
	info := &pb.SubscriptionInfo{
		EventSource: c.Stream, GroupName: c.Group, Status: g.status(i), StartFrom: c.startText(),
		LastCheckpointedEventPosition: c.positionText(i.Checkpoint), LastKnownEventPosition: c.positionText(i.LastKnown),
		AveragePerSecond: int32(i.PerSecond), TotalItems: i.Total, CountSinceLastMeasurement: i.SinceLast,
		ReadBufferCount: int32(i.Buffered), LiveBufferCount: int64(i.LiveBuffered), RetryBufferCount: int32(i.Retrying),
		TotalInFlightMessages: int32(i.InFlight), OutstandingMessagesCount: int32(i.InFlight),
		ResolveLinkTos: s.ResolveLinks, ExtraStatistics: s.ExtraStatistics, NamedConsumerStrategy: string(s.Strategy),
		MessageTimeoutMilliseconds: s.MessageTimeout, CheckPointAfterMilliseconds: s.CheckpointAfter,
		MaxRetryCount: s.MaxRetryCount, MaxSubscriberCount: s.MaxSubscriberCount,
		MinCheckPointCount: s.MinCheckpointCount, MaxCheckPointCount: s.MaxCheckpointCount,
		LiveBufferSize: s.LiveBufferSize, BufferSize: s.HistoryBufferSize, ReadBatchSize: s.ReadBatchSize,
	}
	for _, member := range i.Consumers {
		info.Connections = append(info.Connections, connection(member, g.consumers[member.ID]))
	}
	return info
}

// status lists the flags in the order of the real server.
func (g *runner) status(i group.Info) string {
	var flags []string
	if !i.Live {
		flags = append(flags, "Behind")
	}
	if i.Reading {
		flags = append(flags, "OutstandingPageRequest")
	}
	if g.replay.running {
		flags = append(flags, "ReplayingParkedMessages")
	}
	if i.Live {
		flags = append(flags, "Live")
	}
	return strings.Join(flags, ", ")
}

// connection describes a consumer.
func connection(m group.ConsumerInfo, who *consumer) *pb.SubscriptionInfo_ConnectionInfo {
	c := &pb.SubscriptionInfo_ConnectionInfo{
		Username: who.user, ConnectionName: who.name, AvailableSlots: int32(m.FreeSlots), InFlightMessages: int32(m.InFlight),
		AverageItemsPerSecond: int32(m.PerSecond), TotalItems: m.Total, CountSinceLastMeasurement: m.SinceLast,
	}
	for _, l := range m.Latencies {
		c.ObservedMeasurements = append(c.ObservedMeasurements, &pb.SubscriptionInfo_Measurement{Key: l.Name, Value: l.Value})
	}
	return c
}
