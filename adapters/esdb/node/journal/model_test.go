package journal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/uuid"
	"pgregory.net/rapid"
)

// model is a simple implementation of the journal's rules, without durability and
// indexes; events are letters.
type model struct {
	streams map[string]*modelStream
	log     []string
}

type modelStream struct {
	ids       []string
	tombstone bool
	// tb and count are the metadata in force; count 0 is none.
	tb, count int
}

const deletedTB = math.MaxInt

func (m *model) stream(name string) *modelStream {
	s := m.streams[name]
	if s == nil {
		s = &modelStream{}
		m.streams[name] = s
	}
	return s
}

func (m *model) ended(name string) bool {
	return m.stream(name).tombstone || IsMeta(name) && m.ended(name[2:])
}

func (m *model) hasMetadata(name string) bool {
	meta := m.stream("$$" + name)
	return len(meta.ids) > 0 && !meta.tombstone
}

func (m *model) write(name, id string) {
	s := m.stream(name)
	m.log = append(m.log, fmt.Sprintf("%s:%d:%s", name, len(s.ids), id))
	s.ids = append(s.ids, id)
}

// append answers "W<last>", "=<last>", "SD" or "WV<current>".
func (m *model) append(name string, expected Expected, ids []string) string {
	if m.ended(name) {
		return "SD"
	}
	s := m.stream(name)
	last := len(s.ids) - 1
	soft := s.tb == deletedTB
	wrong := fmt.Sprint("WV", last)
	is := func(r int, id string) bool { return r >= 0 && r <= last && s.ids[r] == id }
	switch {
	case expected == StreamExists && soft:
		return "SD"
	case expected == StreamExists && last < 0 && !m.hasMetadata(name):
		return wrong
	case expected == StreamExists, expected == Any:
		found := -1
		for i, id := range ids {
			at := slices.Index(s.ids, id)
			if at < 0 && i == 0 {
				break
			}
			if at < 0 {
				return wrong
			}
			found = at
		}
		if found >= 0 {
			return fmt.Sprint("=", found)
		}
	case int(expected) > last:
		return wrong
	case int(expected) < last:
		matched := 0
		for matched < len(ids) && is(int(expected)+1+matched, ids[matched]) {
			matched++
		}
		if matched == len(ids) && matched > 0 {
			return fmt.Sprint("=", int(expected)+matched)
		}
		if matched > 0 || len(ids) == 0 || expected != NoStream || !soft {
			return wrong
		}
	}
	for _, id := range ids {
		m.write(name, id)
	}
	if soft {
		s.tb = last + 1
		m.write("$$"+name, "?")
	}
	return fmt.Sprint("W", len(s.ids)-1)
}

// metadata writes a metadata event; tb or count below 0 leave that key out.
func (m *model) metadata(name string, tb, count int) string {
	if m.ended("$$" + name) {
		return "SD"
	}
	s := m.stream(name)
	m.write("$$"+name, "?")
	last := len(m.stream("$$"+name).ids) - 1
	soft := s.tb == deletedTB
	s.tb, s.count = max(tb, 0), max(count, 0)
	if soft {
		s.tb = len(s.ids)
		m.write("$$"+name, "?")
	}
	return fmt.Sprint("W", last)
}

func (m *model) delete(name string, expected Expected, tombstone bool) string {
	s := m.stream(name)
	soft := s.tb == deletedTB
	last := len(s.ids) - 1
	switch {
	case m.ended(name), !tombstone && m.stream("$$"+name).tombstone, soft && expected == StreamExists:
		return "SD"
	case last < 0 && !soft && m.hasMetadata(name) && expected < 0:
	case last < 0 && !soft && !m.hasMetadata(name) && tombstone && (expected == Any || expected == NoStream):
	case last < 0 && !soft:
		return fmt.Sprint("WV", last)
	case expected == Any, expected == StreamExists, expected == NoStream && soft, expected >= 0 && int(expected) == last:
	default:
		return fmt.Sprint("WV", last)
	}
	if tombstone {
		s.tombstone = true
		m.log = append(m.log, fmt.Sprintf("%s:%d:?", name, int64(math.MaxInt64)))
		if IsMeta(name) {
			base := m.stream(name[2:])
			base.count = 0
			if base.tb == deletedTB {
				base.tb = len(base.ids)
			} else {
				base.tb = 0
			}
		}
		return "ok"
	}
	m.write("$$"+name, "?")
	if !IsMeta(name) {
		s.tb, s.count = deletedTB, 0
	}
	return "ok"
}

