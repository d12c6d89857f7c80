package persistent

import (
	"context"

	pb "github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/access"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/journal"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/protocol"
)

// Create makes a group. The order of the checks is the real server's: strategy,
// start, existence, sizes.
func (s *Service) Create(ctx context.Context, r *pb.CreateReq) (*pb.CreateResp, error) {
	if err := access.MayManage(ctx); err != nil {
		return nil, err
	}
	config, err := parseCreate(r)
	if err != nil {
		return nil, err
	}
	ctx = context.WithoutCancel(ctx) // once begun it is finished, so that memory and disk agree
	done, err := s.manage()
	if err != nil {
		return nil, err
	}
	defer done()
	key := config.key()
	if err := s.check(config); err != nil {
		return nil, err
	}
	if _, err := s.find(key); err == nil {
		return nil, existsFault(key)
	}
	if err := config.Settings.checkSizes(); err != nil {
		return nil, failedFault(key, err.Error())
	}
	config.Number = s.number + 1
	if err := forgetStream(ctx, s.journal, key.checkpointStream()); err != nil {
		return nil, protocol.FaultOf(err)
	}
	if err := s.store(ctx, config, journal.Entry{Name: key.entry(replayEntry)}); err != nil {
		return nil, err
	}
	return &pb.CreateResp{}, s.launch(config)
}

// Update replaces the settings of a group and drops its consumers. The group resumes
// after its checkpoint, or if there is none from the new start. After an error
// nothing has changed.
func (s *Service) Update(ctx context.Context, r *pb.UpdateReq) (*pb.UpdateResp, error) {
	if err := access.MayManage(ctx); err != nil {
		return nil, err
	}
	config, err := parseUpdate(r)
	if err != nil {
		return nil, err
	}
	ctx = context.WithoutCancel(ctx) // what is begun is finished, so that memory and disk agree
	done, err := s.manage()
	if err != nil {
		return nil, err
	}
	defer done()
	key := config.key()
	old, err := s.find(key)
	if err != nil {
		return nil, err
	}
	if err := s.check(config); err != nil {
		return nil, err
	}
	if err := config.Settings.checkSizes(); err != nil {
		return nil, failedFault(key, err.Error())
	}
	config.Number, config.Filter = old.config.Number, old.config.Filter
	if err := s.store(ctx, config); err != nil {
		return nil, err
	}
	old.close(droppedFault(key))
	return &pb.UpdateResp{}, s.launch(config)
}

// check refuses an unknown strategy, and a start beyond the end of the log.
func (s *Service) check(c *definition) error {
	if !c.Settings.Strategy.Known() {
		return failedFault(c.key(), "Consumer strategy "+string(c.Settings.Strategy)+" does not exist.")
	}
	if c.key().All() && !c.Start.End && c.Start.Commit >= s.journal.End() {
		return failedFault(c.key(), "Unable to create or update a subscription with a start position beyond the end.")
	}
	return nil
}

// store resolves the start of a group and makes its definition durable, together
// with other entries.
func (s *Service) store(ctx context.Context, c *definition, others ...journal.Entry) error {
	var err error
	if c.From, err = resolveStart(s.journal, c.Stream, c.Start); err != nil {
		return protocol.FaultOf(err)
	}
	entry, err := c.stored()
	if err != nil {
		return err
	}
	return protocol.FaultOf(s.journal.Put(ctx, append(others, entry)...))
}

func (s *Service) launch(c *definition) error {
	g, err := startRunner(s.journal, s.logger, c)
	if err != nil {
		s.logger.Error("event store group cannot start", "error", err)
		return protocol.FaultOf(err)
	}
	s.put(g)
	return nil
}

// Delete ends a group, drops its consumers, and soft-deletes its streams: a later
// group of the same name neither counts nor replays what this one had parked, and
// numbers its own parked messages after those.
func (s *Service) Delete(ctx context.Context, r *pb.DeleteReq) (*pb.DeleteResp, error) {
	if err := access.MayManage(ctx); err != nil {
		return nil, err
	}
	o := r.GetOptions()
	key := Key{protocol.AllStream, o.GetGroupName()}
	switch source := o.GetStreamOption().(type) {
	case *pb.DeleteReq_Options_StreamIdentifier:
		var err error
		if key.Stream, err = managedStream(source.StreamIdentifier); err != nil {
			return nil, err
		}
	case *pb.DeleteReq_Options_All:
	default:
		return nil, protocol.ErrHandler
	}
	ctx = context.WithoutCancel(ctx) // what is begun is finished, so that memory and disk agree
	done, err := s.manage()
	if err != nil {
		return nil, err
	}
	defer done()
	g, err := s.find(key)
	if err != nil {
		return nil, err
	}
	if err := s.journal.Put(ctx, journal.Entry{Name: key.entry(configEntry)}); err != nil {
		return nil, protocol.FaultOf(err)
	}
	s.mu.Lock()
	delete(s.groups, key)
	s.mu.Unlock()
	g.close(droppedFault(key))
	return &pb.DeleteResp{}, s.forget(ctx, key)
}

// forget removes the progress of a deleted group.
func (s *Service) forget(ctx context.Context, key Key) error {
	err := s.journal.Put(ctx, journal.Entry{Name: key.entry(replayEntry)})
	for _, stream := range []string{key.checkpointStream(), key.parkedStream()} {
		if err == nil {
			err = forgetStream(ctx, s.journal, stream)
		}
	}
	return protocol.FaultOf(err)
}

// ReplayParked delivers parked messages again. It returns when the replay is
// durable, not when they are delivered.
func (s *Service) ReplayParked(ctx context.Context, r *pb.ReplayParkedReq) (*pb.ReplayParkedResp, error) {
	if err := access.MayManage(ctx); err != nil {
		return nil, err
	}
	o := r.GetOptions()
	var stream *shared.StreamIdentifier
	all := false
	switch source := o.GetStreamOption().(type) {
	case *pb.ReplayParkedReq_Options_StreamIdentifier:
		stream = source.StreamIdentifier
	case *pb.ReplayParkedReq_Options_All:
		all = true
	}
	key, err := keyOf(stream, all, o.GetGroupName())
	if err != nil {
		return nil, err
	}
	var stop *uint64
	switch limit := o.GetStopAtOption().(type) {
	case *pb.ReplayParkedReq_Options_StopAt:
		if limit.StopAt < 0 {
			return nil, failedFault(key, "Cannot stop replaying parked message at a negative version.")
		}
		at := uint64(limit.StopAt)
		stop = &at
	case *pb.ReplayParkedReq_Options_NoLimit:
	default:
		return nil, protocol.ErrHandler
	}
	g, err := s.find(key)
	if err != nil {
		return nil, err
	}
	begun := make(chan error, 1)
	if !g.inbox.put(func() { g.beginReplay(stop, func(err error) { begun <- err }) }) {
		return nil, s.ended(key)
	}
	select {
	case err := <-begun:
		return &pb.ReplayParkedResp{}, protocol.FaultOf(err)
	case <-g.done:
		return nil, protocol.ErrStopping
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// keyOf reads the key of a group in calls that accept $all in the form of a stream
// too.
func keyOf(stream *shared.StreamIdentifier, all bool, name string) (Key, error) {
	if all {
		return Key{protocol.AllStream, name}, nil
	}
	if stream == nil {
		return Key{}, protocol.ErrHandler
	}
	source, ok := protocol.ParseName(stream)
	if !ok {
		return Key{}, protocol.InvalidArgument("stream name is empty")
	}
	return Key{source, name}, nil
}
