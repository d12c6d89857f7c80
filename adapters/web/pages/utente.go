package pages

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// utente is the page of one person.
type utente struct {
	frame
	D        projections.UtenteDettaglio
	Invite   []act
	Posti    []posto
	Told     []told
	Link     string // by which the person sets their password, shown once
	Moved    *told  // what somebody else did to the person meanwhile
	Self     bool
	revision string
	outrun   bool // somebody else was faster
}

// posto is a person at a pair, and what may be done about it.
type posto struct {
	projections.Posto
	Key       string
	At        string
	State     state
	Ruoli     []string
	Profili   []profiloTenuto
	Proposte  []proposta
	Assenze   []string
	Grant     string // where a profile is assigned
	Letter    string // the letter of appointment
	Stopped   string // until when and for what the person is blocked; empty: they are not
	Colleague bool   // another ADMIN, whom the Comune administers

	RolesActs, AppointActs, ProfileActs, AbsenceActs, OtherActs []act
}

// profiloTenuto is a profile somebody holds, in words.
type profiloTenuto struct{ Nome, Days, Note, More string }

// proposta is a grant that awaits somebody else, in words.
type proposta struct {
	Text, Motivo, By string
	Acts             []act
}

// utente adds the page of a person and what is done on it.
func (p *Pages) utente(r chi.Router) {
	r.Get("/utenti/{codice}", p.acting("read-utente", administrators, p.showUtente))
	r.Get("/utenti/{codice}/lettera", p.handing("print-appointment", administrators, p.letter))
	r.Get("/utenti/{codice}/profilo", p.acting("show-assign-profile", administrators, p.showAssign))
	r.Post("/utenti/{codice}/profilo", p.acting("assign-profile", administrators, p.assign))
	r.Post("/utenti/{codice}/invito", p.acting("invite-utente", administrators, p.invite))
	p.acts(r)
}

// known is the person whose code is in the address. It is the object of the request.
func (p *Pages) known(r *http.Request) (domain.UtenteID, error) {
	id, err := p.Utenti.Coded(r.Context(), chi.URLParam(r, "codice"))
	if err == nil {
		edge.Of(r.Context()).Object = string(id.Stream())
	}
	return id, err
}

func (p *Pages) showUtente(w http.ResponseWriter, r *http.Request) error {
	known, err := p.reached(r, projections.Utenti{}, projections.Profili{}, projections.Storia{})
	if err != nil {
		return err
	}
	v := utente{}
	v.asOf(r, known)
	return p.utentePage(w, r, v, http.StatusOK)
}

// utentePage completes the page.
func (p *Pages) utentePage(w http.ResponseWriter, r *http.Request, v utente, status int) error {
	id, err := p.known(r)
	if err != nil {
		return err
	}
	if v.D, err = p.readUtente(r, id); err != nil {
		return err
	}
	comune, err := commands.Fact(r.Context(), p.Commands, firstComune(v.D).Stream())
	if err != nil {
		return err
	}
	v.Title, v.Here, v.Path = "Utente "+v.D.Codice, "/utenti", []step{{"/utenti", "Utenti"}}
	v.revision, v.Self = strconv.FormatUint(v.D.Revision, 10), id == edge.Of(r.Context()).Caller.Utente
	b := &desk{bench{&v.form, "/utenti/" + v.D.Codice, edge.Of(r.Context()).Caller}, &v, p.Commands.Now(), comune.Nazionale}
	for i, place := range v.D.Posti {
		v.Posti = append(v.Posti, b.posto(i, place))
	}
	if !v.Self && !slices.ContainsFunc(v.Posti, func(one posto) bool { return one.Colleague }) {
		v.Invite = b.invitation()
	}
	for _, e := range slices.Backward(v.D.Storia) {
		v.Told = append(v.Told, happened(e))
	}
	if v.outrun && len(v.Told) > 0 {
		v.Moved = &v.Told[0]
	}
	v.settle()
	return p.show(w, r, status, "utente", &v)
}

// readUtente reads a person, and enters that it was done.
func (p *Pages) readUtente(r *http.Request, id domain.UtenteID) (d projections.UtenteDettaglio, err error) {
	reach, err := p.Reach(r.Context())
	if err != nil {
		return d, err
	}
	if d, err = p.Utenti.One(r.Context(), reach, id); err != nil {
		return d, err
	}
	edge.Of(r.Context()).Concerns(d.Places()...)
	return d, p.JournalRead(r.Context())
}

