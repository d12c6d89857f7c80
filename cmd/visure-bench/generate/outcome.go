package generate

import (
	"encoding/hex"
	"fmt"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
)

// seek has ANPR asked about the Comune's own first where the request may go beyond them:
// of ten people one is among them.
func (s *story) seek() error {
	v := s.visura.state
	if v.Status != domain.InProgress || !v.MayGoBeyond() || s.random.IntN(10) == 0 {
		return nil
	}
	answer := fmt.Sprintf("%012d", s.random.IntN(1_000_000_000_000))
	return s.do(s.resting(s.system(s.waking())), within(s.random, 150*time.Millisecond, 1500*time.Millisecond), commands.LookBeyond{Attempt: v.Query.Attempt, ANPR: answer})
}

// confirm has an officer, silence or the requester decide, or nobody.
func (s *story) confirm() error {
	v := s.visura.state
	if v.Status != domain.Awaiting {
		return nil
	}
	decide := s.officer()
	if err := s.consider(decide); err != nil {
		return err
	}
	v = s.visura.state
	var wait time.Duration
	var m domain.Meta
	var cmd commands.Command[domain.Visura]
	switch n := s.random.IntN(100); {
	case n < 6:
		m, wait, cmd = s.meta(s.operator()), within(s.random, time.Minute, 4*time.Hour), commands.WithdrawVisura{Testo: "Richiesta non più necessaria"}
	case n < 18:
		motivi := domain.Motivi()
		m, wait, cmd = s.meta(decide), s.officeTime(), commands.RejectVisura{Motivo: motivi[s.random.IntN(len(motivi))].Code, Testo: "Indicare gli atti della pratica"}
	case n < 75:
		m, wait, cmd = s.meta(decide), s.officeTime(), commands.ApproveVisura{}
	case v.Due.IsZero() && n < 97:
		m, wait, cmd = s.meta(decide), within(s.random, 24*time.Hour, 240*time.Hour), commands.ApproveVisura{}
	case v.Due.IsZero(): // nobody ever decides
		m, wait, cmd = domain.Meta{By: domain.Sistema, Correlation: v.Correlation}, v.Scade.Sub(s.now)+within(s.random, 0, 5*time.Second), commands.ExpireVisura{}
	}
	if !v.Due.IsZero() && (cmd == nil || !s.now.Add(wait).Before(v.Due)) {
		m, wait, cmd = domain.Meta{By: domain.Sistema, Correlation: v.Correlation}, v.Due.Sub(s.now)+within(s.random, 0, 5*time.Second), commands.ApproveBySilence{}
	}
	return s.do(m, wait, cmd)
}

// consider has an officer take charge of one request in six, and ask about one in twelve
// what the requester answers within the day; who is late lets silence decide.
func (s *story) consider(officer domain.Actor) error {
	until := func(wait time.Duration) bool {
		due := s.visura.state.Due
		return due.IsZero() || s.now.Add(wait).Before(due)
	}
	if wait := within(s.random, time.Minute, time.Hour); s.random.IntN(6) == 0 && until(wait) {
		if err := s.do(s.meta(officer), wait, commands.AssignConfirmation{Utente: officer.Utente}); err != nil {
			return err
		}
	}
	wait := within(s.random, time.Minute, time.Hour)
	if s.random.IntN(12) != 0 || !until(wait) {
		return nil
	}
	if err := s.do(s.meta(officer), wait, commands.SuspendConfirmation{Domanda: "Qual è il legame della persona con la pratica?"}); err != nil || s.now.After(s.To) {
		return err
	}
	return s.do(s.meta(s.operator()), within(s.random, 10*time.Minute, 24*time.Hour), commands.AnswerQuestion{Risposta: "È un componente del nucleo familiare."})
}

// officer is one of those of the Comune.
func (s *story) officer() domain.Actor {
	all := s.officers[s.comune]
	n := s.random.IntN(len(all))
	if n == 0 {
		return s.head(s.comune)
	}
	return domain.Actor{Utente: all[n], Role: domain.RoleAnagrafe, Comune: s.grant.comune}
}

// officeTime is how long an officer takes: until later that day, or the next.
func (s *story) officeTime() time.Duration { return within(s.random, 10*time.Minute, 30*time.Hour) }

// query asks ANPR until there is an outcome. What woke the process is the
// approval.
func (s *story) query() error {
	if s.visura.state.Status != domain.InProgress {
		return nil
	}
	m := s.system(s.waking())
	if s.visura.state.Query == nil {
		if err := s.do(m, within(s.random, 2*time.Millisecond, 80*time.Millisecond), commands.StartQuery{}); err != nil {
			return err
		}
	}
	if s.random.IntN(250) == 0 {
		return s.do(m, 7*24*time.Hour+within(s.random, time.Second, time.Minute), commands.FailVisura{Code: domain.FailedTooLong})
	}
	for s.random.IntN(30) == 0 {
		if err := s.deferred(m); err != nil {
			return err
		}
	}
	if s.random.IntN(50_000) == 0 { // nobody mends what is wrong, for days
		for s.visura.state.Next(s.now) != domain.GiveUp && !s.now.After(s.To) {
			if err := s.deferred(m); err != nil {
				return err
			}
		}
		return s.do(m, time.Second, commands.FailVisura{Code: domain.FailedTooLong})
	}
	return s.conclude(m)
}

// waking is the id of the event that woke the process last.
func (s *story) waking() string {
	last := s.open.decided
	for i := len(last) - 1; i >= 0; i-- {
		for n, e := range last[i].Events {
			switch e.(type) {
			case domain.VisuraApproved, domain.ResidentSought:
				return esdb.EventID(last[i].Meta.CommandID, string(s.visura.stream), n)
			}
		}
	}
	return ""
}

