package commands_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// The region is small, so that commands meet: two Comuni, two Enti, five persons,
// three profiles, two purposes, a workstation and software of each Ente.
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
	apps = map[domain.EnteID]domain.ApplicativoID{
		enti[0]: "00000000-0000-4000-8000-0000000000a1", enti[1]: "00000000-0000-4000-8000-0000000000a2",
	}
	tipi     = []domain.Tipo{domain.Residenza, domain.ResidenzaStorica, domain.StatoCivile}
	purposes = []string{"ISEE", "TARI"}
)

// region is where anybody sends any command, in any capacity they claim.
type region struct {
	*world
	h     *commands.Handler
	log   map[string][]domain.Recorded // of each stream, oldest first
	notes oracle                       // of the log
	room  *cloakroom
	came  []string // what the last move came to
	wrong string   // what it may never come to
}

func newRegion() *region {
	w := newWorld()
	r := &region{world: w, h: w.handler(), log: map[string][]domain.Recorded{}, room: newCloakroom()}
	w.enter(string(domain.InstallazioneStream), domain.AdministratorNamed{Account: root.Account})
	for i, c := range comuni {
		w.enter(string(c.Stream()), domain.ComuneRegistered{ISTAT: c, Nome: fmt.Sprint("Comune ", i), Provincia: "AN", OreSilenzio: 12 * i})
		w.enter(string(c.Stream()), domain.ContattiSet{Contatti: reachable.Comune.Contatti})
		r.read(string(c.Stream()))
	}
	for _, e := range enti {
		w.enter(string(e.Stream()), domain.EnteRegistered{Denominazione: "Ente", CodiceFiscale: "00351040423"})
	}
	enterers := []domain.Actor{
		domain.Sistema, {Utente: persone[0], Role: domain.RoleTop, Comune: comune}, {Utente: persone[0], Role: domain.RoleTop, Comune: comune},
		{Utente: persone[2], Role: domain.RoleAdmin, Ente: ente}, {Utente: persone[2], Role: domain.RoleAdmin, Ente: ente},
	}
	for i, p := range persone {
		known := entry
		known.Email = "m@ente.example"
		m := domain.Meta{By: enterers[i], At: w.clock, CommandID: w.newID()}
		if _, err := w.Append(context.Background(), string(p.Stream()), commands.NoStream, []domain.Event{known}, m); err != nil {
			panic(err)
		}
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
	sweeping(t)
	seen := &reached{times: map[string]int{}}
	const rounds = 10 // of a hundred sequences; the rarest move comes a few times in one, and in one of ten not at all
	for round := 0; round == 0 || round < rounds && seen.lacks() != ""; round++ {
		rapid.Check(t, func(t *rapid.T) { sequence(t, seen) })
		if t.Failed() {
			return
		}
	}
	if what := seen.lacks(); what != "" {
		t.Errorf("no sequence came to %q", what)
	}
}

// lacks returns something worth reaching that was not, if there is any.
func (r *reached) lacks() string {
	for _, what := range worthReaching {
		if r.times[what] == 0 {
			return what
		}
	}
	return ""
}

// sequence plays one, and compares after every move.
func sequence(t *rapid.T, seen *reached) {
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
	r.came = nil
	outcome, err := m.send()
	if r.wrong != "" {
		t.Fatal(r.wrong)
	}
	if err == nil && !outcome.Wrote {
		r.note(seen)
	}
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
	r.agreed(t, before, m)
	r.note(seen)
	claimed(t, m)
	r.behindSoftware(t, m)
	contained(t, before, after, m, r.clock)
	twoAgree(t, before, after, m, r.clock)
	goesAsGranted(t, before, after, m, seen)
	r.ownPairs(t, before, m)
	r.compare(t, seen)
	return nil
}

// note counts what the last move came to.
func (r *region) note(seen *reached) {
	for _, what := range r.came {
		seen.note(what)
	}
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

// ownPairs refuses a role at an Ente without an act, and an office that was named or
// closed by who does not administer the pair it is of.
func (r *region) ownPairs(t *rapid.T, before oracle, m move) {
	for who, p := range r.notes.persons {
		for role := range p.roles {
			if role.Ente != "" && role.Comune != "" && r.notes.acts[domain.Pair{Ente: role.Ente, Comune: role.Comune}] == nil {
				t.Fatalf("%s by %+v: %s has %+v without an act", m.name, m.by, who, role)
			}
		}
	}
	last := r.log[m.stream][len(r.log[m.stream])-1]
	var of domain.CodiceISTAT
	switch e := last.Event.(type) {
	case domain.UfficioNamed:
		of = e.Comune
	case domain.UfficioClosed:
		of = e.Comune
	default:
		return
	}
	pair := domain.Pair{Ente: domain.EnteID(strings.TrimPrefix(m.stream, "ente-")), Comune: of}
	heads := m.by.Role == domain.RoleTop && m.by.Comune == of && before.comuni[of].tops[m.by.Utente]
	governs := m.by.Role == domain.RoleAdmin && m.by.Ente == pair.Ente && before.plays(before.persons[m.by.Utente], domain.RoleAdmin, pair, domain.DateOf(r.clock.In(rome)))
	if m.by != domain.Sistema && !heads && !governs {
		t.Fatalf("%s by %+v is about an office of %+v", m.name, m.by, pair)
	}
}

// behindSoftware refuses that one person alone may ask in others' names: that software has
// a token that may be used, given by somebody who said what the software is. What it is was
// said by who changed anything of it the last, and by who changed its Comuni since.
func (r *region) behindSoftware(t *rapid.T, m move) {
	said, gave := map[domain.UtenteID]bool{}, map[domain.UtenteID]time.Time{}
	var is domain.ApplicativoRegistered
	for _, e := range r.log[m.stream] {
		who := e.Meta.By.Utente
		switch e := e.Event.(type) {
		case domain.ApplicativoRegistered:
			if e.Ente != is.Ente || e.Nome != is.Nome || e.Owner != is.Owner || e.Certificato != is.Certificato || !slices.Equal(e.Scopes, is.Scopes) || !slices.Equal(e.Reti, is.Reti) {
				clear(said)
			}
			is, said[who] = e, true
		case domain.TokenIssued:
			if e.Expires.After(gave[who]) {
				gave[who] = e.Expires
			}
		case domain.TokenRevoked:
			clear(gave) // all have one name
		}
	}
	for who, until := range gave {
		if said[who] && r.clock.Before(until) {
			t.Fatalf("%s by %+v leaves %s alone behind software", m.name, m.by, who)
		}
	}
}

// headed refuses that a Comune loses its last TOP who can act.
func headed(t *rapid.T, before, after oracle, m move) {
	for _, c := range comuni {
		if before.able(c) > 0 && after.able(c) == 0 {
			t.Fatalf("%s by %+v left %s without a TOP", m.name, m.by, c)
		}
	}
}

// able counts the TOPs of a Comune who are not suspended there.
func (o oracle) able(c domain.CodiceISTAT) (n int) {
	for who, top := range o.comuni[c].tops {
		if top && !o.persons[who].stopped[domain.Pair{Comune: c}] {
			n++
		}
	}
	return n
}

// claimed refuses that anything is done in a role at an Ente that names a Comune.
func claimed(t *rapid.T, m move) {
	if m.by.Ente != "" && m.by.Comune != "" {
		t.Fatalf("%s was done by %+v", m.name, m.by)
	}
}

// contained refuses that an ADMIN changes a role that the Comune gave, or has somebody
// to whom it gave one act on other days.
func contained(t *rapid.T, before, after oracle, m move, at time.Time) {
	if m.by.Role != domain.RoleAdmin {
		return
	}
	for _, who := range persone {
		was, is := before.persons[who], after.persons[who]
		days := map[domain.Pair]func(domain.Date) bool{}
		for key, role := range was.roles {
			if role.byAdmin || role.Role != domain.RoleStandard {
				continue
			}
			if is.roles[key] != role {
				t.Fatalf("%s by %+v changed what the Comune gave: %+v, before %+v", m.name, m.by, is.roles[key], role)
			}
			pair, others := domain.Pair{Ente: role.Ente, Comune: role.Comune}, days[domain.Pair{Ente: role.Ente, Comune: role.Comune}]
			days[pair] = func(day domain.Date) bool { return role.on(day) || others != nil && others(day) }
		}
		for pair, given := range days {
			for _, ahead := range []int{0, 1, 10, 45, 366} {
				day := domain.ItalianDay(at.AddDate(0, 0, ahead))
				if after.plays(is, domain.RoleStandard, pair, day) && !before.plays(was, domain.RoleStandard, pair, day) && !given(day) {
					t.Fatalf("%s by %+v has %s act at %+v on %v, which the Comune did not give", m.name, m.by, who, pair, day)
				}
			}
		}
	}
}

// twoAgree refuses that one TOP gives anybody, by what a profile grants, what the
// Comune wants a second person for; or that a TOP ends that it is wanted.
func twoAgree(t *rapid.T, before, after oracle, m move, at time.Time) {
	for _, c := range comuni {
		for kind := range before.comuni[c].eyes {
			if !after.comuni[c].eyes[kind] && m.by != root {
				t.Fatalf("%s by %+v ended that %s wants two for %s", m.name, m.by, c, kind)
			}
		}
	}
	if m.name != "commands.DefineProfile" {
		return
	}
	for _, who := range persone {
		for q := range questions(who) {
			q.at, q.instructed = at, true
			eyes, had, has := before.comuni[q.pair.Comune].eyes, before.may(q), after.may(q)
			if has.admitted && !had.admitted && q.tipo == domain.ResidenzaStorica && eyes[domain.OcchiStoriche] && !before.grants(q) {
				t.Fatalf("%s by %+v alone gave %+v", m.name, m.by, q)
			}
			if has.delay < had.delay && had.admitted && eyes[domain.OcchiNazionale] && had.delay == never {
				t.Fatalf("%s by %+v alone took %+v beyond the Comune: %+v, before %+v", m.name, m.by, q, has, had)
			}
		}
	}
}

// goesAsGranted refuses that what was granted to anybody beyond the Comune grows but by
// a grant to them, that a grant takes anything, and that it gives more than the profile
// has then; one that nobody has to approve gives all of that.
func goesAsGranted(t *rapid.T, before, after oracle, m move, seen *reached) {
	for _, who := range persone {
		to := m.stream == string(who.Stream())
		alone, granted := to && m.name == "commands.GrantNazionale", to && (m.name == "commands.GrantNazionale" || m.name == "commands.ApproveGrant")
		for key, is := range after.persons[who].held {
			was, term := before.persons[who].held[key], after.comuni[key.pair.Comune].term
			if was == nil {
				was = &holdings{}
			}
			changed := !maps.Equal(was.beyond, is.beyond)
			for _, tipo := range tipi {
				had, has, most := delay(was.beyond[tipo], term), delay(is.beyond[tipo], term), never
				if granted {
					most = after.offers(key.profile, tipo, term)
				}
				grown, taken := has < min(had, most), granted && is.beyond != nil && has > had
				if grown || taken || alone && changed && has != min(had, most) {
					t.Fatalf("%s by %+v: %s goes with %+v beyond the Comune for %s after %v, before %v; the profile after %v", m.name, m.by, who, key, tipo, has, had, most)
				}
				if granted && was.beyond != nil && has < had {
					seen.note("granted further")
				}
			}
		}
	}
}

// offers is after how many office hours a national request of a type goes through by what
// a profile grants.
func (o oracle) offers(profile domain.ProfileID, tipo domain.Tipo, term int) float64 {
	for _, grant := range o.profiles[profile].Tipi {
		if grant.Tipo == tipo {
			return delay(grant.Nazionale, term)
		}
	}
	return never
}

// grants says whether a profile the person holds has the type, at whatever hour.
func (o oracle) grants(q question) bool {
	for key := range o.persons[q.who].held {
		for _, grant := range o.profiles[key.profile].Tipi {
			if key.pair == q.pair && grant.Tipo == q.tipo {
				return true
			}
		}
	}
	return false
}
