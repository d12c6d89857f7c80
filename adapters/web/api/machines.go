package api

import (
	"context"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// credentials adds the operations by which those who administer give others, and
// machines, what they come in with.
func (a *API) credentials() {
	handle(a, post("invite-utente", "/api/v1/utenti/{id}/invitations", utenti, "Invita un utente a impostare la password",
		"Il collegamento vale una volta e va all'indirizzo dell'utente; a chi non ne ha, o se lo si chiede, lo consegna chi invita. "+
			"Non si consegna, e si spedisce soltanto, se l'utente è già entrato o ha una password, o ha ruoli che chi invita non può dare.").elevated(), a.invite)
	handle(a, post("link-postazione", "/api/v1/postazioni/{id}/links", postazioni, "Fa il collegamento con cui un dispositivo diventa la postazione",
		"Vale una volta, per un giorno: si apre sul dispositivo, che da allora ha un segreto.").elevated(), a.linkPostazione)
	handle(a, post("issue-token", "/api/v1/applicativi/{id}/tokens", applicativi, "Dà un token a un applicativo", "Vale per i Comuni per cui chi lo dà amministra gli utenti dell'Ente, e non lo dà chi vi chiede visure egli stesso, né chi ha registrato l'applicativo o lo ha modificato per ultimo. Si vede una sola volta. Quelli di prima valgono fino alla loro scadenza o revoca.").elevated(), a.issueToken)
}

type inviteInput struct {
	Named
	Body struct {
		Consegna bool `json:"consegna,omitempty" doc:"Il collegamento lo consegna chi invita"`
	}
}

// Invited is how a person was invited.
type Invited struct {
	Spedito      bool   `json:"spedito" doc:"Il collegamento è andato all'indirizzo dell'utente"`
	Collegamento string `json:"collegamento,omitempty" doc:"Da consegnare; si vede una sola volta"`
}

func (a *API) invite(ctx context.Context, in *inviteInput) (*bodied[Invited], error) {
	id, err := domain.ParseUtenteID(in.ID)
	if err != nil {
		return nil, edge.At("id", err)
	}
	i, err := a.Access.Invite(ctx, edge.Meta(ctx), edge.Of(ctx).Address, id, in.Body.Consegna)
	if err != nil {
		return nil, err
	}
	return answer(Invited{Spedito: i.Mailed, Collegamento: i.Link}), nil
}

// Link is an address that works once.
type Link struct {
	Collegamento string `json:"collegamento"`
}

func (a *API) linkPostazione(ctx context.Context, in *Named) (*bodied[Link], error) {
	id, err := domain.ParsePostazioneID(in.ID)
	if err != nil {
		return nil, edge.At("id", err)
	}
	link, err := a.Enrolment.Link(ctx, edge.Meta(ctx), edge.Of(ctx).Address, id)
	if err != nil {
		return nil, err
	}
	return answer(Link{link}), nil
}

type issueTokenInput struct {
	Named
	Body struct {
		Scade time.Time `json:"scade" doc:"Entro un anno"`
	}
}

// TokenGiven is a token of software.
type TokenGiven struct {
	Token    string `json:"token" doc:"Si vede una sola volta"`
	Position string `json:"position"`
}

func (a *API) issueToken(ctx context.Context, in *issueTokenInput) (*bodied[TokenGiven], error) {
	id, err := domain.ParseApplicativoID(in.ID)
	if err != nil {
		return nil, edge.At("id", err)
	}
	token, done, err := commands.GiveToken(ctx, a.Commands, a.Software, edge.Meta(ctx), id, commands.IssueToken{Expires: in.Body.Scade})
	if err != nil {
		return nil, err
	}
	return answer(TokenGiven{token, done.Position.String()}), nil
}
