package pages

import (
	"fmt"
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/domain"
)

// account adds the pages by which people come in. Their names are those of the actions
// entered in the journal.
func (p *Pages) account(r chi.Router) {
	r.Get("/", p.public("home", p.home))
	r.Get("/accedi", p.open("sign-in", p.showSignIn))
	r.Post("/accedi", p.limited("sign-in", p.signIn))
	r.Post("/accedi/codice", p.limited("finish-sign-in", p.finishSignIn))
	r.Post("/accedi/passkey", p.limited("begin-passkey", p.beginPasskey))
	r.Post("/accedi/passkey/conferma", p.limited("finish-passkey", p.finishPasskey))
	r.Get("/accedi/aiuto", p.open("sign-in", p.showHelp))
	r.Get("/accedi/recupero", p.open("recover-password", p.showRecovery))
	r.Post("/accedi/recupero", p.limited("recover-password", p.recoverPassword))
	if len(p.Demo) > 0 {
		r.Post("/accedi/dimostrazione", p.limited("sign-in", p.signInDemo))
	}
	r.Get("/accedi/spid", p.limited("begin-gateway", p.beginGateway))
	r.Get("/accedi/spid/ritorno", p.limited("finish-gateway", p.finishGateway))
	r.Get("/invito/{secret}", p.limited("redeem-invitation", p.showInvitation))
	r.Post("/invito/{secret}", p.limited("redeem-invitation", p.redeem))
	r.Get("/postazione/{link}", p.limited("enrol-postazione", p.showEnrolment))
	r.Post("/postazione/{link}", p.limited("enrol-postazione", p.enrol))

	r.Get("/ruolo", p.signedIn("read-session", p.showCapacities))
	r.Post("/ruolo", p.signedIn("choose-capacity", p.choose))
	r.Get("/identita", p.signedIn("step-up", p.showIdentity))
	r.Post("/identita", p.signedIn("step-up", p.stepUp))
	r.Post("/identita/passkey", p.signedIn("begin-step-up", p.beginOwnPasskey))
	r.Get("/istruzioni", p.signedIn("read-instructions", p.showInstructions))
	r.Post("/istruzioni", p.signedIn("accept-instructions", p.accept))
	r.Get("/sessione", glance(p.within("read-session", p.sessionLeft)))
	r.Post("/sessione", p.signedIn("read-session", p.sessionLeft))
	r.Post("/scorciatoie", p.signedIn("choose-shortcuts", p.chooseShortcuts))
	r.Post("/esci", p.signedIn("sign-out", p.signOut))
}

// sessionLeft answers how many seconds the session goes on, to a page that asks by
// itself: that is no use of it.
func (p *Pages) sessionLeft(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = fmt.Fprint(w, int(p.sessionEnds(edge.Of(r.Context())).Seconds())) // a client who left needs no answer
	return nil
}

// chooseShortcuts lets keys without Ctrl do something, or nothing, in this browser
// (WCAG 2.1.4).
func (p *Pages) chooseShortcuts(w http.ResponseWriter, r *http.Request) error {
	keys, said := "si", "Le scorciatoie di un solo tasto sono attive."
	if r.PostForm.Get("tasti") != "si" {
		keys, said = "no", "Le scorciatoie di un solo tasto non sono più attive."
	}
	p.remember(w, r, "tasti", keys)
	return p.onward(w, r, "/profilo", domain.Position{}, said)
}
