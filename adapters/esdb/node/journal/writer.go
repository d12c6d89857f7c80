package journal

import (
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/cockroachdb/pebble/v2"
)

type kind byte

const (
	appendEvents kind = iota
	deleteStream
	tombstoneStream
	putEntries
	importEvents
	removeEvents
)

// request is a request to the writer. The fields below done are the answer; they may
// be read when done is closed.
type request struct {
	kind     kind
	stream   string
	expected Expected
	events   []Proposed
	entries  []Entry
	imports  []Event
	removals []removal
	spare    Spare

	done    chan struct{}
	written Written
	err     error
}

// A group is committed when no request waits, or at these bounds, which keep a
// commit smaller than a memtable of the engine.
const (
	groupRequests = 512
	groupBytes    = 4 << 20
)

// writer is the goroutine that changes the journal. The changes of the uncommitted
// group, which the engine does not return yet, are in heads, fresh and metas.
type writer struct {
	j     *Journal
	db    *pebble.DB
	heads *heads
	end   uint64

	batch *pebble.Batch
	group []*request
	// changed are the heads to be stored with the group.
	changed map[string]*head
	fresh   freshIDs
	// metas are the newest events of metadata streams written by the group.
	metas map[string][]byte
	key   [idKeySize]byte
	value []byte
}

func newWriter(j *Journal, end uint64) *writer {
	changed := map[string]*head{}
	return &writer{
		j: j, db: j.db, end: end, heads: newHeads(j.db, headsKept, changed),
		changed: changed, metas: map[string][]byte{},
		fresh: freshIDs{first: map[freshID]freshEvent{}},
	}
}

func (w *writer) run() {
	defer close(w.j.stopped)
	for {
		select {
		case r := <-w.j.requests:
			w.serve(r)
		case <-w.j.stop:
			w.refuseRest()
			return
		}
	}
}

// refuseRest answers the requests that were queued before the stop.
func (w *writer) refuseRest() {
	for {
		select {
		case r := <-w.j.requests:
			r.err = ErrClosed
			close(r.done)
		default:
			return
		}
	}
}

// serve takes one request and all that wait behind it, commits them together, and
// answers them.
func (w *writer) serve(r *request) {
	w.group = w.group[:0]
	w.batch = w.db.NewBatch()
	w.accept(r)
	runtime.Gosched() // who is ready to run may be about to send a request, and joins the group
	for len(w.group) < groupRequests && w.batch.Len() < groupBytes {
		select {
		case r := <-w.j.requests:
			w.accept(r)
			continue
		default:
		}
		break
	}
	err := w.commit()
	for _, r := range w.group {
		if err != nil {
			r.written, r.err = Written{}, err
		}
		close(r.done)
	}
	clear(w.group)
}

// accept decides one request; its operations join the batch.
func (w *writer) accept(r *request) {
	w.group = append(w.group, r)
	if r.err = w.j.failed.get(); r.err != nil {
		return
	}
	switch r.kind {
	case appendEvents:
		r.written, r.err = w.append(r.stream, r.expected, r.events)
	case deleteStream:
		r.written, r.err = w.delete(r.stream, r.expected)
	case tombstoneStream:
		r.written, r.err = w.tombstone(r.stream, r.expected)
	case putEntries:
		w.put(r.entries)
	case importEvents:
		r.err = w.importAll(r.imports)
	case removeEvents:
		r.err = w.remove(r)
	}
	if r.err != nil && w.damaged(r.err) {
		w.j.failed.set(r.err)
	}
}

// damaged reports whether an error is the engine's, not a refusal. The batch may
// then be incomplete and must not be committed.
func (w *writer) damaged(err error) bool {
	var deleted *Deleted
	var version *WrongVersion
	var invalid *Invalid
	return !errors.As(err, &deleted) && !errors.As(err, &version) && !errors.As(err, &invalid)
}

// commit syncs the group and publishes it.
func (w *writer) commit() error {
	defer w.reset()
	if err := w.j.failed.get(); err != nil {
		return err
	}
	for name, h := range w.changed {
		w.value = h.encode(w.value[:0])
		if err := w.batch.Set(nameKey(prefixHead, name), w.value, nil); err != nil {
			return fmt.Errorf("commit: %w", err)
		}
	}
	if w.batch.Empty() {
		return nil
	}
	c := Commit{Requests: len(w.group), Events: w.fresh.len(), Bytes: w.batch.Len()}
	began := time.Now()
	if err := w.apply(); err != nil {
		return err
	}
	c.Took = time.Since(began)
	w.j.publish(w.end)
	w.j.observe(c)
	return nil
}

// apply writes the batch. When the engine cannot, engineLogger.Fatalf panics on this
// goroutine.
func (w *writer) apply() (err error) {
	defer func() {
		if p := recover(); p != nil {
			if _, ok := p.(engineFailure); !ok {
				panic(p)
			}
			err = w.j.failed.get()
		}
	}()
	if err := w.db.Apply(w.batch, pebble.Sync); err != nil {
		w.j.failed.set(err)
	}
	return w.j.failed.get() // after a failure disk returns no error to the engine
}

func (w *writer) reset() {
	if w.j.failed.get() == nil {
		w.batch.Close()
	}
	w.batch = nil
	clear(w.changed)
	clear(w.metas)
	w.fresh.reset()
}

// store adds a new event to the batch, with the current time, and returns its
// position.
func (w *writer) store(name string, h *head, p *Proposed, flags byte, revision uint64) (uint64, error) {
	h.created = max(h.created, ticks(w.j.now()))
	if p.JSON {
		flags |= flagJSON
	}
	return w.storeEvent(h, &record{flags: flags, created: h.created, id: p.ID, revision: revision,
		stream: name, typ: p.Type, data: p.Data, metadata: p.Metadata})
}

// storeEvent adds a record at the end of the log, with its index entries.
func (w *writer) storeEvent(h *head, r *record) (uint64, error) {
	position := w.end
	if h.number == 0 {
		h.number = position
	}
	if err := w.storeRecord(r); err != nil {
		return 0, err
	}
	var at [8]byte
	index := w.batch.SetDeferred(streamKeySize, len(at))
	putStreamKey(index.Key, h.number, r.revision)
	putPosition(index.Value, position)
	if err := index.Finish(); err != nil {
		return 0, fmt.Errorf("store event: %w", err)
	}
	id := w.batch.SetDeferred(idKeySize, 0)
	putIDKey(id.Key, h.number, &r.id, r.revision)
	if err := id.Finish(); err != nil {
		return 0, fmt.Errorf("store event: %w", err)
	}
	w.fresh.add(h.number, r.id, freshEvent{r.revision, position, h.created})
	w.changed[r.stream] = h
	return position, nil
}

// storeRecord adds a record at the end of the log, and moves the end.
func (w *writer) storeRecord(r *record) error {
	size := r.size()
	op := w.batch.SetDeferred(keySize, size)
	putLogKey(op.Key, w.end)
	r.encode(op.Value)
	if err := op.Finish(); err != nil {
		return fmt.Errorf("store event: %w", err)
	}
	w.end += advance(size)
	return nil
}

func (w *writer) put(entries []Entry) {
	for _, e := range entries {
		key := nameKey(prefixEntry, e.Name)
		if e.Value == nil {
			w.batch.Delete(key, nil)
		} else {
			w.batch.Set(key, e.Value, nil)
		}
	}
}
