package commands

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// Massive is the Process that asks for the visure of requests about many people, each in the
// requester's name and as they may at that moment. Of one request it has the visure made
// one after the other, so that who waits at a desk hardly waits longer.
type Massive struct {
	Handler *Handler
	// Moves returns a channel that receives after visure have changed; it may receive when
	// nothing has. stop must be called.
	Moves func() (moved <-chan struct{}, stop func())
	// DestroyKey destroys the data key of a stream. It may be repeated.
	DestroyKey func(ctx context.Context, stream string) error

	mu      sync.Mutex
	running map[domain.MassivaID]bool // what is being carried on
}

var _ Process = (*Massive)(nil)

// Name implements Process.
func (p *Massive) Name() string { return "massive" }

// Category implements Process.
func (p *Massive) Category() string { return domain.MassivaCategory }

// WakesOn implements Process: what it records wakes it again, behind the other requests
// that were woken meanwhile. The end of a quota's period is the timer's.
func (p *Massive) WakesOn() []string {
	return []string{
		domain.MassivaRequested{}.EventType(), domain.RowsAsked{}.EventType(),
		domain.MassivaResumed{}.EventType(), domain.MassivaWithdrawn{}.EventType(),
	}
}

// Bounds of one call of Advance, and of what is under way.
const (
	rowsAtOnce = 20               // asked for by one call
	rowsOpen   = 4                // of one request that may be unfinished at once, where visure end slowly
	rowsBehind = 8                // the last ones asked for, among which those are looked for
	rowLasts   = 3 * time.Second  // how long one is waited for before the next is asked for
	turnLasts  = 15 * time.Second // after which no further row is asked for by one call
	together   = 2                // requests carried on by one server at once
)

// Advance implements Process: one step.
func (p *Massive) Advance(ctx context.Context, id string, m domain.Meta) error {
	massiva, err := domain.ParseMassivaID(id)
	if err != nil {
		return fmt.Errorf("carry on a request about many: %w", err)
	}
	stream := massiva.Stream()
	s, next, later := p.turn(ctx, massiva, m)
	m = caused(s, m)
	if len(next) > 0 {
		if _, err := HandleAll(ctx, p.Handler, stream, m, next...); err != nil {
			return fmt.Errorf("carry on %s: %w", stream, err)
		}
	}
	if later != nil {
		return fmt.Errorf("carry on %s: %w", stream, later)
	}
	return nil
}

// turn takes one step, unless that is done here already: then it goes on by itself. What is
// to be recorded is so once the turn is over, since it wakes the process again.
func (p *Massive) turn(ctx context.Context, id domain.MassivaID, m domain.Meta) (s domain.Massiva, record []Command[domain.Massiva], later error) {
	end, later := p.begin(id)
	if end == nil {
		return s, nil, later
	}
	defer end()
	if s, later = Fact(ctx, p.Handler, id.Stream()); later != nil {
		return s, nil, later
	}
	record, later = p.step(ctx, id, s, caused(s, m))
	return s, record, later
}

// caused is by the system, and because of who asked.
func caused(s domain.Massiva, m domain.Meta) domain.Meta {
	m.By, m.CommandID, m.Correlation = domain.Sistema, "", cmp.Or(s.Correlation, m.Correlation)
	return m
}

// begin returns what ends that a request is carried on here, nil if it is already: then it
// goes on by itself. It is postponed while others are, so that nobody waits for a turn.
func (p *Massive) begin(id domain.MassivaID) (end func(), err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.running[id]:
		return nil, nil
	case len(p.running) >= together:
		return nil, &PostponedError{At: p.Handler.Now().Add(later), Cause: errors.New("others are carried on")}
	case p.running == nil:
		p.running = map[domain.MassivaID]bool{}
	}
	p.running[id] = true
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.running, id)
	}, nil
}

