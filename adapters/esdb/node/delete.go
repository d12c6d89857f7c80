package node

import (
	"context"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/access"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/journal"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/protocol"
)

// Delete soft-deletes a stream: its events are hidden until an append re-opens it,
// and stay hidden then.
func (s *streamsService) Delete(ctx context.Context, r *streams.DeleteReq) (*streams.DeleteResp, error) {
	o := r.GetOptions()
	expected, err := deleteExpectation(o)
	if err != nil {
		return nil, err
	}
	written, err := end(ctx, o.GetStreamIdentifier(), expected, s.journal.Delete)
	if err != nil {
		return nil, err
	}
	return &streams.DeleteResp{PositionOption: &streams.DeleteResp_Position_{Position: &streams.DeleteResp_Position{
		CommitPosition: written.Position, PreparePosition: written.Position}}}, nil
}

// Tombstone ends a stream: it can never be written or read again.
func (s *streamsService) Tombstone(ctx context.Context, r *streams.TombstoneReq) (*streams.TombstoneResp, error) {
	o := r.GetOptions()
	expected, err := tombstoneExpectation(o)
	if err != nil {
		return nil, err
	}
	written, err := end(ctx, o.GetStreamIdentifier(), expected, s.journal.Tombstone)
	if err != nil {
		return nil, err
	}
	return &streams.TombstoneResp{PositionOption: &streams.TombstoneResp_Position_{Position: &streams.TombstoneResp_Position{
		CommitPosition: written.Position, PreparePosition: written.Position}}}, nil
}

// end carries out a delete or a tombstone, which differ in write alone.
func end(ctx context.Context, id *shared.StreamIdentifier, expected journal.Expected,
	write func(context.Context, string, journal.Expected) (journal.Written, error)) (journal.Written, error) {
	name, ok := protocol.ParseName(id)
	if !ok {
		return journal.Written{}, protocol.ErrHandler
	}
	if err := access.MayUse(ctx, name); err != nil {
		return journal.Written{}, err
	}
	written, err := write(ctx, name, expected)
	if err != nil {
		return journal.Written{}, protocol.FaultOf(err)
	}
	return written, nil
}

func deleteExpectation(o *streams.DeleteReq_Options) (journal.Expected, error) {
	switch e := o.GetExpectedStreamRevision().(type) {
	case *streams.DeleteReq_Options_Revision:
		return expectedRevision(e.Revision)
	case *streams.DeleteReq_Options_NoStream:
		return journal.NoStream, nil
	case *streams.DeleteReq_Options_Any:
		return journal.Any, nil
	case *streams.DeleteReq_Options_StreamExists:
		return journal.StreamExists, nil
	}
	if o == nil {
		return 0, protocol.ErrHandler
	}
	return 0, errNoExpectation
}

func tombstoneExpectation(o *streams.TombstoneReq_Options) (journal.Expected, error) {
	switch e := o.GetExpectedStreamRevision().(type) {
	case *streams.TombstoneReq_Options_Revision:
		return expectedRevision(e.Revision)
	case *streams.TombstoneReq_Options_NoStream:
		return journal.NoStream, nil
	case *streams.TombstoneReq_Options_Any:
		return journal.Any, nil
	case *streams.TombstoneReq_Options_StreamExists:
		return journal.StreamExists, nil
	}
	if o == nil {
		return 0, protocol.ErrHandler
	}
	return 0, errNoExpectation
}
