package pages

import (
	"cmp"
	"context"
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// convenzione is the page of the act of a pair, and of what is done with it.
type convenzione struct {
	frame
	ID      domain.ConvenzioneID
	D       projections.ConvenzioneDettaglio
	Kind    string // name the act is printed under
	State   state
	Terms   []terms // of the act in force, else of the last, else of the draft
	Changes []difference
	Effects consequences
	Users   int
	Open    string // requests under it that have not ended, in words
	Told    []told
	Manages bool // the caller draws it up
	Ended   bool
	Runs    bool // it was activated and has not ended
	Comuni  []domain.Comune
	// Inhibited are the purposes of those terms that may not be named.
	Inhibited []domain.Finalita
	// Massive are the acts that are in force or to come, with what each admits about many
	// people at once.
	Massive []domain.Atto
}

// convenzioni adds the pages.
func (p *Pages) convenzioni(r chi.Router) {
	r.Get("/convenzioni/nuova", p.acting("show-draft-convenzione", top, p.showNewDraft))
	r.Post("/convenzioni", p.acting("draft-convenzione", top, p.draftNew))
	r.Get("/convenzioni/{id}", p.acting("read-convenzione", top, p.showConvenzione))
	r.Get("/convenzioni/{id}/bozza", p.acting("read-convenzione", top, p.showDraft))
	r.Post("/convenzioni/{id}/bozza", p.acting("amend-convenzione", top, p.amendDraft))
	r.Get("/convenzioni/{id}/attivazione", p.acting("preview-convenzione", top, p.showActivation))
	r.Post("/convenzioni/{id}/attivazione", p.acting("activate-convenzione", top, p.activate))
	r.Post("/convenzioni/{id}/sospensione", p.acting("suspend-convenzione", top, p.suspendConvenzione))
	r.Post("/convenzioni/{id}/ripresa", p.acting("resume-convenzione", top, p.resumeConvenzione))
	r.Get("/convenzioni/{id}/cessazione", p.acting("read-convenzione", top, p.showEnding))
	r.Post("/convenzioni/{id}/cessazione", p.acting("end-convenzione", top, p.endConvenzione))
	r.Get("/convenzioni/{id}/riammissione", p.acting("read-convenzione", top, p.showReadmitting))
	r.Post("/convenzioni/{id}/riammissione", p.acting("readmit-purpose", top, p.readmitPurpose))
	r.Get("/convenzioni/{id}/massive", p.acting("read-convenzione", top, p.showConcessioni))
	r.Post("/convenzioni/{id}/massive", p.acting("grant-massive", top, p.grantMassive))
	r.Post("/convenzioni/{id}/massive/fine", p.acting("end-massive", top, p.endMassive))
	r.Get("/convenzioni/{id}/allegati", p.acting("read-convenzione", top, p.showAttaching))
	r.Post("/convenzioni/{id}/allegati", p.uploading("attach-annex", top, p.attach))
	r.Get("/convenzioni/{id}/allegati/{annex}", p.handing("download-annex", administrators, p.annex))
	r.Get("/convenzione", p.acting("read-convenzione", admin, p.showOwnConvenzione))
}

// readConvenzione is what the pages of an act show of it to the caller.
func (p *Pages) readConvenzione(r *http.Request, id domain.ConvenzioneID) (*convenzione, error) {
	ctx := r.Context()
	reach, err := p.Reach(ctx)
	if err != nil {
		return nil, err
	}
	d, err := p.Convenzioni.One(ctx, reach, id, p.Commands.Now())
	if err != nil {
		return nil, err
	}
	act, err := commands.Fact(ctx, p.Commands, id.Stream())
	if err != nil {
		return nil, err
	}
	v := &convenzione{ID: id, D: d, Kind: d.Titolo, Manages: reach.Administers, Ended: act.Ended, Runs: len(act.Atti) > 0 && !act.Ended, Told: done(d.Storia)}
	v.frame = frame{Title: v.Kind + " con " + d.EnteDenominazione, Here: "/enti", Path: []step{{"/enti", "Enti e convenzioni"}, {"/enti/" + string(d.Ente), d.EnteDenominazione}}}
	v.State, _ = actState(act, domain.ItalianDay(p.Commands.Now()))
	last := act.Last().ConvenzioneDrafted
	if d.Atto > 0 {
		last = act.Atto(d.Atto).ConvenzioneDrafted
	}
	if len(act.Atti) == 0 && d.Draft != nil {
		last = *d.Draft
	}
	v.Terms = actTerms(last)
	for _, f := range last.Finalita {
		if act.Inhibited(f) {
			v.Inhibited = append(v.Inhibited, f)
		}
	}
	for _, atto := range act.Atti {
		if !atto.Ended && atto.Al.Compare(domain.ItalianDay(p.Commands.Now())) >= 0 {
			v.Massive = append(v.Massive, atto)
		}
	}
	if v.Users, err = p.Utenti.Count(ctx, reach, act.Pair); err != nil {
		return nil, err
	}
	if v.Open, err = p.openRequests(ctx, reach, act.Pair); err != nil {
		return nil, err
	}
	edge.Of(ctx).Concerns(d.Comune)
	return v, p.JournalRead(ctx)
}

func (p *Pages) showConvenzione(w http.ResponseWriter, r *http.Request) error {
	known, err := p.reached(r, projections.Convenzioni{})
	if err != nil {
		return err
	}
	return p.convenzionePage(w, r, "convenzione", form{}, http.StatusOK, known)
}

// convenzionePage makes one of the pages of an act; known is false where it may lack
// what was just written.
func (p *Pages) convenzionePage(w http.ResponseWriter, r *http.Request, name string, f form, status int, known bool) error {
	id, err := object(r, domain.ParseConvenzioneID)
	if err != nil {
		return err
	}
	v, err := p.readConvenzione(r, id)
	if err != nil {
		return err
	}
	v.form = f
	v.asOf(r, known)
	if name != "convenzione" {
		v.Path = append(v.Path, step{"/convenzioni/" + string(id), v.Kind})
		v.Title = actPages[name]
	}
	return p.show(w, r, status, name, v)
}

// actPages are the titles of the pages of what is done with an act.
var actPages = map[string]string{"convenzione_cessazione": "Fai cessare l’atto", "convenzione_allegato": "Allega un file", "convenzione_riammissione": "Riammetti una finalità"}

// showOwnConvenzione shows an ADMIN the act of their Ente with a Comune.
func (p *Pages) showOwnConvenzione(w http.ResponseWriter, r *http.Request) error {
	c, comuni := edge.Of(r.Context()).Caller, p.comuni(r.Context())
	if len(comuni) == 0 {
		return edge.NewProblem(string(domain.NotFound), edge.NothingHere)
	}
	chosen := comuni[0]
	for _, one := range comuni {
		if string(one.ISTAT) == r.URL.Query().Get("comune") {
			chosen = one
		}
	}
	id := domain.ConvenzioneIDOf(domain.Pair{Ente: c.Ente, Comune: chosen.ISTAT})
	edge.Of(r.Context()).Object = string(id.Stream())
	v, err := p.readConvenzione(r, id)
	if err != nil {
		return err
	}
	v.Here, v.Path, v.Title, v.Comuni = "/convenzione", nil, v.Kind+" con il Comune di "+v.D.ComuneNome, comuni
	return p.show(w, r, http.StatusOK, "convenzione", v)
}

// showActivation shows what a draft changes, and for whom.
func (p *Pages) showActivation(w http.ResponseWriter, r *http.Request) error {
	known, err := p.reached(r, projections.Convenzioni{})
	if err != nil {
		return err
	}
	return p.activationPage(w, r, form{}, http.StatusOK, known)
}

func (p *Pages) activationPage(w http.ResponseWriter, r *http.Request, f form, status int, known bool) error {
	id, err := object(r, domain.ParseConvenzioneID)
	if err != nil {
		return err
	}
	v, err := p.readConvenzione(r, id)
	if err != nil {
		return err
	}
	v.form, v.Title, v.Path = f, "Attiva la bozza", append(v.Path, step{"/convenzioni/" + string(id), v.Kind})
	if v.D.Draft == nil {
		http.Redirect(w, r, "/convenzioni/"+string(id), http.StatusSeeOther)
		return nil
	}
	v.asOf(r, known)
	was := domain.ConvenzioneDrafted{}
	if n := len(v.D.Atti); n > 0 {
		was = v.D.Atti[n-1].ConvenzioneDrafted
	}
	v.Changes = differences(actTerms(was), actTerms(*v.D.Draft))
	v.Effects, err = p.consequences(r.Context(), string(id), commands.ActivateConvenzione{}, f.Val("impronta"))
	if err != nil {
		problem := p.Refuse(r.Context(), err)
		if problem.Status >= http.StatusInternalServerError {
			return problem
		}
		v.form.Problem = problem
	}
	if v.Effects.Moved && status == http.StatusOK {
		status = http.StatusConflict
	}
	return p.show(w, r, status, "convenzione_attivazione", v)
}

// activate puts a draft in force whose effects are those that were shown.
func (p *Pages) activate(w http.ResponseWriter, r *http.Request) error {
	id, err := object(r, domain.ParseConvenzioneID)
	if err != nil {
		return err
	}
	f := filled(r)
	_, digest, err := p.Effects(r.Context(), string(id), commands.ActivateConvenzione{})
	if err == nil && digest != f.Val("impronta") {
		return p.activationPage(w, r, f, http.StatusConflict, true)
	}
	var done commands.Outcome
	if err == nil {
		done, err = give(r, p, id.Stream(), f.atRevision(), commands.ActivateConvenzione{})
	}
	if err != nil {
		return p.again(r, err, func(g form, status int) error {
			if g.Err("secondo") == "" {
				g = apart(p.Refuse(r.Context(), err))
			}
			return p.activationPage(w, r, g, status, true)
		})
	}
	return p.onward(w, r, "/convenzioni/"+string(id), done.Position, "L’atto è attivato: vale dal suo primo giorno.")
}

// onAct sends a command about the act an address names. What gives rights wants the
// second factor.
func (p *Pages) onAct(w http.ResponseWriter, r *http.Request, page string, gives bool, cmd commands.Command[domain.Convenzione], said string) error {
	id, err := object(r, domain.ParseConvenzioneID)
	if err != nil {
		return err
	}
	if err := p.covered(r.Context(), id); err != nil {
		return err
	}
	carryOut := send[domain.Convenzione]
	if gives {
		carryOut = give[domain.Convenzione]
	}
	done, err := carryOut(r, p, id.Stream(), filled(r).atRevision(), cmd)
	if err != nil {
		return p.again(r, err, func(g form, status int) error { return p.convenzionePage(w, r, page, g, status, true) })
	}
	return p.onward(w, r, "/convenzioni/"+string(id), done.Position, said)
}

// covered refuses who may not know of an act, whatever else they are refused for.
func (p *Pages) covered(ctx context.Context, id domain.ConvenzioneID) error {
	reach, err := p.Reach(ctx)
	if err != nil {
		return err
	}
	act, err := commands.Fact(ctx, p.Commands, id.Stream())
	if err == nil && !reach.Covers(act.Pair.Object()) {
		err = edge.NewProblem(string(domain.NotFound), edge.NothingHere)
	}
	return err
}

func (p *Pages) suspendConvenzione(w http.ResponseWriter, r *http.Request) error {
	return p.onAct(w, r, "convenzione", false, commands.SuspendConvenzione{Motivo: filled(r).text("motivo")}, "L’atto è sospeso: nessuna richiesta è ammessa finché non riprende.")
}

func (p *Pages) resumeConvenzione(w http.ResponseWriter, r *http.Request) error {
	return p.onAct(w, r, "convenzione", true, commands.ResumeConvenzione{}, "L’atto è ripreso: vale dalla richiesta successiva.")
}

func (p *Pages) showEnding(w http.ResponseWriter, r *http.Request) error {
	return p.convenzionePage(w, r, "convenzione_cessazione", form{}, http.StatusOK, true)
}

func (p *Pages) endConvenzione(w http.ResponseWriter, r *http.Request) error {
	return p.onAct(w, r, "convenzione_cessazione", true, commands.EndConvenzione{Motivo: filled(r).text("motivo")}, "L’atto è cessato. Se ne può scrivere e attivare un altro.")
}

func (p *Pages) showReadmitting(w http.ResponseWriter, r *http.Request) error {
	return p.convenzionePage(w, r, "convenzione_riammissione", form{}, http.StatusOK, true)
}

func (p *Pages) readmitPurpose(w http.ResponseWriter, r *http.Request) error {
	f := filled(r)
	return p.onAct(w, r, "convenzione_riammissione", true, commands.ReadmitPurpose{Finalita: f.Val("finalita"), Motivo: f.text("motivo")}, "La finalità è riammessa: vale dalla richiesta successiva.")
}

func (p *Pages) showAttaching(w http.ResponseWriter, r *http.Request) error {
	return p.convenzionePage(w, r, "convenzione_allegato", form{}, http.StatusOK, true)
}

// attach keeps a file under the act.
func (p *Pages) attach(w http.ResponseWriter, r *http.Request) error {
	id, err := object(r, domain.ParseConvenzioneID)
	if err != nil {
		return err
	}
	if err := p.covered(r.Context(), id); err != nil {
		return err
	}
	name, content, err := fileOf(r, "file")
	if err == nil && len(content) == 0 {
		err = domain.FieldErrorf(domain.Invalid, "file", "scegli il file da allegare")
	}
	if err == nil {
		err = p.elevate(r)
	}
	var done commands.Outcome
	if err == nil {
		done, _, err = p.Attach(r.Context(), id, filled(r).atRevision(), name, content)
	}
	if err != nil {
		return p.again(r, err, func(f form, status int) error {
			for i := range f.Errors {
				if f.Errors[i].Field != "secondo" { // the name and the bytes are the file's
					f.Errors[i].Field = "file"
				}
			}
			return p.convenzionePage(w, r, "convenzione_allegato", f, status, true)
		})
	}
	return p.onward(w, r, "/convenzioni/"+string(id), done.Position, "Il file è allegato all’atto.")
}

// annex hands out a file of an act.
func (p *Pages) annex(w http.ResponseWriter, r *http.Request) error {
	id, err := object(r, domain.ParseConvenzioneID)
	if err != nil {
		return err
	}
	file, err := p.Annex(r.Context(), id, chi.URLParam(r, "annex"))
	if err != nil {
		return err
	}
	return hand(w, cmp.Or(file.Type, "application/octet-stream"), file.Disposition(), file.Bytes)
}
