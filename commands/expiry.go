package commands

import (
	"context"
	"fmt"
	"slices"

	"github.com/visure-anagrafiche/visure/domain"
)

// Expiry is the Process that tells whom it concerns that an act is about to end: the
// TOPs of the Comune, the ADMINs of the Ente there, and the referent the act names.
type Expiry struct{ Notices }

var _ Process = (*Expiry)(nil)

// Name implements Process.
func (p *Expiry) Name() string { return "convenzione-expiry" }

// Category implements Process.
func (p *Expiry) Category() string { return domain.ConvenzioneCategory }

// WakesOn implements Process. An act may be activated within the days of a notice.
func (p *Expiry) WakesOn() []string { return []string{domain.ConvenzioneActivated{}.EventType()} }

// Advance implements Process. The letters go first and then the event: who crashes in
// between sends none twice.
func (p *Expiry) Advance(ctx context.Context, id string, m domain.Meta) error {
	convenzione, err := domain.ParseConvenzioneID(id)
	if err != nil {
		return fmt.Errorf("announce the end of an act: %w", err)
	}
	s, err := Fact(ctx, p.Handler, convenzione.Stream())
	if err != nil {
		return err
	}
	days, due := s.ExpiryNotice(p.Handler.Now())
	if !due {
		return nil
	}
	if err := p.tell(ctx, convenzione, s, days); err != nil {
		return fmt.Errorf("announce the end of %s: %w", convenzione, err)
	}
	m.By, m.CommandID = domain.Sistema, ""
	_, err = Handle(ctx, p.Handler, convenzione.Stream(), m, AnnounceExpiry{Numero: s.Last().Numero, Giorni: days})
	return err
}

func (p *Expiry) tell(ctx context.Context, id domain.ConvenzioneID, s domain.Convenzione, days int) error {
	comune, err := Fact(ctx, p.Handler, s.Comune.Stream())
	if err != nil {
		return err
	}
	ente, err := Fact(ctx, p.Handler, s.Ente.Stream())
	if err != nil {
		return err
	}
	tops, err := p.tops(ctx, comune)
	if err != nil {
		return err
	}
	admins, err := p.admins(ctx, s.Pair)
	if err != nil {
		return err
	}
	act := s.Last()
	return p.send(ctx, slices.Concat(tops, admins, []recipient{referente(act.ConvenzioneDrafted, comune)}), Letter{
		Key:     fmt.Sprintf("convenzione/%s/%d/%d", id, act.Numero, days),
		Subject: fmt.Sprintf("%s in scadenza il %s", act.Tipo.Title(), act.Al.Italian()),
		Text: fmt.Sprintf(`L'atto con cui il Comune di %s dà accesso alle visure anagrafiche a %s
(%s: %s) vale fino al %s compreso.

Dal giorno dopo nessuna richiesta sarà ammessa, se prima il Comune non ne attiva il rinnovo.
`, comune.Nome, ente.Denominazione, act.Tipo.Title(), act.Estremi, act.Al.Italian()),
	})
}
