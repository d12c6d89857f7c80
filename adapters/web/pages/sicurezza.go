package pages

import (
	"encoding/base64"
	"errors"
	"net/http"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// sicurezza is what a person signs in with, and from where they have.
type sicurezza struct {
	profileTabs
	Factors  commands.Factors
	Passkey  []chiave
	Sessioni []sessione
}

// chiave is a passkey.
type chiave struct {
	ID, Nome          string
	Creata, UltimoUso time.Time
}

// sessione is a session that goes on.
type sessione struct {
	commands.Session
	How  string
	This bool
}

// methods are how people sign in.
var methods = map[commands.Method]string{
	commands.MethodPassword: "password", commands.MethodPasswordTOTP: "password e codice a tempo", commands.MethodPasswordRecovery: "password e codice di recupero",
	commands.MethodPasskey: "passkey", commands.MethodOIDC: "SPID o CIE", commands.MethodDemonstration: "utente della dimostrazione",
}

// showSecurity shows it.
func (p *Pages) showSecurity(w http.ResponseWriter, r *http.Request) error {
	return p.security(w, r, form{}, http.StatusOK)
}

func (p *Pages) security(w http.ResponseWriter, r *http.Request, f form, status int) error {
	ctx, c := r.Context(), edge.Of(r.Context()).Caller
	v := sicurezza{profileTabs: ownPage("/profilo/sicurezza")}
	v.form = f
	var err error
	if v.Factors, err = p.Access.Accounts.Factors(ctx, c.Utente); err != nil {
		return err
	}
	passkeys, err := p.Access.Accounts.Passkeys(ctx, c.Utente)
	if err != nil {
		return err
	}
	for _, k := range passkeys {
		v.Passkey = append(v.Passkey, chiave{base64.RawURLEncoding.EncodeToString(k.ID), k.Label, k.CreatedAt, k.LastUsed})
	}
	sessions, err := p.Access.Sessions.List(ctx, c.Utente)
	if err != nil {
		return err
	}
	for _, s := range sessions {
		v.Sessioni = append(v.Sessioni, sessione{s, methods[s.Method], s.Actor.Session == c.Session})
	}
	return p.show(w, r, status, "sicurezza", &v)
}

// changePassword sets another password of the person's own.
func (p *Pages) changePassword(w http.ResponseWriter, r *http.Request) error {
	ctx, x := r.Context(), edge.Of(r.Context())
	var err error
	if fresh := r.PostForm.Get("nuova"); fresh != r.PostForm.Get("ripetuta") {
		err = domain.FieldErrorf(domain.Invalid, "ripetuta", "le due password sono diverse")
	} else {
		err = p.Access.ChangePassword(ctx, edge.Meta(ctx), x.From(), r.PostForm.Get("attuale"), fresh)
	}
	var refused *domain.Error
	if errors.As(err, &refused) && refused.Field == "password" {
		err = edge.At("nuova", err)
	}
	if err != nil {
		return p.again(r, err, func(f form, status int) error {
			f.values = nil // passwords are not shown again
			return p.security(w, r, f, status)
		})
	}
	return p.onward(w, r, "/profilo/sicurezza", domain.Position{}, "La password è cambiata. Le altre sessioni sono chiuse.")
}

// addPasskey puts the passkey that the device has made in force.
func (p *Pages) addPasskey(w http.ResponseWriter, r *http.Request) error {
	ctx, x := r.Context(), edge.Of(r.Context())
	err := p.Access.AddPasskey(ctx, edge.Meta(ctx), x.From(), x.Caller.Secret, x.Caller.SteppedUp, r.PostForm.Get("cerimonia"), []byte(r.PostForm.Get("risposta")), r.PostForm.Get("dispositivo"))
	switch {
	case errors.Is(err, commands.ErrProveFirst):
		return first(w, r, "/profilo/sicurezza")
	case err != nil:
		return p.again(r, err, func(f form, status int) error {
			f.Errors, f.Problem = nil, edge.NewProblem(string(domain.Invalid), "La passkey non è stata accettata: ripeti dall’inizio.")
			return p.security(w, r, f, status)
		})
	}
	to, err := p.secured(w, r)
	if err != nil {
		return err
	}
	return p.onward(w, r, to, domain.Position{}, "La passkey è registrata.")
}

// removePasskey takes one out of use.
func (p *Pages) removePasskey(w http.ResponseWriter, r *http.Request) error {
	ctx, x := r.Context(), edge.Of(r.Context())
	if !x.Caller.SteppedUp {
		return first(w, r, "/profilo/sicurezza")
	}
	id, err := base64.RawURLEncoding.DecodeString(r.PostForm.Get("passkey"))
	if err != nil {
		return domain.FieldErrorf(domain.Invalid, "passkey", "l’identificativo della passkey non è leggibile")
	}
	if err := p.Access.RemovePasskey(ctx, edge.Meta(ctx), x.Address, id); err != nil {
		return err
	}
	return p.onward(w, r, "/profilo/sicurezza", domain.Position{}, "La passkey è tolta.")
}

// makeRecoveryCodes makes ten and shows them once.
func (p *Pages) makeRecoveryCodes(w http.ResponseWriter, r *http.Request) error {
	ctx, x := r.Context(), edge.Of(r.Context())
	if !x.Caller.SteppedUp {
		return first(w, r, "/profilo/sicurezza")
	}
	codes, err := p.Access.MakeRecoveryCodes(ctx, edge.Meta(ctx), x.Address)
	if err != nil {
		return err
	}
	return p.show(w, r, http.StatusOK, "codici", &codici{frame{Title: "Codici di recupero", Here: "/profilo"}, "I codici di recupero sono fatti.", codes, "/profilo/sicurezza"})
}

// revokeSession ends a session of the person's own.
func (p *Pages) revokeSession(w http.ResponseWriter, r *http.Request) error {
	ctx, x := r.Context(), edge.Of(r.Context())
	if err := p.Access.SignOut(ctx, edge.Meta(ctx), x.Address, r.PostForm.Get("sessione")); err != nil {
		return err
	}
	return p.onward(w, r, "/profilo/sicurezza", domain.Position{}, "La sessione è chiusa.")
}
