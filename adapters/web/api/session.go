package api

import (
	"context"
	"errors"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// session adds the operations by which people come in and act.
func (a *API) session() {
	handle(a, post("sign-in", "/api/v1/sessions", accesso, "Inizia un accesso con la password",
		"Primo passo: la risposta dice con che cosa si conclude. Utente sconosciuto, password sbagliata e attesa imposta hanno la stessa risposta.").open(), a.signIn)
	handle(a, post("finish-sign-in", "/api/v1/sessions/completion", accesso, "Conclude un accesso",
		"Con il codice a tempo, con un codice di recupero, o con nulla per chi non ha un secondo fattore. Il token della sessione si vede una sola volta.").open(), a.finishSignIn)
	handle(a, post("begin-passkey", "/api/v1/sessions/passkey", accesso, "Inizia un accesso con una passkey", "Le opzioni si passano a navigator.credentials.get.").open(), a.beginPasskey)
	handle(a, post("finish-passkey", "/api/v1/sessions/passkey/completion", accesso, "Conclude un accesso con una passkey", "Il token della sessione si vede una sola volta.").open(), a.finishPasskey)
	handle(a, own(get("read-session", "/api/v1/session", accesso, "Dice chi opera e con quale capacità", "Con le capacità che l'utente può scegliere.")), a.readSession)
	handle(a, own(post("choose-capacity", "/api/v1/session/capacity", accesso, "Sceglie la capacità con cui operare",
		"Il token cambia: quello di prima non vale più. TOP, ADMIN e AUDITOR vogliono il secondo fattore.")), a.chooseCapacity)
	handle(a, own(post("step-up", "/api/v1/session/step-up", accesso, "Usa di nuovo il secondo fattore", "Vale dieci minuti, per le operazioni che lo vogliono.").silent()), a.stepUp)
	handle(a, own(post("begin-step-up", "/api/v1/session/step-up/passkey", accesso, "Inizia a usare una passkey come secondo fattore", "Le opzioni si passano a navigator.credentials.get.")), a.beginStepUp)
	handle(a, own(post("sign-out", "/api/v1/session/end", accesso, "Esce", "La sessione finisce subito.").silent()), a.signOut)
}

type signInInput struct {
	Body struct {
		Accesso  string `json:"accesso" maxLength:"200" doc:"Indirizzo di posta o codice utente"`
		Password string `json:"password" maxLength:"1000"`
	}
}

// Step is a sign-in that goes on.
type Step struct {
	Passo    string `json:"passo" doc:"Da restituire per concludere, entro cinque minuti"`
	TOTP     bool   `json:"totp" doc:"Si conclude con un codice a tempo"`
	Passkey  bool   `json:"passkey" doc:"Si conclude con una passkey"`
	Recupero int    `json:"recupero" doc:"Codici di recupero rimasti"`
	Registra bool   `json:"registra" doc:"Il secondo fattore va registrato di nuovo"`
}

func (a *API) signIn(ctx context.Context, in *signInInput) (*bodied[Step], error) {
	x := edge.Of(ctx)
	step, err := a.Access.SignIn(ctx, in.Body.Accesso, in.Body.Password, x.From())
	if err != nil {
		return nil, err
	}
	f := step.Factors
	return answer(Step{Passo: step.Secret, TOTP: f.TOTP, Passkey: f.Passkeys > 0, Recupero: f.RecoveryCodes, Registra: f.MustEnrol}), nil
}

type finishInput struct {
	Body struct {
		Passo       string `json:"passo" maxLength:"200"`
		TOTP        string `json:"totp,omitempty" maxLength:"20" doc:"Codice a tempo"`
		Recupero    string `json:"recupero,omitempty" maxLength:"40" doc:"Codice di recupero"`
		Dispositivo string `json:"dispositivo,omitempty" maxLength:"100" doc:"Come chiamare il dispositivo nell'elenco delle sessioni"`
	}
}

// SignedIn is a session that began or changed.
type SignedIn struct {
	Token   string          `json:"token" doc:"Si vede una sola volta"`
	Utente  domain.UtenteID `json:"utente"`
	Scade   time.Time       `json:"scade" doc:"Quando finisce comunque"`
	Secondo bool            `json:"secondo_fattore" doc:"Il secondo fattore è stato usato"`
}

func signedIn(token string, s commands.Session) *bodied[SignedIn] {
	return answer(SignedIn{Token: token, Utente: s.Actor.Utente, Scade: s.ExpiresAt, Secondo: !s.SteppedUpAt.IsZero()})
}

func (a *API) finishSignIn(ctx context.Context, in *finishInput) (*bodied[SignedIn], error) {
	second := commands.Second{TOTP: in.Body.TOTP, Recovery: in.Body.Recupero}
	token, s, err := a.Access.Finish(ctx, edge.Meta(ctx), edge.Of(ctx).From(), in.Body.Passo, second, commands.BearerSession, in.Body.Dispositivo)
	if err != nil {
		return nil, err
	}
	return signedIn(token, s), nil
}

// Ceremony is one half of a ceremony with a passkey.
type Ceremony struct {
	Cerimonia string `json:"cerimonia" doc:"Da restituire con la risposta, entro cinque minuti"`
	Opzioni   any    `json:"opzioni" doc:"Per navigator.credentials"`
}

func ceremony(c commands.Challenge, err error) (*bodied[Ceremony], error) {
	if err != nil {
		return nil, err
	}
	return answer(Ceremony{c.Ceremony, rawJSON(c.Options)}), nil
}

func (a *API) beginPasskey(ctx context.Context, _ *struct{}) (*bodied[Ceremony], error) {
	return ceremony(a.Access.Accounts.BeginPasskey(ctx, ""))
}

// Assertion is what a browser answered in a ceremony.
type Assertion struct {
	Cerimonia   string  `json:"cerimonia" maxLength:"200"`
	Risposta    rawJSON `json:"risposta" doc:"Come l'ha data navigator.credentials"`
	Dispositivo string  `json:"dispositivo,omitempty" maxLength:"100" doc:"Come chiamare il dispositivo"`
}

type assertionInput struct{ Body Assertion }

func (a *API) finishPasskey(ctx context.Context, in *assertionInput) (*bodied[SignedIn], error) {
	p, err := a.Access.Accounts.FinishPasskey(ctx, in.Body.Cerimonia, in.Body.Risposta, edge.Of(ctx).From())
	if err != nil {
		return nil, err
	}
	token, s, err := a.Access.Start(ctx, edge.Meta(ctx), p, commands.BearerSession, in.Body.Dispositivo)
	if err != nil {
		return nil, err
	}
	return signedIn(token, s), nil
}

// Capacity is a role at an Ente or a Comune.
type Capacity struct {
	Role   domain.Role        `json:"role"`
	Ente   domain.EnteID      `json:"ente,omitempty"`
	Comune domain.CodiceISTAT `json:"comune,omitempty"`
}

// SessionState is who acts, and what they could act as.
type SessionState struct {
	Utente    domain.UtenteID        `json:"utente"`
	Codice    string                 `json:"codice"`
	Sessione  string                 `json:"sessione"`
	Capacita  *Capacity              `json:"capacita,omitempty" doc:"Quella scelta"`
	Possibili []projections.Capacita `json:"possibili" doc:"Quelle che l'utente ha"`
	Elevata   bool                   `json:"elevata" doc:"Il secondo fattore è stato usato negli ultimi dieci minuti"`
}

func (a *API) readSession(ctx context.Context, _ *struct{}) (*bodied[SessionState], error) {
	c := edge.Of(ctx).Caller
	held, err := a.Utenti.Capacities(ctx, c.Utente, a.Commands.Now())
	if err != nil {
		return nil, err
	}
	state := SessionState{Utente: c.Utente, Codice: c.Utente.Codice(), Sessione: c.Session, Elevata: c.SteppedUp, Possibili: held}
	if c.Role != "" {
		state.Capacita = &Capacity{c.Role, c.Ente, c.Actor.Comune}
	}
	return answer(state), nil
}

type capacityInput struct{ Body Capacity }

func (a *API) chooseCapacity(ctx context.Context, in *capacityInput) (*bodied[SignedIn], error) {
	x := edge.Of(ctx)
	to := domain.Actor{Role: in.Body.Role, Ente: in.Body.Ente, Comune: in.Body.Comune}
	token, s, err := a.Access.Choose(ctx, edge.Meta(ctx), x.Address, x.Caller.Secret, x.Caller.Opened, to)
	if err != nil {
		return nil, err
	}
	return signedIn(token, s), nil
}

type stepUpInput struct {
	Body struct {
		TOTP      string  `json:"totp,omitempty" maxLength:"20" doc:"Codice a tempo"`
		Cerimonia string  `json:"cerimonia,omitempty" maxLength:"200" doc:"Di una passkey"`
		Risposta  rawJSON `json:"risposta,omitempty" doc:"Come l'ha data navigator.credentials"`
	}
}

func (a *API) stepUp(ctx context.Context, in *stepUpInput) (*done, error) {
	x := edge.Of(ctx)
	proof := commands.StepUp{TOTP: in.Body.TOTP, Ceremony: in.Body.Cerimonia, Response: in.Body.Risposta}
	if err := a.Access.StepUp(ctx, edge.Meta(ctx), x.From(), x.Caller.Secret, proof); err != nil {
		return nil, err
	}
	return &done{}, nil
}

func (a *API) beginStepUp(ctx context.Context, _ *struct{}) (*bodied[Ceremony], error) {
	begun, err := a.Access.Accounts.BeginPasskey(ctx, edge.Of(ctx).Caller.Utente)
	if errors.Is(err, commands.ErrRefused) {
		err = domain.Errorf(domain.Conflict, "non c'è una passkey registrata")
	}
	return ceremony(begun, err)
}

func (a *API) signOut(ctx context.Context, _ *struct{}) (*done, error) {
	x := edge.Of(ctx)
	if err := a.Access.SignOut(ctx, edge.Meta(ctx), x.Address, x.Caller.Session); err != nil {
		return nil, err
	}
	return &done{}, nil
}