// step does what the request waits for, and returns what records it and why it cannot go
// on now.
func (p *Massive) step(ctx context.Context, id domain.MassivaID, s domain.Massiva, m domain.Meta) ([]Command[domain.Massiva], error) {
	switch s.Next(p.Handler.Now()) {
	case domain.MassivaPauses:
		return nil, &PostponedError{At: s.ResumeAt, Cause: errors.New("a quota is used up")}
	case domain.MassivaAbandons:
		return []Command[domain.Massiva]{AbandonMassiva{}}, nil
	case domain.MassivaDestroys:
		if err := p.DestroyKey(ctx, string(id.Stream())); err != nil {
			return nil, err
		}
		return []Command[domain.Massiva]{RecordPeopleDestroyed{}}, nil
	case domain.MassivaAsks:
		return p.ask(ctx, id, s, m)
	}
	return nil, nil
}

// ask asks for the next rows, as long as nobody ends it. What hinders one is returned once
// those before it are to be recorded.
func (p *Massive) ask(ctx context.Context, id domain.MassivaID, s domain.Massiva, m domain.Meta) (record []Command[domain.Massiva], err error) {
	asked, until := s.Chieste, p.Handler.Now().Add(turnLasts)
	open, err := p.unfinished(ctx, id, s.Chieste)
	for err == nil && asked < min(s.Chieste+rowsAtOnce, s.Request.Righe) && (asked == s.Chieste || p.Handler.Now().Before(until)) {
		if open, err = p.room(ctx, id, open); err != nil {
			break
		}
		now, gone := Fact(ctx, p.Handler, id.Stream())
		if err = gone; err != nil || now.Stato != domain.StatoInProgress {
			break
		}
		var end Command[domain.Massiva]
		if end, err = p.row(ctx, id, s, asked+1, m); end != nil {
			record = append(record, end)
		}
		if end != nil || err != nil {
			break
		}
		asked++
		var how resting
		if how, err = p.rests(ctx, id.Visura(asked), rowLasts); err == nil && how != atRest {
			open = append(open, asked)
		}
	}
	if asked > s.Chieste {
		record = slices.Insert(record, 0, Command[domain.Massiva](RecordRows{To: asked}))
		if postponed := (*PostponedError)(nil); !errors.As(err, &postponed) {
			err = nil // what is recorded wakes the process again
		}
	}
	return record, err
}

// room returns which of the open rows still are, once there are few enough that another may
// be asked for. Where nothing ends within a turn, or all of them wait for ANPR to be asked
// later, the request is postponed.
func (p *Massive) room(ctx context.Context, id domain.MassivaID, open []int) ([]int, error) {
	enough := time.NewTimer(turnLasts)
	defer enough.Stop()
	for len(open) >= rowsOpen {
		moved, stop := p.Moves()
		left, works, err := p.still(ctx, id, open)
		if open = left; err == nil && len(open) >= rowsOpen {
			err = await(ctx, moved, enough.C, works)
		}
		if stop(); err != nil {
			return open, err
		}
	}
	return open, nil
}

