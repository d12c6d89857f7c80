package commands

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// QueueNotice tells the officers of each Comune by mail that something awaits them, and
// that terms near their end: what there is to tell in one letter, at most one an hour.
type QueueNotice struct {
	Notices
	PublicURL string // where people reach the server, without a slash at its end
	// Waiting returns what awaits the officers of each Comune where something does, and of
	// it what ends by itself until an instant.
	Waiting func(ctx context.Context, until time.Time) ([]domain.InAttesa, error)
}

// horizon is how long before a term ends officers are told of it.
const horizon = 24 * time.Hour

// Tell writes to whoever is to be told now. What fails at one Comune hinders no other, and
// is tried again at the next call.
func (p *QueueNotice) Tell(ctx context.Context) error {
	until := p.Handler.Now().Add(horizon)
	all, err := p.Waiting(ctx, until)
	if err != nil {
		return err
	}
	var failed error
	for _, w := range all {
		if err := p.tell(ctx, w, until); err != nil {
			failed = errors.Join(failed, fmt.Errorf("tell the officers of %s: %w", w.Comune, err))
		}
	}
	return failed
}

// tell writes to the officers of one Comune. The letters go first and then the event: who
// crashes in between sends none twice.
func (p *QueueNotice) tell(ctx context.Context, w domain.InAttesa, until time.Time) error {
	stream := domain.CodaStream(w.Comune)
	coda, err := Fact(ctx, p.Handler, stream)
	if err != nil || !coda.Announces(w, p.Handler.Now()) {
		return err
	}
	comune, err := Fact(ctx, p.Handler, w.Comune.Stream())
	if err != nil {
		return err
	}
	to, err := p.officers(ctx, comune)
	if err != nil || len(to) == 0 {
		return err
	}
	if err := p.send(ctx, to, p.letter(w, coda.Told+1, comune)); err != nil {
		return err
	}
	_, err = Handle(ctx, p.Handler, stream, domain.Meta{By: domain.Sistema}, AnnounceQueue{Attesa: w, Fino: until})
	return err
}

// officers are those of a Comune who may decide today, have an address and did not choose
// otherwise.
func (p *QueueNotice) officers(ctx context.Context, c domain.Comune) ([]recipient, error) {
	office, today := domain.Pair{Comune: c.ISTAT}, domain.ItalianDay(p.Handler.Now())
	ids, err := p.Roster.At(ctx, office)
	if err != nil {
		return nil, err
	}
	for _, id := range c.Tops {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return p.people(ctx, ids, func(id domain.UtenteID, u domain.Utente) bool {
		return c.Confirms(id, u, today) && u.Email != "" && !u.Notices.SenzaCoda && !u.Suspended(office) && !u.Absent(office, today)
	})
}

// letter says how much waits and how soon it ends. It names no person, no case and no Ente.
func (p *QueueNotice) letter(w domain.InAttesa, n int, comune domain.Comune) Letter {
	text := fmt.Sprintf("Al Comune di %s attendono la conferma dell'Anagrafe %s.", comune.Nome, requests(w.Attese))
	if w.Termini > 0 {
		text += fmt.Sprintf("\n\nNelle prossime 24 ore, se nessuno decide, finisce il termine di %s: il primo il %s. Dove il silenzio vale assenso la richiesta è\nconfermata, altrove scade.", requests(w.Termini), domain.ItalianMoment(w.Prima))
	}
	return Letter{
		Key:     fmt.Sprintf("coda/%s/%d", w.Comune, n),
		Subject: "Visure anagrafiche: richieste in attesa di conferma",
		Text: text + fmt.Sprintf(`

La coda di conferma è a questa pagina:

%s/coda

Ricevono questo messaggio, una volta l'ora al più, i TOP e gli ufficiali d'anagrafe del Comune: chi non lo vuole lo dice in «Il mio profilo».
`, p.PublicURL),
	}
}

// requests counts them in words.
func requests(n int) string {
	if n == 1 {
		return "una richiesta"
	}
	return fmt.Sprintf("%d richieste", n)
}
