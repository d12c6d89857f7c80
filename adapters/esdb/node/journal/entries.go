package journal

import (
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"
)

// Entry returns the value of an entry; ok is false when there is none of that name.
func (j *Journal) Entry(name string) (value []byte, ok bool, err error) {
	v, err := j.views.acquire()
	if err != nil {
		return nil, false, err
	}
	defer j.views.release(v)
	value, err = get(v.snapshot, nameKey(prefixEntry, name))
	if errors.Is(err, pebble.ErrNotFound) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("read entry: %w", err)
	}
	return value, true, nil
}

// Entries reads all entries whose name begins with a prefix, in order of name.
func (j *Journal) Entries(prefix string) ([]Entry, error) {
	v, err := j.views.acquire()
	if err != nil {
		return nil, err
	}
	defer j.views.release(v)
	low := nameKey(prefixEntry, prefix)
	it, err := v.snapshot.NewIter(&pebble.IterOptions{LowerBound: low, UpperBound: []byte{prefixEntry + 1}})
	if err != nil {
		return nil, fmt.Errorf("read entries: %w", err)
	}
	var found []Entry
	for ok := it.First(); ok && len(it.Key()) >= len(low) && string(it.Key()[:len(low)]) == string(low); ok = it.Next() {
		found = append(found, Entry{Name: string(it.Key()[1:]), Value: append([]byte{}, it.Value()...)})
	}
	if err := errors.Join(it.Error(), it.Close()); err != nil {
		return nil, fmt.Errorf("read entries: %w", err)
	}
	return found, nil
}
