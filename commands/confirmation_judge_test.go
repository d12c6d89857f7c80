package commands_test

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// judge reads the history of one request beside the program and says which rule of the
// confirmation an event breaks. It folds the events by itself and counts office time by
// itself: of the program it knows the events alone.
type judge struct {
	home      domain.CodiceISTAT // where the person lives; empty: nobody knows them
	modo      domain.Modo        // how what goes beyond the Comune is confirmed
	calendars []domain.CalendarioSet
	over      bool // what allowed the request had ended before what is read next

	events, attempts  int
	beyond            bool // the Comune's own were asked about in vain
	waiting           bool
	suspended         bool                 // a question stands open
	stopped           time.Time            // when the term would be over that stands still
	from, due         time.Time            // of the term that runs; due is zero where none does
	by                domain.CalendarioSet // it runs by
	left              time.Duration        // of the term at from; 0: there is none
	expires           time.Time            // when it does if nobody decides; zero where a term runs
	approvals         int
	approved          domain.Conferma
	since             time.Time // of the request, then of its approval
	refused, finished bool
	intents           map[string]domain.Ambito // by the id ANPR is asked under
	numero            domain.CIUV
}

// inTime says whether an officer can still decide.
func (j *judge) inTime(at time.Time) bool {
	return j.waiting && (j.due.IsZero() || at.Before(j.due)) && (j.expires.IsZero() || at.Before(j.expires))
}

// late says whether silence has confirmed, or the days to wait are over.
func (j *judge) late(at time.Time) bool { return j.waiting && !j.inTime(at) }

// silent says whether silence has confirmed.
func (j *judge) silent(at time.Time) bool { return j.late(at) && !j.due.IsZero() }

// ends is when what runs is over, of a request that waits.
func (j *judge) ends() time.Time {
	if j.due.IsZero() {
		return j.expires
	}
	return j.due
}

func (j *judge) read(r domain.Recorded) (err error) {
	first := j.events == 0
	j.events++
	if _, asked := r.Event.(domain.VisuraRequested); asked != first || j.finished {
		return fmt.Errorf("it comes out of turn")
	}
	switch e := r.Event.(type) {
	case domain.VisuraRequested:
		j.since, j.intents = r.Meta.At, map[string]domain.Ambito{}
		if e.Conferma != j.modo.Conferma || e.OreSilenzio != j.modo.Ore {
			return fmt.Errorf("confirmed by %s after %d hours, want %+v", e.Conferma, e.OreSilenzio, j.modo)
		}
	case domain.ResidentSought:
		return j.asks(domain.QueryStarted(e))
	case domain.QueryStarted:
		return j.asks(e)
	case domain.NotResident:
		j.beyond = true
		if j.home == comune {
			return fmt.Errorf("the person lives there")
		}
	case domain.ConfirmationAwaited:
		err = j.waits(r.Meta.At, e)
	case domain.ConfirmationSuspended:
		err = j.stops(r.Meta.At, e)
	case domain.ConfirmationResumed:
		if !j.waiting || !j.suspended {
			return fmt.Errorf("waiting %v, suspended %v", j.waiting, j.suspended)
		}
		if !j.inTime(r.Meta.At) {
			return fmt.Errorf("answered at %s, expired at %s", r.Meta.At, j.expires)
		}
		j.suspended = false
		err = j.runs(r.Meta.At, e.Due, e.Scade, e.Calendario)
	case domain.VisuraApproved:
		err = j.approves(r.Meta, e)
	case domain.VisuraRejected:
		if !j.inTime(r.Meta.At) || j.approvals > 0 {
			return fmt.Errorf("refused at %s, awaited %v until %s, %d approvals", r.Meta.At, j.waiting, j.due, j.approvals)
		}
		j.refused, j.waiting, j.finished = true, false, true
	case domain.VisuraIssued:
		err = j.issues(e)
	case domain.VisuraLapsed:
		if !j.over {
			err = fmt.Errorf("it was allowed")
		}
		j.waiting, j.finished = false, true
	case domain.VisuraNotIssuable:
		if j.home != "" || j.waiting || j.beyond && j.approvals != 1 {
			err = fmt.Errorf("the person lives at %q, asked beyond %v, %d approvals", j.home, j.beyond, j.approvals)
		}
		j.finished = true
	case domain.VisuraFailed:
		if r.Meta.At.Sub(j.since) <= 7*24*time.Hour || j.waiting {
			err = fmt.Errorf("given up at %s, begun at %s, waiting %v", r.Meta.At, j.since, j.waiting)
		}
		j.finished = true
	case domain.VisuraExpired:
		if !j.waiting || j.expires.IsZero() || r.Meta.At.Before(j.expires) || !e.Effective.Equal(j.expires) || e.Domanda != j.suspended || j.approvals > 0 || j.refused {
			err = fmt.Errorf("at %s, it expires at %s, question %v, %d approvals, refused %v", r.Meta.At, j.expires, j.suspended, j.approvals, j.refused)
		}
		j.waiting, j.finished = false, true
	case domain.VisuraWithdrawn:
		j.waiting, j.finished = false, true
	}
	return err
}

