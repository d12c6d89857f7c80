package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// Run tests what commands.Store promises on stores that open returns: one for
// each test, empty or not, closed with it. Tests run at once.
func Run(t *testing.T, open func(t *testing.T) commands.Store) {
	for name, test := range map[string]func(store){
		"what was appended is loaded in order":             loaded,
		"metadata come back whole":                         metadata,
		"a stream that does not exist has no events":       missing,
		"loading goes on from a revision":                  onwards,
		"a long stream is loaded whole":                    long,
		"a stale append is refused and writes nothing":     stale,
		"of many who append at one revision one wins":      race,
		"an append is seen whole or not at all":            whole,
		"a repeated append writes once":                    again,
		"what is only like a repetition is stale":          notAgain,
		"one command writes to two streams":                twoStreams,
		"any revision takes all who come":                  anyRevision,
		"positions grow across streams":                    positions,
		"appending nothing does nothing":                   nothing,
		"what was handed in may be changed by who did":     apart,
		"personal data and tokens come back":               sealed,
		"an append at the head after a refusal is written": afterRefusal,
		"the head is at or past what was acknowledged":     head,
		"the log is read on from a place in it":            since,
		"the log is read a page at a time":                 pages,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(store{t, open(t)})
		})
	}
}

// soon is longer than anything here takes on a busy machine.
const soon = time.Minute

// store is a store under test.
type store struct {
	*testing.T
	commands.Store
}

var (
	requested = domain.VisuraRequested{
		Comune: "042002", Ente: "7d1b2c3e-0000-4000-8000-000000000001", Tipo: domain.Residenza, Ambito: domain.Comunale,
		Purpose:  domain.Purpose{Finalita: "F1", NumeroPratica: "2026/17"},
		Soggetto: domain.Soggetto{CodiceFiscale: "RSSMRA80A01H501U"}, SubjectToken: "t0ken",
	}
	approved = domain.VisuraApproved{Conferma: domain.Immediata, Effective: instant}
	started  = domain.QueryStarted{Attempt: 1, IDOperazioneComune: "X1"}
	instant  = time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)
)

// copied is the event of which tests write many.
func copied(n int) domain.VisuraDownloaded { return domain.VisuraDownloaded{SHA256: fmt.Sprint(n)} }

// visura names a stream no other test uses.
func visura() string { return string(domain.VisuraID(uuid.NewString()).Stream()) }

// meta is the metadata of a command of its own.
func meta() domain.Meta {
	id := uuid.NewString()
	return domain.Meta{
		At:        instant.Add(123456789),
		By:        domain.Actor{Utente: "7d1b2c3e-0000-4000-8000-000000000002", Role: domain.RoleTop, Comune: "042002"},
		CommandID: id, Correlation: id, Causation: id,
	}
}

func (s store) append(stream string, expected int64, m domain.Meta, events ...domain.Event) (domain.Position, error) {
	ctx, cancel := context.WithTimeout(s.Context(), soon)
	defer cancel()
	return s.Append(ctx, stream, expected, events, m)
}

// must appends what cannot be refused.
func (s store) must(stream string, expected int64, m domain.Meta, events ...domain.Event) domain.Position {
	s.Helper()
	pos, err := s.append(stream, expected, m, events...)
	if err != nil {
		s.Errorf("append %d events at %d: %v", len(events), expected, err)
	}
	return pos
}

// after loads what a stream holds after a revision.
func (s store) after(stream string, revision int64) (history []domain.Recorded, last int64) {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), soon)
	defer cancel()
	last, err := s.Load(ctx, stream, revision, func(r domain.Recorded) { history = append(history, r) })
	if err != nil {
		s.Errorf("load %s: %v", stream, err)
	}
	return history, last
}

func (s store) history(stream string) []domain.Recorded {
	s.Helper()
	history, _ := s.after(stream, commands.NoStream)
	return history
}

// holds says whether a stream holds these events and no others.
func (s store) holds(stream string, want ...domain.Event) {
	s.Helper()
	var got []domain.Event
	for _, r := range s.history(stream) {
		got = append(got, r.Event)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		s.Errorf("events (-want +got):\n%s", diff)
	}
}

func loaded(s store) {
	stream := visura()
	first := s.must(stream, commands.NoStream, meta(), requested, approved)
	second := s.must(stream, 1, meta(), started)
	s.holds(stream, requested, approved, started)
	history := s.history(stream)
	ids := map[string]bool{}
	for i, r := range history {
		if r.Stream != stream || r.Revision != uint64(i) {
			s.Errorf("event %d is recorded as %s/%d", i, r.Stream, r.Revision)
		}
		if _, err := uuid.Parse(r.ID); err != nil || ids[r.ID] {
			s.Errorf("event %d has the id %q, which is none or another's", i, r.ID)
		}
		ids[r.ID] = true
	}
	if len(history) == 3 && (history[1].Position != first || history[2].Position != second) {
		s.Errorf("positions %s %s, appended at %s %s", history[1].Position, history[2].Position, first, second)
	}
}

