package commands

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// Unused suspends who has not signed in for UnusedDays (product rule C30). Somebody
// calls Suspend every night. All fields must be set before it is used.
type Unused struct {
	Notices
	// LastUsed returns whose accounts were not used since a time, those used longest
	// ago first.
	LastUsed func(ctx context.Context, before time.Time) ([]domain.UtenteID, error)
}

// UnusedDays is for how long an account may go unused. They are counted anew from
// when a person is given a role or reinstated.
const UnusedDays = 180

// Suspend suspends unused accounts wherever they may act. Of a Comune whose TOPs would
// all be suspended the one who signed in last is left, and the Comune is told by mail,
// once a month; Suspend returns these Comuni. It may be called at any time, also by
// several at once; what fails for one person holds up no other.
func (p *Unused) Suspend(ctx context.Context) (left []domain.CodiceISTAT, err error) {
	before := p.Handler.Now().UTC().AddDate(0, 0, -UnusedDays)
	unused, err := p.LastUsed(ctx, before)
	if err != nil {
		return nil, err
	}
	var failed error
	for _, id := range unused {
		if err := ctx.Err(); err != nil {
			return left, errors.Join(failed, err)
		}
		comuni, err := p.person(ctx, id, before)
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("suspend %s: %w", id, err))
		}
		left = append(left, comuni...)
	}
	return left, failed
}

// person suspends one person at each of their pairs. It returns the Comuni whose last
// TOP they are.
func (p *Unused) person(ctx context.Context, id domain.UtenteID, before time.Time) (left []domain.CodiceISTAT, err error) {
	u, err := Fact(ctx, p.Handler, id.Stream())
	if err != nil {
		return nil, err
	}
	pairs, err := p.Roster.Of(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, r := range u.Roles {
		pairs = append(pairs, r.Pair())
	}
	for i, pair := range pairs {
		if slices.Contains(pairs[:i], pair) || u.Suspended(pair) || !u.AdmittedAt(pair).Before(before) {
			continue
		}
		last, err := p.at(ctx, id, u, pair, before)
		if err != nil {
			return left, err
		}
		if last {
			left = append(left, pair.Comune)
		}
	}
	return left, nil
}

// at suspends a person at a pair, if they have a role there still. Of a Comune's TOPs
// it is asked in the order in which they signed in, so that the last one is the one
// who stays.
func (p *Unused) at(ctx context.Context, id domain.UtenteID, u domain.Utente, pair domain.Pair, before time.Time) (last bool, err error) {
	comune := domain.Comune{}
	if pair.Ente == "" {
		if comune, err = Fact(ctx, p.Handler, pair.Comune.Stream()); err != nil {
			return false, err
		}
	}
	switch top := comune.Top(id); {
	case !top && !u.HoldsAny(pair), top && !comune.NamedAt(id).Before(before):
		return false, nil
	case top:
		if last, err = p.last(ctx, comune, id); err != nil {
			return false, err
		}
		if last {
			return true, p.warn(ctx, comune)
		}
	}
	_, err = Handle(ctx, p.Handler, id.Stream(), domain.Meta{By: domain.Sistema},
		SuspendUtente{Ente: pair.Ente, Comune: pair.Comune, Causa: domain.SuspendedUnused})
	return false, err
}

// last says whether nobody else administers a Comune who is not suspended there.
func (p *Unused) last(ctx context.Context, comune domain.Comune, id domain.UtenteID) (bool, error) {
	for _, other := range comune.Tops {
		u, err := Fact(ctx, p.Handler, other.Stream())
		if err != nil {
			return false, err
		}
		if other != id && !u.Suspended(domain.Pair{Comune: comune.ISTAT}) {
			return false, nil
		}
	}
	return true, nil
}

// warn tells a Comune that its last TOP does not sign in.
func (p *Unused) warn(ctx context.Context, comune domain.Comune) error {
	month := domain.ItalianTime(p.Handler.Now()).Format("2006-01")
	return p.send(ctx, []recipient{{"ufficio", comune.Contatti.Email}}, Letter{
		Key:     fmt.Sprintf("inutilizzato/%s/%s", comune.ISTAT, month),
		Subject: "Nessun amministratore del Comune accede da tempo",
		Text: fmt.Sprintf(`L'unico amministratore (TOP) del Comune di %s che può operare non accede da più di %d giorni.

Perché il Comune non resti senza, il suo accesso non è stato sospeso: acceda, oppure si nomini un altro TOP.
`, comune.Nome, UnusedDays),
	})
}
