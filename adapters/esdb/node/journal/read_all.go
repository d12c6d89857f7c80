package journal

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/cockroachdb/pebble/v2"
)

// AllRead selects a page of the whole log, in commit order, deleted and truncated
// events included.
type AllRead struct {
	// From is inclusive forwards, exclusive backwards. It need not be the position
	// of an event.
	From      uint64
	Backwards bool
	// Most is the number of events at most.
	Most int
	// Window is the number of events considered at most; 0 for no bound.
	Window int
	// Hidden includes the streams that groups on the whole log write, which are left
	// out otherwise.
	Hidden bool
	// Keep chooses events by stream and type, which are valid during the call only;
	// nil keeps all. An error ends the read and is returned.
	Keep func(stream, typ []byte) (bool, error)

	// limit ends a page with a slow Keep.
	limit time.Duration
}

// pageTime is how long a page with Keep may take before it ends early, so that a
// slow Keep does not hold a view, and with it Close.
const pageTime = 5 * time.Second

// ReadAll fills the page.
func (j *Journal) ReadAll(p *Page, r AllRead) error {
	v, err := j.views.acquire()
	if err != nil {
		return err
	}
	defer j.views.release(v)
	p.reset()
	r.limit = j.pageTime
	if r.Window == 0 {
		r.Window = math.MaxInt
	}
	if err := v.readAll(p, r); err != nil {
		return fmt.Errorf("read all: %w", err)
	}
	return nil
}

func (v *view) readAll(p *Page, r AllRead) error {
	bounds := &pebble.IterOptions{LowerBound: logKey(r.From), UpperBound: logKey(v.end)}
	if r.Backwards {
		bounds = &pebble.IterOptions{LowerBound: logKey(0), UpperBound: logKey(min(r.From, v.end))}
	}
	it, err := v.snapshot.NewIter(bounds)
	if err != nil {
		return err
	}
	c := cursor{it: it}
	return errors.Join(fillAll(p, r, &c, v.end), it.Error(), c.close())
}

func fillAll(p *Page, r AllRead, c *cursor, end uint64) error {
	start, step := c.it.First, c.it.Next
	p.Next = max(r.From, end)
	if r.Backwards {
		start, step = c.it.Last, c.it.Prev
		p.Next = 0
	}
	var f fields
	began, slow := time.Now(), false
	ok := start()
	for ; ok && !p.full(r.Most) && p.Considered < r.Window && !slow; ok = step() {
		if err := c.record(&f); err != nil {
			return err
		}
		if f.flags&flagVoid != 0 || !r.Hidden && hidden(f.stream) {
			continue
		}
		p.Considered++
		p.Position = c.position()
		kept := true
		if r.Keep != nil {
			var err error
			if kept, err = r.Keep(f.stream, f.typ); err != nil {
				return err
			}
			slow = time.Since(began) >= r.limit
		}
		if kept {
			p.add(&f, p.Position, "")
		}
	}
	p.End = !ok
	if ok {
		p.Next = c.position()
		if r.Backwards {
			p.Next++
		}
	}
	return nil
}

// AtBorder reports whether a position is not inside a record: at the start, at the
// end, where a record begins, or where one was removed. Other positions are not this
// journal's.
func (j *Journal) AtBorder(position uint64) (bool, error) {
	v, err := j.views.acquire()
	if err != nil {
		return false, err
	}
	defer j.views.release(v)
	if position == 0 || position == v.end {
		return true, nil
	}
	if position > v.end {
		return false, nil
	}
	it, err := v.snapshot.NewIter(&pebble.IterOptions{LowerBound: logKey(0), UpperBound: logKey(position + 1)})
	if err != nil {
		return false, fmt.Errorf("look at a position: %w", err)
	}
	before := cursor{it: it}
	inside := it.Last() && before.position() != position && position < before.position()+advance(len(it.Value()))
	if err := errors.Join(it.Error(), it.Close()); err != nil {
		return false, fmt.Errorf("look at a position: %w", err)
	}
	return !inside, nil
}
