package pages

import (
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"rsc.io/qr"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
)

// secondoFattore is what the pages show that enrol one-time passwords.
type secondoFattore struct {
	frame
	QR      template.HTML // of the secret, as a drawing, shown once
	Segreto string        // for who types it
	Typed   bool          // the code typed was not right: the secret is not shown again
	Wanted  bool          // the person's capacity wants it
}

var secondFactor = frame{Title: "Secondo fattore"}

// showSecondFactor says what a second factor is.
func (p *Pages) showSecondFactor(w http.ResponseWriter, r *http.Request) error {
	wanted := edge.Of(r.Context()).Caller.Role == ""
	return p.show(w, r, http.StatusOK, "secondo_fattore", &secondoFattore{frame: secondFactor, Wanted: wanted})
}

// beginTOTP shows a secret for an app.
func (p *Pages) beginTOTP(w http.ResponseWriter, r *http.Request) error {
	c := edge.Of(r.Context()).Caller
	address, err := p.Access.OfferTOTP(r.Context(), c.Actor, c.SteppedUp)
	switch {
	case errors.Is(err, commands.ErrProveFirst):
		return first(w, r, "/profilo/secondo-fattore")
	case err != nil:
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
	return p.show(w, r, http.StatusOK, "secondo_fattore", &secondoFattore{frame: secondFactor, QR: drawn(code), Segreto: secret.Query().Get("secret")})
}

// drawn is a QR code as SVG: a path of squares within the white edge readers want.
func drawn(code *qr.Code) template.HTML {
	const edge = 4
	var path strings.Builder
	for y := range code.Size {
		for x := range code.Size {
			if code.Black(x, y) {
				fmt.Fprintf(&path, "M%d %dh1v1h-1z", x+edge, y+edge)
			}
		}
	}
	side := code.Size + 2*edge
	return template.HTML(fmt.Sprintf(`<svg class="v-qr" role="img" aria-label="Codice QR del segreto" viewBox="0 0 %d %d"><rect width="%d" height="%d" fill="#fff"/><path d="%s"/></svg>`,
		side, side, side, side, path.String()))
}

// enrolTOTP puts the secret in force and shows recovery codes. Who came for that acts
// from then on.
func (p *Pages) enrolTOTP(w http.ResponseWriter, r *http.Request) error {
	ctx, x := r.Context(), edge.Of(r.Context())
	err := p.Access.ConfirmTOTP(ctx, edge.Meta(ctx), x.From(), x.Caller.Secret, x.Caller.SteppedUp, r.PostForm.Get("codice"))
	switch {
	case errors.Is(err, commands.ErrProveFirst):
		return first(w, r, "/profilo/secondo-fattore")
	case err != nil:
		return p.again(r, err, func(f form, status int) error {
			return p.show(w, r, status, "secondo_fattore", &secondoFattore{frame: frame{form: f, Title: secondFactor.Title}, Typed: true})
		})
	}
	codes, err := p.Access.MakeRecoveryCodes(ctx, edge.Meta(ctx), x.Address)
	if err != nil {
		return err
	}
	on, err := p.secured(w, r)
	if err != nil {
		return err
	}
	return p.show(w, r, http.StatusOK, "codici", &codici{frame{Title: "Codici di recupero"}, "I codici a tempo sono attivi.", codes, on})
}

// secured is where somebody goes on who has just proven a second factor that is new.
func (p *Pages) secured(w http.ResponseWriter, r *http.Request) (to string, err error) {
	x := edge.Of(r.Context())
	x.Caller.SteppedUp, x.Caller.Strong = true, true
	if x.Caller.Role != "" {
		return "/profilo/sicurezza", nil
	}
	s := x.Caller.Opened
	s.SteppedUpAt, s.Actor.Strong = p.Commands.Now(), true
	to, secret, s, err := p.settle(r, x.Caller.Secret, s)
	if err != nil {
		return "", err
	}
	x.Caller = edge.NewCaller(s.Actor, s, secret, "", p.Commands.Now())
	p.Keep(w, edge.SessionCookie, secret, 0)
	return to, nil
}

// codici are recovery codes, shown once.
type codici struct {
	frame
	Fatto  string // what was done
	Codici []string
	On     string // where to go on
}
