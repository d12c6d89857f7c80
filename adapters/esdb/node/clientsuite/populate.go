package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/journal"
)

// populate makes the database that the client's tests expect: the events that its
// resources list, at their positions, and other events between them.
func populate(ctx context.Context, dir string, resources fs.FS) error {
	events, err := dataset(resources)
	if err != nil {
		return fmt.Errorf("populate: %w", err)
	}
	j, err := journal.Open(journal.Options{Dir: dir})
	if err != nil {
		return err
	}
	for batch := range slices.Chunk(events, 1000) {
		if err := j.Import(ctx, batch); err != nil {
			return errors.Join(err, j.Close())
		}
	}
	return j.Close()
}

// dataset is all events in the order of the log.
func dataset(resources fs.FS) ([]journal.Event, error) {
	d := &builder{resources: resources, listed: map[place]journal.Event{}}
	system := d.list("all-e0-e10.json", "all-c1788-p1788.json")
	last := d.list("all-back-e0-e10.json")
	d.list("dataset20M-1800-e0-e10.json", "dataset20M-1800-e1999-e1990.json")
	d.matches()
	// Not listed, but a test reads backwards from there.
	d.listed[place{"dataset20M-0", 0}] = journal.Event{Position: 3386}
	if d.err != nil {
		return nil, d.err
	}
	for _, e := range system {
		d.add(e)
	}
	first := d.listed[place{"dataset20M-1800", 0}].Position
	d.fill("dataset20M-0", 0, 2000, first, func(revision int) string { return fmt.Sprint("eventType-", revision%200) })
	d.fill("dataset20M-1800", 0, 2000, first+1_000_000, func(revision int) string { return fmt.Sprint("eventType-", 1800+revision%200) })
	d.fill("dataset20M-0", 2000, 6000, 20_200_000, func(int) string { return "eventType-more" })
	begun := map[string]bool{}
	for _, e := range last { // streams continue before the last listed events
		if !begun[e.Stream] {
			d.fill(e.Stream, d.next(e.Stream), int(e.Revision), (d.position()+last[0].Position)/2, func(int) string { return e.Type })
		}
		begun[e.Stream] = true
	}
	for _, e := range last {
		d.add(e)
	}
	return d.events, nil
}

type place struct {
	stream   string
	revision int
}

type builder struct {
	resources fs.FS
	// listed are events of a known position, and revision if that is known.
	listed map[place]journal.Event
	events []journal.Event
	err    error
}

// resource is an event in the form of the resources.
type resource struct {
	Event struct {
		StreamID       string
		StreamRevision struct{ Value uint64 }
		EventID        uuid.UUID
		EventType      string
		EventData      []byte
		UserMetadata   []byte
		Created        struct{ Seconds, Nanos int64 }
		Position       struct{ Commit uint64 }
		ContentType    string
	}
}

// list reads files of events and returns them in the order of the log, each once.
func (d *builder) list(files ...string) []journal.Event {
	var events []journal.Event
	for _, file := range files {
		var list []resource
		d.read(file, &list)
		for _, r := range list {
			e := journal.Event{Stream: r.Event.StreamID, Revision: r.Event.StreamRevision.Value, Position: r.Event.Position.Commit,
				ID: r.Event.EventID, Type: r.Event.EventType, JSON: r.Event.ContentType == "application/json",
				Created: r.Event.Created.Seconds*1e7 + r.Event.Created.Nanos/100,
				Data:    r.Event.EventData, Metadata: r.Event.UserMetadata}
			d.listed[place{e.Stream, int(e.Revision)}] = e
			events = append(events, e)
		}
	}
	slices.SortFunc(events, func(a, b journal.Event) int { return cmp.Compare(a.Position, b.Position) })
	return slices.CompactFunc(events, func(a, b journal.Event) bool { return a.Position == b.Position })
}

// matches reads the positions of the events that a filtered subscription finds: ten
// in one stream, the rest in the other.
func (d *builder) matches() {
	var revisions []int
	var positions []struct{ Commit uint64 }
	d.read("all-versions-filtered-stream-194-e0-e30.json", &revisions)
	d.read("all-positions-filtered-stream-194-e0-e30.json", &positions)
	for i := range min(len(revisions), len(positions)) {
		stream := "dataset20M-0"
		if i >= 10 {
			stream = "dataset20M-1800"
		}
		d.listed[place{stream, revisions[i]}] = journal.Event{Position: positions[i].Commit}
	}
}

func (d *builder) read(file string, into any) {
	data, err := fs.ReadFile(d.resources, file)
	if err == nil {
		err = json.Unmarshal(data, into)
	}
	if err != nil && d.err == nil {
		d.err = fmt.Errorf("read %s: %w", file, err)
	}
}

func (d *builder) add(e journal.Event) { d.events = append(d.events, e) }

func (d *builder) position() uint64 { return d.events[len(d.events)-1].Position }

// next is the next revision of a stream.
func (d *builder) next(stream string) int {
	for _, e := range slices.Backward(d.events) {
		if e.Stream == stream {
			return int(e.Revision) + 1
		}
	}
	return 0
}

// fill adds revisions of a stream before a position: the listed ones at their
// positions, the others evenly between.
func (d *builder) fill(stream string, from, to int, before uint64, typ func(revision int) string) {
	created := d.events[len(d.events)-1].Created
	for revision := from; revision < to; revision++ {
		e := d.listed[place{stream, revision}]
		if e.Position == 0 {
			anchor, at := revision, before
			for ; anchor < to; anchor++ {
				if known := d.listed[place{stream, anchor}].Position; known > 0 {
					at = known
					break
				}
			}
			e.Position = d.position() + (at-d.position())/uint64(anchor-revision+1)
		}
		if e.Stream == "" {
			e.Stream, e.Revision, e.Created, e.JSON, e.Type = stream, uint64(revision), created, true, typ(revision)
			e.ID = uuid.NewSHA1(uuid.NameSpaceOID, fmt.Appendf(nil, "%d@%s", revision, stream))
			e.Data = fmt.Appendf(nil, `{"somedata" : %d}`, revision)
		}
		created = e.Created
		d.add(e)
	}
}
