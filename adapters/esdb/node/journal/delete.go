package journal

import (
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"
	"github.com/google/uuid"
)

// delete appends the mark of a soft delete to the metadata stream. It replaces all
// other metadata.
func (w *writer) delete(name string, expected Expected) (Written, error) {
	if err := checkLength(name); err != nil {
		return Written{}, err
	}
	h, err := w.writable(name)
	if err != nil {
		return Written{}, err
	}
	meta, err := w.heads.load(MetaPrefix + name)
	if err != nil {
		return Written{}, err
	}
	if meta.tombstone {
		return Written{}, &Deleted{name}
	}
	if err := w.checkDelete(name, h, expected, false); err != nil {
		return Written{}, err
	}
	if err := checkName(name); err != nil {
		return Written{}, err
	}
	position, err := w.storeMetadata(name, meta, deletedMark)
	if err == nil && !IsMeta(name) {
		h.meta = metadata{truncateBefore: MaxRevision}
		w.changed[name] = h
	}
	return Written{Revision: h.last, Position: position}, err
}

// tombstone appends the tombstone, the last event of a stream.
func (w *writer) tombstone(name string, expected Expected) (Written, error) {
	if err := checkLength(name); err != nil {
		return Written{}, err
	}
	h, err := w.writable(name)
	if err != nil {
		return Written{}, err
	}
	if err := w.checkDelete(name, h, expected, true); err != nil {
		return Written{}, err
	}
	if err := checkName(name); err != nil {
		return Written{}, err
	}
	end := &Proposed{ID: uuid.New(), Type: TypeTombstone}
	position, err := w.store(name, h, end, flagTombstone, MaxRevision)
	if err != nil {
		return Written{}, err
	}
	h.tombstone = true
	if IsMeta(name) {
		err = w.metadataEnded(name[len(MetaPrefix):])
	}
	return Written{Revision: MaxRevision, Position: position}, err
}

// checkDelete compares the expectation with the stream. A delete is never recognised
// as a repeat. absentToo allows a stream that does not exist.
func (w *writer) checkDelete(name string, h *head, expected Expected, absentToo bool) error {
	soft := h.softDeleted()
	if soft && expected == StreamExists {
		return &Deleted{name}
	}
	if h.last >= 0 || soft {
		switch {
		case expected == Any, expected == StreamExists, expected == NoStream && soft,
			expected >= 0 && int64(expected) == h.last:
			return nil
		}
		return &WrongVersion{name, expected, h.last}
	}
	known, err := w.hasMetadata(name)
	if err != nil {
		return err
	}
	switch {
	case known && expected < 0, absentToo && (expected == Any || expected == NoStream):
		return nil
	}
	return &WrongVersion{name, expected, h.last}
}

// storeMetadata appends a metadata event that the journal itself writes.
func (w *writer) storeMetadata(base string, meta *head, data []byte) (uint64, error) {
	name := MetaPrefix + base
	p := &Proposed{ID: uuid.New(), Type: TypeMetadata, JSON: true, Data: data}
	position, err := w.store(name, meta, p, 0, uint64(meta.last+1))
	if err != nil {
		return 0, err
	}
	meta.last++
	w.metas[name] = data
	return position, nil
}

// metadataWritten applies the metadata that a client has written. On a soft-deleted
// stream it re-opens the stream without its old events: a second metadata event has
// the next revision as $tb, even if the client wrote the mark of a delete.
func (w *writer) metadataWritten(name string, p *Proposed) error {
	w.metas[name] = p.Data
	base := name[len(MetaPrefix):]
	if IsMeta(base) {
		return nil
	}
	h, err := w.heads.load(base)
	if err != nil {
		return err
	}
	var meta parsed
	if p.JSON {
		meta, _ = parseMetadata(p.Data)
	}
	if h.softDeleted() {
		data := p.Data
		if !p.JSON {
			data = nil
		}
		return w.truncate(base, h, data, h.last+1)
	}
	h.meta = meta.metadata
	w.changed[base] = h
	return nil
}

// metadataEnded applies a tombstone on the metadata stream: the stream has no
// metadata, but events hidden by a soft delete stay hidden.
func (w *writer) metadataEnded(base string) error {
	if IsMeta(base) {
		return nil
	}
	h, err := w.heads.load(base)
	if err != nil {
		return err
	}
	if h.softDeleted() {
		h.floor = h.last + 1
	}
	h.meta = metadata{}
	w.changed[base] = h
	return nil
}

// reopen re-opens a soft-deleted stream: its metadata stays, with the first new
// revision as $tb.
func (w *writer) reopen(name string, h *head, first int64) error {
	data, err := w.newestMetadata(name)
	if err != nil {
		return err
	}
	return w.truncate(name, h, data, first)
}

// truncate appends the metadata data with a new $tb, and applies it.
func (w *writer) truncate(name string, h *head, data []byte, revision int64) error {
	meta, err := w.heads.load(MetaPrefix + name)
	if err != nil {
		return err
	}
	data = withTruncateBefore(data, revision)
	if _, err := w.storeMetadata(name, meta, data); err != nil {
		return err
	}
	p, _ := parseMetadata(data)
	h.meta = p.metadata
	w.changed[name] = h
	return nil
}

// newestMetadata returns the data of the newest event of a metadata stream.
func (w *writer) newestMetadata(name string) ([]byte, error) {
	if data, ok := w.metas[MetaPrefix+name]; ok {
		return data, nil
	}
	meta, err := w.heads.load(MetaPrefix + name)
	if err != nil || meta.last < 0 {
		return nil, err
	}
	position, _, err := w.locate(meta.number, uint64(meta.last))
	if err != nil {
		return nil, err
	}
	value, err := get(w.db, logKey(position))
	if err != nil {
		return nil, fmt.Errorf("read metadata: %w", err)
	}
	var f fields
	if err := f.decode(value); err != nil {
		return nil, err
	}
	return f.data, nil
}

// locate returns the position and time of an event, committed or in the group.
func (w *writer) locate(number, revision uint64) (position uint64, created int64, err error) {
	value, err := get(w.db, streamKey(number, revision))
	if errors.Is(err, pebble.ErrNotFound) {
		if e, ok := w.fresh.find(number, revision); ok {
			return e.position, e.created, nil
		}
	}
	if err != nil {
		return 0, 0, fmt.Errorf("locate event: %w", err)
	}
	position = readPosition(value)
	if value, err = get(w.db, logKey(position)); err != nil {
		return 0, 0, fmt.Errorf("locate event: %w", err)
	}
	var f fields
	err = f.decode(value)
	return position, f.created, err
}
