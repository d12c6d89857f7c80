package commands

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// Recertification is the Process of the reviews of who may act for an Ente at a
// Comune, and what for: it lists who and which purposes are to be confirmed, tells those
// who confirm, and when the last day is over suspends whom nobody confirmed and inhibits
// the purposes that nobody did.
type Recertification struct {
	Notices
	// Due returns the pairs with an act for which no review was opened since a time.
	Due func(ctx context.Context, since time.Time) ([]domain.Pair, error)
	// Known returns once the Roster has everybody who had a role when it was called:
	// who came just before a review is confirmed in it as the others.
	Known func(context.Context) error
}

var _ Process = (*Recertification)(nil)

// Name implements Process.
func (p *Recertification) Name() string { return "recertification" }

// Category implements Process.
func (p *Recertification) Category() string { return domain.RicertificazioneCategory }

// WakesOn implements Process.
func (p *Recertification) WakesOn() []string {
	return []string{domain.RicertificazioneOpened{}.EventType()}
}

// Advance implements Process. Each step acts first and then is recorded, and acts once
// however often it is taken.
func (p *Recertification) Advance(ctx context.Context, id string, m domain.Meta) error {
	ricertificazione, err := domain.ParseRicertificazioneID(id)
	if err != nil {
		return fmt.Errorf("carry on a recertification: %w", err)
	}
	stream := ricertificazione.Stream()
	m.By, m.CommandID = domain.Sistema, ""
	for range maxSteps {
		s, err := Fact(ctx, p.Handler, stream)
		if err != nil {
			return err
		}
		next, err := p.step(ctx, ricertificazione, s)
		if err != nil {
			return fmt.Errorf("carry on %s: %w", stream, err)
		}
		if next == nil {
			return nil
		}
		if _, err := Handle(ctx, p.Handler, stream, m, next); err != nil {
			return fmt.Errorf("carry on %s: %w", stream, err)
		}
	}
	return fmt.Errorf("carry on %s: no end after %d steps", stream, maxSteps)
}

// step does what a review waits for and returns the command that records it, none
// when it waits for somebody or a day.
func (p *Recertification) step(ctx context.Context, id domain.RicertificazioneID, s domain.Ricertificazione) (Command[domain.Ricertificazione], error) {
	switch s.Next(p.Handler.Now()) {
	case domain.RicertificazioneLists:
		return p.list(ctx, id, s)
	case domain.RicertificazioneReminds:
		return RecordReminder{}, p.remind(ctx, fmt.Sprintf("ricertificazione/%s/promemoria", id), "Promemoria: ricertificazione da completare", s)
	case domain.RicertificazioneCloses:
		return p.close(ctx, id, s)
	}
	return nil, nil
}

// list finds who has a role at the pair and may use it, and the purposes of the act that
// may be named.
func (p *Recertification) list(ctx context.Context, id domain.RicertificazioneID, s domain.Ricertificazione) (Command[domain.Ricertificazione], error) {
	if err := p.Known(ctx); err != nil {
		return nil, err
	}
	known, err := p.Roster.At(ctx, s.Pair)
	if err != nil {
		return nil, err
	}
	var holders []domain.UtenteID
	for _, utente := range known {
		u, err := Fact(ctx, p.Handler, utente.Stream())
		if err != nil {
			return nil, err
		}
		if u.HoldsAny(s.Pair) && !u.Suspended(s.Pair) {
			holders = append(holders, utente)
		}
	}
	act, err := Fact(ctx, p.Handler, domain.ConvenzioneIDOf(s.Pair).Stream())
	if err != nil {
		return nil, err
	}
	under, stato := act.InForce(domain.ItalianDay(p.Handler.Now()))
	if stato != domain.ConvenzioneAttiva {
		under = act.Last() // it was in force when the review was opened
	}
	listed := ListConfirmable{Utenti: holders, Atto: under.Numero}
	for _, f := range act.Current(under.ConvenzioneDrafted) {
		listed.Finalita = append(listed.Finalita, f.Codice)
	}
	return listed, p.remind(ctx, fmt.Sprintf("ricertificazione/%s/apertura", id), "Ricertificazione da completare", s)
}

// remind writes to those who confirm what is to be done until when.
func (p *Recertification) remind(ctx context.Context, key, subject string, s domain.Ricertificazione) error {
	return p.tell(ctx, key, subject+" entro il "+s.Entro.Italian(), s, func(ente, comune string) string {
		return fmt.Sprintf(`È in corso la verifica di chi può operare per %s presso il Comune di %s, e per quali finalità.

Entro il %s compreso ogni utente va confermato: gli operatori dagli amministratori dell'Ente o dal Comune, gli amministratori
dell'Ente dal Comune. Chi a quella data non è confermato sarà sospeso.

Entro lo stesso giorno va confermata ogni finalità ancora attuale, dagli amministratori dell'Ente o dal Comune. Una finalità che nessuno
ha confermato sarà inibita: non si potrà più indicare finché il Comune non la riammette.
`, ente, comune, s.Entro.Italian())
	})
}

