package generate

import (
	"container/heap"
	"time"
)

// agenda holds what is to be written, by the time it was recorded.
type agenda struct {
	entries []entry
	next    int
}

type entry struct {
	at time.Time
	n  int // in the order they came
	chunk
}

func (a *agenda) add(at time.Time, c chunk) {
	a.next++
	heap.Push(a, entry{at, a.next, c})
}

// before takes the earliest out, if it is before a time.
func (a *agenda) before(t time.Time) (chunk, bool) {
	if len(a.entries) == 0 || !a.entries[0].at.Before(t) {
		return chunk{}, false
	}
	return heap.Pop(a).(entry).chunk, true
}

func (a *agenda) Len() int { return len(a.entries) }

func (a *agenda) Less(i, j int) bool {
	x, y := a.entries[i], a.entries[j]
	return x.at.Before(y.at) || x.at.Equal(y.at) && x.n < y.n
}

func (a *agenda) Swap(i, j int) { a.entries[i], a.entries[j] = a.entries[j], a.entries[i] }

func (a *agenda) Push(x any) { a.entries = append(a.entries, x.(entry)) }

func (a *agenda) Pop() any {
	last := len(a.entries) - 1
	e := a.entries[last]
	a.entries = a.entries[:last]
	return e
}
