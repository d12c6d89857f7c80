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

// collegamento is the page of a Comune's way to ANPR.
type collegamento struct {
	frame
	State        state
	Test         *trial // the last test call
	Now          projections.Collegamento
	Calls        calls
	Certificates []certificate // of the version in force
	Before       []version     // newest first
	Told         []told
}

// trial is a test call in words.
type trial struct {
	domain.ConnectionTested
	State      state
	What, Todo string
	When       string
	Candidate  bool // of a version that did not come into force
}

// calls are those made over the version in force, as they stand.
type calls struct {
	commands.Circuit
	State state
}

// certificate is one of a version, and how long it is good.
type certificate struct {
	domain.Certificate
	Of    string
	State state
}

// version is one that was in force.
type version struct {
	projections.Collegamento
	Until string
}

// anpr adds the page.
func (p *Pages) anpr(r chi.Router) {
	r.Get("/anpr", p.acting("read-comune", top, p.showConnection))
	r.Post("/anpr", p.uploading("connect-comune", top, p.replaceConnection))
	r.Post("/anpr/prova", p.acting("test-connection", top, p.tryConnection))
}

func (p *Pages) showConnection(w http.ResponseWriter, r *http.Request) error {
	known, err := p.reached(r, projections.Comuni{}, projections.Storia{})
	if err != nil {
		return err
	}
	return p.connectionPage(w, r, form{}, http.StatusOK, known)
}

// connectionPage shows a TOP the way of their Comune; known is false where it may lack
// what was just written.
func (p *Pages) connectionPage(w http.ResponseWriter, r *http.Request, f form, status int, known bool) error {
	ctx, own := r.Context(), ownComune(r.Context())
	v := collegamento{frame: frame{form: f, Title: "Collegamento ANPR", Here: "/anpr"}}
	v.asOf(r, known)
	reach, comune, err := p.atOwn(ctx)
	if err != nil {
		return err
	}
	d, err := p.Comuni.One(ctx, reach, own)
	if err != nil {
		return err
	}
	if v.Val("revision") == "" {
		v.form.set("revision", strconv.FormatUint(d.Revision, 10))
	}
	v.versions(d.Office.Collegamenti)
	v.Test = lastTrial(comune.Collegamento)
	v.Certificates = p.certificates(v.Now.ComuneConnected)
	v.Calls = p.calls(own, v.Now.TipoInvio)
	v.State = v.stands(comune.Collegamento)
	v.Told = done(slices.DeleteFunc(d.Office.Storia, func(e projections.Fatto) bool { return !slices.Contains(ofConnection, e.Type) }))
	if err := p.JournalRead(ctx); err != nil {
		return err
	}
	return p.show(w, r, status, "anpr", &v)
}

// ofConnection are the events of the history that are about the way to ANPR.
var ofConnection = []string{
	domain.ComuneConnected{}.EventType(), domain.ConnectionTested{}.EventType(), domain.OperatorStoodIn{}.EventType(), domain.CertificateExpiryAnnounced{}.EventType(),
}

// versions takes the one in force apart from those before it.
func (v *collegamento) versions(all []projections.Collegamento) {
	for i, c := range all {
		if i == len(all)-1 {
			v.Now = c
			break
		}
		v.Before = append(v.Before, version{c, moment(all[i+1].At)})
	}
	slices.Reverse(v.Before)
}

// lastTrial is the last test call of a way, in words; nil before the first.
func lastTrial(c domain.Collegamento) *trial {
	if c.TestedAt.IsZero() {
		return nil
	}
	t := trial{ConnectionTested: c.Tested, State: state{"Riuscita", "check-circle", "ok"}, When: moment(c.TestedAt), Candidate: c.Tested.Version > c.Version}
	if c.Tested.Outcome != domain.ConnectionOK {
		t.State = state{"Non riuscita", "warning-circle", "bad"}
	}
	t.What, t.Todo = c.Tested.Outcome.Text()
	return &t
}

// calls tells how those of a Comune stand.
func (p *Pages) calls(comune domain.CodiceISTAT, tipoInvio string) calls {
	c := calls{Circuit: p.Circuit(comune, tipoInvio), State: state{"Nessuna chiamata dall’avvio", "minus-circle", ""}}
	switch {
	case c.OpenUntil.After(p.Commands.Now()):
		c.State = state{"Sospese", "warning-circle", "bad"}
	case c.Failed.After(c.Answered):
		c.State = state{"Senza risposta", "warning-circle", "wait"}
	case !c.Answered.IsZero():
		c.State = state{"Regolari", "check-circle", "ok"}
	}
	return c
}

// certificates are those of a version.
func (p *Pages) certificates(c domain.ComuneConnected) (all []certificate) {
	for _, one := range []certificate{{Certificate: c.Machine, Of: "Macchina"}, {Certificate: c.Postazione, Of: "Postazione"}} {
		if one.NotAfter.IsZero() {
			continue
		}
		days := domain.ItalianDay(p.Commands.Now()).DaysUntil(domain.ItalianDay(one.NotAfter))
		switch {
		case !p.Commands.Now().Before(one.NotAfter):
			one.State = state{"Scaduto", "warning-circle", "bad"}
		case days <= domain.ExpiryNotices[0]:
			one.State = state{"Scade fra " + figure(days) + " giorni", "clock", "wait"}
		default:
			one.State = state{"Valido ancora " + figure(days) + " giorni", "check-circle", "ok"}
		}
		all = append(all, one)
	}
	return all
}

