package pages

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// coda is the page on which officers decide what awaits them.
type coda struct {
	frame
	Queue  []waiting
	Turns  listed // where those are that come before and after
	Office string // until when the office is open today, or that it is not
	Chosen bool   // one was chosen: on a phone the list gives way to it
	One    *deciding
	Motivi []option
}

// waiting is a request in the queue.
type waiting struct {
	projections.RigaElenco
	Left, Heat string // office time left, or since when it awaits; hot, warm or nothing
	When, Mode string
	Officer    string // code of who looks after it; empty: nobody in particular
	Here       bool
	Own        bool // the caller has asked for it
	Picked     bool // it is chosen, to be decided with others
}

// deciding is the request that is about to be decided, with what an officer is to know.
type deciding struct {
	D          projections.VisuraDettaglio
	When       string
	Term, Tone string   // what becomes of it without a decision
	Own        bool     // the caller has asked for it
	Charge     string   // who looks after it; empty: nobody in particular
	Asked      string   // the question that awaits its answer
	Officers   []option // whom it may be passed on to
	Decided    string   // how it was decided meanwhile
	Record     string   // of who asks
	Before     projections.Trascorsi
}

const (
	maxWaiting  = 100             // of those that are counted
	lookedBack  = 30              // days of the requester's record
	maxSame     = 3               // earlier requests about the same person
	maxOfficers = 50              // of those a request may be passed on to
	hotTime     = time.Hour       // less office time is hot, whatever the term
	expirySoon  = 3               // days before a request expires of which officers are warned
	longestLag  = 3 * time.Second // for what somebody else decided to be seen
)

// officers decide on what awaits.
var officers = roles{domain.RoleAnagrafe, domain.RoleTop}

// coda adds the page.
func (p *Pages) coda(r chi.Router) {
	r.Get("/coda", p.acting("list-coda", officers, p.showCoda))
	r.Get("/coda/{id}", p.acting("read-coda", officers, p.showWaiting))
	r.Post("/coda/scelte", p.acting("list-coda", officers, p.showScelte))
	r.Post("/coda/scelte/decisione", p.acting("decide-visure", officers, p.decideScelte))
	r.Post("/coda/{id}/conferma", p.acting("approve-visura", officers, p.confirmWaiting))
	r.Post("/coda/{id}/rifiuto", p.acting("reject-visura", officers, p.rejectWaiting))
	r.Post("/coda/{id}/domanda", p.acting("suspend-confirmation", officers, p.askRequester))
	r.Post("/coda/{id}/incarico", p.acting("assign-confirmation", officers, p.assignWaiting))
}

// showCoda shows the queue, and beside it the request whose turn it is.
func (p *Pages) showCoda(w http.ResponseWriter, r *http.Request) error {
	return p.codaPage(w, r, form{}, http.StatusOK, "")
}

// showWaiting shows one request beside the queue.
func (p *Pages) showWaiting(w http.ResponseWriter, r *http.Request) error {
	id, err := object(r, domain.ParseVisuraID)
	if err != nil {
		return err
	}
	return p.codaPage(w, r, form{}, http.StatusOK, id)
}

// codaPage makes the page with a request, the first if none is named.
func (p *Pages) codaPage(w http.ResponseWriter, r *http.Request, f form, status int, id domain.VisuraID) error {
	ctx := r.Context()
	v := coda{frame: frame{form: f, Title: "Coda di conferma", Here: "/coda"}, Chosen: id != ""}
	reach, err := p.begin(r, &v.frame, projections.Elenco{}, projections.Dettaglio{})
	if err != nil {
		return err
	}
	page, err := p.Elenco.Waiting(ctx, reach, projections.FiltroCoda{Cursor: r.URL.Query().Get("dopo"), Limit: rowsPerPage})
	if err != nil {
		return err
	}
	if v.Waiting, err = p.Elenco.CountWaiting(ctx, reach, maxWaiting+1); err != nil {
		return err
	}
	if id == "" && len(page.Items) > 0 {
		id = page.Items[0].ID
	}
	comune, err := commands.Fact(ctx, p.Commands, ownComune(ctx).Stream())
	if err != nil {
		return err
	}
	now, calendar := p.Commands.Now(), comune.Calendar()
	v.Office = hoursOf(calendar, now)
	shown, picked := idsBy(visuraID)(page.Items), append(r.URL.Query()["scelta[]"], f.All("scelta[]")...)
	for _, row := range page.Items {
		turn := turnOf(row, calendar, now, row.ID == id)
		turn.Own, turn.Picked = row.Requester == edge.Of(ctx).Caller.Utente, slices.Contains(picked, string(row.ID))
		v.Queue = append(v.Queue, turn)
	}
	v.Turns.leaf(r.URL.Query(), len(page.Items), page.Next)
	if id != "" {
		if v.One, err = p.deciding(ctx, reach, id, calendar); err != nil {
			return err
		}
		shown = append(shown, string(id))
		for _, one := range v.One.Before.Precedenti {
			shown = append(shown, string(one.ID))
		}
	}
	slices.Sort(shown)
	v.entered = p.Journal(ctx, slices.Compact(shown)...)
	for _, m := range domain.Motivi() {
		v.Motivi = append(v.Motivi, option{m.Code, m.Text, f.Val("motivo") == m.Code})
	}
	return p.show(w, r, status, "coda", &v)
}