func metadata(s store) {
	stream, m := visura(), meta()
	m.By = domain.Actor{
		Utente: m.By.Utente, Role: domain.RoleStandard, Ente: requested.Ente,
		Postazione: "p1", Session: "s1", Via: "7d1b2c3e-0000-4000-8000-0000000000aa",
	}
	m.Correlation, m.Causation = uuid.NewString(), uuid.NewString()
	m.Trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	m.Facts = map[string]int64{"comune-042002": 1, "ente-x": commands.NoStream, "utente-y": 1 << 40}
	s.must(stream, commands.NoStream, m, requested, approved)
	for i, r := range s.history(stream) {
		if diff := cmp.Diff(m, r.Meta); diff != "" {
			s.Errorf("metadata of event %d (-want +got):\n%s", i, diff)
		}
	}
}

func missing(s store) {
	for _, after := range []int64{commands.NoStream, 0, 7} {
		if history, last := s.after(visura(), after); len(history) != 0 || last != after {
			s.Errorf("after %d: last %d, %d events", after, last, len(history))
		}
	}
}

func onwards(s store) {
	stream := visura()
	s.must(stream, commands.NoStream, meta(), requested, approved, copied(0))
	for _, c := range []struct{ after, last, events int64 }{
		{commands.NoStream, 2, 3}, {0, 2, 2}, {1, 2, 1}, {2, 2, 0}, {7, 7, 0},
	} {
		history, last := s.after(stream, c.after)
		if last != c.last || int64(len(history)) != c.events {
			s.Errorf("after %d: last %d, %d events; want last %d, %d events", c.after, last, len(history), c.last, c.events)
		}
		if len(history) > 0 && history[0].Revision != uint64(c.after+1) {
			s.Errorf("after %d comes %d", c.after, history[0].Revision)
		}
	}
}

func long(s store) {
	const batches, size = 9, 500
	stream, batch := visura(), make([]domain.Event, size)
	for i := range batch {
		batch[i] = copied(i)
	}
	for n := range int64(batches) {
		s.must(stream, n*size-1, meta(), batch...)
	}
	history := s.history(stream)
	if len(history) != batches*size {
		s.Errorf("%d events", len(history))
	}
	for i, r := range history {
		if r.Revision != uint64(i) || r.Event != copied(i%size) {
			s.Fatalf("event %d is %d %v", i, r.Revision, r.Event)
		}
	}
}

func stale(s store) {
	stream := visura()
	s.must(stream, commands.NoStream, meta(), requested)
	s.must(stream, 0, meta(), approved)
	for _, expected := range []int64{commands.NoStream, 0, 2, 5} {
		if _, err := s.append(stream, expected, meta(), copied(1), copied(2)); !errors.Is(err, commands.ErrStale) {
			s.Errorf("at %d: %v", expected, err)
		}
	}
	for _, expected := range []int64{0, 5} {
		if _, err := s.append(visura(), expected, meta(), approved); !errors.Is(err, commands.ErrStale) {
			s.Errorf("at %d of no stream: %v", expected, err)
		}
	}
	s.holds(stream, requested, approved)
}

// afterRefusal repeats a refused command at the head, as the handler does: its
// ids were never used.
func afterRefusal(s store) {
	stream, m := visura(), meta()
	s.must(stream, commands.NoStream, meta(), requested)
	if _, err := s.append(stream, commands.NoStream, m, approved, started); !errors.Is(err, commands.ErrStale) {
		s.Errorf("at no stream: %v", err)
	}
	s.must(stream, 0, m, approved, started)
	s.holds(stream, requested, approved, started)
}

func race(s store) {
	const crowd, rounds = 8, 3
	stream := visura()
	for round := range int64(rounds) {
		var won, late atomic.Int32
		var all sync.WaitGroup
		for n := range crowd {
			all.Go(func() {
				switch _, err := s.append(stream, round*2-1, meta(), copied(n), copied(n)); {
				case err == nil:
					won.Add(1)
				case errors.Is(err, commands.ErrStale):
					late.Add(1)
				default:
					s.Error(err)
				}
			})
		}
		all.Wait()
		if won.Load() != 1 || late.Load() != crowd-1 {
			s.Errorf("round %d: %d won, %d were stale", round, won.Load(), late.Load())
		}
	}
	if n := len(s.history(stream)); n != rounds*2 {
		s.Errorf("%d events", n)
	}
}

