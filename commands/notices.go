package commands

import (
	"cmp"
	"context"
	"fmt"

	"github.com/visure-anagrafiche/visure/domain"
)

// Roster says who has a role where, TOPs at their Comune included, as read models know
// it. They may lag: who it names may have lost the role since, which their streams
// say, and who came just now may be missing. It is safe for concurrent use.
type Roster interface {
	// At returns who has a role at a pair, in the order of their ids.
	At(context.Context, domain.Pair) ([]domain.UtenteID, error)
	// Of returns the pairs at which a person has one.
	Of(context.Context, domain.UtenteID) ([]domain.Pair, error)
}

// Notices tells those who administer something by mail. All fields must be set before
// it is used; it is safe for concurrent use.
type Notices struct {
	Handler *Handler
	Roster  Roster
	Post    func(context.Context, Letter) error
}

// recipient is somebody a notice goes to, once. Key tells them from the others: an
// id, or what they are.
type recipient struct{ key, address string }

// tops are those of a Comune who may act.
func (n *Notices) tops(ctx context.Context, c domain.Comune) ([]recipient, error) {
	return n.people(ctx, c.Tops, func(_ domain.UtenteID, u domain.Utente) bool { return !u.Suspended(domain.Pair{Comune: c.ISTAT}) })
}

// admins are those of a pair who may act today.
func (n *Notices) admins(ctx context.Context, p domain.Pair) ([]recipient, error) {
	ids, err := n.Roster.At(ctx, p)
	if err != nil {
		return nil, err
	}
	today := domain.ItalianDay(n.Handler.Now())
	return n.people(ctx, ids, func(_ domain.UtenteID, u domain.Utente) bool {
		return u.HoldsOn(domain.RoleAdmin, p, today) && !u.Suspended(p)
	})
}

func (n *Notices) people(ctx context.Context, ids []domain.UtenteID, wanted func(domain.UtenteID, domain.Utente) bool) (found []recipient, err error) {
	for _, id := range ids {
		u, err := Fact(ctx, n.Handler, id.Stream())
		if err != nil {
			return nil, err
		}
		if wanted(id, u) {
			found = append(found, recipient{string(id), u.Email})
		}
	}
	return found, nil
}

// requester is who asked for something at a pair, without an address if they are not to be
// told: they did not choose to be, or may not see it any more.
func (n *Notices) requester(ctx context.Context, id domain.UtenteID, at domain.Pair) (recipient, error) {
	u, err := Fact(ctx, n.Handler, id.Stream())
	if err != nil || !u.Notices.Richieste || !u.HoldsAny(at) || u.Suspended(at) {
		return recipient{}, err
	}
	return recipient{string(id), u.Email}, nil
}

// mailbox is where notices go that concern a Comune, besides its TOPs, who need have no
// address. The PEC is on record before an act is in force.
func mailbox(c domain.Comune) string { return cmp.Or(c.Contatti.Email, c.Contatti.PEC, c.PEC) }

// referente is who answers for an act at the Ente: an office of the Comune that has no
// mailbox on record has the Comune's.
func referente(act domain.ConvenzioneDrafted, comune domain.Comune) recipient {
	return recipient{"referente", cmp.Or(act.Contatti.Email, act.Contatti.PEC, mailbox(comune))}
}

// send posts a letter to each address once. What cannot be an address gets none: that
// would hold up the others for ever.
func (n *Notices) send(ctx context.Context, to []recipient, l Letter) error {
	sent := map[string]bool{"": true}
	for _, r := range to {
		if sent[r.address] {
			continue
		}
		sent[r.address] = true
		one := Letter{Key: l.Key + "/" + r.key, To: r.address, Subject: l.Subject, Text: l.Text}
		if err := n.Post(ctx, one); err != nil && domain.CodeOf(err) != domain.Invalid {
			return fmt.Errorf("post %s: %w", one.Key, err)
		}
	}
	return nil
}
