package commands

// maxRecent bounds each half of what is remembered: thousands of visure in flight.
const maxRecent = 4096

// recent remembers values by stream, those used last: when the young half is full
// it becomes the aged one, and what was not used for a whole turn is forgotten. The
// zero value is empty; it is not safe for concurrent use.
type recent[V any] struct{ young, aged map[string]V }

func (r *recent[V]) get(stream string) (V, bool) {
	if v, ok := r.young[stream]; ok {
		return v, true
	}
	v, ok := r.aged[stream]
	if ok {
		r.put(stream, v)
	}
	return v, ok
}

func (r *recent[V]) put(stream string, v V) {
	if r.young == nil || len(r.young) >= maxRecent {
		r.young, r.aged = make(map[string]V), r.young
	}
	r.young[stream] = v
}

func (r *recent[V]) delete(stream string) {
	delete(r.young, stream)
	delete(r.aged, stream)
}
