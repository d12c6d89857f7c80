package pages

import (
	"errors"
	"net/http"
	"slices"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// answer answers a request; the error it returns is shown as a page and entered.
type answer func(http.ResponseWriter, *http.Request) error

// limited is open, to each network so often a minute.
func (p *Pages) limited(action string, do answer) http.HandlerFunc {
	return p.open(action, upTo(p.Arriving, func(w http.ResponseWriter, r *http.Request) error {
		if err := p.Seat(r); err != nil {
			return err
		}
		return do(w, r)
	}))
}

// upTo answers what a limit lets through.
func upTo(limit func(*http.Request) *edge.Problem, do answer) answer {
	return func(w http.ResponseWriter, r *http.Request) error {
		if problem := limit(r); problem != nil {
			return problem
		}
		return do(w, r)
	}
}

// open is a page for whoever is not known yet.
func (p *Pages) open(action string, do answer) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		x := edge.Of(r.Context())
		x.Action, x.Device = action, p.Cookie(r, edge.DeviceCookie)
		if err := do(w, r); err != nil {
			p.fail(w, r, p.Refuse(r.Context(), err))
		}
	}
}

// public is a page for everybody: who has signed in sees it in their frame.
func (p *Pages) public(action string, do answer) http.HandlerFunc { return p.open(action, p.seen(do)) }

// seen answers who has signed in as who they are, others as nobody.
func (p *Pages) seen(do answer) answer {
	return func(w http.ResponseWriter, r *http.Request) error {
		x := edge.Of(r.Context())
		x.Glance = true
		if err := p.Identify(r, x); err != nil || !x.Caller.SignedIn {
			x.Caller, x.Reason = edge.Caller{}, ""
		}
		return do(w, r)
	}
}

// signedIn is a page for who has a session, in whatever capacity or none; others are
// sent to sign in.
func (p *Pages) signedIn(action string, do answer) http.HandlerFunc {
	return p.within(action, do)
}

// acting is a page for who acts in one of some roles. For others there is none.
func (p *Pages) acting(action string, of roles, do answer) http.HandlerFunc {
	return p.within(action, p.actingAs(of, do))
}

// handing is acting for what hands out a file, which no other site leads to: somebody
// would have taken what they never asked for.
func (p *Pages) handing(action string, of roles, do answer) http.HandlerFunc {
	return p.acting(action, of, func(w http.ResponseWriter, r *http.Request) error {
		if !edge.LedHere(r) {
			return edge.For(r.Context(), edge.ForeignOrigin, edge.NewProblem(string(domain.Forbidden), "Questo file si scarica da una pagina di questo servizio."))
		}
		return do(w, r)
	})
}

// glancing is acting for what a page asks by itself: it is no use of the session.
func (p *Pages) glancing(action string, of roles, do answer) http.HandlerFunc {
	return glance(p.within(action, p.actingAs(of, do)))
}

func (p *Pages) actingAs(of roles, do answer) answer {
	return func(w http.ResponseWriter, r *http.Request) error {
		switch role := edge.Of(r.Context()).Caller.Role; {
		case role == "" && r.Method == http.MethodGet:
			http.Redirect(w, r, "/ruolo", http.StatusSeeOther)
			return nil
		case role == "":
			return edge.NewProblem(edge.NoCapacity, "Prima va scelto il ruolo con cui operare.")
		case !slices.Contains(of, role):
			return edge.NewProblem(string(domain.NotFound), edge.NothingHere)
		}
		if _, err := p.Reach(r.Context()); err != nil { // the role was taken
			return err
		}
		return do(w, r)
	}
}

// uploading is acting for a form that brings a file.
func (p *Pages) uploading(action string, of roles, do answer) http.HandlerFunc {
	return p.withinReading(action, uploaded, p.actingAs(of, do))
}

// glance is for what a page asks by itself.
func glance(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		edge.Of(r.Context()).Glance = true
		next(w, r)
	}
}

// within answers who has a session.
func (p *Pages) within(action string, do answer) http.HandlerFunc {
	return p.withinReading(action, posted, do)
}