// firstComune is the Comune of a person's first place.
func firstComune(d projections.UtenteDettaglio) domain.CodiceISTAT { return d.Posti[0].Comune }

// settle has refusals whose field is not on the page stand before all.
func (v *utente) settle() {
	shown := map[string]bool{}
	for _, one := range v.everyAct() {
		for _, f := range one.Fields {
			shown[f.ID] = true
		}
	}
	v.Errors = slices.DeleteFunc(v.Errors, func(e refusal) bool {
		if shown[e.Field] {
			return false
		}
		if v.Problem == nil {
			v.Problem = &edge.Problem{Title: "Operazione non riuscita", Detail: e.Text}
		}
		return true
	})
}

func (v *utente) everyAct() (all []act) {
	all = slices.Clone(v.Invite)
	for _, one := range v.Posti {
		all = slices.Concat(all, one.RolesActs, one.AppointActs, one.ProfileActs, one.AbsenceActs, one.OtherActs)
		for _, awaits := range one.Proposte {
			all = append(all, awaits.Acts...)
		}
	}
	return all
}

// happened is an entry of a register's history.
func happened(e projections.Fatto) told {
	return told{"check", "", e.Testo, e.Nota, signed(e.At, e.UtenteCodice, e.Role)}
}

// span writes the days between which something holds.
func span(dal, al domain.Date) string {
	switch {
	case dal.IsZero() && al.IsZero():
		return "senza termine"
	case al.IsZero():
		return "dal " + day(dal)
	case dal.IsZero():
		return "fino al " + day(al)
	}
	return "dal " + day(dal) + " al " + day(al)
}

// letter hands out the letter of appointment.
func (p *Pages) letter(w http.ResponseWriter, r *http.Request) error {
	id, err := p.known(r)
	if err != nil {
		return err
	}
	pair, err := pairOf(r.URL.Query())
	if err != nil {
		return edge.NewProblem(string(domain.NotFound), edge.NothingHere)
	}
	pdf, err := p.Letter(r.Context(), id, pair)
	if err != nil {
		return err
	}
	return hand(w, "application/pdf", `attachment; filename="nomina-`+id.Codice()+`.pdf"`, pdf)
}

// pairOf reads the pair that an address or a form names.
func pairOf(q interface{ Get(string) string }) (pair domain.Pair, err error) {
	if pair.Comune, err = domain.ParseCodiceISTAT(q.Get("comune")); err != nil || q.Get("ente") == "" {
		return pair, err
	}
	pair.Ente, err = domain.ParseEnteID(q.Get("ente"))
	return pair, err
}

// refusedUtente shows the page again with what was refused about one of its forms. If
// somebody else was faster it says who, and what they did.
func (p *Pages) refusedUtente(w http.ResponseWriter, r *http.Request, f form, status int) error {
	f.keyed()
	v := utente{frame: frame{form: f}}
	if status == http.StatusPreconditionFailed {
		v.Errors = nil
		v.Problem = &edge.Problem{Title: "L’utente è cambiato nel frattempo", Detail: "Qui sotto è com’è ora: verifica, e se serve ancora invia di nuovo."}
		v.outrun = true
	}
	return p.utentePage(w, r, v, status)
}

// invite sends the person a link by which they set their password, or shows it once.
func (p *Pages) invite(w http.ResponseWriter, r *http.Request) error {
	again := func(f form, status int) error { return p.refusedUtente(w, r, f, status) }
	id, err := p.known(r)
	if err != nil {
		return err
	}
	if err := p.elevate(r); err != nil {
		return p.again(r, err, again)
	}
	ctx := r.Context()
	done, err := p.Access.Invite(ctx, edge.Meta(ctx), edge.Of(ctx).Address, id, r.PostForm.Get("consegna") == "si")
	if err != nil {
		return p.again(r, err, again)
	}
	if done.Mailed {
		return p.onward(w, r, "/utenti/"+id.Codice(), domain.Position{}, "L’invito è spedito. Il collegamento funziona una sola volta.")
	}
	return p.utentePage(w, r, utente{Link: done.Link}, http.StatusOK)
}

// person is whose code a field holds; empty where it holds none.
func (p *Pages) person(r *http.Request, f *form, field string) (domain.UtenteID, error) {
	text := strings.ToUpper(f.text(field))
	if text == "" {
		return "", nil
	}
	id, err := p.Utenti.Coded(r.Context(), text)
	var refused *domain.Error
	if errors.As(err, &refused) {
		f.refuse(field, "Nessun utente ha questo codice.")
		return "", nil
	}
	return id, err
}
