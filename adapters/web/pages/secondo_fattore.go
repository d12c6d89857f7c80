package pages

import (
	"encoding/base64"
	"html/template"
	"net/http"
	"net/url"

	"rsc.io/qr"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
)

// secondoFattore is what the pages show that enrol one-time passwords.
type secondoFattore struct {
	Modulo  string
	QR      template.URL // of the secret, shown once
	Segreto string       // for who types it
	Codici  []string     // of recovery, shown once
}

// showSecondFactor says what a second factor is.
func (p *Pages) showSecondFactor(w http.ResponseWriter, r *http.Request) error {
	p.page(w, http.StatusOK, "secondo_fattore.html", secondoFattore{Modulo: tokenOf(edge.Of(r.Context()).Caller.Secret)})
	return nil
}

// beginTOTP shows a secret for an app.
func (p *Pages) beginTOTP(w http.ResponseWriter, r *http.Request) error {
	ctx, c := r.Context(), edge.Of(r.Context()).Caller
	if err := p.Access.MayEnrol(ctx, c.Utente, c.SteppedUp); err != nil {
		return err
	}
	address, err := p.Access.Accounts.EnrolTOTP(ctx, c.Utente)
	if err != nil {
		return err
	}
	secret, err := url.Parse(address)
	if err != nil {
		return err
	}
	code, err := qr.Encode(address, qr.M)
	if err != nil {
		return err
	}
	image := template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(code.PNG())) // ours, letters alone
	p.page(w, http.StatusOK, "secondo_fattore.html", secondoFattore{Modulo: tokenOf(c.Secret), QR: image, Segreto: secret.Query().Get("secret")})
	return nil
}

// enrolTOTP puts the secret in force and shows recovery codes.
func (p *Pages) enrolTOTP(w http.ResponseWriter, r *http.Request) error {
	ctx, x := r.Context(), edge.Of(r.Context())
	if err := p.Access.ConfirmTOTP(ctx, edge.Meta(ctx), x.Address, x.Caller.Secret, r.PostForm.Get("codice")); err != nil {
		return err
	}
	codes, err := p.Access.MakeRecoveryCodes(ctx, edge.Meta(ctx), x.Address)
	if err != nil {
		return err
	}
	p.page(w, http.StatusOK, "secondo_fattore.html", secondoFattore{Codici: codes})
	return nil
}