// deciding reads a request and what went before it.
func (p *Pages) deciding(ctx context.Context, reach domain.Reach, id domain.VisuraID, calendar domain.Calendar) (*deciding, error) {
	d, err := p.Dettagli.One(ctx, reach, id)
	if err != nil {
		return nil, err
	}
	now := p.Commands.Now()
	one := &deciding{D: d, When: ago(d.RequestedAt, now), Own: d.Requester == edge.Of(ctx).Caller.Utente, Decided: decided(d)}
	one.Term, one.Tone = term(d, calendar, now)
	one.Charge, one.Asked = charge(d.Incaricato, edge.Of(ctx).Caller.Utente), question(d)
	if one.Decided == "" && !one.Own {
		if one.Officers, err = p.onDuty(ctx, reach, d); err != nil {
			return nil, err
		}
	}
	one.Before, err = p.Elenco.Before(ctx, reach, id, domain.ItalianMidnight(domain.ItalianDay(now).Plus(-lookedBack)), maxSame)
	one.Record = record(one.Before)
	return one, err
}

// onDuty are the officers of the caller's Comune who are there today, the caller first:
// whom a request may be passed on to.
func (p *Pages) onDuty(ctx context.Context, reach domain.Reach, d projections.VisuraDettaglio) ([]option, error) {
	self, office, today := edge.Of(ctx).Caller.Utente, domain.Pair{Comune: d.Comune}, domain.ItalianDay(p.Commands.Now())
	comune, err := commands.Fact(ctx, p.Commands, d.Comune.Stream())
	if err != nil {
		return nil, err
	}
	page, err := p.Utenti.Page(ctx, reach, projections.FiltroUtenti{Comune: d.Comune, DelComune: true, Role: domain.RoleAnagrafe, Limit: maxOfficers})
	if err != nil {
		return nil, err
	}
	ids := append([]domain.UtenteID{self}, comune.Tops...)
	for _, u := range page.Items {
		ids = append(ids, u.ID)
	}
	var all []option
	for i, id := range ids {
		if slices.Contains(ids[:i], id) || id == d.Requester {
			continue
		}
		u, err := commands.Fact(ctx, p.Commands, id.Stream())
		if err != nil {
			return nil, err
		}
		if u.Absent(office, today) || u.Suspended(office) {
			continue
		}
		text := id.Codice()
		if id == self {
			text = "Io (" + text + ")"
		}
		all = append(all, option{string(id), text, id == d.Incaricato})
	}
	return all, nil
}

// charge says who looks after a request, to one of the officers.
func charge(of, caller domain.UtenteID) string {
	switch of {
	case "":
		return ""
	case caller:
		return "In carico a te"
	}
	return "In carico a " + of.Codice()
}

// record says what somebody asked for of late, and what of it was refused.
func record(t projections.Trascorsi) string {
	asked, refused := "altre "+figure(t.Chieste)+" richieste nazionali", figure(t.Rifiutate)+" rifiutate"
	switch t.Chieste {
	case 0:
		return fmt.Sprintf("nessun’altra richiesta nazionale negli ultimi %d giorni", lookedBack)
	case 1:
		asked = "un’altra richiesta nazionale"
	}
	switch t.Rifiutate {
	case 0:
		refused = "nessuna rifiutata"
	case 1:
		refused = "una rifiutata"
	}
	return fmt.Sprintf("%s negli ultimi %d giorni, %s", asked, lookedBack, refused)
}

// confirmWaiting lets a request go on.
func (p *Pages) confirmWaiting(w http.ResponseWriter, r *http.Request) error {
	return p.conclude(w, r, commands.ApproveVisura{}, "La richiesta è confermata.")
}

