package commands

import (
	"context"
	"fmt"

	"github.com/visure-anagrafiche/visure/domain"
)

// RequesterNotice is the Process that tells who asked for a visura, if they chose to be
// told, what becomes of a request that awaited confirmation. A confirmation is told with
// what came of it.
type RequesterNotice struct {
	Notices
	PublicURL string // where people reach the server, without a slash at its end
}

var _ Process = (*RequesterNotice)(nil)

// Name implements Process.
func (p *RequesterNotice) Name() string { return "visura-requester" }

// Category implements Process.
func (p *RequesterNotice) Category() string { return domain.VisuraCategory }

// WakesOn implements Process. Of what Emission comes to it is told by Emission: nearly all
// visure are issued without having waited.
func (p *RequesterNotice) WakesOn() []string {
	return []string{
		domain.ConfirmationSuspended{}.EventType(), domain.VisuraRejected{}.EventType(), domain.VisuraLapsed{}.EventType(), domain.VisuraExpired{}.EventType(),
	}
}

// Advance implements Process. The letter goes first and then the event: who crashes in
// between sends none twice. Of a requester who is not told nothing is recorded.
func (p *RequesterNotice) Advance(ctx context.Context, id string, m domain.Meta) error {
	visura, err := domain.ParseVisuraID(id)
	if err != nil {
		return fmt.Errorf("tell a requester: %w", err)
	}
	v, err := Fact(ctx, p.Handler, visura.Stream())
	if err != nil || v.Untold == "" {
		return err
	}
	to, err := p.requester(ctx, v.Requester.Utente, domain.Pair{Ente: v.Request.Ente, Comune: v.Request.Comune})
	if err != nil || to.address == "" {
		return err
	}
	if err := p.send(ctx, []recipient{to}, p.letter(visura, v)); err != nil {
		return fmt.Errorf("tell the requester of %s: %w", visura, err)
	}
	m.By, m.CommandID = domain.Sistema, ""
	_, err = Handle(ctx, p.Handler, visura.Stream(), m, TellRequester{Fatto: v.Untold})
	return err
}

// toldOf is what a letter says of each fact.
var toldOf = map[domain.Fatto]struct{ subject, text string }{
	domain.FattoDomanda:  {"L'Anagrafe chiede qualcosa su una richiesta di visura", "L'ufficio Anagrafe chiede qualcosa sulla richiesta di visura fatta il %s: finché non si risponde, resta ferma."},
	domain.FattoRifiuto:  {"Richiesta di visura rifiutata", "L'ufficio Anagrafe ha rifiutato la richiesta di visura fatta il %s."},
	domain.FattoDecaduta: {"Richiesta di visura decaduta", "La richiesta di visura fatta il %s è decaduta: ciò che la permetteva non vale più."},
	domain.FattoScaduta:  {"Richiesta di visura scaduta", "La richiesta di visura fatta il %s è scaduta: nei giorni in cui poteva attendere non c'è stata una decisione, o una risposta."},
	domain.FattoEmessa:   {"La visura richiesta è pronta", "La richiesta di visura fatta il %s è stata confermata, e il documento è pronto."},
	domain.FattoNessuna:  {"Richiesta di visura conclusa senza documento", "La richiesta di visura fatta il %s è stata confermata, ma non c'è un documento."},
}

// letter tells of the last fact. It names neither the person nor the case.
func (p *RequesterNotice) letter(id domain.VisuraID, v domain.Visura) Letter {
	said := toldOf[v.Untold]
	return Letter{
		Key:     fmt.Sprintf("visura/%s/esito/%d", id, v.Facts),
		Subject: said.subject,
		Text: fmt.Sprintf(said.text, domain.ItalianMoment(v.RequestedAt)) + fmt.Sprintf(`

Il seguito è alla pagina della richiesta:

%s/visure/%s

`+chosenInProfile, p.PublicURL, id),
	}
}

// chosenInProfile ends what a requester is written.
const chosenInProfile = `Riceve questo messaggio chi l'ha chiesto in «Il mio profilo», dove si può smettere.
`
