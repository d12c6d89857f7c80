package node

import (
	"context"
	"errors"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/journal"
)

// Create makes a group. The order of the checks is that of the real server: strategy, start, existence, sizes.
func (s *groupsService) Create(ctx context.Context, r *persistent.CreateReq) (*persistent.CreateResp, error) {
	if err := mayManage(ctx); err != nil {
		return nil, err
	}
	config, err := parseCreate(r)
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
	forget := []journal.Entry{{Name: key.entry(checkpointEntry)}, {Name: key.entry(replayEntry)}}
	if err := s.store(ctx, config, forget...); err != nil {
		return nil, err
	}
	return &persistent.CreateResp{}, s.launch(config)
}

// Update changes a group: consumers are dropped, and it goes on from its checkpoint, or if there is none from the new
// start. When it fails nothing has changed.
func (s *groupsService) Update(ctx context.Context, r *persistent.UpdateReq) (*persistent.UpdateResp, error) {
	if err := mayManage(ctx); err != nil {
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
	return &persistent.UpdateResp{}, s.launch(config)
}

// check refuses an unknown strategy, and a start that is not there yet.
func (s *groupsService) check(c *groupConfig) error {
	if !c.Settings.Strategy.Known() {
		return failedFault(c.key(), "Consumer strategy "+string(c.Settings.Strategy)+" does not exist.")
	}
	if c.key().all() && !c.Start.End && c.Start.Commit >= s.journal.End() {
		return failedFault(c.key(), "Unable to create or update a subscription with a start position beyond the end.")
	}
	return nil
}

// store resolves the start of a group and makes its configuration durable, with other entries.
func (s *groupsService) store(ctx context.Context, c *groupConfig, others ...journal.Entry) error {
	var err error
	if c.From, err = resolveStart(s.journal, c.Stream, c.Start); err != nil {
		return faultOf(err)
	}
	entry, err := c.stored()
	if err != nil {
		return err
	}
	return faultOf(s.journal.Put(ctx, append(others, entry)...))
}

func (s *groupsService) launch(c *groupConfig) error {
	g, err := startGroup(s.journal, s.logger, c)
	if err != nil {
		s.logger.Error("event store group cannot start", "error", err)
		return faultOf(err)
	}
	s.put(g)
	return nil
}

// Delete ends a group. Its parked stream is soft-deleted, so that a group of the same name goes on numbering there.
func (s *groupsService) Delete(ctx context.Context, r *persistent.DeleteReq) (*persistent.DeleteResp, error) {
	if err := mayManage(ctx); err != nil {
		return nil, err
	}
	o := r.GetOptions()
	key := groupKey{allStream, o.GetGroupName()}
	switch source := o.GetStreamOption().(type) {
	case *persistent.DeleteReq_Options_StreamIdentifier:
		var err error
		if key.stream, err = groupStream(source.StreamIdentifier); err != nil {
			return nil, err
		}
	case *persistent.DeleteReq_Options_All:
	default:
		return nil, errHandler
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
		return nil, faultOf(err)
	}
	s.mu.Lock()
	delete(s.groups, key)
	s.mu.Unlock()
	g.close(droppedFault(key))
	return &persistent.DeleteResp{}, s.forget(ctx, key)
}

// forget removes what a group leaves behind.
func (s *groupsService) forget(ctx context.Context, key groupKey) error {
	err := s.journal.Put(ctx, journal.Entry{Name: key.entry(checkpointEntry)}, journal.Entry{Name: key.entry(replayEntry)})
	if err != nil {
		return faultOf(err)
	}
	_, err = s.journal.Delete(ctx, key.parkedStream(), journal.Any)
	var absent *journal.WrongVersion
	var deleted *journal.Deleted
	if errors.As(err, &absent) || errors.As(err, &deleted) {
		return nil
	}
	return faultOf(err)
}

// ReplayParked delivers parked messages anew.
func (s *groupsService) ReplayParked(ctx context.Context, r *persistent.ReplayParkedReq) (*persistent.ReplayParkedResp, error) {
	if err := mayManage(ctx); err != nil {
		return nil, err
	}
	o := r.GetOptions()
	var stream *shared.StreamIdentifier
	all := false
	switch source := o.GetStreamOption().(type) {
	case *persistent.ReplayParkedReq_Options_StreamIdentifier:
		stream = source.StreamIdentifier
	case *persistent.ReplayParkedReq_Options_All:
		all = true
	}
	key, err := keyOf(stream, all, o.GetGroupName())
	if err != nil {
		return nil, err
	}
	var stop *uint64
	switch limit := o.GetStopAtOption().(type) {
	case *persistent.ReplayParkedReq_Options_StopAt:
		if limit.StopAt < 0 {
			return nil, failedFault(key, "Cannot stop replaying parked message at a negative version.")
		}
		at := uint64(limit.StopAt)
		stop = &at
	case *persistent.ReplayParkedReq_Options_NoLimit:
	default:
		return nil, errHandler
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
		return &persistent.ReplayParkedResp{}, faultOf(err)
	case <-g.done:
		return nil, errStopping
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// keyOf names a group in calls that take $all in either form.
func keyOf(stream *shared.StreamIdentifier, all bool, name string) (groupKey, error) {
	if all {
		return groupKey{allStream, name}, nil
	}
	if stream == nil {
		return groupKey{}, errHandler
	}
	source, ok := parseName(stream)
	if !ok {
		return groupKey{}, invalidArgument("stream name is empty")
	}
	return groupKey{source, name}, nil
}
