package pages

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
	"github.com/visure-anagrafiche/visure/projections"
)

// massiva is the page of one request about many people.
type massiva struct {
	frame
	D         projections.MassivaDettaglio
	Kind      string // title of its type
	State     state
	Pause     string // until when it pauses, and why
	Until     string // the last day on which it may be had go on, while it is stopped
	Live      bool   // it may change by itself
	Delay     string // before the page asks how it stands
	Counts    []standing
	Own       bool
	Withdraws bool
	Ending    bool // it is about to be withdrawn: the page asks whether
	Fetch     bool // the caller may have its documents
	Issued    int
	Lists     bool // the caller has a list of visure
}

// standing is how many visure stand in a state.
type standing struct {
	Status domain.Status
	Count  int
}

// showMassiva shows one request about many.
func (p *Pages) showMassiva(w http.ResponseWriter, r *http.Request) error {
	known, err := p.reached(r, projections.Massive{})
	if err != nil {
		return err
	}
	return p.massivaPage(w, r, form{}, http.StatusOK, known)
}

// massivaPage makes the page; known is false where it may lack what was just written.
func (p *Pages) massivaPage(w http.ResponseWriter, r *http.Request, f form, status int, known bool) error {
	v, err := p.readMassiva(r)
	if err != nil {
		return err
	}
	if err := p.JournalRead(r.Context()); err != nil {
		return err
	}
	v.form, v.Ending = f, v.Withdraws && r.URL.Query().Get("ritira") != ""
	v.Live = v.Live && !v.Ending
	v.asOf(r, known)
	return p.show(w, r, status, "massiva", v)
}

// readMassiva is what the page shows of a request that the caller may see: that they looked
// is entered with the page, not each time it has moved on by itself.
func (p *Pages) readMassiva(r *http.Request) (*massiva, error) {
	ctx, c := r.Context(), edge.Of(r.Context()).Caller
	id, err := object(r, domain.ParseMassivaID)
	if err != nil {
		return nil, err
	}
	reach, err := p.Reach(ctx)
	if err != nil {
		return nil, err
	}
	d, err := p.Massive.One(ctx, reach, id)
	if err != nil {
		return nil, err
	}
	edge.Of(ctx).Concerns(d.Comune)
	v := &massiva{
		frame: frame{Title: "Richiesta massiva", Here: "/massive", Path: []step{{"/massive", "Richieste massive"}}},
		D:     d, Kind: documento.Title(d.Tipo), State: massivaState(d.RigaMassiva), Own: reach.Requests && d.Requester == c.Utente, Issued: d.Visure[domain.Issued],
		Delay: "1s", Live: d.Stato == domain.StatoInProgress || d.Visure[domain.InProgress] > 0, Lists: slices.Contains(monitors, c.Role),
	}
	ended := d.Stato == domain.StatoWithdrawn || d.Stato == domain.StatoCompleted
	v.Withdraws = !ended && (v.Own || reach.Appoints)
	v.Fetch = v.Issued > 0 && (v.Own || slices.Contains(reach.Collects, domain.Pair{Ente: d.Ente, Comune: d.Comune}))
	if d.ResumeAt != nil {
		v.Pause = pauseOf(d.RigaMassiva)
	}
	if d.Stato == domain.StatoStopped {
		v.Until = day(domain.ItalianDay(domain.StoppedUntil(d.RequestedAt, d.UpdatedAt)))
	}
	for _, s := range statuses {
		if n := d.Visure[s]; n > 0 {
			v.Counts = append(v.Counts, standing{s, n})
		}
	}
	return v, nil
}

// pauseOf says by which quota a request pauses, or that it is not the hour, and until when.
func pauseOf(r projections.RigaMassiva) string {
	text := "Una quota è esaurita"
	if r.Quota == "" {
		text = "A quest’ora non si può chiedere"
	}
	if q, ok := quotaNamed(r.Quota); ok {
		text = "È esaurita la quota «" + rationLabel(q) + " " + owners[q.Di] + "»"
	}
	return text + ": prosegue da sola dal " + moment(*r.ResumeAt) + "."
}

// showMassivaState answers with how a request stands once that has changed, or at the end
// of the wait.
func (p *Pages) showMassivaState(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	after, err := strconv.ParseUint(r.URL.Query().Get("revision"), 10, 63)
	if err != nil {
		return domain.FieldErrorf(domain.Invalid, "revision", "la revisione è un numero")
	}
	held, wait := true, seconds(r, "attendi", 20)
	if wait > 0 {
		if held = p.polls.enter(edge.Of(ctx).Caller.Utente); held {
			defer p.polls.leave(edge.Of(ctx).Caller.Utente)
			err = p.advanced(ctx, chi.URLParam(r, "id"), after, wait)
		}
	}
	if err != nil {
		return err
	}
	v, err := p.readMassiva(r)
	if err != nil {
		return err
	}
	if !held {
		v.Delay = crowded
	}
	v.Modulo = tokenOf(edge.Of(ctx).Caller.Secret)
	fragment, err := block("massiva", "fragment", v)
	if err != nil {
		return err
	}
	deliver(w, http.StatusOK, fragment)
	return nil
}

// advanced waits until a request about many is past a revision, or the wait is over.
func (p *Pages) advanced(ctx context.Context, text string, after uint64, wait time.Duration) error {
	id, err := domain.ParseMassivaID(text)
	if err != nil {
		return edge.NewProblem(string(domain.NotFound), edge.NothingHere)
	}
	return p.until(ctx, string(id.Stream()), wait, func(waiting context.Context, reach domain.Reach) (bool, error) {
		d, err := p.Massive.One(waiting, reach, id)
		return d.Revision > after, err
	})
}

// downloadMassiva hands the documents out, in one file.
func (p *Pages) downloadMassiva(w http.ResponseWriter, r *http.Request) error {
	id, err := object(r, domain.ParseMassivaID)
	if err != nil {
		return err
	}
	documents, err := p.Documents(r.Context(), id)
	if err != nil {
		return err
	}
	documents.Write(w, r)
	return nil
}

// resumeMassiva has a request go on that was stopped.
func (p *Pages) resumeMassiva(w http.ResponseWriter, r *http.Request) error {
	return p.onMassiva(w, r, commands.ResumeMassiva{}, "La richiesta prosegue.")
}

// withdrawMassiva has no further row asked for.
func (p *Pages) withdrawMassiva(w http.ResponseWriter, r *http.Request) error {
	return p.onMassiva(w, r, commands.WithdrawMassiva{}, "La richiesta massiva è ritirata: le visure già chieste proseguono.")
}

// onMassiva carries a command out, and shows the page again: with what was done, or what
// hinders it.
func (p *Pages) onMassiva(w http.ResponseWriter, r *http.Request, cmd commands.Command[domain.Massiva], said string) error {
	id, err := object(r, domain.ParseMassivaID)
	if err != nil {
		return err
	}
	done, err := send(r, p, id.Stream(), commands.AnyRevision, cmd)
	if err != nil {
		return p.again(r, err, func(_ form, status int) error {
			return p.massivaPage(w, r, apart(p.Refuse(r.Context(), err)), status, true)
		})
	}
	return p.onward(w, r, "/massive/"+string(id), done.Position, said)
}
