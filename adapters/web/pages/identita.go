package pages

import (
	"errors"
	"net/http"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// identita is the page on which the second factor is used once more.
type identita struct {
	frame
	Factors commands.Factors
}

// showIdentity asks for the second factor, of who has one.
func (p *Pages) showIdentity(w http.ResponseWriter, r *http.Request) error {
	return p.identity(w, r, preset("poi", back(r)), http.StatusOK)
}

func (p *Pages) identity(w http.ResponseWriter, r *http.Request, f form, status int) error {
	factors, err := p.Access.Accounts.Factors(r.Context(), edge.Of(r.Context()).Caller.Utente)
	if err != nil {
		return err
	}
	return p.show(w, r, status, "identita", &identita{frame{form: f, Title: "Conferma la tua identità"}, factors})
}

// stepUp proves it, and leads back to where it was wanted.
func (p *Pages) stepUp(w http.ResponseWriter, r *http.Request) error {
	x := edge.Of(r.Context())
	proof := commands.StepUp{TOTP: r.PostForm.Get("totp"), Ceremony: r.PostForm.Get("cerimonia"), Response: []byte(r.PostForm.Get("risposta"))}
	err := p.Access.StepUp(r.Context(), edge.Meta(r.Context()), x.From(), x.Caller.Secret, proof)
	if errors.Is(err, commands.ErrRefused) {
		x.Reason = edge.NotAccepted
		err = domain.FieldErrorf(domain.Invalid, "totp", "il codice non è valido: attendi il prossimo e riprova")
		if proof.Ceremony != "" {
			err = domain.Errorf(domain.Forbidden, "la passkey non è stata accettata: ripeti dall’inizio")
		}
	}
	if err != nil {
		return p.again(r, err, func(f form, status int) error {
			f.values.Set("poi", back(r))
			f.values.Del("totp")
			return p.identity(w, r, f, status)
		})
	}
	x.Caller.SteppedUp, x.Caller.Strong = true, true
	to, said := back(r), "Identità confermata per dieci minuti."
	if to == "" {
		to, said = "/identita", "Identità confermata per dieci minuti. Puoi tornare alla scheda di prima."
	}
	return p.onward(w, r, to, domain.Position{}, said)
}

// first leads who has to use the second factor to where they do, and back to a page.
func first(w http.ResponseWriter, r *http.Request, back string) error {
	http.Redirect(w, r, towards("/identita", back), http.StatusSeeOther)
	return nil
}
