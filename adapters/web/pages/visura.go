package pages

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// visura is the page of one visura.
type visura struct {
	frame
	D         projections.VisuraDettaglio
	State     state
	Line      string // beside the state
	Live      bool   // it may change by itself
	Delay     string // before the page asks again; empty: at once
	Steps     []progress
	Told      []told
	Fetch     bool // the caller may have the document as it is
	Reasoned  bool // and may with a reason
	Withdraws bool
	Asked     string                   // what an officer asks the caller
	Refusal   string                   // what an officer wrote who refused it
	Corrects  bool                     // the number of the case
	Before    []projections.Precedente // about the same person, within the requester's reach
	Again     bool                     // another may be asked for about the person, or with the practice
	Retry     bool                     // and with all the same data
	Beyond    []kept                   // by the form that asks beyond the Comune; none: it is not offered
	Masked    bool
	revocable
}

// progress is a step of a visura on its way.
type progress struct{ Class, Title, Text string }

// told is an entry of the history.
type told struct{ Icon, Tone, Text, Note, Who string }

// visura adds the page and what is done on it.
func (p *Pages) visura(r chi.Router) {
	r.Get("/visure/{id}", p.acting("read-visura", anyRole, p.showVisura))
	r.Get("/visure/{id}/stato", p.glancing("read-visura", anyRole, p.showState))
	r.Get("/visure/{id}/documento", p.handing("download-visura", anyRole, p.download))
	r.Post("/visure/{id}/documento", p.acting("download-visura-with-reason", administrators, p.downloadWithReason))
	r.Post("/visure/{id}/risposta", p.acting("answer-question", operators, p.answer))
	r.Post("/visure/{id}/ritiro", p.acting("withdraw-visura", operators, p.withdraw))
}

// showVisura shows one visura: without script, once it has its outcome or that does not
// come in the seconds the address says.
func (p *Pages) showVisura(w http.ResponseWriter, r *http.Request) error {
	known, err := p.reached(r, projections.Dettaglio{}, projections.Elenco{})
	if err != nil {
		return err
	}
	if wait := seconds(r, "attendi", 8); wait > 0 {
		if err := p.settled(r.Context(), chi.URLParam(r, "id"), 0, wait); err != nil {
			return err
		}
	}
	return p.visuraPage(w, r, form{}, http.StatusOK, known)
}

// visuraPage makes the page; known is false where it may lack what was just written.
func (p *Pages) visuraPage(w http.ResponseWriter, r *http.Request, f form, status int, known bool) error {
	numero := numberAtHand(r)
	d, err := p.readVisura(r.Context(), chi.URLParam(r, "id"), numero)
	if err != nil {
		return err
	}
	v := p.view(r.Context(), d, f)
	if v.Before, err = p.askedBefore(r.Context(), d); err != nil {
		return err
	}
	if len(v.Before) > 0 {
		v.entered = p.Journal(r.Context(), idsBy(func(one projections.Precedente) string { return string(one.ID) })(v.Before)...)
	}
	v.Numero = numero
	v.asOf(r, known)
	return p.show(w, r, status, "visura", v)
}

// showState answers with the state once it is past a revision, or with what it is by
// the end of the wait. Who asked reads what they have read already: that is entered for
// others alone.
func (p *Pages) showState(w http.ResponseWriter, r *http.Request) error {
	ctx, id := r.Context(), chi.URLParam(r, "id")
	after, err := strconv.ParseUint(cmp.Or(r.URL.Query().Get("revision"), "0"), 10, 63)
	if err != nil {
		return domain.FieldErrorf(domain.Invalid, "revision", "la revisione è un numero")
	}
	var delay string
	switch wait := seconds(r, "attendi", 20); {
	case wait == 0:
	case !p.polls.enter(edge.Of(ctx).Caller.Utente):
		delay = crowded
	default:
		defer p.polls.leave(edge.Of(ctx).Caller.Utente)
		if err := p.settled(ctx, id, after, wait); err != nil {
			return err
		}
	}
	d, err := p.readVisura(ctx, id, "")
	if err != nil {
		return err
	}
	v := p.view(ctx, d, form{})
	if v.Before, err = p.askedBefore(ctx, d); err != nil {
		return err
	}
	v.Delay = delay
	v.Modulo = tokenOf(edge.Of(ctx).Caller.Secret)
	fragment, err := block("visura", "fragment", v)
	if err != nil {
		return err
	}
	deliver(w, http.StatusOK, fragment)
	return nil
}

