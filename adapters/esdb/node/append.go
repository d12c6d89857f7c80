package node

import (
	"errors"
	"io"
	"math"
	"strconv"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/access"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/journal"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/protocol"
)

// streamsService implements the Streams service, BatchAppend excepted, which
// ServerFeatures does not list.
type streamsService struct {
	streams.UnimplementedStreamsServer
	node    *Node
	journal *journal.Journal
}

// maxDrain is how many bytes at most are read of a request that has failed already.
const maxDrain = 64 << 20

// Append reads the whole request before it answers, even an error: the official
// client, when its Send fails, reports the code Unknown and loses the reason.
func (s *streamsService) Append(stream streams.Streams_AppendServer) error {
	request, err := receiveAppend(stream)
	if err != nil {
		var f *protocol.Fault
		if errors.As(err, &f) {
			drain(func() (int, error) {
				m, err := stream.Recv()
				return proto.Size(m), err
			})
		}
		return err
	}
	if err := access.MayUse(stream.Context(), request.Stream); err != nil {
		return err
	}
	written, err := s.journal.Append(stream.Context(), request)
	var version *journal.WrongVersion
	if errors.As(err, &version) {
		return stream.SendAndClose(wrongVersionReply(version))
	}
	if err != nil {
		return protocol.FaultOf(err)
	}
	return stream.SendAndClose(appendReply(written))
}

// drain reads a request to its end, or until maxDrain bytes have come. receive
// returns the size of the next message.
func drain(receive func() (int, error)) {
	for n := 0; n < maxDrain; {
		size, err := receive()
		if err != nil {
			return
		}
		n += size + 1<<10
	}
}

// receiveAppend reads and checks a request. The order of the checks is the real
// server's, so that a request with two faults gets the same answer.
func receiveAppend(stream streams.Streams_AppendServer) (journal.Append, error) {
	var a journal.Append
	first, err := stream.Recv()
	if errors.Is(err, io.EOF) {
		return a, protocol.ErrHandler
	}
	if err != nil {
		return a, err
	}
	options := first.GetOptions()
	if options == nil || options.GetStreamIdentifier() == nil {
		return a, protocol.ErrHandler
	}
	if a.Expected, err = appendExpectation(options); err != nil {
		return a, err
	}
	size := 0
	for {
		m, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return a, err
		}
		p, err := parseProposed(m.GetProposedMessage(), &size)
		if err != nil {
			return a, err
		}
		a.Events = append(a.Events, p)
	}
	var ok bool
	if a.Stream, ok = protocol.ParseName(options.GetStreamIdentifier()); !ok {
		return a, protocol.ErrHandler
	}
	return a, nil
}

func appendExpectation(o *streams.AppendReq_Options) (journal.Expected, error) {
	switch e := o.GetExpectedStreamRevision().(type) {
	case *streams.AppendReq_Options_Revision:
		return expectedRevision(e.Revision)
	case *streams.AppendReq_Options_NoStream:
		return journal.NoStream, nil
	case *streams.AppendReq_Options_Any:
		return journal.Any, nil
	case *streams.AppendReq_Options_StreamExists:
		return journal.StreamExists, nil
	}
	return 0, errNoExpectation
}

var errNoExpectation = protocol.NewFault(codes.InvalidArgument, "expected stream revision is missing")

// expectedRevision reads a revision on the wire, where 2^64-1 means NoStream.
func expectedRevision(r uint64) (journal.Expected, error) {
	switch {
	case r == math.MaxUint64:
		return journal.NoStream, nil
	case r > journal.MaxRevision:
		return 0, protocol.ErrHandler
	}
	return journal.Expected(r), nil
}

// parseProposed reads one event and adds its data to the size of the append.
func parseProposed(m *streams.AppendReq_ProposedMessage, size *int) (journal.Proposed, error) {
	var p journal.Proposed
	if m == nil {
		return p, protocol.ErrHandler
	}
	typ, hasType := m.GetMetadata()["type"]
	contentType, hasContent := m.GetMetadata()["content-type"]
	if !hasType || !hasContent {
		return p, protocol.NewFault(codes.InvalidArgument, "Required Metadata Property is missing",
			"exception", "missing-required-metadata-property", "required-metadata-properties", "type,content-type")
	}
	if *size += len(m.GetData()); *size > maxAppend {
		return p, protocol.NewFault(codes.InvalidArgument, "Maximum Append Size Exceeded",
			"exception", "maximum-append-size-exceeded", "maximum-append-size", strconv.Itoa(maxAppend))
	}
	id, ok := protocol.ParseID(m.GetId())
	if !ok || typ == "" {
		return p, protocol.ErrHandler
	}
	return journal.Proposed{
		ID: id, Type: typ, JSON: contentType == protocol.ContentJSON,
		Data: m.GetData(), Metadata: m.GetCustomMetadata(),
	}, nil
}

func appendReply(w journal.Written) *streams.AppendResp {
	success := &streams.AppendResp_Success{}
	if w.Revision < 0 {
		success.CurrentRevisionOption = &streams.AppendResp_Success_NoStream{NoStream: &shared.Empty{}}
	} else {
		success.CurrentRevisionOption = &streams.AppendResp_Success_CurrentRevision{CurrentRevision: uint64(w.Revision)}
	}
	if w.Position == 0 {
		success.PositionOption = &streams.AppendResp_Success_NoPosition{NoPosition: &shared.Empty{}}
	} else {
		success.PositionOption = &streams.AppendResp_Success_Position{Position: &streams.AppendResp_Position{
			CommitPosition: w.Position, PreparePosition: w.Position}}
	}
	return &streams.AppendResp{Result: &streams.AppendResp_Success_{Success: success}}
}

// wrongVersionReply fills both forms of the conflict: the current fields and those
// of clients before 20.6.
func wrongVersionReply(e *journal.WrongVersion) *streams.AppendResp {
	w := &streams.AppendResp_WrongExpectedVersion{}
	if e.Current < 0 {
		w.CurrentRevisionOption = &streams.AppendResp_WrongExpectedVersion_CurrentNoStream{CurrentNoStream: &shared.Empty{}}
		w.CurrentRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_NoStream_20_6_0{NoStream_20_6_0: &shared.Empty{}}
	} else {
		current := uint64(e.Current)
		w.CurrentRevisionOption = &streams.AppendResp_WrongExpectedVersion_CurrentRevision{CurrentRevision: current}
		w.CurrentRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_CurrentRevision_20_6_0{CurrentRevision_20_6_0: current}
	}
	switch e.Expected {
	case journal.Any:
		w.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedAny{ExpectedAny: &shared.Empty{}}
		w.ExpectedRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_Any_20_6_0{Any_20_6_0: &shared.Empty{}}
	case journal.StreamExists:
		w.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedStreamExists{ExpectedStreamExists: &shared.Empty{}}
		w.ExpectedRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_StreamExists_20_6_0{StreamExists_20_6_0: &shared.Empty{}}
	case journal.NoStream:
		w.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedNoStream{ExpectedNoStream: &shared.Empty{}}
		w.ExpectedRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_ExpectedRevision_20_6_0{ExpectedRevision_20_6_0: math.MaxUint64}
	default:
		expected := uint64(e.Expected)
		w.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedRevision{ExpectedRevision: expected}
		w.ExpectedRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_ExpectedRevision_20_6_0{ExpectedRevision_20_6_0: expected}
	}
	return &streams.AppendResp{Result: &streams.AppendResp_WrongExpectedVersion_{WrongExpectedVersion: w}}
}
