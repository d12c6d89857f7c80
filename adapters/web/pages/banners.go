package pages

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// banner is a notice of a Comune, as it stands at the head of a page.
type banner struct{ Comune, Text string }

// bannersOf are the notices that Comuni show somebody at an instant.
func bannersOf(by domain.Actor, comuni []domain.Comune, at time.Time) (all []banner) {
	for _, c := range comuni {
		for _, a := range c.Avvisi.Shown(by, at) {
			all = append(all, banner{c.Nome, a.Testo})
		}
	}
	return all
}

// situation is how something stands that those concerned are told at the head of every
// page: what, in bold, and what follows from it.
type situation struct{ What, Then, Icon, Tone string }

// situations are those somebody is told who acts at Comuni.
func (p *Pages) situations(ctx context.Context, by domain.Actor, comuni []domain.Comune) (all []situation) {
	if p.ReadOnly() {
		all = append(all, situation{"Il servizio è in sola lettura", "Si può consultare, non richiedere.", "ban", "bad"})
	}
	if by.Role == domain.RoleAuditor {
		return all
	}
	for _, c := range comuni {
		all = append(all, p.unanswered(c)...)
		if by.Role == domain.RoleTop {
			all = append(all, expiring(c, p.Commands.Now())...)
		}
		if by.Ente != "" {
			all = append(all, p.ending(ctx, domain.Pair{Ente: by.Ente, Comune: c.ISTAT}, c)...)
		}
	}
	return all
}

// unanswered says since when ANPR does not answer a Comune.
func (p *Pages) unanswered(c domain.Comune) []situation {
	down := p.Circuit(c.ISTAT, c.Collegamento.TipoInvio).Down
	if down.IsZero() {
		return nil
	}
	since := "dalle " + hour(down)
	if domain.ItalianDay(down) != domain.ItalianDay(p.Commands.Now()) {
		since = "dal " + moment(down)
	}
	return []situation{{fmt.Sprintf("ANPR non risponde al Comune di %s %s", c.Nome, since), "Le richieste sono accolte e saranno evase appena torna: non ripeterle.", "warning-circle", "wait"}}
}

// expiring says when the Comune's certificates expire, from when that is announced.
func expiring(c domain.Comune, now time.Time) []situation {
	expiry := c.Collegamento.Expiry()
	if expiry.IsZero() || expiry.After(now.AddDate(0, 0, domain.ExpiryNotices[0])) {
		return nil
	}
	then := "Senza certificati validi non si interroga ANPR: sostituirli in Collegamento ANPR."
	if !expiry.After(now) {
		return []situation{{"I certificati per ANPR sono scaduti il " + moment(expiry), then, "warning-circle", "bad"}}
	}
	return []situation{{"I certificati per ANPR scadono il " + moment(expiry), then, "clock", "wait"}}
}

// nearing is how many days before its last day the people of the Ente are told that their
// act ends.
const nearing = 30

// ending says when the act of a pair ends.
func (p *Pages) ending(ctx context.Context, pair domain.Pair, c domain.Comune) []situation {
	act, err := commands.Fact(ctx, p.Commands, domain.ConvenzioneIDOf(pair).Stream())
	if err != nil {
		return nil
	}
	today := domain.ItalianDay(p.Commands.Now())
	_, stato := act.InForce(today)
	last := act.Last() // one that follows the act in force is its renewal
	if stato != domain.ConvenzioneAttiva || today.DaysUntil(last.Al) > nearing {
		return nil
	}
	return []situation{{fmt.Sprintf("%s con il Comune di %s: ultimo giorno il %s", last.Tipo.Title(), c.Nome, day(last.Al)), "Dopo non si possono chiedere visure.", "clock", "wait"}}
}

// stopped says for which Comune, until when and for what somebody is blocked, who may lift
// it, and where to ask.
type stopped struct{ Comune, Until, Why, By, Contact string }

// blocks are those in force of a person where they act, at Comuni.
func (p *Pages) blocks(ctx context.Context, by domain.Actor, person domain.Utente, comuni []domain.Comune) (all []stopped) {
	lifts := "chi amministra gli utenti dell’Ente, o il Comune"
	if by.Role == domain.RoleAdmin {
		lifts = "il Comune"
	}
	for _, c := range comuni {
		pair := domain.Pair{Ente: by.Ente, Comune: c.ISTAT}
		block, ok := person.Blocked(pair, p.Commands.Now())
		if !ok {
			continue
		}
		one := stopped{Comune: c.Nome, Until: moment(block.Until), Why: block.Allarme.Text(), By: lifts, Contact: c.Contatti.Assistenza}
		if act, err := commands.Fact(ctx, p.Commands, domain.ConvenzioneIDOf(pair).Stream()); err == nil {
			one.Contact = cmp.Or(act.Last().Contatti.Assistenza, one.Contact)
		}
		all = append(all, one)
	}
	return all
}