// deferred closes an attempt without an answer and starts the next in its time.
func (s *story) deferred(m domain.Meta) error {
	if s.now.After(s.To) {
		return nil
	}
	class, wait := domain.FailureRetry, 10*time.Second
	if s.random.IntN(3) == 0 || s.visura.state.Attempts > 3 {
		class, wait = domain.FailureConfiguration, 15*time.Minute
	}
	closing := commands.DeferQuery{Attempt: s.visura.state.Query.Attempt, Class: class, Code: "EN527", Wait: wait}
	if err := s.do(s.resting(m), within(s.random, 100*time.Millisecond, time.Second), closing); err != nil {
		return err
	}
	return s.do(domain.Meta{By: domain.Sistema, Correlation: m.Correlation}, wait+within(s.random, 0, 5*time.Second), commands.StartQuery{})
}

// resting is metadata of an outcome, with the parties it rests on.
func (s *story) resting(m domain.Meta) domain.Meta {
	f := facts{}
	s.named(f, commands.Refs{Comune: s.grant.comune, Ente: s.grant.ente, Convenzione: s.grant.convenzione()})
	note(f, s.utenti[s.grant.operator])
	m.Facts = f
	return m
}

var reasons = []string{
	domain.ReasonNotFound, domain.ReasonNotFound, domain.ReasonOtherComune, domain.ReasonDeceased, domain.ReasonCancelled, domain.ReasonSeveralSubjects,
	domain.ReasonMismatch, domain.ReasonNotCertifiable, domain.ReasonUntraceable, domain.ReasonOpenProcedure, domain.ReasonAIRE,
}

// conclude has ANPR answer: a document, or one time in ten a reason why not.
func (s *story) conclude(m domain.Meta) error {
	if s.now.After(s.To) {
		return nil
	}
	wait := within(s.random, 150*time.Millisecond, 1500*time.Millisecond)
	answer := fmt.Sprintf("%012d", s.random.IntN(1_000_000_000_000))
	token := s.secrets.SubjectToken(domain.Soggetto{CodiceFiscale: s.human.cf})
	if s.random.IntN(10) == 0 {
		c := commands.CloseVisura{Reason: reasons[s.random.IntN(len(reasons))], Ambito: s.visura.state.Ambito(), ANPR: answer, Warnings: []string{"EN122"}}
		if c.Reason != domain.ReasonNotFound && c.Reason != domain.ReasonSeveralSubjects {
			c.SubjectToken, c.Warnings = token, nil
		}
		return s.do(s.resting(m), wait, c)
	}
	var hash [32]byte
	for i := range hash {
		hash[i] = byte(s.random.Uint32())
	}
	return s.do(s.resting(m), wait, commands.IssueVisura{
		Numero: s.visura.state.Numero, SHA256: hex.EncodeToString(hash[:]), Size: 28_000 + s.random.IntN(40_000), Pages: 1 + s.random.IntN(2),
		IDOperazioneANPR: answer, IDOperazioneComune: s.visura.state.Query.IDOperazioneComune, Ambito: s.visura.state.Ambito(),
		IssuedAt: s.now.Add(wait).UTC().Truncate(time.Second), Template: documento.Template, Ambiente: domain.Simulatore, SubjectToken: token,
	})
}

// after is what follows an outcome: reads, downloads, and in time an erasure.
func (s *story) after() error {
	if s.visura.state.Status == domain.Issued {
		if err := s.downloads(); err != nil {
			return err
		}
		if err := s.mend(); err != nil {
			return err
		}
	}
	if s.visura.state.Status.Final() && s.random.IntN(400) == 0 {
		s.close()
		err := s.do(domain.Meta{By: domain.Sistema}, within(s.random, 30*24*time.Hour, 200*24*time.Hour), commands.EraseVisura{Basis: "scarto"})
		s.open.erased = len(s.open.decided) > 0
		return err
	}
	return nil
}

// mend has the requester correct the number of one case in a hundred and fifty, and an
// officer revoke one document in three hundred, days later.
func (s *story) mend() error {
	if s.random.IntN(150) == 0 {
		number := fmt.Sprintf("%d/%06d", s.now.Year(), 1+s.random.IntN(900000))
		if err := s.do(s.meta(s.operator()), within(s.random, time.Minute, 3*time.Hour), commands.CorrectPractice{NumeroPratica: number}); err != nil {
			return err
		}
	}
	if s.random.IntN(300) != 0 {
		return nil
	}
	if err := s.do(s.meta(s.officer()), within(s.random, time.Hour, 20*24*time.Hour), commands.RevokeVisura{Motivo: "dati_rettificati", Numero: string(s.visura.state.Numero)}); err != nil || s.now.After(s.To) {
		return err
	}
	return s.do(domain.Meta{By: domain.Sistema, Correlation: s.visura.state.Correlation}, within(s.random, 10*time.Millisecond, time.Second), commands.AnnounceRevocation{Utenti: s.visura.state.Takers})
}

// downloads are most often one, soon; some come back days later.
func (s *story) downloads() error {
	for n := 0; n < 4 && s.random.IntN(100) < []int{85, 20, 25, 25}[n]; n++ {
		soon, late := within(s.random, 2*time.Second, 3*time.Minute), within(s.random, time.Hour, 20*24*time.Hour)
		if n > 0 {
			soon = late
		}
		if err := s.do(s.meta(s.operator()), soon, commands.RecordDownload{}); err != nil {
			return err
		}
		if s.now.Before(s.To) && s.random.IntN(4) == 0 {
			s.journal(domain.AccessRecorded{Action: "read-visura", Object: string(s.visura.stream), Outcome: "ok"})
		}
	}
	return nil
}
