package persistent

import (
	"context"
	"errors"
	"io"
	"time"

	pb "github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"google.golang.org/grpc/metadata"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/access"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/group"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/protocol"
)

// Read connects a consumer. The first message of the client names the group, the
// others acknowledge or refuse events. This goroutine sends, another receives.
func (s *Service) Read(stream pb.PersistentSubscriptions_ReadServer) error {
	first, err := stream.Recv()
	if errors.Is(err, io.EOF) {
		return protocol.ErrHandler
	}
	if err != nil {
		return err
	}
	key, out, err := parseJoin(first.GetOptions())
	if err != nil {
		return err
	}
	if err := access.MayUse(stream.Context(), key.Stream); err != nil {
		return err
	}
	g, err := s.find(key)
	if err != nil {
		return err
	}
	ctx := stream.Context()
	c, err := g.join(int(first.GetOptions().GetBufferSize()), connectionName(ctx), access.UserName(ctx))
	if err != nil {
		return err
	}
	defer g.leave(c)
	if err := stream.Send(confirmation(key)); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- g.receive(stream) }()
	return c.send(stream, out, ended)
}

func parseJoin(o *pb.ReadReq_Options) (Key, *protocol.Frame, error) {
	var stream *shared.StreamIdentifier
	_, all := o.GetStreamOption().(*pb.ReadReq_Options_All)
	if !all {
		stream = o.GetStreamIdentifier()
	}
	uuids := o.GetUuidOption().GetContent()
	if o.GetStreamOption() == nil || uuids == nil || o.GetBufferSize() < 0 {
		return Key{}, nil, protocol.ErrHandler
	}
	key, err := keyOf(stream, all, o.GetGroupName())
	if err != nil {
		return Key{}, nil, protocol.ErrHandler
	}
	_, text := uuids.(*pb.ReadReq_Options_UUIDOption_String_)
	return key, &protocol.Frame{StringIDs: text}, nil
}

// connectionName is the client's own name for its connection.
func connectionName(ctx context.Context) string {
	md, _ := metadata.FromIncomingContext(ctx)
	if names := md.Get("connection-name"); len(names) > 0 && names[0] != "" {
		return names[0]
	}
	return "<unknown>"
}

func confirmation(key Key) *pb.ReadResp {
	return &pb.ReadResp{Content: &pb.ReadResp_SubscriptionConfirmation_{
		SubscriptionConfirmation: &pb.ReadResp_SubscriptionConfirmation{SubscriptionId: key.String()}}}
}

// send delivers events until the consumer is dropped, its call ends, or receive
// returns an error.
func (c *consumer) send(stream pb.PersistentSubscriptions_ReadServer, out *protocol.Frame, ended <-chan error) error {
	var pushes []group.Push
	for {
		select {
		case <-c.out.wake:
		case <-c.dropped:
			return c.reason
		case err := <-ended:
			if err != nil {
				return err
			}
			ended = nil // half-closed by the client, which still receives
		case <-stream.Context().Done():
			return stream.Context().Err()
		}
		pushes = c.out.take(pushes)
		for _, p := range pushes {
			from := p.Event.Payload.(*sourced)
			out.Delivery(from.event, from.link, p.Retry)
			if err := stream.SendMsg(out); err != nil {
				return err
			}
		}
	}
}

// receive passes acknowledgements to the group. It returns nil at the client's
// half-close, an error for a malformed message.
func (g *runner) receive(stream pb.PersistentSubscriptions_ReadServer) error {
	for {
		m, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch said := m.GetContent().(type) {
		case *pb.ReadReq_Ack_:
			ids, err := parseIDs(said.Ack.GetIds())
			if err != nil {
				return err
			}
			g.inbox.put(func() { g.machine.Ack(time.Now(), ids...) })
		case *pb.ReadReq_Nack_:
			ids, err := parseIDs(said.Nack.GetIds())
			if err != nil {
				return err
			}
			action, err := parseAction(said.Nack.GetAction())
			if err != nil {
				return err
			}
			g.inbox.put(func() { g.machine.Nack(time.Now(), action, said.Nack.GetReason(), ids...) })
		default:
			return protocol.InvalidArgument("neither an acknowledgement nor a refusal")
		}
	}
}

func parseIDs(wire []*shared.UUID) ([][16]byte, error) {
	ids := make([][16]byte, len(wire))
	for i, w := range wire {
		id, ok := protocol.ParseID(w)
		if !ok {
			return nil, protocol.InvalidArgument("malformed event id")
		}
		ids[i] = id
	}
	return ids, nil
}

// parseAction reads the action of a refusal. The real server treats Stop as Skip,
// and Unknown as Retry.
func parseAction(a pb.ReadReq_Nack_Action) (group.Action, error) {
	switch a {
	case pb.ReadReq_Nack_Unknown, pb.ReadReq_Nack_Retry:
		return group.Retry, nil
	case pb.ReadReq_Nack_Park:
		return group.ParkIt, nil
	case pb.ReadReq_Nack_Skip, pb.ReadReq_Nack_Stop:
		return group.Skip, nil
	}
	return 0, protocol.InvalidArgument("unknown action %d", a)
}
