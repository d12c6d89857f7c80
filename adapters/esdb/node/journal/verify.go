package journal

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/cockroachdb/pebble/v2"
	"github.com/google/uuid"
)

// Damage is a fault found by a verification. Reason says what is wrong, and where.
type Damage struct{ Reason string }

func (e *Damage) Error() string { return e.Reason }

func damage(format string, args ...any) error { return &Damage{fmt.Sprintf(format, args...)} }

// Verified counts what was verified.
type Verified struct {
	Streams int    `json:"streams"`
	Events  int    `json:"events"`
	End     uint64 `json:"end"`
}

// Verify reads the whole journal and checks that the engine's checksums are right,
// every record is readable and begins after the one before, revisions of a stream
// have no gap and times do not decrease, indexes have an entry for every record and
// no other, and heads agree with the events. The error is *Damage for the first
// fault, else what kept it from finishing.
//
// It verifies the journal as of one moment. Writes and reads continue meanwhile.
func (j *Journal) Verify(ctx context.Context) (Verified, error) {
	v, err := j.views.acquire()
	if err != nil {
		return Verified{}, err
	}
	defer j.views.release(v)
	c := &verifier{view: v, ctx: ctx, stop: j.stop, found: Verified{End: v.end}}
	for _, check := range []func() error{c.log, c.streams, c.indexes} {
		if err := check(); err != nil {
			return c.found, fmt.Errorf("verify: %w", c.named(err))
		}
	}
	return c.found, nil
}

// verifier verifies one view.
type verifier struct {
	*view
	ctx     context.Context
	stop    <-chan struct{}
	found   Verified
	records int // events in the log
	steps   int
}

// step is called for every key, so that the context can end the verification.
func (c *verifier) step() error {
	if c.steps++; c.steps%1024 != 1 {
		return nil
	}
	select {
	case <-c.stop:
		return ErrClosed
	default:
		return c.ctx.Err()
	}
}

// named turns an error of the engine into Damage.
func (c *verifier) named(err error) error {
	var d *Damage
	if errors.As(err, &d) || errors.Is(err, ErrClosed) || c.ctx.Err() != nil {
		return err
	}
	return &Damage{"files of the store cannot be read: " + err.Error()}
}

// scan calls f with every key and value of a kind, in order.
func (c *verifier) scan(prefix byte, f func(key, value []byte) error) error {
	it, err := c.snapshot.NewIter(&pebble.IterOptions{LowerBound: []byte{prefix}, UpperBound: []byte{prefix + 1}})
	if err != nil {
		return err
	}
	for ok := it.First(); ok && err == nil; ok = it.Next() {
		var value []byte
		if err = c.step(); err == nil {
			value, err = it.ValueAndErr()
		}
		if err == nil {
			err = f(it.Key(), value)
		}
	}
	return errors.Join(err, it.Error(), it.Close())
}

// log reads every record in order.
func (c *verifier) log() error {
	end := uint64(0)
	return c.scan(prefixLog, func(key, value []byte) error {
		if len(key) != keySize {
			return damage("a key of the log has %d bytes", len(key))
		}
		position := readPosition(key[1:])
		var f fields
		switch {
		case f.decode(value) != nil:
			return damage("record at position %d cannot be read", position)
		case position < end:
			return damage("record at position %d lies inside the one before, which ends at %d", position, end)
		}
		end = position + advance(len(value))
		if end > c.end {
			return damage("record at position %d reaches behind the end of the log, %d", position, c.end)
		}
		if f.flags&flagVoid == 0 {
			c.records++
		}
		return nil
	})
}

// streams compares every head with the events of its stream.
func (c *verifier) streams() error {
	records, err := newCursor(c.snapshot)
	if err != nil {
		return err
	}
	ids, err := c.snapshot.NewIter(&pebble.IterOptions{LowerBound: []byte{prefixID}, UpperBound: []byte{prefixID + 1}})
	if err != nil {
		return errors.Join(err, records.close())
	}
	err = c.scan(prefixHead, func(key, value []byte) error {
		s := streamCheck{verifier: c, name: string(key[1:]), records: &records, ids: ids}
		if err := s.head.decode(value); err != nil {
			return damage("what is remembered of stream %q cannot be read", s.name)
		}
		return s.check()
	})
	return errors.Join(err, records.close(), ids.Close())
}

// indexes checks that the indexes have no entries but those of the records found;
// streams has checked that every record has its entries.
func (c *verifier) indexes() error {
	for _, index := range []struct {
		prefix byte
		name   string
	}{{prefixStream, "streams"}, {prefixID, "event ids"}} {
		n := 0
		if err := c.scan(index.prefix, func([]byte, []byte) error { n++; return nil }); err != nil {
			return err
		}
		if n != c.records {
			return damage("the index of %s has %d entries, the log %d events", index.name, n, c.records)
		}
	}
	if c.found.Events != c.records {
		return damage("the streams have %d events, the log %d", c.found.Events, c.records)
	}
	return nil
}