func whole(s store) {
	const appends, size = 20, 3
	stream, written := visura(), make(chan struct{})
	go func() {
		defer close(written)
		for n := range int64(appends) {
			s.must(stream, n*size-1, meta(), copied(0), copied(1), copied(2))
		}
	}()
	for done := false; !done; {
		select {
		case <-written:
			done = true
		default:
		}
		if n := len(s.history(stream)); n%size != 0 || done && n != appends*size {
			s.Errorf("%d events are seen", n)
		}
	}
}

func again(s store) {
	for name, expected := range map[string]int64{"no stream": commands.NoStream, "a revision": 0, "any revision": commands.AnyRevision} {
		stream, m, want := visura(), meta(), []domain.Event{approved, started, copied(0)}
		if expected == 0 {
			s.must(stream, commands.NoStream, meta(), requested)
			want = append([]domain.Event{requested}, want...)
		}
		first := s.must(stream, expected, m, approved, started)
		if at := s.must(stream, expected, m, approved, started); at != first {
			s.Errorf("at %s the repeat answers %s instead of %s", name, at, first)
		}
		s.must(stream, int64(len(want))-2, meta(), copied(0))
		if at := s.must(stream, expected, m, approved, started); at != first {
			s.Errorf("at %s the late repeat answers %s instead of %s", name, at, first)
		}
		s.holds(stream, want...)
	}
}

func notAgain(s store) {
	stream, m := visura(), meta()
	s.must(stream, commands.NoStream, m, requested, approved)
	for name, c := range map[string]struct {
		expected int64
		m        domain.Meta
		events   []domain.Event
	}{
		"another command with the same events": {commands.NoStream, meta(), []domain.Event{requested, approved}},
		"the same with an event more":          {commands.NoStream, m, []domain.Event{requested, approved, started}},
		"the same a revision later":            {0, m, []domain.Event{requested}},
		"the same at any revision with more":   {commands.AnyRevision, m, []domain.Event{requested, approved, started}},
	} {
		if _, err := s.append(stream, c.expected, c.m, c.events...); !errors.Is(err, commands.ErrStale) {
			s.Errorf("%s: %v", name, err)
		}
	}
	s.holds(stream, requested, approved)
}

func twoStreams(s store) {
	one, other, m := visura(), visura(), meta()
	first := s.must(one, commands.NoStream, m, approved)
	if second := s.must(other, commands.NoStream, m, approved); second.Compare(first) <= 0 {
		s.Errorf("positions go from %s to %s", first, second)
	}
	s.holds(one, approved)
	s.holds(other, approved)
	if a, b := s.history(one), s.history(other); len(a) == 1 && len(b) == 1 && a[0].ID == b[0].ID {
		s.Error("two events have one id")
	}
}

func anyRevision(s store) {
	const crowd, size = 8, 3
	stream := "accesso-" + uuid.NewString() + "-2026-03"
	var all sync.WaitGroup
	for n := range crowd {
		all.Go(func() { s.must(stream, commands.AnyRevision, meta(), copied(n), copied(n), copied(n)) })
	}
	all.Wait()
	history := s.history(stream)
	if len(history) != crowd*size {
		s.Fatalf("%d events", len(history))
	}
	for i, r := range history {
		if r.Event != history[i/size*size].Event {
			s.Errorf("event %d stands within another's", i)
		}
	}
}

func positions(s store) {
	const rounds = 5
	streams := []string{visura(), visura(), visura()}
	var last domain.Position
	for n := range int64(rounds) {
		for _, stream := range streams {
			pos := s.must(stream, n*2-1, meta(), copied(0), copied(1))
			if pos.Compare(last) <= 0 {
				s.Errorf("positions go from %s to %s", last, pos)
			}
			last = pos
		}
	}
	var all []domain.Position
	for _, stream := range streams {
		history := s.history(stream)
		for i, r := range history {
			if i > 0 && r.Position.Compare(history[i-1].Position) <= 0 {
				s.Errorf("in a stream positions go from %s to %s", history[i-1].Position, r.Position)
			}
			all = append(all, r.Position)
		}
	}
	slices.SortFunc(all, domain.Position.Compare)
	if distinct := slices.Compact(slices.Clone(all)); len(distinct) != len(streams)*rounds*2 {
		s.Errorf("%d positions for %d events", len(distinct), len(streams)*rounds*2)
	}
}

func nothing(s store) {
	stream := visura()
	for _, expected := range []int64{commands.NoStream, commands.AnyRevision} {
		s.must(stream, expected, meta())
	}
	s.holds(stream)
}

