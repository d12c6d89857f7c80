package persistent

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/filter"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/group"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/journal"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/protocol"
)

// filterWindow is how many events one read considers at most, so that a filter that
// keeps few does not hold up the group.
const filterWindow = 4096

// sourced is an event and the link it was reached by: the payload of group.Event.
type sourced struct {
	event *journal.Event // nil when the target of the link is missing or hidden
	link  *journal.Event // nil when the event was read without a link
}

// original is the event of the source, whose id consumers acknowledge.
func (s *sourced) original() *journal.Event {
	if s.link != nil {
		return s.link
	}
	return s.event
}

// linkData is the data of a link to the event.
func (s *sourced) linkData() []byte {
	if s.event == nil {
		return s.link.Data
	}
	return fmt.Appendf(nil, "%d@%s", s.event.Revision, s.event.Stream)
}

// errGone says that the source is tombstoned and the group had not reached its end.
var errGone = errors.New("the stream is deleted")

// source reads the events of one group, page by page.
type source struct {
	journal *journal.Journal
	config  *definition
	keep    filter.Keep
	next    uint64
}

// read returns at most n events after the last page. A live group gets events that
// truncation has hidden meanwhile, and a tombstone as the last event; for one that
// is not live a tombstoned stream is errGone.
func (s *source) read(n int, live bool) (group.Page, error) {
	var page journal.Page
	if s.config.key().All() {
		return s.readAll(&page, n)
	}
	err := s.journal.ReadStream(&page, journal.StreamRead{Stream: s.config.Stream, From: s.next, Most: n, Untruncated: live})
	var deleted *journal.Deleted
	switch {
	case errors.As(err, &deleted) && !live:
		return group.Page{}, errGone
	case errors.Is(err, journal.ErrNotFound), errors.As(err, &deleted):
		page.End = true
	case err != nil:
		return group.Page{}, err
	default:
		s.next = page.Next
	}
	if page.End && !live {
		s.next = max(s.next, uint64(page.Last+1)) // a live group reads hidden events too
	}
	out := group.Page{End: page.End, Considered: len(page.Events)}
	for i := range page.Events {
		e, err := s.event(&page.Events[i])
		if err != nil {
			return group.Page{}, err
		}
		out.Events = append(out.Events, e)
		out.Last = e.Position
	}
	return out, nil
}

func (s *source) readAll(page *journal.Page, n int) (group.Page, error) {
	err := s.journal.ReadAll(page, journal.AllRead{From: s.next, Most: n, Window: filterWindow, Keep: s.keep})
	if err != nil {
		return group.Page{}, err
	}
	out := group.Page{Events: make([]group.Event, len(page.Events)), Considered: page.Considered, Last: page.Position, End: page.End}
	for i := range page.Events {
		if out.Events[i], err = s.event(&page.Events[i]); err != nil {
			return group.Page{}, err
		}
	}
	s.next = page.Next
	return out, nil
}

// event resolves an event of the source and determines its key.
func (s *source) event(read *journal.Event) (group.Event, error) {
	from := &sourced{event: read}
	if s.config.Settings.ResolveLinks {
		var err error
		if from, err = resolved(s.journal, read); err != nil {
			return group.Event{}, err
		}
	}
	e := group.Event{ID: read.ID, Position: read.Revision, Key: s.keyOf(from), Payload: from}
	if s.config.key().All() {
		e.Position = read.Position
	}
	return e, nil
}

// resolved follows a link, one level. An event that is no link is returned as it is.
func resolved(j *journal.Journal, read *journal.Event) (*sourced, error) {
	target, isLink, err := j.Resolve(read)
	if err != nil {
		return nil, err
	}
	if !isLink {
		return &sourced{event: read}, nil
	}
	return &sourced{event: target, link: read}, nil
}

// keyOf is the same for events that belong together: for PinnedByCorrelation the
// correlation id if there is one, else the stream of the event, which for a link is
// that of its target.
func (s *source) keyOf(e *sourced) string {
	if s.config.Settings.Strategy == group.PinnedByCorrelation {
		if id := correlationOf(e); id != "" {
			return id
		}
	}
	if e.event != nil && (e.link != nil || e.event.Type != journal.TypeLink) {
		return e.event.Stream
	}
	if _, stream, isLink := journal.ParseLink(e.original().Data); isLink && stream != "" {
		return stream
	}
	return e.original().Stream
}

func correlationOf(e *sourced) string {
	from := e.event
	if from == nil {
		from = e.link
	}
	var metadata map[string]json.RawMessage
	var id string
	if json.Unmarshal(from.Metadata, &metadata) != nil || json.Unmarshal(metadata["$correlationId"], &id) != nil {
		return ""
	}
	return id
}

// resolveStart returns the first revision or position of a group without checkpoint.
func resolveStart(j *journal.Journal, stream string, start origin) (uint64, error) {
	switch {
	case !start.End:
		return start.Commit, nil
	case stream == protocol.AllStream:
		return j.End(), nil
	}
	state, err := j.State(stream)
	if err != nil {
		return 0, err
	}
	if state.Tombstoned {
		return math.MaxInt64, nil
	}
	return uint64(state.Last + 1), nil
}