// streamCheck is the check of one stream.
type streamCheck struct {
	*verifier
	name    string
	head    head
	records *cursor
	ids     *pebble.Iterator
	key     [idKeySize]byte

	next    uint64 // the next revision, once one was seen
	some    bool
	created int64
	newest  fields // the last event that is no tombstone
}

func (s *streamCheck) damage(format string, args ...any) error {
	return damage("stream %q: %s", s.name, fmt.Sprintf(format, args...))
}

func (s *streamCheck) check() error {
	if s.head.number > 0 {
		s.found.Streams++
		if err := s.events(); err != nil {
			return err
		}
	}
	ended, err := s.ended()
	if err != nil {
		return err
	}
	switch {
	case s.some && s.next != uint64(s.head.last+1):
		return s.damage("its last revision is %d, remembered is %d", s.next-1, s.head.last)
	case !s.some && s.head.last >= 0 && !ended:
		return s.damage("it has no events, remembered are revisions to %d", s.head.last)
	case s.head.floor > s.head.last+1 || s.head.meta.truncateBefore < 0 || s.head.meta.maxCount < 0 || s.head.meta.maxAge < 0:
		return s.damage("what is remembered of it cannot be")
	}
	return s.metadata(ended)
}

func (s *streamCheck) ended() (bool, error) {
	_, ended, err := s.view.head(s.name)
	return ended, err
}

// events checks every entry of the stream's index against its record, and the
// record's id entry.
func (s *streamCheck) events() error {
	index, err := s.snapshot.NewIter(&pebble.IterOptions{
		LowerBound: streamKey(s.head.number, 0), UpperBound: streamKey(s.head.number, math.MaxUint64)})
	if err != nil {
		return err
	}
	tombstone := false
	for ok := index.First(); ok && err == nil; ok = index.Next() {
		if err = s.step(); err == nil {
			tombstone, err = s.event(index)
		}
	}
	if err == nil && tombstone != s.head.tombstone {
		err = s.damage("whether it has a tombstone is remembered wrongly")
	}
	return errors.Join(err, index.Error(), index.Close())
}

func (s *streamCheck) event(index *pebble.Iterator) (tombstone bool, err error) {
	if len(index.Key()) != streamKeySize || len(index.Value()) != 8 {
		return false, s.damage("an entry of its index cannot be read")
	}
	revision, position := readPosition(index.Key()[keySize:]), readPosition(index.Value())
	var f fields
	if err := s.records.find(position, false, &f); err != nil {
		return false, s.damage("revision %d should be at position %d, where no record is", revision, position)
	}
	tombstone = f.flags&flagTombstone != 0
	switch {
	case f.revision != revision || string(f.stream) != s.name || f.flags&flagVoid != 0:
		return false, s.damage("revision %d should be at position %d, where revision %d of %q is", revision, position, f.revision, f.stream)
	case tombstone != (revision == MaxRevision):
		return false, s.damage("revision %d is a tombstone, or should be", revision)
	case !tombstone && s.some && revision != s.next:
		return false, s.damage("revision %d follows %d", revision, s.next-1)
	case f.created < s.created:
		return false, s.damage("time falls at revision %d", revision)
	case f.created > s.head.created:
		return false, s.damage("revision %d is newer than what is remembered", revision)
	}
	s.created = f.created
	id := uuid.UUID(f.id)
	if !s.ids.SeekGE(putIDKey(s.key[:], s.head.number, &id, revision)) || string(s.ids.Key()) != string(s.key[:]) {
		return false, errors.Join(s.damage("the id of revision %d is not in the index", revision), s.ids.Error())
	}
	s.found.Events++
	if !tombstone {
		s.some, s.next = true, revision+1
		s.newest = fields{flags: f.flags, data: append(s.newest.data[:0], f.data...)}
	}
	return tombstone, nil
}

// metadata compares the rules in the head of the base stream with the newest event
// of this metadata stream.
func (s *streamCheck) metadata(ended bool) error {
	if !IsMeta(s.name) {
		meta, _, err := loadHead(s.snapshot, MetaPrefix+s.name)
		if err == nil && meta.number == 0 && s.head.meta != (metadata{}) {
			err = s.damage("metadata is remembered that it never had")
		}
		return err
	}
	base := s.name[len(MetaPrefix):]
	h, _, err := loadHead(s.snapshot, base)
	if err != nil || IsMeta(base) || ended && !s.head.tombstone {
		return err
	}
	var said parsed
	if s.newest.flags&flagJSON != 0 && !s.head.tombstone {
		said, _ = parseMetadata(s.newest.data)
	}
	if said.metadata != h.meta {
		return s.damage("it says %+v, remembered for its stream is %+v", said.metadata, h.meta)
	}
	return nil
}
