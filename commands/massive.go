package commands

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
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

	advances turns
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
)

// Advance implements Process: one step.
func (p *Massive) Advance(ctx context.Context, id string, m domain.Meta) error {
	massiva, err := domain.ParseMassivaID(id)
	if err != nil {
		return fmt.Errorf("carry on a request about many: %w", err)
	}
	stream := massiva.Stream()
	done, err := p.advances.take(ctx, string(stream))
	if err != nil {
		return fmt.Errorf("carry on %s: %w", stream, err)
	}
	defer done()
	s, err := Fact(ctx, p.Handler, stream)
	if err != nil {
		return fmt.Errorf("carry on %s: %w", stream, err)
	}
	m.By, m.CommandID, m.Correlation = domain.Sistema, "", cmp.Or(s.Correlation, m.Correlation)
	next, later := p.step(ctx, massiva, s, m)
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

// ask asks for the next rows. What hinders one is returned once those before it are to be
// recorded.
func (p *Massive) ask(ctx context.Context, id domain.MassivaID, s domain.Massiva, m domain.Meta) (record []Command[domain.Massiva], err error) {
	asked, until := s.Chieste, p.Handler.Now().Add(turnLasts)
	var open []int
	open, err = p.unfinished(ctx, id, s.Chieste)
	for err == nil && asked < min(s.Chieste+rowsAtOnce, s.Request.Righe) && (asked == s.Chieste || p.Handler.Now().Before(until)) {
		if len(open) >= rowsOpen {
			err = &PostponedError{At: p.Handler.Now().Add(later), Cause: errors.New("visure asked for before are under way")}
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
		var rests bool
		if rests, err = p.rests(ctx, id.Visura(asked), rowLasts); err == nil && !rests {
			open = append(open, asked)
			open, err = p.still(ctx, id, open)
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

// row asks for the visura of one row in the requester's name. It returns what is to be
// recorded if none can be asked for any more, or not now.
func (p *Massive) row(ctx context.Context, id domain.MassivaID, s domain.Massiva, riga int, m domain.Meta) (Command[domain.Massiva], error) {
	m.By = s.Requester
	one := requestOf(s)
	_, err := Handle(ctx, p.Handler, id.Visura(riga).Stream(), m, RequestVisura{
		Comune: one.Comune, Tipo: one.Tipo, Ambito: one.Ambito, Finalita: one.Finalita, NumeroPratica: one.NumeroPratica,
		Soggetto: soggettoRichiesto(s.Request.Soggetti[riga-1]), Massiva: &domain.RigaMassiva{Massiva: id, Riga: riga},
	})
	var refused *domain.Error
	switch {
	case err == nil:
		return nil, nil
	case !errors.As(err, &refused), refused.Code == domain.Unavailable, refused.Code == domain.Internal:
		return nil, err
	case refused.Code == domain.Conflict && refused.Field == "id":
		return nil, nil // it was asked for, and its person has been erased since
	case refused.Code == domain.Exhausted && refused.Quota != nil:
		q := refused.Quota
		return DelayMassiva{Quota: q.Quota.Nome(), Until: p.Handler.Now().Add(q.Reset).UTC()}, nil
	}
	return StopMassiva{Item: refused.Field, Testo: refused.Message}, nil
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
	return p.still(ctx, id, last)
}

// still returns which of some rows are under way.
func (p *Massive) still(ctx context.Context, id domain.MassivaID, rows []int) (open []int, err error) {
	for _, riga := range rows {
		rests, err := p.rests(ctx, id.Visura(riga), 0)
		if err != nil {
			return nil, err
		}
		if !rests {
			open = append(open, riga)
		}
	}
	return open, nil
}

// rests says, after a while at most, whether a visura has ended or waits for an officer. One
// that ANPR is to be asked about later does neither.
func (p *Massive) rests(ctx context.Context, id domain.VisuraID, most time.Duration) (bool, error) {
	moved, stop := p.Moves()
	defer stop()
	enough := time.NewTimer(most)
	defer enough.Stop()
	for {
		v, err := Fact(ctx, p.Handler, id.Stream())
		if err != nil || v.Status != domain.InProgress {
			return true, err
		}
		if most == 0 || v.Next(p.Handler.Now()) == domain.WaitToRetry {
			return false, nil
		}
		select {
		case <-moved:
		case <-enough.C:
			return false, nil
		case <-ctx.Done():
			return false, ctx.Err()
		}
	}
}