func apart(s store) {
	stream, m := visura(), meta()
	m.Facts = map[string]int64{"comune-042002": 1}
	due := instant
	events := []domain.Event{domain.ConfirmationAwaited{Due: &due}, approved}
	s.must(stream, commands.NoStream, m, events...)
	m.Facts["comune-042002"], events[1], due = 2, started, instant.Add(time.Hour)
	unchanged := instant
	s.holds(stream, domain.ConfirmationAwaited{Due: &unchanged}, approved)
	for _, r := range s.history(stream) {
		if r.Meta.Facts["comune-042002"] != 1 {
			s.Errorf("facts %v", r.Meta.Facts)
		}
		r.Meta.Facts["comune-042002"] = 3
	}
	for _, r := range s.history(stream) {
		if r.Meta.Facts["comune-042002"] != 1 {
			s.Errorf("who loaded changed the facts to %v", r.Meta.Facts)
		}
	}
}

func sealed(s store) {
	stream := visura()
	issued := domain.VisuraIssued{Numero: "EPPC-R04J-ZV0G-2BEM1", SHA256: "abc", IssuedAt: instant, Warnings: []string{"w"}, SubjectToken: "found"}
	rejected := domain.VisuraRejected{Motivo: "altro", Testo: "non risulta «è»"}
	s.must(stream, commands.NoStream, meta(), requested, rejected, domain.VisuraWithdrawn{}, issued)
	s.holds(stream, requested, rejected, domain.VisuraWithdrawn{}, issued)
}

// head returns the end of the log.
func (s store) head() domain.Position {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), soon)
	defer cancel()
	at, err := s.Head(ctx)
	if err != nil {
		s.Fatalf("head: %v", err)
	}
	return at
}

// since reads the log after a position, as commands.Store does, for what is in
// some streams: others write at the same time.
func (s store) since(after domain.Position, most int, streams ...string) (found []domain.Recorded, reached domain.Position, end bool) {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), soon)
	defer cancel()
	wants := func(stream string, _ uint64) bool { return slices.Contains(streams, stream) }
	reached, end, err := s.Since(ctx, after, most, wants, func(r domain.Recorded) { found = append(found, r) })
	if err != nil {
		s.Fatalf("since %s: %v", after, err)
	}
	return found, reached, end
}

func head(s store) {
	for range 3 {
		pos := s.must(visura(), commands.NoStream, meta(), requested)
		if at := s.head(); at.Compare(pos) < 0 {
			s.Errorf("the head is at %s, the last event at %s", at, pos)
		}
	}
}

// enough is more events than the other tests write meanwhile.
const enough = 20_000

func since(s store) {
	profile, ente := string(domain.ProfileID(uuid.NewString()).Stream()), string(domain.EnteID(uuid.NewString()).Stream())
	from := s.head()
	first := s.must(profile, commands.NoStream, meta(), domain.ProfileDefined{Nome: "uno"}, domain.ProfileDefined{Nome: "due"})
	s.must(visura(), commands.NoStream, meta(), requested, approved)
	second := s.must(ente, commands.NoStream, meta(), domain.EnteRegistered{Denominazione: "INPS"})
	last := s.must(visura(), commands.NoStream, meta(), requested)
	found, reached, end := s.since(from, enough, profile, ente)
	if len(found) != 3 || found[1].Stream != profile || found[1].Revision != 1 || found[1].Position != first || found[2].Position != second {
		s.Fatalf("found %+v", found)
	}
	if found[0].Event.(domain.ProfileDefined).Nome != "uno" || !end || reached.Compare(last) < 0 {
		s.Errorf("found %+v, reached %s of %s, end %v", found, reached, last, end)
	}
	if found, _, end := s.since(first, enough, profile, ente); len(found) != 1 || found[0].Stream != ente || !end {
		s.Errorf("after the first: %+v, %v", found, end)
	}
	if found, again, end := s.since(reached, enough, profile, ente); len(found) != 0 || again.Compare(reached) < 0 || !end {
		s.Errorf("after the end: %+v at %s, %v", found, again, end)
	}
}

func pages(s store) {
	profile := string(domain.ProfileID(uuid.NewString()).Stream())
	at := s.head()
	for n := range 25 {
		s.must(profile, int64(n)-1, meta(), domain.ProfileDefined{Nome: fmt.Sprint(n)})
		s.must(visura(), commands.NoStream, meta(), requested)
	}
	var names []string
	for end := false; !end; {
		var found []domain.Recorded
		was := at
		found, at, end = s.since(at, 10, profile)
		if at.Compare(was) < 0 || len(found) > 10 {
			s.Fatalf("from %s to %s, %d found", was, at, len(found))
		}
		for _, r := range found {
			names = append(names, r.Event.(domain.ProfileDefined).Nome)
		}
	}
	for n, name := range names {
		if len(names) != 25 || name != fmt.Sprint(n) {
			s.Fatalf("read %v", names)
		}
	}
}
