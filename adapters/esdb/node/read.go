package node

import (
	"math"
	"sync"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc/codes"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/access"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/journal"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/protocol"
)

// pages are those of calls that have ended: what was sent is encoded by then.
var pages = sync.Pool{New: func() any { return new(journal.Page) }}

// Read serves bounded reads and catch-up subscriptions, of a stream or of the log.
func (s *streamsService) Read(r *streams.ReadReq, out streams.Streams_ReadServer) error {
	q, err := parseRead(r.GetOptions())
	if err != nil {
		return err
	}
	if err := access.MayUse(out.Context(), q.source()); err != nil {
		return err
	}
	page := pages.Get().(*journal.Page)
	defer pages.Put(page)
	reader := &reader{
		journal: s.journal,
		node:    s.node,
		out:     out,
		links:   q.links,
		page:    page,
		frame:   protocol.Frame{StringIDs: q.stringIDs},
	}
	if q.subscription {
		s.node.figures.subscriptions.Add(1)
		defer s.node.figures.subscriptions.Add(-1)
	}
	switch {
	case q.subscription && q.all:
		err = reader.subscribeAll(q)
	case q.subscription:
		err = reader.subscribeStream(q)
	case q.all:
		err = reader.readAll(q)
	default:
		err = reader.readStream(q)
	}
	return protocol.FaultOf(err)
}

// query is a checked read request.
type query struct {
	all          bool
	subscription bool
	backwards    bool
	links        bool
	stringIDs    bool
	// lastPosition: the stream's last revision is to be sent after its events.
	lastPosition bool
	count        uint64

	stream string
	from   start
	filter *filtered
}

// source is the stream that is read, or protocol.AllStream.
func (q *query) source() string {
	if q.all {
		return protocol.AllStream
	}
	return q.stream
}

// start is where a read begins: at the first event, at the end, or at a revision or
// position.
type start struct {
	first, end       bool
	revision         uint64
	commit, prepared uint64
}

func parseRead(o *streams.ReadReq_Options) (query, error) {
	var q query
	if o == nil {
		return q, protocol.ErrHandler
	}
	q.links = o.GetResolveLinks()
	_, q.stringIDs = o.GetUuidOption().GetContent().(*streams.ReadReq_Options_UUIDOption_String_)
	q.lastPosition = o.GetControlOption().GetCompatibility() == 1
	switch o.GetReadDirection() {
	case streams.ReadReq_Options_Forwards:
	case streams.ReadReq_Options_Backwards:
		q.backwards = true
	default:
		return q, protocol.InvalidArgument("unknown read direction %d", o.GetReadDirection())
	}
	for _, parse := range []func(*query, *streams.ReadReq_Options) error{
		(*query).parseCount, (*query).parseSource, (*query).parseFilter,
	} {
		if err := parse(&q, o); err != nil {
			return q, err
		}
	}
	return q, q.check()
}

func (q *query) parseCount(o *streams.ReadReq_Options) error {
	switch c := o.GetCountOption().(type) {
	case *streams.ReadReq_Options_Count:
		q.count = c.Count
	case *streams.ReadReq_Options_Subscription:
		q.subscription = true
	default:
		return protocol.InvalidArgument("count option is missing")
	}
	return nil
}

func (q *query) parseSource(o *streams.ReadReq_Options) error {
	switch source := o.GetStreamOption().(type) {
	case *streams.ReadReq_Options_Stream:
		var ok bool
		if q.stream, ok = protocol.ParseName(source.Stream.GetStreamIdentifier()); !ok {
			return protocol.ErrHandler
		}
		return q.from.parseRevision(source.Stream)
	case *streams.ReadReq_Options_All:
		q.all = true
		return q.from.parsePosition(source.All)
	}
	return protocol.InvalidArgument("stream option is missing")
}

func (s *start) parseRevision(o *streams.ReadReq_Options_StreamOptions) error {
	switch r := o.GetRevisionOption().(type) {
	case *streams.ReadReq_Options_StreamOptions_Start:
		s.first = true
	case *streams.ReadReq_Options_StreamOptions_End:
		s.end = true
	case *streams.ReadReq_Options_StreamOptions_Revision:
		s.revision = r.Revision
		s.end = r.Revision == math.MaxUint64
		if r.Revision > math.MaxInt64 && !s.end {
			return protocol.ErrHandler
		}
	default:
		return protocol.ErrHandler
	}
	return nil
}

func (s *start) parsePosition(o *streams.ReadReq_Options_AllOptions) error {
	switch p := o.GetAllOption().(type) {
	case *streams.ReadReq_Options_AllOptions_Start:
		s.first = true
	case *streams.ReadReq_Options_AllOptions_End:
		s.end = true
	case *streams.ReadReq_Options_AllOptions_Position:
		s.commit, s.prepared = p.Position.GetCommitPosition(), p.Position.GetPreparePosition()
		s.end = s.commit == math.MaxUint64 && s.prepared == math.MaxUint64
		s.first = s.commit == 0 && s.prepared == 0
		if !s.end && (s.commit > math.MaxInt64 || s.prepared > s.commit) {
			return protocol.ErrHandler
		}
	default:
		return protocol.ErrHandler
	}
	return nil
}

func (q *query) parseFilter(o *streams.ReadReq_Options) error {
	switch f := o.GetFilterOption().(type) {
	case *streams.ReadReq_Options_NoFilter:
		return nil
	case *streams.ReadReq_Options_Filter:
		if !q.all {
			return protocol.InvalidArgument("a stream cannot be filtered")
		}
		var err error
		q.filter, err = parseFilter(f.Filter, q.subscription)
		return err
	}
	return protocol.InvalidArgument("filter option is missing")
}

// check refuses combinations of valid parts that the real server refuses.
func (q *query) check() error {
	switch {
	case q.subscription && q.backwards:
		return protocol.InvalidArgument("a subscription cannot go backwards")
	case q.subscription && !q.all && q.from.revision == math.MaxInt64:
		return protocol.ErrHandler
	case q.subscription:
		return nil
	case q.all && q.count == 0:
		return protocol.InvalidArgument("count must be positive")
	case q.count == 0:
		return protocol.NewFault(codes.Unknown, "count must be positive")
	case !q.all && q.from.end && !q.backwards:
		return protocol.NewFault(codes.Unknown, "a stream cannot be read forwards from its end")
	}
	return nil
}

// reader answers one read call.
type reader struct {
	journal *journal.Journal
	node    *Node
	out     streams.Streams_ReadServer
	links   bool
	page    *journal.Page
	frame   protocol.Frame
}

// sendPage sends the events of the page, links resolved if asked for. It ends a read
// whose client has left, also when the page is empty.
func (r *reader) sendPage() error {
	if err := r.out.Context().Err(); err != nil {
		return err
	}
	for i := range r.page.Events {
		if err := r.send(&r.page.Events[i]); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) send(e *journal.Event) error {
	event, link := e, (*journal.Event)(nil)
	if r.links {
		target, isLink, err := r.journal.Resolve(e)
		if err != nil {
			return err
		}
		if isLink {
			event, link = target, e
		}
	}
	r.frame.Event(event, link)
	return r.out.SendMsg(&r.frame)
}

func (r *reader) sendStreamNotFound(stream string) error {
	return r.out.Send(&streams.ReadResp{Content: &streams.ReadResp_StreamNotFound_{
		StreamNotFound: &streams.ReadResp_StreamNotFound{
			StreamIdentifier: &shared.StreamIdentifier{StreamName: []byte(stream)}}}})
}
