package commands

import (
	"context"
	"fmt"
	"slices"

	"github.com/visure-anagrafiche/visure/domain"
)

// Revocation is the Process that tells who took a document that it was revoked. Where one
// of them has left, or has no address, the ADMINs of the Ente are told, who know where
// the paper is.
type Revocation struct {
	Notices
	PublicURL string // where people reach the server, without a slash at its end
}

var _ Process = (*Revocation)(nil)

// Name implements Process.
func (p *Revocation) Name() string { return "visura-revocation" }

// Category implements Process.
func (p *Revocation) Category() string { return domain.VisuraCategory }

// WakesOn implements Process.
func (p *Revocation) WakesOn() []string { return []string{domain.VisuraRevoked{}.EventType()} }

// Advance implements Process. The letters go first and then the event: who crashes in
// between sends none twice.
func (p *Revocation) Advance(ctx context.Context, id string, m domain.Meta) error {
	visura, err := domain.ParseVisuraID(id)
	if err != nil {
		return fmt.Errorf("announce a revocation: %w", err)
	}
	v, err := Fact(ctx, p.Handler, visura.Stream())
	if err != nil || v.Revocation == nil || v.Revocation.Announced {
		return err
	}
	told, err := p.tell(ctx, visura, v)
	if err != nil {
		return fmt.Errorf("announce the revocation of %s: %w", visura, err)
	}
	m.By, m.CommandID = domain.Sistema, ""
	_, err = Handle(ctx, p.Handler, visura.Stream(), m, AnnounceRevocation{Utenti: told})
	return err
}

// tell writes to whom it concerns, and returns them. A letter names the document and
// nobody.
func (p *Revocation) tell(ctx context.Context, id domain.VisuraID, v domain.Visura) (told []domain.UtenteID, err error) {
	comune, err := Fact(ctx, p.Handler, v.Request.Comune.Stream())
	if err != nil {
		return nil, err
	}
	to, err := p.concerned(ctx, v, comune)
	if err != nil {
		return nil, err
	}
	for _, r := range to {
		told = append(told, domain.UtenteID(r.key))
	}
	return told, p.send(ctx, to, Letter{
		Key:     "visura/" + string(id) + "/revoca",
		Subject: fmt.Sprintf("Visura %s revocata", v.Document.Numero),
		Text: fmt.Sprintf(`La visura n. %s è stata revocata dal Comune di %s il %s.

Il documento non va più usato e non si può più scaricare: se è in una pratica, va tolto o sostituito. Il motivo, e come
chiederne un'altra, sono alla pagina della visura:

%s/visure/%s

Riceve questo messaggio chi aveva scaricato il documento, o chi amministra l'Ente per cui era stato chiesto.
`, v.Document.Numero, comune.Nome, domain.ItalianMoment(v.Revocation.At), p.PublicURL, id),
	})
}

// concerned are those who took the document and may still see it, and if one of them may
// not or has no address, the ADMINs of the Ente.
func (p *Revocation) concerned(ctx context.Context, v domain.Visura, comune domain.Comune) ([]recipient, error) {
	pair := domain.Pair{Ente: v.Request.Ente, Comune: v.Request.Comune}
	var to []recipient
	for _, id := range v.Takers {
		u, err := Fact(ctx, p.Handler, id.Stream())
		if err != nil {
			return nil, err
		}
		if u.Email != "" && (comune.Top(id) || u.HoldsAny(pair) && !u.Suspended(pair)) {
			to = append(to, recipient{string(id), u.Email})
		}
	}
	if len(to) == len(v.Takers) {
		return to, nil
	}
	admins, err := p.admins(ctx, pair)
	for _, a := range admins {
		if a.address != "" && !slices.Contains(to, a) {
			to = append(to, a)
		}
	}
	return to, err
}
