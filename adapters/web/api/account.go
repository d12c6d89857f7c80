package api

import (
	"context"
	"encoding/base64"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// account adds the operations on what a person signs in with.
func (a *API) account() {
	handle(a, post("redeem-invitation", "/api/v1/invitations/redemption", accesso, "Imposta la password con un invito", "Il collegamento dell'invito vale una volta.").silent().open(), a.redeem)
	handle(a, own(post("change-password", "/api/v1/account/password", accesso, "Cambia la propria password", "Le altre sessioni finiscono.").silent()), a.changePassword)
	handle(a, own(post("begin-totp", "/api/v1/account/totp", accesso, "Inizia a registrare i codici a tempo", "L'indirizzo otpauth si vede una sola volta. Chi ha già un secondo fattore prima lo usa.")), a.beginTOTP)
	handle(a, own(post("enrol-totp", "/api/v1/account/totp/confirmation", accesso, "Conclude la registrazione dei codici a tempo", "Con il primo codice.").silent()), a.enrolTOTP)
	handle(a, own(post("begin-passkey-registration", "/api/v1/account/passkeys", accesso, "Inizia a registrare una passkey", "Le opzioni si passano a navigator.credentials.create.")), a.beginRegistration)
	handle(a, own(post("add-passkey", "/api/v1/account/passkeys/completion", accesso, "Conclude la registrazione di una passkey", "Con la risposta di navigator.credentials.create. Da allora la sessione ha usato il secondo fattore.").silent()), a.addPasskey)
	handle(a, own(post("remove-passkey", "/api/v1/account/passkeys/removal", accesso, "Toglie una propria passkey", "Indicata con il suo identificativo. L'ultima si toglie anche se non resta altro secondo fattore.").silent()).elevated(), a.removePasskey)
	handle(a, own(post("make-recovery-codes", "/api/v1/account/recovery-codes", accesso, "Fa dieci codici di recupero", "Si vedono una sola volta; quelli di prima non valgono più.")).elevated(), a.makeRecoveryCodes)
	handle(a, own(get("read-account", "/api/v1/account", accesso, "Legge con che cosa si accede e da dove", "Sessioni, passkey, codici di recupero rimasti.")), a.readAccount)
	handle(a, own(post("revoke-session", "/api/v1/account/sessions/revocation", accesso, "Chiude una propria sessione", "Indicata con il suo identificativo: vale dalla richiesta successiva.").silent()), a.revokeSession)
}

type redeemInput struct {
	Body struct {
		Segreto  string `json:"segreto" maxLength:"200" doc:"L'ultima parte del collegamento"`
		Password string `json:"password" maxLength:"1000" doc:"Da 12 a 128 caratteri"`
	}
}

func (a *API) redeem(ctx context.Context, in *redeemInput) (*done, error) {
	if err := a.Access.Redeem(ctx, edge.Meta(ctx), edge.Of(ctx).Address, in.Body.Segreto, in.Body.Password); err != nil {
		return nil, err
	}
	return &done{}, nil
}

type passwordInput struct {
	Body struct {
		Attuale string `json:"attuale" maxLength:"1000"`
		Nuova   string `json:"nuova" maxLength:"1000" doc:"Da 12 a 128 caratteri"`
	}
}

func (a *API) changePassword(ctx context.Context, in *passwordInput) (*done, error) {
	if err := a.Access.ChangePassword(ctx, edge.Meta(ctx), edge.Of(ctx).From(), in.Body.Attuale, in.Body.Nuova); err != nil {
		return nil, err
	}
	return &done{}, nil
}

// TOTPSecret is a secret to be kept by an app.
type TOTPSecret struct {
	Indirizzo string `json:"indirizzo" doc:"otpauth://, anche come codice QR"`
}

func (a *API) beginTOTP(ctx context.Context, _ *struct{}) (*bodied[TOTPSecret], error) {
	c := edge.Of(ctx).Caller
	url, err := a.Access.OfferTOTP(ctx, c.Actor, c.SteppedUp)
	if err != nil {
		return nil, err
	}
	return answer(TOTPSecret{url}), nil
}

type codeInput struct {
	Body struct {
		Codice string `json:"codice" maxLength:"20"`
	}
}

func (a *API) enrolTOTP(ctx context.Context, in *codeInput) (*done, error) {
	x := edge.Of(ctx)
	if err := a.Access.ConfirmTOTP(ctx, edge.Meta(ctx), x.From(), x.Caller.Secret, x.Caller.SteppedUp, in.Body.Codice); err != nil {
		return nil, err
	}
	return &done{}, nil
}

func (a *API) beginRegistration(ctx context.Context, _ *struct{}) (*bodied[Ceremony], error) {
	c := edge.Of(ctx).Caller
	return ceremony(a.Access.OfferPasskey(ctx, c.Actor, c.SteppedUp))
}

func (a *API) addPasskey(ctx context.Context, in *assertionInput) (*done, error) {
	x := edge.Of(ctx)
	err := a.Access.AddPasskey(ctx, edge.Meta(ctx), x.From(), x.Caller.Secret, x.Caller.SteppedUp, in.Body.Cerimonia, in.Body.Risposta, in.Body.Dispositivo)
	if err != nil {
		return nil, err
	}
	return &done{}, nil
}

type passkeyInput struct {
	Body struct {
		Passkey string `json:"passkey" maxLength:"2000" doc:"Identificativo della passkey"`
	}
}

func (a *API) removePasskey(ctx context.Context, in *passkeyInput) (*done, error) {
	id, err := base64.RawURLEncoding.DecodeString(in.Body.Passkey)
	if err != nil {
		return nil, domain.FieldErrorf(domain.Invalid, "passkey", "l'identificativo della passkey non è leggibile")
	}
	if err := a.Access.RemovePasskey(ctx, edge.Meta(ctx), edge.Of(ctx).Address, id); err != nil {
		return nil, err
	}
	return &done{}, nil
}

// RecoveryCodes are codes that each take the place of a second factor once.
type RecoveryCodes struct {
	Codici []string `json:"codici"`
}

func (a *API) makeRecoveryCodes(ctx context.Context, _ *struct{}) (*bodied[RecoveryCodes], error) {
	codes, err := a.Access.MakeRecoveryCodes(ctx, edge.Meta(ctx), edge.Of(ctx).Address)
	if err != nil {
		return nil, err
	}
	return answer(RecoveryCodes{codes}), nil
}

// AccountState is what a person signs in with, and from where they are signed in.
type AccountState struct {
	Password bool           `json:"password"`
	TOTP     bool           `json:"totp"`
	Recupero int            `json:"recupero" doc:"Codici di recupero rimasti"`
	Registra bool           `json:"registra" doc:"Il secondo fattore va registrato di nuovo"`
	Passkey  []PasskeyState `json:"passkey"`
	Sessioni []SessionRow   `json:"sessioni"`
}

// PasskeyState is a passkey of a person.
type PasskeyState struct {
	ID        string     `json:"id"`
	Nome      string     `json:"nome,omitempty"`
	Creata    time.Time  `json:"creata"`
	UltimoUso *time.Time `json:"ultimo_uso,omitempty"`
}

// SessionRow is a live session of a person.
type SessionRow struct {
	ID          string          `json:"id"`
	Metodo      commands.Method `json:"metodo"`
	Dispositivo string          `json:"dispositivo,omitempty"`
	Indirizzo   string          `json:"indirizzo,omitempty"`
	Iniziata    time.Time       `json:"iniziata"`
	UltimoUso   time.Time       `json:"ultimo_uso"`
	Questa      bool            `json:"questa"`
}

func (a *API) readAccount(ctx context.Context, _ *struct{}) (*bodied[AccountState], error) {
	c := edge.Of(ctx).Caller
	factors, err := a.Access.Accounts.Factors(ctx, c.Utente)
	if err != nil {
		return nil, err
	}
	passkeys, err := a.Access.Accounts.Passkeys(ctx, c.Utente)
	if err != nil {
		return nil, err
	}
	sessions, err := a.Access.Sessions.List(ctx, c.Utente)
	if err != nil {
		return nil, err
	}
	state := AccountState{Password: factors.Password, TOTP: factors.TOTP, Recupero: factors.RecoveryCodes, Registra: factors.MustEnrol,
		Passkey: []PasskeyState{}, Sessioni: []SessionRow{}}
	for _, p := range passkeys {
		row := PasskeyState{ID: base64.RawURLEncoding.EncodeToString(p.ID), Nome: p.Label, Creata: p.CreatedAt}
		if !p.LastUsed.IsZero() {
			row.UltimoUso = &p.LastUsed
		}
		state.Passkey = append(state.Passkey, row)
	}
	for _, s := range sessions {
		state.Sessioni = append(state.Sessioni, SessionRow{
			ID: s.Actor.Session, Metodo: s.Method, Dispositivo: s.Device, Indirizzo: s.Address.String(), Iniziata: s.CreatedAt, UltimoUso: s.LastSeen,
			Questa: s.Actor.Session == c.Session,
		})
	}
	return answer(state), nil
}

type sessionInput struct {
	Body struct {
		Sessione string `json:"sessione" maxLength:"40" doc:"Identificativo della sessione"`
	}
}

func (a *API) revokeSession(ctx context.Context, in *sessionInput) (*done, error) {
	if err := a.Access.SignOut(ctx, edge.Meta(ctx), edge.Of(ctx).Address, in.Body.Sessione); err != nil {
		return nil, err
	}
	return &done{}, nil
}
