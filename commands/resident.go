package commands

// resident remembers values by stream, up to so many: then any one of them gives
// way to the next. So of more streams than there is room for, asked for in turn,
// those there is room for are still found, where forgetting what was not used for
// longest would find none. The zero value is empty; it is not safe for concurrent
// use.
type resident[V any] struct{ values map[string]V }

func (r *resident[V]) get(stream string) (V, bool) {
	v, ok := r.values[stream]
	return v, ok
}

func (r *resident[V]) put(stream string, v V, most int) {
	if r.values == nil {
		r.values = make(map[string]V)
	}
	if _, known := r.values[stream]; !known && len(r.values) >= most {
		for other := range r.values { // a random one
			delete(r.values, other)
			break
		}
	}
	r.values[stream] = v
}