// seconds is a wait that an address names, within a bound.
func seconds(r *http.Request, name string, most int) time.Duration {
	n, err := strconv.Atoi(r.URL.Query().Get(name))
	if err != nil || n < 0 {
		return 0
	}
	return time.Duration(min(n, most)) * time.Second
}

// settled waits until a visura is past a revision and, if that is 0, has ended or awaits
// somebody; or until the wait is over.
func (p *Pages) settled(ctx context.Context, text string, after uint64, wait time.Duration) error {
	id, err := domain.ParseVisuraID(text)
	if err != nil {
		return edge.NewProblem(string(domain.NotFound), edge.NothingHere)
	}
	return p.until(ctx, string(id.Stream()), wait, func(waiting context.Context, reach domain.Reach) (bool, error) {
		d, err := p.Dettagli.One(waiting, reach, id)
		return after > 0 && d.Revision > after || after == 0 && (d.Status.Final() || d.Status == domain.Awaiting), err
	})
}

// until waits until the rows of a stream, as far as the caller may see them, are as wanted,
// or until the wait is over.
func (p *Pages) until(ctx context.Context, stream string, wait time.Duration, wanted func(context.Context, domain.Reach) (bool, error)) error {
	waiting, cancel := p.Wait(ctx, wait)
	defer cancel()
	reach, err := p.Reach(ctx)
	if err != nil {
		return err
	}
	changed, stop := p.Runner.Watch(stream)
	defer stop()
	for {
		done, err := wanted(waiting, reach)
		switch {
		case waiting.Err() != nil || errors.Is(err, engine.ErrDetached):
			return nil
		case err != nil || done:
			return err
		}
		select {
		case <-changed:
		case <-waiting.Done():
			return nil
		}
	}
}

// download hands the document out to those who need give no reason.
func (p *Pages) download(w http.ResponseWriter, r *http.Request) error {
	return p.handOut(w, r, commands.RecordDownload{})
}

// downloadWithReason hands it out to who administers, who says why.
func (p *Pages) downloadWithReason(w http.ResponseWriter, r *http.Request) error {
	f := filled(r)
	if f.text("motivo") == "" {
		f.refuse("motivo", "Scrivi il motivo: resta nella storia della visura.")
		return p.visuraPage(w, r, f, http.StatusUnprocessableEntity, true)
	}
	err := p.handOut(w, r, commands.RecordDownload{Motivo: f.text("motivo")})
	if err != nil {
		return p.again(r, err, func(f form, status int) error { return p.visuraPage(w, r, f, status, true) })
	}
	return nil
}

func (p *Pages) handOut(w http.ResponseWriter, r *http.Request, record commands.RecordDownload) error {
	id, err := object(r, domain.ParseVisuraID)
	if err != nil {
		return err
	}
	d, err := p.HandOut(r.Context(), id, commands.AnyRevision, record)
	if err != nil {
		return err
	}
	return hand(w, "application/pdf", d.Disposition(), d.PDF)
}

// withdraw takes a request back that has not ended.
func (p *Pages) withdraw(w http.ResponseWriter, r *http.Request) error {
	return p.onVisura(w, r, commands.WithdrawVisura{Testo: filled(r).text("testo")}, "La richiesta è ritirata.")
}

// answer answers an officer's question.
func (p *Pages) answer(w http.ResponseWriter, r *http.Request) error {
	return p.onVisura(w, r, commands.AnswerQuestion{Risposta: filled(r).text("risposta")}, "La risposta è inviata all’Anagrafe.")
}

// onVisura carries a command about a visura out, and shows its page again: with what was
// done, or what is wrong with it.
func (p *Pages) onVisura(w http.ResponseWriter, r *http.Request, cmd commands.Command[domain.Visura], said string) error {
	id, err := object(r, domain.ParseVisuraID)
	if err != nil {
		return err
	}
	done, err := send(r, p, id.Stream(), commands.AnyRevision, cmd)
	if err != nil {
		return p.again(r, err, func(f form, status int) error { return p.visuraPage(w, r, f, status, true) })
	}
	return p.onward(w, r, "/visure/"+string(id), done.Position, said)
}