// conclude writes to those who confirm, as far as they may act still, what became of what
// nobody confirmed.
func (p *Recertification) conclude(ctx context.Context, key string, s domain.Ricertificazione, c CloseRicertificazione) error {
	return p.tell(ctx, key, "Ricertificazione conclusa il "+s.Entro.Italian(), s, func(ente, comune string) string {
		purposes := "Ogni finalità è confermata."
		if left := s.UnconfirmedPurposes(); len(left) > 0 {
			purposes = "Finalità che nessuno ha confermato, ora inibite: " + strings.Join(left, ", ") + `. Una richiesta che ne indica una è rifiutata
finché il Comune non la riammette, dalla pagina dell'atto.`
		}
		return fmt.Sprintf(`La verifica di chi può operare per %s presso il Comune di %s, e per quali finalità, è conclusa.

Utenti che nessuno ha confermato, ora sospesi: %d. Li riammette chi li amministra.

%s
`, ente, comune, c.Sospesi, purposes)
	})
}

// tell writes to the ADMINs of the pair who may act, to the TOPs and to the office.
func (p *Recertification) tell(ctx context.Context, key, subject string, s domain.Ricertificazione, text func(ente, comune string) string) error {
	comune, err := Fact(ctx, p.Handler, s.Comune.Stream())
	if err != nil {
		return err
	}
	ente, err := Fact(ctx, p.Handler, s.Ente.Stream())
	if err != nil {
		return err
	}
	admins, err := p.admins(ctx, s.Pair)
	if err != nil {
		return err
	}
	tops, err := p.tops(ctx, comune)
	if err != nil {
		return err
	}
	to := slices.Concat(admins, tops, []recipient{{"ufficio", mailbox(comune)}})
	return p.send(ctx, to, Letter{Key: key, Subject: subject, Text: text(ente.Denominazione, comune.Nome)})
}

// close suspends whom nobody confirmed and who has a role still, inhibits the
// purposes that nobody confirmed, and says so.
func (p *Recertification) close(ctx context.Context, id domain.RicertificazioneID, s domain.Ricertificazione) (Command[domain.Ricertificazione], error) {
	suspended := 0
	for _, utente := range s.Unconfirmed() {
		u, err := Fact(ctx, p.Handler, utente.Stream())
		if err != nil {
			return nil, err
		}
		if u.HoldsAny(s.Pair) && !u.Suspended(s.Pair) {
			_, err := Handle(ctx, p.Handler, utente.Stream(), domain.Meta{By: domain.Sistema},
				SuspendUtente{Ente: s.Ente, Comune: s.Comune, Causa: domain.SuspendedUncertain})
			if err != nil {
				return nil, err
			}
			suspended++
		} else if was, _ := u.Suspension("", s.Pair); was.Causa == domain.SuspendedUncertain {
			suspended++ // before an interruption
		}
	}
	left := s.UnconfirmedPurposes()
	if len(left) > 0 {
		_, err := Handle(ctx, p.Handler, domain.ConvenzioneIDOf(s.Pair).Stream(), domain.Meta{By: domain.Sistema},
			InhibitPurposes{Ricertificazione: id, Atto: s.Atto, Finalita: left})
		if err != nil {
			return nil, err
		}
	}
	closed := CloseRicertificazione{Sospesi: suspended, Inibite: len(left)}
	return closed, p.conclude(ctx, fmt.Sprintf("ricertificazione/%s/chiusura", id), s, closed)
}

// yearlyReview is how many days those who confirm have when the system opens a review.
const yearlyReview = 30

// OpenYearly opens a review of each pair that had none for a year and whose act is in
// force. Somebody calls it every night; it may be called at any time, also by several
// at once.
func (p *Recertification) OpenYearly(ctx context.Context) error {
	now := p.Handler.Now()
	pairs, err := p.Due(ctx, now.AddDate(-1, 0, 0))
	if err != nil {
		return err
	}
	today := domain.ItalianDay(now)
	var failed error
	for _, pair := range pairs {
		if err := ctx.Err(); err != nil {
			return errors.Join(failed, err)
		}
		_, err := Handle(ctx, p.Handler, domain.YearlyRicertificazione(pair, today.Year).Stream(), domain.Meta{By: domain.Sistema},
			OpenRicertificazione{Ente: pair.Ente, Comune: pair.Comune, Entro: today.Plus(yearlyReview)})
		// Of a pair without an act in force nothing is to be confirmed; one whose
		// review is not yet known to be open is refused another.
		if code := domain.CodeOf(err); err != nil && code != domain.Conflict && code != domain.NotFound {
			failed = errors.Join(failed, fmt.Errorf("open the yearly recertification of %s at %s: %w", pair.Ente, pair.Comune, err))
		}
	}
	return failed
}
