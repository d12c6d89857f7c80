package changes

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// Listener hears of the changes within a reach, in their order and each once. Its methods
// are for one goroutine.
type Listener struct {
	changes *Changes
	shares  []share
	woken   chan struct{}

	// The following are guarded by changes.mu.
	next   uint64 // the change that is looked at next
	topics []topic
	closed bool
}

// Woken receives when something may have changed that is within the reach.
func (l *Listener) Woken() <-chan struct{} { return l.woken }

// Behind says whether there are changes that were not looked at yet.
func (l *Listener) Behind() bool {
	l.changes.mu.Lock()
	defer l.changes.mu.Unlock()
	return l.next < l.changes.end()
}

// Next returns the next change within a reach, which counts from now on; ok is false when
// all that there are have been looked at. lost says that changes which were not looked
// at yet are kept no more: it goes on after all that there are.
func (l *Listener) Next(reach domain.Reach) (n projections.Novita, ok, lost bool) {
	c := l.changes
	c.mu.Lock()
	defer c.mu.Unlock()
	l.follow(reach)
	if l.next < c.first {
		l.next = c.end()
		return n, false, true
	}
	for l.next < c.end() {
		n = c.kept[l.next-c.first]
		l.next++
		if reach.Covers(n.Whose) {
			return n, true, false
		}
	}
	return projections.Novita{}, false, false
}

// Mark stands for the last change that was looked at: who is told it may go on from
// there, on any instance.
func (l *Listener) Mark() string {
	c := l.changes
	c.mu.Lock()
	defer c.mu.Unlock()
	if l.next <= c.first || l.next > c.end() {
		return noMark
	}
	return mark(c.kept[l.next-c.first-1])
}

// Close ends listening; again it does nothing.
func (l *Listener) Close() {
	c := l.changes
	c.mu.Lock()
	defer c.mu.Unlock()
	if l.closed {
		return
	}
	l.closed = true
	l.leave()
	c.exit(l.shares)
}

// wake says that something may have changed.
func (l *Listener) wake() {
	select {
	case l.woken <- struct{}{}:
	default: // it has been told and has not looked yet
	}
}

// follow has the listener be woken by what may be within a reach.
func (l *Listener) follow(reach domain.Reach) {
	topics := topicsOf(reach)
	if slices.Equal(topics, l.topics) {
		return
	}
	l.leave()
	l.topics = topics
	for _, t := range topics {
		if l.changes.topics[t] == nil {
			l.changes.topics[t] = map[*Listener]struct{}{}
		}
		l.changes.topics[t][l] = struct{}{}
	}
}

// leave has it be woken no more.
func (l *Listener) leave() {
	for _, t := range l.topics {
		delete(l.changes.topics[t], l)
		if len(l.changes.topics[t]) == 0 {
			delete(l.changes.topics, t)
		}
	}
}

// topic is one value of a column by which visure are told apart.
type topic struct{ column, value string }

// columns are those that a reach is limited by, the narrowest first.
var columns = []string{domain.ColumnRequester, domain.ColumnEnte, domain.ColumnComune}

// about are the topics of a visura.
func about(whose domain.Object) []topic {
	return []topic{
		{domain.ColumnRequester, string(whose.Requester)}, {domain.ColumnEnte, string(whose.Ente)}, {domain.ColumnComune, string(whose.Comune)},
	}
}

// topicsOf are those that all within a reach has one of: of the narrowest column it is
// limited by. What it collects is of others, of the same Ente.
func topicsOf(reach domain.Reach) (topics []topic) {
	for _, name := range columns {
		if name == domain.ColumnRequester && len(reach.Collects) > 0 {
			continue
		}
		for _, c := range reach.Columns {
			for _, value := range c.Values {
				if c.Name == name {
					topics = append(topics, topic{name, value})
				}
			}
		}
		if len(topics) > 0 {
			return topics
		}
	}
	return nil
}

// noMark stands before all changes.
const noMark = "0-0-0"

// mark tells a change from all others by where it stands and which it is: a log that was
// moved has others at the same places.
func mark(n projections.Novita) string {
	h := fnv.New32a()
	fmt.Fprintf(h, "%s/%d", n.ID, n.Revision)
	return fmt.Sprintf("%s-%08x", n.Position, h.Sum32())
}

// parseMark returns the position of a mark.
func parseMark(text string) (domain.Position, error) {
	i := strings.LastIndexByte(text, '-')
	return domain.ParsePosition(text[:max(i, 0)])
}
