package commands

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// Unused suspends who has not signed in, read anything or asked for anything for
// UnusedDays (product rule C30), by whatever way: who works through the software of an
// Ente is not unused, and who was never invited is. Somebody calls Suspend every night.
// All fields must be set before it is used.
type Unused struct {
	Notices
	// Idle returns who may act somewhere and has read and asked for nothing since a time,
	// each with when they last did; the zero time: never.
	Idle func(ctx context.Context, since time.Time) (map[domain.UtenteID]time.Time, error)
	// LastUsed returns when each of some people last signed in, or if they never did, had
	// their account opened; who has none is left out.
	LastUsed func(ctx context.Context, people []domain.UtenteID) (map[domain.UtenteID]time.Time, error)
}

// UnusedDays is for how long a person may do nothing. They are counted anew from when a
// person is given a role or reinstated.
const UnusedDays = 180

// Suspend suspends unused people wherever they may act. Of a Comune whose TOPs would
// all be suspended the one who did something last is left, and the Comune is told by mail,
// once a month; Suspend returns these Comuni. It may be called at any time, also by
// several at once; what fails for one person holds up no other.
func (p *Unused) Suspend(ctx context.Context) (left []domain.CodiceISTAT, err error) {
	before := p.Handler.Now().UTC().AddDate(0, 0, -UnusedDays)
	unused, err := p.unused(ctx, before)
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

// unused are those who did nothing since a time, who did something longest ago first.
func (p *Unused) unused(ctx context.Context, since time.Time) ([]domain.UtenteID, error) {
	last, err := p.Idle(ctx, since)
	if err != nil {
		return nil, err
	}
	signedIn, err := p.LastUsed(ctx, slices.Collect(maps.Keys(last)))
	if err != nil {
		return nil, err
	}
	var unused []domain.UtenteID
	for id, at := range last {
		if signedIn[id].After(at) {
			last[id] = signedIn[id]
		}
		if last[id].Before(since) {
			unused = append(unused, id)
		}
	}
	slices.SortFunc(unused, func(a, b domain.UtenteID) int { return cmp.Or(last[a].Compare(last[b]), cmp.Compare(a, b)) })
	return unused, nil
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
		if slices.Contains(pairs[:i], pair) || !u.AdmittedAt(pair).Before(before) {
			continue
		}
		if err := p.auditor(ctx, id, u, pair); err != nil {
			return left, err
		}
		if u.Suspended(pair) {
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

// auditor suspends a person as AUDITOR of a pair, if they are one.
func (p *Unused) auditor(ctx context.Context, id domain.UtenteID, u domain.Utente, pair domain.Pair) error {
	if _, suspended := u.Suspension(domain.RoleAuditor, pair); suspended || !u.Holds(domain.RoleAuditor, pair) {
		return nil
	}
	_, err := Handle(ctx, p.Handler, id.Stream(), domain.Meta{By: domain.Sistema},
		SuspendUtente{Ente: pair.Ente, Comune: pair.Comune, Role: domain.RoleAuditor, Causa: domain.SuspendedUnused})
	return err
}

// at suspends a person at a pair, if they have a role there still, otherwise than as
// AUDITOR. Of a Comune's TOPs
// it is asked in the order in which they last did something, so that the last one is
// the one who stays.
func (p *Unused) at(ctx context.Context, id domain.UtenteID, u domain.Utente, pair domain.Pair, before time.Time) (last bool, err error) {
	comune := domain.Comune{}
	if pair.Ente == "" {
		if comune, err = Fact(ctx, p.Handler, pair.Comune.Stream()); err != nil {
			return false, err
		}
	}
	if top := comune.Top(id); !top && !u.ActsAt(pair) || top && !comune.NamedAt(id).Before(before) {
		return false, nil
	}
	_, err = Handle(ctx, p.Handler, id.Stream(), domain.Meta{By: domain.Sistema},
		SuspendUtente{Ente: pair.Ente, Comune: pair.Comune, Causa: domain.SuspendedUnused})
	if errors.Is(err, errLastTop) {
		return true, p.warn(ctx, comune)
	}
	return false, err
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
