package commands

import (
	"context"
	"fmt"
	"strings"

	"github.com/visure-anagrafiche/visure/domain"
)

// MassivaNotice is the Process that tells who asked about many people at once, if they
// chose to be told of their requests, that it is stopped, why and how it goes on, and that
// it has ended, with how its visure stand.
type MassivaNotice struct {
	Notices
	PublicURL string // where people reach the server, without a slash at its end
	// Standing returns how many visure of a request stand where, of all that is written.
	Standing func(context.Context, domain.MassivaID) (map[domain.Status]int, error)
}

var _ Process = (*MassivaNotice)(nil)

// Name implements Process.
func (p *MassivaNotice) Name() string { return "massiva-requester" }

// Category implements Process.
func (p *MassivaNotice) Category() string { return domain.MassivaCategory }

// WakesOn implements Process: whatever ends a request, its people are destroyed then.
func (p *MassivaNotice) WakesOn() []string {
	return []string{domain.MassivaStopped{}.EventType(), domain.PeopleDestroyed{}.EventType()}
}

// Advance implements Process. The letter goes first and then the event: who crashes in
// between sends none twice. Of a requester who is not told nothing is recorded.
func (p *MassivaNotice) Advance(ctx context.Context, id string, m domain.Meta) error {
	massiva, err := domain.ParseMassivaID(id)
	if err != nil {
		return fmt.Errorf("tell a requester: %w", err)
	}
	s, err := Fact(ctx, p.Handler, massiva.Stream())
	if err != nil || s.Untold == "" || s.Untold != domain.FattoFerma && !s.Destroyed {
		return err
	}
	to, err := p.requester(ctx, s.Requester.Utente, domain.Pair{Ente: s.Request.Ente, Comune: s.Request.Comune})
	if err != nil || to.address == "" {
		return err
	}
	letter, err := p.letter(ctx, massiva, s)
	if err == nil {
		err = p.send(ctx, []recipient{to}, letter)
	}
	if err != nil {
		return fmt.Errorf("tell the requester of %s: %w", massiva, err)
	}
	_, err = Handle(ctx, p.Handler, massiva.Stream(), caused(s, m), TellMassivaRequester{Fatto: s.Untold, Facts: s.Facts})
	return err
}

// toldOfMany is what a letter says of each fact.
var toldOfMany = map[domain.Fatto]struct{ subject, text string }{
	domain.FattoFerma:    {"Richiesta massiva ferma", "La richiesta massiva fatta il %s è ferma: le righe che mancano non sono chieste."},
	domain.FattoConclusa: {"Richiesta massiva conclusa", "Della richiesta massiva fatta il %s sono chieste tutte le righe."},
	domain.FattoRitirata: {"Richiesta massiva ritirata", "La richiesta massiva fatta il %s è stata ritirata da chi amministra gli accessi: nessun'altra riga è chiesta, le visure già chieste proseguono."},
	domain.FattoChiusa:   {"Richiesta massiva chiusa", "La richiesta massiva fatta il %s è chiusa dov'è, poiché non può più proseguire: nessun'altra riga è chiesta."},
}

// letter tells of the last fact. It names neither persons nor the case.
func (p *MassivaNotice) letter(ctx context.Context, id domain.MassivaID, s domain.Massiva) (Letter, error) {
	said := toldOfMany[s.Untold]
	more := resumption(s)
	if s.Untold != domain.FattoFerma {
		standing, err := p.Standing(ctx, id)
		if err != nil {
			return Letter{}, err
		}
		more = counted(standing)
	}
	return Letter{
		Key:     fmt.Sprintf("massiva/%s/esito/%d", id, s.Facts),
		Subject: said.subject,
		Text: fmt.Sprintf(said.text, domain.ItalianMoment(s.RequestedAt)) +
			fmt.Sprintf("\n\nRighe chieste: %d di %d.\n%s\nIl seguito è alla pagina della richiesta:\n\n%s/massive/%s\n\n", s.Chieste, s.Request.Righe, more, p.PublicURL, id) +
			chosenInProfile,
	}, nil
}

// resumption says what a request was stopped by, and how it goes on.
func resumption(s domain.Massiva) string {
	return fmt.Sprintf(`
È ferma perché %s.

Quando l'impedimento è tolto, chi l'ha fatta la fa proseguire dalla sua pagina, con «Fai proseguire», prima del %s: poi si
chiude dov'è.
`, strings.TrimSuffix(s.Fermata.Testo, "."), domain.ItalianMoment(domain.StoppedUntil(s.RequestedAt, s.StoppedAt)))
}

// standings are what a letter calls visure by how they stand, in its order.
var standings = []struct {
	status domain.Status
	text   string
}{
	{domain.Issued, "emesse"}, {domain.InProgress, "in elaborazione"}, {domain.Awaiting, "in attesa di conferma"}, {domain.NotIssuable, "non emettibili"},
	{domain.Rejected, "rifiutate"}, {domain.Withdrawn, "ritirate"}, {domain.Lapsed, "decadute"}, {domain.Expired, "scadute"},
	{domain.Revoked, "revocate"}, {domain.Failed, "senza esito"},
}

// counted says how many visure stand where; none: nothing.
func counted(standing map[domain.Status]int) string {
	var text strings.Builder
	for _, s := range standings {
		if n := standing[s.status]; n > 0 {
			fmt.Fprintf(&text, "- %s: %d\n", s.text, n)
		}
	}
	if text.Len() == 0 {
		return ""
	}
	return "\nLe visure chieste sono, finora:\n\n" + text.String()
}
