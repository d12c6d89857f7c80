package commands_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// The region is small, so that commands meet: two Comuni, two Enti, five persons,
// three profiles, a workstation of each Ente.
var (
	comuni  = []domain.CodiceISTAT{comune, altro}
	enti    = []domain.EnteID{ente, "00000000-0000-4000-8000-0000000000e2"}
	persone = []domain.UtenteID{
		"00000000-0000-4000-8000-000000000101", "00000000-0000-4000-8000-000000000102", "00000000-0000-4000-8000-000000000103",
		"00000000-0000-4000-8000-000000000104", "00000000-0000-4000-8000-000000000105",
	}
	profili = map[domain.ProfileID]domain.CodiceISTAT{
		"00000000-0000-4000-8000-0000000000f1": comune, "00000000-0000-4000-8000-0000000000f2": comune, "00000000-0000-4000-8000-0000000000f3": altro,
	}
	desks = map[domain.EnteID]domain.PostazioneID{
		enti[0]: "00000000-0000-4000-8000-0000000000d1", enti[1]: "00000000-0000-4000-8000-0000000000d2",
	}
	tipi = []domain.Tipo{domain.Residenza, domain.ResidenzaStorica, domain.StatoCivile}
)

// region is where anybody sends any command, in any capacity they claim.
type region struct {
	*world
	h     *commands.Handler
	log   map[string][]domain.Recorded // of each stream, oldest first
	notes oracle                       // of the log
}

func newRegion() *region {
	w := newWorld()
	r := &region{world: w, h: w.handler(), log: map[string][]domain.Recorded{}}
	w.enter(string(domain.InstallazioneStream), domain.AdministratorNamed{Account: root.Account})
	for i, c := range comuni {
		w.enter(string(c.Stream()), domain.ComuneRegistered{ISTAT: c, Nome: fmt.Sprint("Comune ", i), Provincia: "AN", OreSilenzio: 12 * i})
		r.read(string(c.Stream()))
	}
	for _, e := range enti {
		w.enter(string(e.Stream()), domain.EnteRegistered{Denominazione: "Ente", CodiceFiscale: "00351040423"})
	}
	for _, p := range persone {
		w.enter(string(p.Stream()), entry)
		r.read(string(p.Stream()))
	}
	return r
}

// read follows a stream to its end.
func (r *region) read(stream string) {
	after := int64(len(r.log[stream])) - 1
	if _, err := r.Load(context.Background(), stream, after, func(e domain.Recorded) { r.log[stream] = append(r.log[stream], e) }); err != nil {
		panic(err)
	}
	r.notes = r.oracle()
}

// move is a command on its way.
type move struct {
	name   string
	by     domain.Actor
	stream string
	send   func() (commands.Outcome, error)
}

func sending[S commands.State[S]](r *region, by domain.Actor, stream domain.Stream[S], cmd commands.Command[S]) move {
	return move{fmt.Sprintf("%T", cmd), by, string(stream), func() (commands.Outcome, error) {
		return commands.Handle(context.Background(), r.h, stream, domain.Meta{By: by}, cmd)
	}}
}

// reached counts what the sequences came to.
type reached struct {
	sync.Mutex
	times map[string]int
}

func (r *reached) note(what string) {
	r.Lock()
	defer r.Unlock()
	r.times[what]++
}

// No sequence of commands, by whoever claims whatever capacity, ends with a person
// who can do what no act allows, or with one who gained a right by their own
// command; and what a person may, told by a second function from the events alone, is
// what the product says.
func TestNoSequenceOfCommandsGivesWhatIsNotGranted(t *testing.T) {
	seen := &reached{times: map[string]int{}}
	rapid.Check(t, func(t *rapid.T) {
		r, seed := newRegion(), rapid.Uint64().Draw(t, "seed")
		if seed%6 > 0 {
			for _, m := range r.usual() {
				if err := r.play(t, m, seen); err != nil {
					t.Fatalf("%s: %v", m.name, err)
				}
			}
		}
		// What is drawn by rapid is mostly small, and so mostly the same; of a seed
		// and the number of the step every choice is equally likely.
		for step := range rapid.Uint64Range(120, 240).Draw(t, "steps") {
			d := rand.New(rand.NewPCG(seed, step))
			if d.IntN(10) == 0 {
				r.pass(d)
				r.compare(t, seen)
				continue
			}
			_ = r.play(t, r.anyMove(d), seen)
		}
	})
	if t.Failed() {
		return
	}
	for _, want := range worthReaching {
		if seen.times[want] == 0 {
			t.Errorf("no sequence came to %q", want)
		}
	}
}

// pass lets time go by.
func (r *region) pass(d *rand.Rand) {
	days := pick(d, []int{0, 1, 1, 1, 1, 7, 7, 31, 31, 120, 366})
	day := r.clock.AddDate(0, 0, days).Truncate(24 * time.Hour)
	r.clock = day.Add(time.Duration(pick(d, []int{7, 9, 9, 9, 12, 13, 20})) * time.Hour)
}

// play sends a command and, if it changed anything, holds what has become of the
// region against what may never be.
func (r *region) play(t *rapid.T, m move, seen *reached) error {
	before := r.notes
	outcome, err := m.send()
	if err != nil || !outcome.Wrote {
		if code := domain.CodeOf(err); code == domain.Internal || code == domain.Unavailable {
			t.Fatalf("%s by %+v: %v", m.name, m.by, err)
		}
		return err
	}
	seen.note(m.name)
	r.read(m.stream)
	after := r.notes
	if m.name != "commands.AcceptInstructions" { // that each does for themself
		gainsNothing(t, before, after, m, r.clock)
	}
	headed(t, before, after, m)
	r.compare(t, seen)
	return nil
}

// gainsNothing refuses that a person has any role or right, now or later, which they
// lacked before their own command.
func gainsNothing(t *rapid.T, before, after oracle, m move, at time.Time) {
	who := m.by.Utente
	if who == "" {
		return
	}
	for role := range after.persons[who].roles {
		if _, had := before.persons[who].roles[role]; !had {
			t.Fatalf("%s by %+v gave themself %+v", m.name, m.by, role)
		}
	}
	for _, c := range comuni {
		if after.comuni[c].tops[who] && !before.comuni[c].tops[who] {
			t.Fatalf("%s by %+v made themself TOP of %s", m.name, m.by, c)
		}
	}
	for _, when := range []time.Time{at, at.AddDate(0, 0, 45)} {
		for q := range questions(who) {
			q.at, q.instructed = when, true
			had, has := before.may(q), after.may(q)
			if has.admitted && !had.admitted || has.delay < had.delay {
				t.Fatalf("%s by %+v gained %+v: %+v, before %+v", m.name, m.by, q, has, had)
			}
		}
	}
}

// headed refuses that a Comune loses its last TOP.
func headed(t *rapid.T, before, after oracle, m move) {
	for _, c := range comuni {
		if len(before.comuni[c].tops) > 0 && len(after.comuni[c].tops) == 0 {
			t.Fatalf("%s by %+v left %s without a TOP", m.name, m.by, c)
		}
	}
}
