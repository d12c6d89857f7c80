package pages

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// gatewayCookie ties a sign-in at the gateway to the browser that began it, for as
// long as one may take: a quarter of an hour.
const (
	gatewayCookie = "spid"
	gatewayTime   = 15 * 60
)

// errNoGateway is the answer where no gateway is configured.
var errNoGateway = domain.Errorf(domain.NotFound, "l'accesso con SPID o CIE non è attivo")

// beginGateway sends the browser to the gateway of SPID and CIE.
func (p *Pages) beginGateway(w http.ResponseWriter, r *http.Request) error {
	if p.Access.Gateway == nil {
		return errNoGateway
	}
	location, cookie, err := p.Access.Gateway.Begin(r.Context())
	if err != nil {
		return err
	}
	p.Keep(w, gatewayCookie, cookie, gatewayTime)
	http.Redirect(w, r, location, http.StatusSeeOther)
	return nil
}

// finishGateway takes the gateway's answer.
func (p *Pages) finishGateway(w http.ResponseWriter, r *http.Request) error {
	if p.Access.Gateway == nil {
		return errNoGateway
	}
	ctx, x := r.Context(), edge.Of(r.Context())
	p.Drop(w, gatewayCookie)
	secret, s, err := p.Access.ByGateway(ctx, edge.Meta(ctx), x.Address, p.Cookie(r, gatewayCookie), r.URL.Query(), device(r))
	if errors.Is(err, commands.ErrRefused) {
		p.Log.Warn("sign-in at the gateway not accepted", "request", edge.RequestID(ctx), "err", err)
	}
	if err != nil {
		return err
	}
	return p.welcome(w, r, secret, s)
}

// uscita is what the page after a sign-out shows of the gateway.
type uscita struct {
	frame
	Action string
	Fields url.Values
}

// signOut ends the session here, and offers to end it at the gateway.
func (p *Pages) signOut(w http.ResponseWriter, r *http.Request) error {
	ctx, x := r.Context(), edge.Of(r.Context())
	p.Drop(w, edge.SessionCookie)
	p.Drop(w, lastCookie)
	x.Caller.SignedIn = false // the page that follows is nobody's
	farewell, err := p.Access.Leave(ctx, edge.Meta(ctx), x.Address, x.Caller.Opened)
	if err != nil {
		return err
	}
	gateway, err := url.Parse(farewell.Action)
	if farewell.Action == "" || err != nil {
		http.Redirect(w, r, "/accedi", http.StatusSeeOther)
		return nil
	}
	// The one form that goes elsewhere: to where the person came in by, which sends the
	// browser back here. Some browsers want both allowed.
	w.Header().Set("Content-Security-Policy", edge.PolicyWithForms("'self' "+gateway.Scheme+"://"+gateway.Host))
	return p.show(w, r, http.StatusOK, "uscita", &uscita{frame{Title: "Uscita"}, farewell.Action, farewell.Fields})
}