// scavenge forgets what reads do not show, but for the last event of a stream.
func (m *model) scavenge() {
	removed := map[string]bool{}
	for name, s := range m.streams {
		low := min(m.lowest(name), len(s.ids)-1)
		switch {
		case s.tombstone && IsMeta(name):
			low = len(s.ids) - 1
		case m.ended(name):
			low = len(s.ids)
		}
		for r := range max(low, 0) {
			removed[fmt.Sprintf("%s:%d", name, r)] = true
			s.ids[r] = ""
		}
	}
	m.log = slices.DeleteFunc(m.log, func(e string) bool { return removed[e[:strings.LastIndex(e, ":")]] })
}

func (m *model) lowest(name string) int {
	s := m.stream(name)
	low := s.tb
	if s.count > 0 {
		low = max(low, len(s.ids)-s.count)
	}
	if IsMeta(name) {
		low = len(s.ids) - 1
	}
	return low
}

// read says what a forward read shows: revision:id, "none" or "SD".
func (m *model) read(name string) string {
	s := m.stream(name)
	switch {
	case m.ended(name):
		return "SD"
	case len(s.ids) == 0, s.tb == deletedTB:
		return "none"
	}
	var shown []string
	for r := m.lowest(name); r < len(s.ids); r++ {
		if s.ids[r] != "" {
			shown = append(shown, fmt.Sprintf("%d:%s", r, s.ids[r]))
		}
	}
	return strings.Join(shown, " ")
}

// machine makes the same calls to a journal and its model.
type machine struct {
	model
	fs *vfs.MemFS
	j  *Journal
}

var letters = []string{"a", "b", "c", "d", "e"}

func letterID(s string) uuid.UUID { return uuid.NewSHA1(uuid.NameSpaceOID, []byte(s)) }

func idLetter(id uuid.UUID) string {
	for _, l := range letters {
		if id == letterID(l) {
			return l
		}
	}
	return "?"
}

func said(word string, w Written, err error) string {
	var deleted *Deleted
	var wrong *WrongVersion
	switch {
	case errors.As(err, &deleted):
		return "SD"
	case errors.As(err, &wrong):
		return fmt.Sprint("WV", wrong.Current)
	case err != nil:
		return err.Error()
	case word == "W":
		return fmt.Sprint("W", w.Revision)
	}
	return word
}

func compare(t *rapid.T, what, got, want string) {
	if got != want {
		t.Fatalf("%s: the journal answers %q, the model %q", what, got, want)
	}
}

var (
	anyName  = rapid.SampledFrom([]string{"s", "s", "t", "$$s", "$$t", "$$$$s"})
	anyBase  = rapid.SampledFrom([]string{"s", "t"})
	expected = rapid.SampledFrom([]Expected{Any, Any, NoStream, StreamExists, 0, 1, 2, 3, 4, 7, MaxRevision})
	someIDs  = rapid.SliceOfN(rapid.SampledFrom(letters), 0, 3)
)

func (m *machine) Append(t *rapid.T) {
	name, ids := anyBase.Draw(t, "stream"), someIDs.Draw(t, "ids")
	e := expected.Draw(t, "expected")
	if last := len(m.stream(name).ids) - 1; last >= 0 && rapid.Bool().Draw(t, "at the end") {
		e = Expected(last)
	}
	a := Append{Stream: name, Expected: e}
	for _, l := range ids {
		a.Events = append(a.Events, Proposed{ID: letterID(l), Type: "event", JSON: true})
	}
	before := m.j.End()
	w, err := m.j.Append(context.Background(), a)
	word := "W"
	if err == nil && w.Position < before {
		word = fmt.Sprint("=", w.Revision)
	}
	compare(t, fmt.Sprintf("append %v to %s at %d", ids, name, e), said(word, w, err), m.append(name, e, ids))
}

func (m *machine) Metadata(t *rapid.T) {
	name := anyBase.Draw(t, "stream")
	tb, count := rapid.IntRange(-1, 5).Draw(t, "tb"), rapid.IntRange(-1, 3).Draw(t, "count")
	data := fmt.Sprintf(`{"$tb":%d,"$maxCount":%d}`, tb, count)
	switch rapid.IntRange(0, 5).Draw(t, "form") {
	case 0:
		data, tb, count = "broken", -1, -1
	case 1:
		data, tb, count = string(deletedMark), deletedTB, -1
	}
	w, err := m.j.Append(context.Background(), Append{Stream: "$$" + name, Expected: Any,
		Events: []Proposed{{ID: uuid.New(), Type: TypeMetadata, JSON: true, Data: []byte(data)}}})
	compare(t, "metadata "+data+" of "+name, said("W", w, err), m.metadata(name, tb, count))
}

func (m *machine) Delete(t *rapid.T) {
	name, e := anyName.Draw(t, "stream"), expected.Draw(t, "expected")
	w, err := m.j.Delete(context.Background(), name, e)
	compare(t, fmt.Sprintf("delete %s at %d", name, e), said("ok", w, err), m.delete(name, e, false))
}

