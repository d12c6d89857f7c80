package journal

import "github.com/google/uuid"

// freshIDs are the events of the uncommitted group, by stream and id.
type freshIDs struct {
	first map[freshID]freshEvent
	// again are later events with an id that first has already.
	again []freshAgain
}

type freshID struct {
	number uint64
	id     uuid.UUID
}

type freshEvent struct {
	revision, position uint64
	created            int64
}

type freshAgain struct {
	freshID
	freshEvent
}

func (f *freshIDs) add(number uint64, id uuid.UUID, e freshEvent) {
	k := freshID{number, id}
	if _, ok := f.first[k]; ok {
		f.again = append(f.again, freshAgain{k, e})
		return
	}
	f.first[k] = e
}

// at reports whether the event at a revision has the id.
func (f *freshIDs) at(number uint64, id uuid.UUID, revision uint64) bool {
	k := freshID{number, id}
	first, ok := f.first[k]
	if !ok || first.revision == revision {
		return ok
	}
	for _, a := range f.again {
		if a.freshID == k && a.revision == revision {
			return true
		}
	}
	return false
}

// find returns the event at a revision. It takes linear time, but is needed only for
// the repeat of an append in the same group.
func (f *freshIDs) find(number, revision uint64) (freshEvent, bool) {
	for k, e := range f.first {
		if k.number == number && e.revision == revision {
			return e, true
		}
	}
	for _, a := range f.again {
		if a.number == number && a.revision == revision {
			return a.freshEvent, true
		}
	}
	return freshEvent{}, false
}

func (f *freshIDs) len() int { return len(f.first) + len(f.again) }

func (f *freshIDs) reset() {
	clear(f.first)
	f.again = f.again[:0]
}