// withinReading is within for forms that are read in a way.
func (p *Pages) withinReading(action string, reading func(http.ResponseWriter, *http.Request, string) error, do answer) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ctx, done := p.Ahead(r.Context())
		defer done()
		r = r.WithContext(ctx)
		x := edge.Of(ctx)
		x.Action, x.Device = action, p.Cookie(r, edge.DeviceCookie)
		err := p.Identify(r, x)
		switch {
		case errors.Is(err, commands.ErrSuperseded):
			p.elsewhere(w, r)
			return
		case err != nil && p.IsUnknown(err), err == nil && !x.Caller.SignedIn:
			p.expired(w, r)
			return
		case err == nil && r.Method == http.MethodPost:
			err = reading(w, r, x.Caller.Secret)
		}
		if err == nil {
			err = do(w, r)
		}
		if err != nil {
			p.fail(w, r, p.Refuse(ctx, err))
		}
	}
}

// again shows a form again with what was refused about it: show makes the page with the
// form it is given. What is a fault, and what there is not, is returned.
func (p *Pages) again(r *http.Request, err error, show func(form, int) error) error {
	problem := p.Refuse(r.Context(), err)
	if problem.Status >= http.StatusInternalServerError || problem.Status == http.StatusNotFound || problem.Status == http.StatusUnauthorized {
		return problem
	}
	return show(filled(r).refused(problem), problem.Status)
}

// reached waits until read models have what the address says was written: false if
// they do not in time. A position that is none is not waited for.
func (p *Pages) reached(r *http.Request, models ...engine.Projection) (bool, error) {
	at := r.URL.Query().Get("at_least")
	for _, m := range models {
		err := p.Await(r.Context(), m.Name(), at)
		switch domain.CodeOf(err) {
		case domain.Unavailable:
			return false, nil
		case domain.Invalid:
			return true, nil
		}
		if err != nil {
			return false, err
		}
	}
	return true, nil
}

// asOf notes in the frame where to look again, if what was just written is not known yet.
func (f *frame) asOf(r *http.Request, known bool) {
	if !known {
		f.Late = r.URL.Path
	}
}

// begin waits until read models have what the address says was written, notes in the
// frame if they do not in time, and returns what the caller may know.
func (p *Pages) begin(r *http.Request, f *frame, models ...engine.Projection) (domain.Reach, error) {
	known, err := p.reached(r, models...)
	if err != nil {
		return domain.Reach{}, err
	}
	f.asOf(r, known)
	return p.Reach(r.Context())
}

// send hands a command to the handler; at is as for commands.HandleAt.
func send[S commands.State[S]](r *http.Request, p *Pages, stream domain.Stream[S], at int64, cmd commands.Command[S]) (commands.Outcome, error) {
	ctx := r.Context()
	x := edge.Of(ctx)
	x.Object = string(stream)
	if asking, ok := cmd.(interface{ Asked() domain.Asked }); ok {
		x.Asked = asking.Asked()
	}
	return commands.HandleAt(ctx, p.Commands, stream, at, edge.Meta(ctx), cmd)
}

// give is send for what gives rights, or ways to obtain them: after the second factor.
func give[S commands.State[S]](r *http.Request, p *Pages, stream domain.Stream[S], at int64, cmd commands.Command[S]) (commands.Outcome, error) {
	if err := p.elevate(r); err != nil {
		return commands.Outcome{}, err
	}
	return send(r, p, stream, at, cmd)
}

// elevate proves the second factor that a form brings in its field secondo, unless one
// was proven within ten minutes. What gives rights, or ways to obtain them, wants it.
func (p *Pages) elevate(r *http.Request) error {
	x := edge.Of(r.Context())
	if x.Caller.SteppedUp {
		return nil
	}
	code := r.PostForm.Get("secondo")
	if code == "" {
		return domain.FieldErrorf(domain.Invalid, "secondo", "serve il codice a sei cifre dell’app")
	}
	err := p.Access.StepUp(r.Context(), edge.Meta(r.Context()), x.From(), x.Caller.Secret, commands.StepUp{TOTP: code})
	if errors.Is(err, commands.ErrRefused) {
		x.Reason = edge.NotAccepted
		return domain.FieldErrorf(domain.Invalid, "secondo", "il codice non è valido: attendi il prossimo e riprova")
	}
	if err == nil {
		x.Caller.SteppedUp, x.Caller.Strong = true, true
	}
	return err
}