// question is what an officer has asked about a visura and awaits its answer; empty if
// nothing does.
func question(d projections.VisuraDettaglio) string {
	if d.Status != domain.Awaiting || d.SospesaDal == nil {
		return ""
	}
	return noted(d, domain.ConfirmationSuspended{})
}

// noted is what was written with the last event of a kind.
func noted(d projections.VisuraDettaglio, of domain.Event) string {
	for _, e := range slices.Backward(d.Timeline) {
		if e.Type == of.EventType() {
			return e.Nota
		}
	}
	return ""
}

// retried are the states without a document from which one may start again with the same data.
var retried = []domain.Status{domain.NotIssuable, domain.Failed, domain.Lapsed, domain.Expired}

// view is what the page shows of a visura to the caller, with a form as it was filled.
func (p *Pages) view(ctx context.Context, d projections.VisuraDettaglio, f form) *visura {
	c, own := edge.Of(ctx).Caller, d.Requester == edge.Of(ctx).Caller.Utente
	v := &visura{
		frame: frame{form: f, Title: d.Titolo + ", pratica " + d.NumeroPratica, Here: "/richieste", Path: []step{{"/richieste", "Le mie richieste"}}},
		D:     d, State: stateOf(d.Status, d.SospesaDal), Live: !d.Status.Final(), Masked: d.Soggetto.Mascherato,
		Withdraws: own && !d.Status.Final(), Again: own && d.Status.Final(), Corrects: own && !d.Soggetto.Cancellato,
	}
	if d.Status == domain.Rejected {
		v.Refusal = noted(d, domain.VisuraRejected{})
	}
	if own {
		v.Asked = question(d)
		v.Retry = !d.Soggetto.Cancellato && slices.Contains(retried, d.Status)
		v.Beyond = p.beyond(ctx, d)
	}
	if !slices.Contains(operators, c.Role) {
		v.Here, v.Path = "", nil
	}
	v.revocable = p.revocable(v.form, c.Role, d)
	if d.Status == domain.Issued && !d.Soggetto.Cancellato {
		v.Fetch = own || c.Role == domain.RoleStandard // who sees what others asked for collects it
		v.Reasoned = !v.Fetch && slices.Contains(administrators, c.Role) && p.reasoned(ctx, d.Comune)
	}
	v.Line, v.Steps = line(d), steps(d)
	for _, e := range slices.Backward(d.Timeline) {
		v.Told = append(v.Told, entry(e))
	}
	return v
}

// askedBefore are requests about the person of a visura that went before it, for who asked
// for it: those they may see.
func (p *Pages) askedBefore(ctx context.Context, d projections.VisuraDettaglio) ([]projections.Precedente, error) {
	if d.Requester != edge.Of(ctx).Caller.Utente || d.Soggetto.Cancellato {
		return nil, nil
	}
	reach, err := p.Reach(ctx)
	if err != nil {
		return nil, err
	}
	same, err := p.Elenco.Same(ctx, reach, d.ID, maxSame)
	return slices.DeleteFunc(same, func(s projections.Precedente) bool { return s.RequestedAt.After(d.RequestedAt) }), err
}

// reasoned says whether a Comune lets who administers have documents for a reason.
func (p *Pages) reasoned(ctx context.Context, istat domain.CodiceISTAT) bool {
	comune, err := commands.Fact(ctx, p.Commands, istat.Stream())
	return err == nil && comune.Regole.ScaricoAmministratori
}

// line is what stands beside the state.
func line(d projections.VisuraDettaglio) string {
	switch d.Status {
	case domain.Awaiting:
		if d.SospesaDal != nil {
			return "L’Anagrafe attende una risposta di chi ha chiesto: il termine è sospeso." + unless(" Senza risposta", d.ExpiresAt)
		}
		if d.DueAt == nil {
			return "La persona non è iscritta in questo Comune: decide l’Anagrafe, senza termine." + unless(" Senza decisione", d.ExpiresAt)
		}
		return "La persona non è iscritta in questo Comune: l’Anagrafe decide entro il " + moment(*d.DueAt) + "; poi il silenzio vale assenso."
	case domain.InProgress:
		if d.RetryAt != nil {
			return "Nuovo tentativo alle " + hour(*d.RetryAt) + ". Puoi lasciare la pagina."
		}
		return "ANPR è interrogata: di solito entro 5 secondi."
	case domain.Revoked:
		return "Revocata il " + moment(d.Revocation.At) + ": il documento non si usa e non si scarica più."
	case domain.Failed, domain.Lapsed, domain.Expired:
		return "Puoi fare una nuova richiesta."
	}
	return ""
}

