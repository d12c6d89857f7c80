package journal

import (
	"bytes"
	"strconv"
)

// ParseLink reads the data of a link, "<revision>@<stream>". ok is false when
// what stands before the first @ is no number: then it is no link at all.
func ParseLink(data []byte) (revision int64, stream string, ok bool) {
	number, name, found := bytes.Cut(data, []byte("@"))
	if !found {
		return 0, "", false
	}
	revision, err := strconv.ParseInt(string(bytes.TrimSpace(number)), 10, 64)
	return revision, string(name), err == nil
}

// Resolve reads the event a link points to. ErrNotFound says that it is missing
// or hidden: truncated, aged out, deleted.
func (j *Journal) Resolve(revision int64, stream string) (Event, error) {
	v, err := j.views.acquire()
	if err != nil {
		return Event{}, err
	}
	defer j.views.release(v)
	h, ended, err := v.head(stream)
	if err != nil {
		return Event{}, err
	}
	if ended || h.softDeleted() || revision < 0 || revision > h.last {
		return Event{}, ErrNotFound
	}
	low, err := v.lowest(stream, &h, j)
	if err != nil {
		return Event{}, err
	}
	if uint64(revision) < low {
		return Event{}, ErrNotFound
	}
	return v.event(stream, h.number, uint64(revision))
}
