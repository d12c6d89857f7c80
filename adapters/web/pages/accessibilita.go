package pages

import (
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// accessibilita is the declaration of how accessible the pages are, in the order of
// AgID's model (decision 2018/1523/EU), with a form for who finds otherwise.
type accessibilita struct {
	frame
	ID       string // of a comment, made before it is sent
	Comments bool   // somebody is there to send them to
	Offices  []domain.Comune
}

// comments is how many comments a network may send a minute.
const comments = 5

// accessibilita adds the declaration and its form.
func (p *Pages) accessibilita(r chi.Router) {
	r.Get("/accessibilita", p.public("read-declaration", func(w http.ResponseWriter, r *http.Request) error {
		return p.declare(w, r, http.StatusOK, form{})
	}))
	limited := edge.NewLimiter(comments, p.Commands.Now, p.Proxies)
	r.Post("/accessibilita", p.open("send-comment", upTo(limited.Refuse, p.seen(p.comment))))
}

func (p *Pages) declare(w http.ResponseWriter, r *http.Request, status int, f form) error {
	v := &accessibilita{
		frame: frame{form: f, Title: "Dichiarazione di accessibilità", Modulo: p.beforehand(w, r)},
		ID:    p.Commands.NewID(), Comments: p.Comments != nil, Offices: p.offices(r),
	}
	if id := f.Val("id"); id != "" {
		v.ID = id
	}
	return p.show(w, r, status, "accessibilita", v)
}

// offices are the Comuni that who has signed in has to do with; for others none.
func (p *Pages) offices(r *http.Request) []domain.Comune {
	if edge.Of(r.Context()).Caller.Role == "" {
		return nil
	}
	return p.comuni(r.Context())
}

// comment sends what somebody has to say. Nobody need be known for it.
func (p *Pages) comment(w http.ResponseWriter, r *http.Request) error {
	x := edge.Of(r.Context())
	secret := p.Cookie(r, formCookie)
	if x.Caller.SignedIn {
		secret = x.Caller.Secret
	}
	if err := posted(w, r, secret); err != nil {
		return err
	}
	if p.Comments == nil {
		return edge.NewProblem(string(domain.NotFound), edge.NothingHere)
	}
	f := filled(r)
	said := commands.Comment{ID: f.Val("id"), Pagina: f.text("pagina"), Testo: strings.ReplaceAll(f.text("testo"), "\r\n", "\n"), Recapito: f.text("recapito")}
	refused := said.Check()
	for _, err := range refused {
		f.add(err.Field, err)
	}
	if len(refused) > 0 {
		return p.declare(w, r, http.StatusUnprocessableEntity, f)
	}
	if err := p.Comments.Send(r.Context(), edge.Meta(r.Context()), x.Address, said); err != nil {
		return err
	}
	done := "Inviata la segnalazione. Chi gestisce il servizio risponde entro trenta giorni all’indirizzo indicato."
	if said.Recapito == "" {
		done = "Inviata la segnalazione a chi gestisce il servizio. Senza un indirizzo non avrai risposta."
	}
	return p.onward(w, r, "/accessibilita", domain.Position{}, done)
}