// unless says when a request expires without something, if it does.
func unless(without string, at *time.Time) string {
	if at == nil {
		return ""
	}
	return without + " la richiesta scade il " + moment(*at) + "."
}

// steps are how far a visura has come.
func steps(d projections.VisuraDettaglio) []progress {
	asked := progress{"done", "Richiesta", clock(d.RequestedAt)}
	confirmed, queried, document := progress{"", "Conferma", ""}, progress{"", "ANPR", ""}, progress{"", "Documento", ""}
	switch {
	case d.ApprovedAt != nil && d.Approval == domain.Immediata:
		confirmed = progress{"done", "Conferma", "non necessaria"}
	case d.ApprovedAt != nil:
		confirmed = progress{"done", "Conferma", moment(*d.ApprovedAt)}
	case d.Status == domain.Awaiting:
		confirmed.Class, confirmed.Text = "now", "in attesa"
	case d.Status == domain.InProgress:
		confirmed.Text = "solo se di un altro Comune"
	}
	switch {
	case d.Document != nil:
		queried, document = progress{"done", "ANPR", clock(d.Document.IssuedAt)}, progress{"done", "Documento", clock(d.Document.IssuedAt)}
	case d.Status == domain.InProgress:
		queried.Class, queried.Text, document.Text = "now", "interrogazione in corso", "di solito entro 5 secondi"
	case d.Status == domain.NotIssuable:
		queried.Class, queried.Text = "done", clock(d.UpdatedAt)
	}
	return []progress{asked, confirmed, queried, document}
}

// marks are how the history shows what happened.
var marks = map[string]struct{ icon, tone string }{
	domain.VisuraRequested{}.EventType():       {"plus-circle", ""},
	domain.ConfirmationAwaited{}.EventType():   {"clock", ""},
	domain.VisuraApproved{}.EventType():        {"check", "ok"},
	domain.VisuraRejected{}.EventType():        {"close-circle", "bad"},
	domain.VisuraWithdrawn{}.EventType():       {"restore", ""},
	domain.VisuraLapsed{}.EventType():          {"ban", "bad"},
	domain.VisuraExpired{}.EventType():         {"clock", "bad"},
	domain.ConfirmationSuspended{}.EventType(): {"help-circle", "wait"},
	domain.ConfirmationResumed{}.EventType():   {"clock", ""},
	domain.ConfirmationAssigned{}.EventType():  {"user", ""},
	domain.VisuraIssued{}.EventType():          {"check", "ok"},
	domain.VisuraNotIssuable{}.EventType():     {"ban", "bad"},
	domain.VisuraFailed{}.EventType():          {"warning-circle", "bad"},
	domain.VisuraDownloaded{}.EventType():      {"download", ""},
	domain.VisuraErased{}.EventType():          {"lock", ""},
	domain.VisuraRevoked{}.EventType():         {"warning-circle", "bad"},
	domain.RevocationAnnounced{}.EventType():   {"mail", ""},
	domain.PracticeCorrected{}.EventType():     {"pencil", ""},
	domain.RequesterTold{}.EventType():         {"horn", ""},
}

func entry(e projections.Evento) told {
	mark, ok := marks[e.Type]
	if !ok {
		mark.icon, mark.tone = "exchange-circle", "run"
	}
	return told{mark.icon, mark.tone, e.Testo, e.Nota, signed(e.At, e.UtenteCodice, e.Role)}
}

// signed says when something was done, by whom and in which role.
func signed(at time.Time, codice string, role domain.Role) string {
	who := cmp.Or(codice, "sistema")
	if title := titles[role]; title != "" {
		who += " (" + title + ")"
	}
	return moment(at) + " · " + who
}
