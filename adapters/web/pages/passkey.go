package pages

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// Passkeys want a script, passkey.js: it asks with the token of a form for the options
// of a ceremony, and sends the form with what the device answered. What comes then is a
// page as after any form.

// ceremony answers the script with what the device is handed.
func ceremony(w http.ResponseWriter, c commands.Challenge) error {
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(struct {
		Cerimonia string          `json:"cerimonia"`
		Opzioni   json.RawMessage `json:"opzioni"`
	}{c.Ceremony, c.Options})
}

// beginPasskey asks for a passkey of whoever comes.
func (p *Pages) beginPasskey(w http.ResponseWriter, r *http.Request) error {
	if err := posted(w, r, p.Cookie(r, formCookie)); err != nil {
		return err
	}
	begun, err := p.Access.Accounts.BeginPasskey(r.Context(), "")
	if err != nil {
		return err
	}
	return ceremony(w, begun)
}

// finishPasskey signs in who has it, with or without a password before.
func (p *Pages) finishPasskey(w http.ResponseWriter, r *http.Request) error {
	if err := posted(w, r, p.Cookie(r, formCookie)); err != nil {
		return err
	}
	ctx, x := r.Context(), edge.Of(r.Context())
	proof, err := p.Access.Accounts.FinishPasskey(ctx, r.PostForm.Get("cerimonia"), []byte(r.PostForm.Get("risposta")), x.From())
	var secret string
	var s commands.Session
	if err == nil {
		secret, s, err = p.Access.Start(ctx, edge.Meta(ctx), proof, commands.CookieSession, device(r))
	}
	switch {
	case errors.Is(err, commands.ErrRefused):
		return p.notIn(w, r, err, "accedi", preset())
	case err != nil:
		return err
	}
	return p.welcome(w, r, secret, s)
}

// beginOwnPasskey asks for a passkey of the person's own.
func (p *Pages) beginOwnPasskey(w http.ResponseWriter, r *http.Request) error {
	begun, err := p.Access.Accounts.BeginPasskey(r.Context(), edge.Of(r.Context()).Caller.Utente)
	if errors.Is(err, commands.ErrRefused) {
		return domain.Errorf(domain.Conflict, "non c’è una passkey registrata")
	}
	if err != nil {
		return err
	}
	return ceremony(w, begun)
}

// beginRegistration begins to make a passkey for the person.
func (p *Pages) beginRegistration(w http.ResponseWriter, r *http.Request) error {
	c := edge.Of(r.Context()).Caller
	begun, err := p.Access.OfferPasskey(r.Context(), c.Actor, c.SteppedUp)
	if err != nil {
		return err
	}
	return ceremony(w, begun)
}