// asks holds that ANPR is asked beyond the Comune only for who may, under an id of its own.
func (j *judge) asks(e domain.QueryStarted) error {
	_, used := j.intents[e.IDOperazioneComune]
	j.attempts, j.intents[e.IDOperazioneComune] = j.attempts+1, e.Ambito
	numero := j.numero
	j.numero = e.Numero
	switch {
	case used || e.Attempt != j.attempts || numero != "" && numero != e.Numero:
		return fmt.Errorf("attempt %d under an id used %v, number %s after %s", e.Attempt, used, e.Numero, numero)
	case j.waiting || j.over && j.attempts > 1:
		return fmt.Errorf("asked while waiting %v, not allowed any more %v", j.waiting, j.over)
	case e.Ambito == domain.Nazionale && (!j.beyond || j.approvals != 1):
		return fmt.Errorf("beyond the Comune, looked there %v, %d approvals", j.beyond, j.approvals)
	}
	return nil
}

// waits holds that the term is as many hours as were set, of time for which the office was
// open and the clock not stopped, and not a nanosecond more.
func (j *judge) waits(at time.Time, e domain.ConfirmationAwaited) error {
	if j.waiting || !j.beyond || j.approvals > 0 || j.modo.Conferma == domain.Immediata {
		return fmt.Errorf("waiting %v, beyond %v, %d approvals, %s", j.waiting, j.beyond, j.approvals, j.modo.Conferma)
	}
	j.waiting = true
	if j.modo.Conferma == domain.SilenzioAssenso {
		j.left = time.Duration(cmp.Or(j.modo.Ore, j.inForce().OreSilenzio)) * time.Hour
	}
	return j.runs(at, e.Due, e.Scade, e.Calendario)
}

// waitsForSomebody holds that a request expires at the midnight in Rome after as many
// whole days as the Comune lets it wait, by the calendar in force.
func (j *judge) waitsForSomebody(at time.Time, scade *time.Time, versione int) error {
	there := at.In(rome)
	j.expires = time.Date(there.Year(), there.Month(), there.Day()+cmp.Or(j.inForce().GiorniAttesa, 30)+1, 0, 0, 0, 0, rome)
	if scade == nil || !scade.Equal(j.expires) || versione != j.inForce().Versione {
		return fmt.Errorf("expires at %v by calendar %d, want %s by %d", scade, versione, j.expires, j.inForce().Versione)
	}
	return nil
}

func (j *judge) inForce() domain.CalendarioSet { return j.calendars[len(j.calendars)-1] }

// runs begins to count what is left of the term, by the calendar in force.
func (j *judge) runs(at time.Time, due, scade *time.Time, versione int) error {
	j.from, j.by, j.expires = at, j.inForce(), time.Time{}
	if len(j.by.Aperture) == 0 {
		j.left = 0
	}
	switch {
	case (j.left > 0) != (due != nil):
		return fmt.Errorf("due %v, left of the term %s", due, j.left)
	case due == nil:
		return j.waitsForSomebody(at, scade, versione)
	case scade != nil:
		return fmt.Errorf("silence confirms it at %s, and it expires at %s", due, scade)
	}
	j.due = *due
	open := openTime(j.by, at, *due)
	switch {
	case versione != j.by.Versione:
		return fmt.Errorf("by calendar %d, in force is %d", versione, j.by.Versione)
	case open != j.left:
		return fmt.Errorf("due at %s: open for %s since %s, want %s", due, open, at, j.left)
	case !isOpen(j.by, due.Add(-time.Nanosecond)):
		return fmt.Errorf("due at %s: the hours were over before", due)
	}
	return nil
}