// stands says how a way is: the worst of what is known of it.
func (v *collegamento) stands(c domain.Collegamento) state {
	tested := v.Test != nil && !v.Test.Candidate && v.Test.Version == c.Version
	tone := func(tone string) bool {
		return slices.ContainsFunc(v.Certificates, func(c certificate) bool { return c.State.Tone == tone })
	}
	switch {
	case c.Version == 0:
		return state{"Nessun collegamento", "minus-circle", "bad"}
	case tone("bad"):
		return state{"Certificato scaduto", "warning-circle", "bad"}
	case v.Calls.State.Tone == "bad":
		return state{"ANPR non risponde", "warning-circle", "bad"}
	case tested && v.Test.Outcome != domain.ConnectionOK:
		return state{"Ultima prova non riuscita", "warning-circle", "bad"}
	case c.StoodIn:
		return state{"Risponde il secondo operatore", "warning-circle", "wait"}
	case tone("wait"):
		return state{"Certificato in scadenza", "clock", "wait"}
	}
	return state{"In vigore", "check-circle", "ok"}
}

// tryConnection makes a test call over the version in force.
func (p *Pages) tryConnection(w http.ResponseWriter, r *http.Request) error {
	own := ownComune(r.Context())
	edge.Of(r.Context()).Object = string(own.Stream())
	report, err := p.TryConnection(r.Context(), own)
	if err != nil {
		return p.again(r, err, func(f form, status int) error { return p.connectionPage(w, r, f, status, true) })
	}
	return p.onward(w, r, "/anpr", report.Position, "La chiamata di prova è fatta: l’esito è qui sotto.")
}

// replaceConnection puts another version in force, once a test call with it went well.
func (p *Pages) replaceConnection(w http.ResponseWriter, r *http.Request) error {
	ctx, own := r.Context(), ownComune(r.Context())
	edge.Of(ctx).Object = string(own.Stream())
	f := filled(r)
	next, err := f.connection(r)
	if err == nil && len(f.Errors) > 0 {
		return p.connectionPage(w, r, f, http.StatusUnprocessableEntity, true)
	}
	if err == nil {
		err = p.elevate(r)
	}
	var report commands.ConnectionReport
	if err == nil {
		report, err = p.ReplaceConnection(ctx, own, f.atRevision(), next)
	}
	if err != nil {
		return p.again(r, atField(err), func(f form, status int) error {
			if errors.Is(err, commands.ErrMoved) {
				f.Errors, f.Problem = nil, p.Refuse(ctx, err)
				f.values.Del("revision")
			}
			return p.connectionPage(w, r, f, status, true)
		})
	}
	if report.Test.Outcome == domain.ConnectionOK {
		return p.onward(w, r, "/anpr", report.Position, "Il nuovo collegamento è in vigore: lo usa già la prossima chiamata.")
	}
	what, todo := report.Test.Outcome.Text()
	f.Problem = edge.NewProblem(string(domain.Conflict), "Resta in vigore il collegamento precedente. "+what+". "+todo+".")
	f.Problem.Title = "La chiamata di prova non è riuscita"
	f.values.Del("revision") // the test is written, too
	at := report.Position.String()
	known := p.Await(ctx, projections.Comuni{}.Name(), at) == nil && p.Await(ctx, projections.Storia{}.Name(), at) == nil
	return p.connectionPage(w, r, f, http.StatusConflict, known)
}

// connection reads what the next version differs in.
func (f *form) connection(r *http.Request) (next commands.NewConnection, err error) {
	for _, one := range []struct {
		role string
		into *commands.Keystore
	}{{"machine", &next.Machine}, {"postazione", &next.Postazione}} {
		if _, one.into.PKCS12, err = fileOf(r, "pkcs12_"+one.role); err != nil {
			return next, err
		}
		if one.into.Password = f.Val("password_" + one.role); one.into.Empty() && one.into.Password != "" {
			f.refuse("pkcs12_"+one.role, "Scegli il file che la password apre.")
		}
	}
	next.Operatore = f.operator("operatore")
	if supplente := f.operator("supplente"); supplente != "" || f.Val("senza_supplente") != "" {
		next.Supplente = &supplente
	}
	return next, nil
}

// operator reads the codice fiscale of an operator, if one is typed.
func (f *form) operator(field string) domain.CodiceFiscale {
	if f.text(field) == "" {
		return ""
	}
	cf, err := domain.ParseCodiceFiscale(compact(f.Val(field)))
	if err != nil {
		f.add(field, err)
	}
	return cf
}

// atField names the field of the form that holds the item of a command that was refused:
// machine.pkcs12 is pkcs12_machine.
func atField(err error) error {
	var refused *domain.Error
	if !errors.As(err, &refused) {
		return err
	}
	role, item, ok := strings.Cut(refused.Field, ".")
	if !ok {
		return err
	}
	named := *refused
	named.Field = item + "_" + role
	return &named
}