// rejectWaiting refuses a request.
func (p *Pages) rejectWaiting(w http.ResponseWriter, r *http.Request) error {
	f := filled(r)
	if f.text("motivo") == "" {
		id, err := object(r, domain.ParseVisuraID)
		if err != nil {
			return err
		}
		f.refuse("motivo", "Scegli il motivo del rifiuto.")
		return p.codaPage(w, r, f, http.StatusUnprocessableEntity, id)
	}
	return p.conclude(w, r, commands.RejectVisura{Motivo: f.text("motivo"), Testo: f.text("testo")}, "La richiesta è rifiutata.")
}

// askRequester asks the requester something, which stops the clock.
func (p *Pages) askRequester(w http.ResponseWriter, r *http.Request) error {
	return p.conclude(w, r, commands.SuspendConfirmation{Domanda: filled(r).text("domanda")}, "La domanda è inviata: il termine è sospeso fino alla risposta.")
}

// assignWaiting says who looks after a request.
func (p *Pages) assignWaiting(w http.ResponseWriter, r *http.Request) error {
	f := filled(r)
	to := domain.UtenteID(f.Val("utente"))
	if _, err := domain.ParseUtenteID(string(to)); err != nil {
		id, err := object(r, domain.ParseVisuraID)
		if err != nil {
			return err
		}
		f.refuse("utente", "Scegli chi se ne occupa.")
		return p.codaPage(w, r, f, http.StatusUnprocessableEntity, id)
	}
	said := "La richiesta è in carico a te."
	if to != edge.Of(r.Context()).Caller.Utente {
		said = "La richiesta è passata a " + to.Codice() + "."
	}
	return p.conclude(w, r, commands.AssignConfirmation{Utente: to}, said)
}

// conclude has a decision written at the revision that the officer saw, and goes on to the
// next request. Whoever comes second is told how it was decided.
func (p *Pages) conclude(w http.ResponseWriter, r *http.Request, cmd commands.Command[domain.Visura], said string) error {
	id, err := object(r, domain.ParseVisuraID)
	if err != nil {
		return err
	}
	f := filled(r)
	seen := f.atRevision()
	done, err := send(r, p, id.Stream(), seen, cmd)
	switch {
	case err == nil && done.Wrote:
		if said, err = p.said(r.Context(), id, said); err != nil {
			return err
		}
		return p.onward(w, r, "/coda", done.Position, said)
	case err == nil: // somebody has decided the same
	case errors.Is(err, commands.ErrMoved), domain.CodeOf(err) == domain.Conflict:
		p.Refuse(r.Context(), err)
	default:
		return p.again(r, err, func(f form, status int) error { return p.codaPage(w, r, f, status, id) })
	}
	if err := p.settled(r.Context(), string(id), uint64(max(seen, 0)), longestLag); err != nil {
		return err
	}
	f.Problem = edge.NewProblem(string(domain.Conflict), "Intanto la richiesta è cambiata: qui sotto è com’è ora.")
	return p.codaPage(w, r, f, http.StatusConflict, id)
}

// said is what is told of a decision: of a request that is no longer allowed, that it has
// ended instead.
func (p *Pages) said(ctx context.Context, id domain.VisuraID, decision string) (string, error) {
	v, err := commands.Fact(ctx, p.Commands, id.Stream())
	if err != nil || v.Status != domain.Lapsed {
		return decision, err
	}
	return "La richiesta è decaduta e non è confermata. " + domain.LapsedText(v.Lapsed), nil
}

// turnOf is how a row of the queue is shown.
func turnOf(r projections.RigaElenco, calendar domain.Calendar, now time.Time, here bool) waiting {
	w := waiting{RigaElenco: r, When: ago(r.RequestedAt, now), Mode: "conferma manuale", Here: here}
	if r.Incaricato != "" {
		w.Officer = r.Incaricato.Codice()
	}
	if r.SospesaDal != nil {
		w.Mode, w.Left = "in attesa di risposta", sinceDay(*r.SospesaDal, now)
		return w.expiring(r.ExpiresAt, now)
	}
	if r.DueAt == nil {
		w.Left = sinceDay(r.RequestedAt, now)
		return w.expiring(r.ExpiresAt, now)
	}
	w.Mode = "silenzio-assenso"
	w.Left, w.Heat = remaining(r.RequestedAt, *r.DueAt, calendar, now)
	return w
}

// expiring has a row say that the request expires soon, if it does.
func (w waiting) expiring(at *time.Time, now time.Time) waiting {
	if at == nil {
		return w
	}
	switch days := domain.ItalianDay(now).DaysUntil(domain.ItalianDay(*at)); {
	case days <= 1:
		w.Left, w.Heat = "scade a mezzanotte", "hot"
	case days <= expirySoon:
		w.Left, w.Heat = "scade fra "+figure(days)+" giorni", "warm"
	}
	return w
}

