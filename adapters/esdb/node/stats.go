package node

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/journal"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/persistent"
)

// Stats counts what is in a node's folder, superseded events included.
type Stats struct {
	End        uint64       `json:"end"` // position of the next event
	Streams    int          `json:"streams"`
	Events     int          `json:"events"`
	Bytes      int64        `json:"bytes"` // names, data and metadata, before compression
	Categories []Category   `json:"categories"`
	Groups     []GroupStats `json:"groups"`
}

// Category counts the streams whose names are equal up to the first "-".
type Category struct {
	Name    string `json:"name"`
	Streams int    `json:"streams"`
	Events  int    `json:"events"`
	Bytes   int64  `json:"bytes"`
}

// GroupStats is the progress of a persistent subscription group.
type GroupStats struct {
	Stream     string  `json:"stream"`
	Group      string  `json:"group"`
	Checkpoint *uint64 `json:"checkpoint"` // nil before the first; a position, or a revision in its stream
	Lag        int64   `json:"lag"`        // events after the checkpoint that match the group's filter
	Parked     int64   `json:"parked"`
}

// Stats implements Keeper. It reads the whole log.
func (d *Data) Stats(ctx context.Context) (Stats, error) {
	s := Stats{End: d.journal.End(), Groups: []GroupStats{}}
	categories := map[string]*Category{}
	category := func(stream string) *Category {
		name, _, _ := strings.Cut(stream, "-")
		c := categories[name]
		if c == nil {
			c = &Category{Name: strings.Clone(name)}
			categories[c.Name] = c
		}
		return c
	}
	err := d.scan(ctx, journal.AllRead{Hidden: true}, func(e *journal.Event) error {
		c := category(e.Stream)
		c.Events++
		c.Bytes += int64(len(e.Stream) + len(e.Type) + len(e.Data) + len(e.Metadata))
		return nil
	})
	if err == nil {
		err = d.journal.Streams(ctx, func(name string) error { category(name).Streams++; return nil })
	}
	if err == nil {
		s.Groups, err = d.groupStats(ctx)
	}
	if err != nil {
		return Stats{}, fmt.Errorf("count what is stored: %w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(categories)) {
		c := categories[name]
		s.Streams, s.Events, s.Bytes = s.Streams+c.Streams, s.Events+c.Events, s.Bytes+c.Bytes
		s.Categories = append(s.Categories, *c)
	}
	return s, nil
}

// scan calls f with every event that r selects, in order, up to the end of the log
// at the time of the call.
func (d *Data) scan(ctx context.Context, r journal.AllRead, f func(*journal.Event) error) error {
	var page journal.Page
	r.Most = pageEvents
	for end := d.journal.End(); r.From < end; r.From = page.Next {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := d.journal.ReadAll(&page, r); err != nil {
			return err
		}
		for i := range page.Events {
			if page.Events[i].Position >= end {
				return nil
			}
			if err := f(&page.Events[i]); err != nil {
				return err
			}
		}
		if page.End {
			return nil
		}
	}
	return nil
}

func (d *Data) groupStats(ctx context.Context) ([]GroupStats, error) {
	groups, err := persistent.Load(d.journal)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(groups, func(a, b persistent.Stored) int { return cmp.Compare(a.Number(), b.Number()) })
	stats := []GroupStats{}
	for i := range groups {
		s, err := d.groupStat(ctx, &groups[i])
		if err != nil {
			return nil, err
		}
		stats = append(stats, s)
	}
	return stats, nil
}

func (d *Data) groupStat(ctx context.Context, g *persistent.Stored) (GroupStats, error) {
	s := GroupStats{Stream: g.Key.Stream, Group: g.Key.Name, Checkpoint: g.Checkpoint}
	parked, err := g.Parked(d.journal)
	if err != nil {
		return s, err
	}
	s.Parked = int64(parked)
	if !g.Key.All() {
		state, err := d.journal.State(g.Key.Stream)
		s.Lag = max(0, state.Last+1-int64(min(g.Next(), journal.MaxRevision)))
		return s, err
	}
	keep, err := g.Filter().Compile()
	if err != nil {
		return s, err
	}
	err = d.scan(ctx, journal.AllRead{From: g.Next(), Keep: keep}, func(*journal.Event) error { s.Lag++; return nil })
	return s, err
}