func (m *machine) Tombstone(t *rapid.T) {
	seldom(t)
	name, e := anyName.Draw(t, "stream"), expected.Draw(t, "expected")
	w, err := m.j.Tombstone(context.Background(), name, e)
	compare(t, fmt.Sprintf("tombstone %s at %d", name, e), said("ok", w, err), m.model.delete(name, e, true))
}

func (m *machine) Scavenge(t *rapid.T) {
	seldom(t)
	if _, err := m.j.Scavenge(context.Background(), nothing); err != nil {
		t.Fatal(err)
	}
	m.scavenge()
}

// nothing is a Spare that spares nothing.
func nothing(string) uint64 { return MaxRevision }

func (m *machine) Restart(t *rapid.T) {
	seldom(t)
	if err := m.j.Close(); err != nil {
		t.Fatal(err)
	}
	m.open(t)
}

// seldom skips three of four slow actions.
func seldom(t *rapid.T) {
	if rapid.IntRange(0, 3).Draw(t, "seldom") > 0 {
		t.Skip("another action, then")
	}
}

// Crash reopens the journal from what was synced.
func (m *machine) Crash(t *rapid.T) {
	seldom(t)
	m.fs = m.fs.CrashClone(vfs.CrashCloneCfg{})
	m.j.Close()
	m.open(t)
}

func (m *machine) open(t *rapid.T) {
	var err error
	if m.j, err = open(Options{Dir: "journal"}, m.fs); err != nil {
		t.Fatal(err)
	}
}

// Check compares everything that can be read.
func (m *machine) Check(t *rapid.T) {
	for _, name := range []string{"s", "t", "$$s", "$$t", "$$$$s"} {
		compare(t, "read "+name, m.readStream(t, name, false), m.read(name))
		reversed := strings.Fields(m.read(name))
		slices.Reverse(reversed)
		compare(t, "read backwards "+name, m.readStream(t, name, true), strings.Join(reversed, " "))
	}
	compare(t, "read all", m.readAll(t), strings.Join(m.log, " "))
	if v, err := m.j.Verify(context.Background()); err != nil || v.Events != len(m.log) {
		t.Fatalf("verified %+v of %d events, %v", v, len(m.log), err)
	}
}

func (m *machine) readStream(t *rapid.T, name string, backwards bool) string {
	r := StreamRead{Stream: name, Backwards: backwards, Most: 2}
	if backwards {
		r.From = MaxRevision
	}
	var shown []string
	for p := (Page{}); ; r.From = p.Next {
		err := m.j.ReadStream(&p, r)
		var deleted *Deleted
		switch {
		case errors.Is(err, ErrNotFound):
			return "none"
		case errors.As(err, &deleted):
			return "SD"
		case err != nil:
			t.Fatal(err)
		}
		for _, e := range p.Events {
			shown = append(shown, fmt.Sprintf("%d:%s", e.Revision, idLetter(e.ID)))
		}
		if p.End {
			return strings.Join(shown, " ")
		}
	}
}

// readAll reads the log both ways, and checks that they agree.
func (m *machine) readAll(t *rapid.T) string {
	read := func(r AllRead) (shown []string, positions []uint64) {
		for p := (Page{}); ; r.From = p.Next {
			if err := m.j.ReadAll(&p, r); err != nil {
				t.Fatal(err)
			}
			for _, e := range p.Events {
				shown = append(shown, fmt.Sprintf("%s:%d:%s", e.Stream, e.Revision, idLetter(e.ID)))
				positions = append(positions, e.Position)
			}
			if p.End {
				return shown, positions
			}
		}
	}
	forwards, positions := read(AllRead{Most: 3})
	backwards, _ := read(AllRead{From: m.j.End(), Backwards: true, Most: 3})
	slices.Reverse(backwards)
	if !slices.Equal(forwards, backwards) {
		t.Fatalf("forwards %v, backwards %v", forwards, backwards)
	}
	if !slices.IsSortedFunc(positions, cmp.Compare[uint64]) || len(slices.Compact(positions)) != len(forwards) {
		t.Fatalf("positions %v", positions)
	}
	return strings.Join(forwards, " ")
}

func TestJournalBehavesLikeItsModel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := &machine{model: model{streams: map[string]*modelStream{}}, fs: vfs.NewCrashableMem()}
		m.open(t)
		defer func() { m.j.Close() }()
		t.Repeat(map[string]func(*rapid.T){
			"":          m.Check,
			"append":    m.Append,
			"append 2":  m.Append,
			"append 3":  m.Append,
			"metadata":  m.Metadata,
			"delete":    m.Delete,
			"tombstone": m.Tombstone,
			"restart":   m.Restart,
			"scavenge":  m.Scavenge,
			"crash":     m.Crash,
		})
	})
}