// await waits until something has changed, if anything works on it.
func await(ctx context.Context, moved <-chan struct{}, enough <-chan time.Time, works bool) error {
	if works {
		select {
		case <-moved:
			return nil
		case <-enough:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return &PostponedError{At: time.Now().Add(later), Cause: errors.New("visure asked for before are under way")}
}

// row asks for the visura of one row in the requester's name. It returns what is to be
// recorded if none can be asked for any more, or not now.
func (p *Massive) row(ctx context.Context, id domain.MassivaID, s domain.Massiva, riga int, m domain.Meta) (Command[domain.Massiva], error) {
	m.By = s.Requester
	one := requestOf(s).asVisura(string(id), riga)
	one.Soggetto = soggettoRichiesto(s.Request.Soggetti[riga-1])
	_, err := Handle(ctx, p.Handler, id.Visura(riga).Stream(), m, one)
	var refused *domain.Error
	switch {
	case err == nil:
		return nil, nil
	case !errors.As(err, &refused), refused.Code == domain.Unavailable, refused.Code == domain.Internal:
		return nil, err
	case refused.Code == domain.Exhausted && refused.Quota != nil:
		q := refused.Quota
		return DelayMassiva{Quota: q.Quota.Nome(), Until: p.Handler.Now().Add(q.Reset).UTC()}, nil
	case refused.Code == domain.Forbidden && refused.Field == "orario":
		return p.untilOpen(ctx, s, refused)
	case refused.Code == domain.Conflict && refused.Field == "id":
		return p.asked(ctx, id, riga, refused)
	}
	return stopped(refused), nil
}

func stopped(refused *domain.Error) Command[domain.Massiva] {
	return StopMassiva{Item: refused.Field, Testo: refused.Message}
}

// asked stops the request if the visura of a row is another's. Else it was asked for, and
// its person has been erased since.
func (p *Massive) asked(ctx context.Context, id domain.MassivaID, riga int, refused *domain.Error) (Command[domain.Massiva], error) {
	v, err := Fact(ctx, p.Handler, id.Visura(riga).Stream())
	if r := v.Request.Massiva; err != nil || r != nil && *r == (domain.RigaMassiva{Massiva: id, Riga: riga}) {
		return nil, err
	}
	return stopped(refused), nil
}

// untilOpen delays the request until the first quarter of an hour, of a week, at which it
// may be asked again; if there is none it is stopped.
func (p *Massive) untilOpen(ctx context.Context, s domain.Massiva, refused *domain.Error) (Command[domain.Massiva], error) {
	grounds, err := Grounds(ctx, p.Handler, s.Requester, s.Request.Comune)
	if err != nil {
		return nil, err
	}
	const step = 15 * time.Minute
	week := grounds.At.AddDate(0, 0, 7)
	for at := grounds.At.UTC().Truncate(step).Add(step); at.Before(week); at = at.Add(step) {
		grounds.At = at
		if _, refused := grounds.Right(s.Request.Tipo); refused == nil {
			return DelayMassiva{Until: at}, nil
		}
	}
	return stopped(refused), nil
}

// soggettoRichiesto is a person as they are asked about.
func soggettoRichiesto(s domain.Soggetto) SoggettoRichiesto {
	if s.CodiceFiscale != "" {
		return SoggettoRichiesto{CodiceFiscale: string(s.CodiceFiscale)}
	}
	return SoggettoRichiesto{
		Cognome: s.Cognome, SenzaCognome: s.Cognome == "", Nome: s.Nome, SenzaNome: s.Nome == "", Sesso: s.Sesso, DataNascita: s.DataNascita.String(),
	}
}

// unfinished returns which of the last rows asked for are under way.
func (p *Massive) unfinished(ctx context.Context, id domain.MassivaID, asked int) ([]int, error) {
	var last []int
	for riga := max(1, asked-rowsBehind+1); riga <= asked; riga++ {
		last = append(last, riga)
	}
	open, _, err := p.still(ctx, id, last)
	return open, err
}

// still returns which of some rows are under way, and whether anything works on one of them.
func (p *Massive) still(ctx context.Context, id domain.MassivaID, rows []int) (open []int, works bool, err error) {
	for _, riga := range rows {
		how, err := p.rests(ctx, id.Visura(riga), 0)
		if err != nil {
			return nil, false, err
		}
		if how != atRest {
			open, works = append(open, riga), works || how == underWay
		}
	}
	return open, works, nil
}

// resting is whether anything is to become of a visura by itself.
type resting int

const (
	atRest   resting = iota // it has ended, or waits for an officer
	underWay                // ANPR is asked, or about to be
	waiting                 // ANPR is to be asked later
)

// rests says how a visura stands, once it is at rest or after a while.
func (p *Massive) rests(ctx context.Context, id domain.VisuraID, most time.Duration) (resting, error) {
	moved, stop := p.Moves()
	defer stop()
	enough := time.NewTimer(most)
	defer enough.Stop()
	for {
		v, err := Fact(ctx, p.Handler, id.Stream())
		switch {
		case err != nil || v.Status != domain.InProgress:
			return atRest, err
		case v.Next(p.Handler.Now()) == domain.WaitToRetry:
			return waiting, nil
		case most == 0:
			return underWay, nil
		}
		select {
		case <-moved:
		case <-enough.C:
			return underWay, nil
		case <-ctx.Done():
			return underWay, ctx.Err()
		}
	}
}
