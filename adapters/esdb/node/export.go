package node

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/journal"
)

// An export is lines of JSON: one for each event in the order of the log, then one
// for each journal entry (what groups store), then one with the number of the lines
// before it. Data and metadata that are JSON on one line are written as they are,
// other bytes as base64, so that an import restores the exact bytes.
type exportedEvent struct {
	Position   uint64          `json:"position"`
	Stream     string          `json:"stream"`
	Revision   uint64          `json:"revision"`
	ID         uuid.UUID       `json:"id"`
	Type       string          `json:"type"`
	Created    int64           `json:"created"` // 100 ns since 1970
	JSON       bool            `json:"json,omitempty"`
	Tombstone  bool            `json:"tombstone,omitempty"`
	Data       json.RawMessage `json:"data,omitempty"`
	Data64     []byte          `json:"data64,omitempty"`
	Metadata   json.RawMessage `json:"metadata,omitempty"`
	Metadata64 []byte          `json:"metadata64,omitempty"`
}

type exportedLine struct {
	exportedEvent
	Entry *string `json:"entry"`
	Value []byte  `json:"value"`
	Count *int    `json:"count"` // of the lines before it
}

// Export implements Keeper. Sealed data stays sealed.
func (d *Data) Export(ctx context.Context, to io.Writer) error {
	w := &exporter{Writer: bufio.NewWriterSize(to, 1<<20)}
	err := d.scan(ctx, journal.AllRead{Hidden: true}, w.event)
	if err == nil {
		var entries []journal.Entry
		entries, err = d.journal.Entries("")
		for i := range entries {
			if err == nil {
				err = w.entry(&entries[i])
			}
		}
	}
	if err == nil {
		_, err = fmt.Fprintf(w, "{\"count\":%d}\n", w.count)
	}
	if err == nil {
		err = w.Flush()
	}
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}

type exporter struct {
	*bufio.Writer
	count int
}

func (w *exporter) event(e *journal.Event) error {
	w.count++
	head, err := json.Marshal(exportedEvent{Position: e.Position, Stream: e.Stream, Revision: e.Revision, ID: e.ID, Type: e.Type,
		Created: e.Created, JSON: e.JSON, Tombstone: e.Tombstone})
	if err != nil {
		return err
	}
	w.Write(head[:len(head)-1])
	w.field("data", e.Data)
	w.field("metadata", e.Metadata)
	_, err = w.WriteString("}\n") // reports earlier errors of the writer too
	return err
}

// field writes b as raw JSON if decoding returns exactly the same bytes, else as
// base64 under name+"64".
func (w *exporter) field(name string, b []byte) {
	switch {
	case len(b) == 0:
	case len(bytes.TrimSpace(b)) == len(b) && !bytes.ContainsAny(b, "\r\n") && utf8.Valid(b) && json.Valid(b):
		fmt.Fprintf(w, ",%q:%s", name, b)
	default:
		text, _ := json.Marshal(b)
		fmt.Fprintf(w, ",%q:%s", name+"64", text)
	}
}

func (w *exporter) entry(e *journal.Entry) error {
	w.count++
	return json.NewEncoder(w).Encode(struct {
		Entry string `json:"entry"`
		Value []byte `json:"value"`
	}{e.Name, e.Value})
}

// Import creates a node's folder from an export: the same events at the same
// positions, with the same ids and times, and the same groups. The folder must be
// empty or absent; after an error it is as before. Import returns how many lines it
// read.
func Import(ctx context.Context, dir string, from io.Reader) (lines int, err error) {
	err = journal.Create(journal.Options{Dir: dir}, func(j *journal.Journal) error {
		r := &importer{ctx: ctx, journal: j}
		defer func() { lines = r.count }()
		return r.read(bufio.NewReaderSize(from, 1<<20))
	})
	if err != nil {
		return lines, fmt.Errorf("import: line %d: %w", lines+1, err)
	}
	return lines, nil
}

type importer struct {
	ctx     context.Context
	journal *journal.Journal
	count   int
	events  []journal.Event
	size    int
}

// An import commits its events in batches of this many events or bytes, whichever
// comes first.
const (
	importEvents = 1000
	importBytes  = 1 << 20
)

func (r *importer) read(from *bufio.Reader) error {
	for {
		text, err := from.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return errors.New("it ends before its last line")
		}
		if err != nil {
			return err
		}
		var line exportedLine
		if err := json.Unmarshal(text, &line); err != nil {
			return err
		}
		switch {
		case line.Count != nil && *line.Count != r.count:
			return fmt.Errorf("%d lines were written, %d are here", *line.Count, r.count)
		case line.Count != nil:
			return r.flush()
		case line.Entry != nil:
			err = r.journal.Put(r.ctx, journal.Entry{Name: *line.Entry, Value: append([]byte{}, line.Value...)})
		default:
			err = r.event(&line.exportedEvent, len(text))
		}
		if err != nil {
			return err
		}
		r.count++
	}
}

func (r *importer) event(e *exportedEvent, size int) error {
	data, metadata := []byte(e.Data), []byte(e.Metadata)
	if e.Data64 != nil {
		data = e.Data64
	}
	if e.Metadata64 != nil {
		metadata = e.Metadata64
	}
	r.events = append(r.events, journal.Event{Position: e.Position, Stream: e.Stream, Revision: e.Revision, ID: e.ID, Type: e.Type,
		Created: e.Created, JSON: e.JSON, Tombstone: e.Tombstone, Data: data, Metadata: metadata})
	if r.size += size; len(r.events) < importEvents && r.size < importBytes {
		return nil
	}
	return r.flush()
}

func (r *importer) flush() error {
	if len(r.events) == 0 {
		return nil
	}
	err := r.journal.Import(r.ctx, r.events)
	r.events, r.size = r.events[:0], 0
	return err
}