// remaining says how much office time is left of a term, and how pressing that is.
func remaining(asked, due time.Time, calendar domain.Calendar, now time.Time) (text, hot string) {
	left := calendar.OpenBetween(now, due)
	return officeTime(left), heat(left, calendar.OpenBetween(asked, due))
}

// heat says how pressing it is that little is left of a term of office time.
func heat(left, whole time.Duration) string {
	switch {
	case left < hotTime || left*5 < whole:
		return "hot"
	case left*2 < whole:
		return "warm"
	}
	return ""
}

// term says what becomes of a request without a decision, and how pressing that is.
func term(d projections.VisuraDettaglio, calendar domain.Calendar, now time.Time) (text, tone string) {
	switch {
	case d.SospesaDal != nil:
		return "Il richiedente deve rispondere (" + sinceDay(*d.SospesaDal, now) + "): il termine è sospeso." + unless(" Senza risposta", d.ExpiresAt), ""
	case d.DueAt == nil:
		return cmp.Or(strings.TrimSpace(unless("Senza decisione", d.ExpiresAt)), "Nessun termine: attende finché qualcuno decide."), ""
	}
	left, hot := remaining(d.RequestedAt, *d.DueAt, calendar, now)
	text = fmt.Sprintf("Scade il %s (restano %s d’ufficio). Senza decisione il silenzio vale assenso.", moment(*d.DueAt), left)
	return text, map[string]string{"hot": "bad", "warm": "wait"}[hot]
}

// decided says how a request that awaits nobody any more was decided, by whom and from when.
func decided(d projections.VisuraDettaglio) string {
	if d.Status == domain.Awaiting {
		return ""
	}
	how := map[string]string{
		domain.VisuraApproved{}.EventType(): "confermata", domain.VisuraRejected{}.EventType(): "rifiutata",
		domain.VisuraWithdrawn{}.EventType(): "ritirata", domain.VisuraFailed{}.EventType(): "chiusa",
		domain.VisuraLapsed{}.EventType(): "decaduta", domain.VisuraExpired{}.EventType(): "scaduta",
	}
	for _, e := range d.Timeline {
		said := how[e.Type]
		if said == "" {
			continue
		}
		by, at := "", e.At
		switch {
		case said == "confermata" && d.Approval == domain.Immediata:
			said = "accolta senza conferma"
		case said == "confermata" && d.Approval == domain.SilenzioAssenso:
			by = " per silenzio-assenso"
		case e.UtenteCodice != "":
			by = " da " + e.UtenteCodice
		}
		if e.Effective != nil {
			at = *e.Effective
		}
		return said + by + " il " + moment(at)
	}
	return ""
}

// hoursOf says when an office is open on the day of an instant, if it still is.
func hoursOf(calendar domain.Calendar, now time.Time) string {
	today := domain.ItalianDay(now)
	for _, o := range calendar.Open(today) {
		from, to := domain.ItalianInstant(today, o.From), domain.ItalianInstant(today, o.To)
		switch {
		case now.Before(from):
			return "ufficio aperto oggi dalle " + hour(from) + " alle " + hour(to)
		case now.Before(to):
			return "ufficio aperto oggi fino alle " + hour(to)
		}
	}
	return "ufficio chiuso: i termini non corrono"
}

// officeTime writes how long an office is open: 48 min, 2 h 10 min.
func officeTime(d time.Duration) string {
	minutes := int(d / time.Minute)
	switch {
	case minutes < 60:
		return strconv.Itoa(minutes) + " min"
	case minutes%60 == 0:
		return strconv.Itoa(minutes/60) + " h"
	}
	return fmt.Sprintf("%d h %d min", minutes/60, minutes%60)
}

// ago writes when something was, by its distance from today: oggi alle 08:12.
func ago(at, now time.Time) string {
	switch domain.ItalianDay(at).DaysUntil(domain.ItalianDay(now)) {
	case 0:
		return "oggi alle " + hour(at)
	case 1:
		return "ieri alle " + hour(at)
	}
	return "il " + moment(at)
}

// sinceDay writes how long something awaits: da oggi, da ieri, da 3 giorni.
func sinceDay(at, now time.Time) string {
	switch days := domain.ItalianDay(at).DaysUntil(domain.ItalianDay(now)); days {
	case 0:
		return "da oggi"
	case 1:
		return "da ieri"
	default:
		return "da " + figure(days) + " giorni"
	}
}
