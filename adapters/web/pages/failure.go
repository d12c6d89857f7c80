package pages

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/domain"
)

// failure is the page of what was refused or failed.
type failure struct {
	frame
	Heading, Text string
	Reference     string // under which the log has it
	SignIn        bool   // a way back in is offered
	Again         string // where to try again; empty: what was asked for is not to be repeated by a link
}

// fail answers with the page of a problem.
func (p *Pages) fail(w http.ResponseWriter, r *http.Request, problem *edge.Problem) {
	edge.Of(r.Context()).Refused = problem
	for name, values := range problem.GetHeaders() {
		w.Header()[name] = values
	}
	v := failure{frame: frame{Title: problem.Title}, Heading: problem.Title, Text: problem.Detail}
	wait := problem.GetHeaders().Get("Retry-After")
	switch problem.Status {
	case http.StatusNotFound:
		v.Title, v.Heading = "Pagina non trovata", "Pagina non trovata"
		if edge.Of(r.Context()).Caller.SignedIn || problem.Detail == edge.NothingHere {
			v.Text = "L’indirizzo non esiste, oppure non hai titolo per vederla."
		}
	case http.StatusInternalServerError:
		v.Heading, v.Text, v.Reference = "Qualcosa non ha funzionato", "Quello che era già stato registrato lo è ancora. Riprova; se succede di nuovo, comunica il riferimento a chi gestisce il servizio.", strings.TrimPrefix(problem.Instance, "urn:uuid:")
	case http.StatusServiceUnavailable:
		v.Heading, v.Text = "Il servizio non è disponibile in questo momento", "Riprova fra "+wait+" secondi. La stessa richiesta si può ripetere: non vale due volte."
		if r.Method == http.MethodGet {
			v.Again = r.URL.RequestURI()
		}
	case http.StatusTooManyRequests:
		v.Heading, v.Text = "Troppe richieste", "Riprova fra "+wait+" secondi."
	case http.StatusUnauthorized:
		v.SignIn = true
	}
	v.form.Problem = problem
	if err := p.show(w, r, problem.Status, "problema", &v); err != nil {
		p.Log.Error("page failed", "page", "problema", "err", err)
		edge.Write(w, r, edge.NewProblem(string(domain.Internal), edge.Unexpected))
	}
}

// fragment says whether a part of a page is asked for, which the script puts in place.
func fragment(r *http.Request) bool { return r.Header.Get("HX-Request") == "true" }

// leave answers who asks for a part of a page: the browser goes to another page.
func leave(w http.ResponseWriter, to string) {
	w.Header().Set("HX-Redirect", to)
	w.WriteHeader(http.StatusUnauthorized)
}

// shown is the address of the page that a person has before them, when they ask for one or
// for a part of one; empty if that is not known.
func shown(r *http.Request) *url.URL {
	if !fragment(r) {
		return r.URL
	}
	at, err := url.Parse(r.Header.Get("HX-Current-URL"))
	if err != nil {
		return &url.URL{}
	}
	return at
}

// elsewhere answers whose session ended as they signed in elsewhere. Who asks for a part
// of a page asks for the page again: that says so.
func (p *Pages) elsewhere(w http.ResponseWriter, r *http.Request) {
	problem := edge.For(r.Context(), edge.SignedInElsewhere, edge.Superseded())
	if fragment(r) {
		edge.Of(r.Context()).Refused = problem
		leave(w, "/"+strings.TrimLeft(shown(r).EscapedPath(), "/"))
		return
	}
	p.Drop(w, edge.SessionCookie)
	p.fail(w, r, problem)
}

// expired answers who has no session: whoever asks for a page is sent to sign in and
// then back to it, what a form sent is not kept.
func (p *Pages) expired(w http.ResponseWriter, r *http.Request) {
	problem := edge.NewProblem(edge.Unauthenticated, "Quello che hai inviato non è stato registrato: accedi di nuovo e ripeti.")
	problem.Title = "La sessione è scaduta"
	if p.Cookie(r, edge.SessionCookie) != "" || r.Header.Get("Authorization") != "" {
		edge.Of(r.Context()).Refused = problem
	}
	again := "/accedi"
	if at := shown(r).Path; r.Method == http.MethodGet && at != "" && at != "/" {
		again += "?" + url.Values{"poi": {at}}.Encode()
	}
	switch {
	case fragment(r):
		leave(w, again)
	case r.Method == http.MethodGet:
		http.Redirect(w, r, again, http.StatusSeeOther)
	default:
		p.fail(w, r, problem)
	}
}

// back is where a sign-in leads to: the page that was asked for, if it is one of ours.
func back(r *http.Request) string {
	to := r.URL.Query().Get("poi")
	if r.PostForm.Has("poi") {
		to = r.PostForm.Get("poi")
	}
	if len(to) < 2 || len(to) > 200 || to[0] != '/' || to[1] == '/' || to[1] == '\\' || strings.ContainsFunc(to, func(r rune) bool { return r <= ' ' || r > '~' || r == '\\' || r == '?' }) {
		return ""
	}
	return to
}