// stops holds that of the term is left what was not counted.
func (j *judge) stops(at time.Time, e domain.ConfirmationSuspended) error {
	if !j.inTime(at) || j.suspended {
		return fmt.Errorf("suspended at %s, waiting %v until %s, suspended %v", at, j.waiting, j.due, j.suspended)
	}
	if j.left > 0 {
		j.left -= openTime(j.by, j.from, at)
	}
	j.suspended, j.stopped, j.due = true, j.due, time.Time{}
	if e.Resta != j.left {
		return fmt.Errorf("left of the term %s, want %s", e.Resta, j.left)
	}
	return j.waitsForSomebody(at, e.Scade, e.Calendario)
}

// approves holds who approves, when, and that nobody else has decided.
func (j *judge) approves(m domain.Meta, e domain.VisuraApproved) error {
	waited := j.waiting
	j.approvals++
	j.approved, j.waiting, j.since = e.Conferma, false, m.At
	office := m.By.Utente == luisa.Utente || m.By.Utente == carla.Utente
	switch {
	case j.approvals > 1 || j.refused:
		return fmt.Errorf("approved %d times, refused %v", j.approvals, j.refused)
	case e.Conferma == domain.Immediata:
		if waited || j.beyond {
			return fmt.Errorf("at once, though it waits %v, beyond %v", waited, j.beyond)
		}
	case !waited || j.over:
		return fmt.Errorf("waiting %v, not allowed any more %v", waited, j.over)
	case e.Conferma == domain.Manuale:
		if !office || !j.due.IsZero() && !m.At.Before(j.due) || !j.expires.IsZero() && !m.At.Before(j.expires) || !e.Effective.Equal(m.At) {
			return fmt.Errorf("by %s at %s, effective %s, due %s", m.By.Utente, m.At, e.Effective, j.due)
		}
	case j.due.IsZero() || m.At.Before(j.due) || !e.Effective.Equal(j.due):
		return fmt.Errorf("by silence at %s, effective %s, due %s", m.At, e.Effective, j.due)
	}
	return nil
}

// issues holds that there is one approval, and beyond the Comune the one that is due.
func (j *judge) issues(e domain.VisuraIssued) error {
	j.finished = true
	switch {
	case j.approvals != 1 || j.refused || j.waiting:
		return fmt.Errorf("%d approvals, refused %v, waiting %v", j.approvals, j.refused, j.waiting)
	case (j.home != comune) != (e.Ambito == domain.Nazionale) || j.home == "":
		return fmt.Errorf("reached %s, the person lives at %q", e.Ambito, j.home)
	case e.Ambito == domain.Nazionale && (j.approved == domain.Immediata) != (j.modo.Conferma == domain.Immediata):
		return fmt.Errorf("approved %s, want %s", j.approved, j.modo.Conferma)
	case j.intents[e.IDOperazioneComune] != e.Ambito || e.Numero != j.numero:
		return fmt.Errorf("from %s, number %s, recorded %v, %s", e.IDOperazioneComune, e.Numero, j.intents, j.numero)
	}
	return nil
}

// openTime walks from one instant to another by quarters of an hour, at which every office
// of the test opens and closes.
func openTime(cal domain.CalendarioSet, from, to time.Time) (open time.Duration) {
	for at := from; at.Before(to); {
		next := at.Truncate(15 * time.Minute).Add(15 * time.Minute)
		if next.After(to) {
			next = to
		}
		if isOpen(cal, at) {
			open += next.Sub(at)
		}
		at = next
	}
	return open
}

// holidays are those of the years of the test, Easter as printed calendars have it.
const holidays = "01-01 01-06 04-25 05-01 06-02 08-15 10-04 11-01 12-08 12-25 12-26 2026-04-05 2026-04-06 2027-03-28 2027-03-29 2028-04-16 2028-04-17"

func isOpen(cal domain.CalendarioSet, at time.Time) bool {
	there := at.In(rome)
	day, clock, weekday := there.Format(time.DateOnly), there.Format("15:04"), (int(there.Weekday())+6)%7+1
	if strings.Contains(" "+holidays, " "+day[5:]) || strings.Contains(holidays, day) || cal.SantoPatrono == day[5:] {
		return false
	}
	for _, shut := range cal.Chiusure {
		if shut.Dal.String() <= day && day <= shut.Al.String() {
			return false
		}
	}
	for _, f := range cal.Aperture {
		for _, d := range f.Giorni {
			if d == weekday && f.Dalle <= clock && clock < f.Alle {
				return true
			}
		}
	}
	return false
}
