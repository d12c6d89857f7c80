package journal

import (
	"bytes"
	"strconv"
)

// ParseLink reads the data of a link, "<revision>@<stream>". A negative revision
// means the last event of the stream. Data without @ is a link to nothing: the name
// returned is empty. isLink is false when the text before the first @ is not a
// number; such an event is shown as it is, whatever its type.
func ParseLink(data []byte) (revision int64, stream string, isLink bool) {
	number, name, found := bytes.Cut(data, []byte("@"))
	if !found {
		return 0, "", true
	}
	revision, err := strconv.ParseInt(string(bytes.TrimSpace(number)), 10, 64)
	return revision, string(name), err == nil
}

// Resolve follows e, one level. The target is nil when the event that e points to
// is missing or hidden: truncated, aged out, deleted. isLink is false when e is no
// link.
func (j *Journal) Resolve(e *Event) (target *Event, isLink bool, err error) {
	if e.Type != TypeLink {
		return nil, false, nil
	}
	revision, stream, isLink := ParseLink(e.Data)
	if !isLink || stream == "" {
		return nil, isLink, nil
	}
	v, err := j.views.acquire()
	if err != nil {
		return nil, true, err
	}
	defer j.views.release(v)
	target, err = v.target(stream, revision, j)
	return target, true, err
}

func (v *view) target(stream string, revision int64, j *Journal) (*Event, error) {
	h, ended, err := v.head(stream)
	if err != nil {
		return nil, err
	}
	if revision < 0 {
		revision = h.last
	}
	if ended || h.softDeleted() || revision < 0 || revision > h.last {
		return nil, nil
	}
	low, err := v.lowest(stream, &h, j)
	if err != nil || uint64(revision) < low {
		return nil, err
	}
	return v.event(stream, h.number, uint64(revision))
}
