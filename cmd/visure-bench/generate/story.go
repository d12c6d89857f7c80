package generate

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
)

// story is what becomes of one request, told to the end of the period.
type story struct {
	*world
	agenda *agenda
	random *rand.Rand
	grant  grant
	comune int
	human  human
	visura *aggregate[domain.Visura]
	asked  domain.Meta // of the request

	now   time.Time // of what is told
	open  chunk     // what is told and not on the agenda yet
	began time.Time // of open
}

// together bounds the time between what is appended at once.
const together = 10 * time.Minute

// tell makes a request at a time and everything that follows, and returns how it
// stands in the end; domain.Absent when it was refused.
func (w *world) tell(agenda *agenda, r *rand.Rand, at time.Time) (domain.Status, error) {
	s := &story{world: w, agenda: agenda, random: r, now: at}
	s.comune = w.sizes.draw(r)
	grants := w.grants[s.comune]
	s.grant = grants[r.IntN(len(grants))]
	s.human = newHuman(w.subject(r))
	s.visura = begin(domain.VisuraID(newID(r)).Stream())
	for _, tell := range []func() error{s.request, s.seek, s.confirm, s.query, s.after} {
		if err := tell(); err != nil {
			return "", err
		}
	}
	s.close()
	return s.visura.state.Status, nil
}

// subject returns who is asked about, as what they are drawn with: one in ten of
// the thousands that many ask about, the others of as many as there are requests.
func (w *world) subject(r *rand.Rand) *rand.Rand {
	who := r.Uint64N(uint64(w.Requests) + 1)
	if r.IntN(10) == 0 {
		who %= uint64(w.Requests)/200 + 1
	}
	return rand.New(rand.NewPCG(w.Seed, 1<<32+who))
}

// do carries out a command a moment after what was told last, and takes in what
// it decided. What would come after the period does not happen.
func (s *story) do(m domain.Meta, after time.Duration, cmd commands.Command[domain.Visura]) error {
	at := s.now.Add(after)
	if at.After(s.To) {
		s.now = s.To.Add(1)
		return nil
	}
	m.At, m.CommandID = at.UTC(), newID(s.random)
	if m.Causation == "" {
		m.Causation = m.CommandID
	}
	before := s.visura.revision
	d, err := act(&s.parties, s.visura, m, cmd)
	if err != nil {
		return err
	}
	s.now = at
	if len(s.open.decided) > 0 && at.Sub(s.began) > together {
		s.close()
	}
	if len(s.open.decided) == 0 {
		s.open, s.began = chunk{stream: string(s.visura.stream), expected: before}, at
	}
	s.open.decided = append(s.open.decided, d)
	return nil
}

// close puts what was told so far on the agenda.
func (s *story) close() {
	if len(s.open.decided) > 0 {
		s.agenda.add(s.began, s.open)
		s.open = chunk{}
	}
}

// operator is who asked, in their capacity.
func (s *story) operator() domain.Actor {
	return s.grant.actor()
}

// meta is of what a person does.
func (s *story) meta(by domain.Actor) domain.Meta { return newMeta(s.random, by, s.now) }

// system is of what the process does, because of an event.
func (s *story) system(cause string) domain.Meta {
	return domain.Meta{By: domain.Sistema, Correlation: s.visura.state.Correlation, Causation: cause}
}

// request asks; who may not has that in their journal.
func (s *story) request() error {
	profile := s.parties.profiles[s.grant.profile].state
	choice := types(profile) // the first more often
	if s.random.IntN(100) == 0 {
		choice = documento.Tipi()
	}
	c := commands.RequestVisura{
		Comune: string(s.grant.comune), Tipo: string(choice[min(s.random.IntN(len(choice)), s.random.IntN(len(choice)))]), Soggetto: s.who(),
		Finalita: purposes[s.random.IntN(2)].Codice, NumeroPratica: fmt.Sprintf("%d/%06d", s.now.Year(), 1+s.random.IntN(900000)),
	}
	if profile.National() && s.random.IntN(6) == 0 {
		c.Ambito = string(domain.Nazionale)
	}
	if err := s.instructed(); err != nil {
		return err
	}
	s.asked = s.meta(s.operator())
	err := s.do(s.asked, 0, c)
	if refusal, ok := err.(*domain.Error); ok {
		s.journal(domain.AccessRecorded{Action: "request-visura", Object: string(s.visura.stream), Outcome: string(refusal.Code), Field: refusal.Field, Asked: c.Asked()})
		return nil
	}
	return err
}

// instructed has the operator accept the Comune's instructions anew when a year has
// passed since they did.
func (s *story) instructed() error {
	a := s.utenti[s.grant.operator]
	if a.state.Instructed(s.parties.comuni[s.grant.comune].state, s.now) {
		return nil
	}
	before := a.revision
	d, err := act(&s.parties, a, s.meta(s.operator()), commands.AcceptInstructions{Comune: s.grant.comune})
	if err != nil {
		return err
	}
	s.agenda.add(s.now, chunk{stream: string(a.stream), expected: before, decided: []esdb.Decided{d}})
	return nil
}

// types are those a profile grants.
func types(p domain.Profile) (all []domain.Tipo) {
	for _, granted := range p.Tipi {
		all = append(all, granted.Tipo)
	}
	return all
}

// who is the subject, as requests name them.
func (s *story) who() commands.SoggettoRichiesto {
	if s.random.IntN(7) > 0 {
		return commands.SoggettoRichiesto{CodiceFiscale: string(s.human.cf)}
	}
	return commands.SoggettoRichiesto{Cognome: s.human.surname, Nome: s.human.name, Sesso: s.human.sex, DataNascita: s.human.born.String()}
}

// journal enters a read or a refusal in the operator's journal.
func (s *story) journal(e domain.AccessRecorded) {
	m := s.meta(s.operator())
	s.agenda.add(s.now, chunk{
		stream: string(domain.AccessStream(m.By.Utente, m.At)), expected: commands.AnyRevision,
		decided: []esdb.Decided{{Events: []domain.Event{e}, Meta: m}},
	})
}
