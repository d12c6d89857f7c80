package edge

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// MaxDecided is how many requests are decided at once at most.
const MaxDecided = 100

// Chosen is a request that is decided with others, as who decides saw it.
type Chosen struct {
	ID       domain.VisuraID `json:"id" format:"uuid" doc:"Identificativo della visura"`
	Revision int64           `json:"revision" minimum:"0" doc:"Revisione che si è letta: se da allora è cambiato altro che un messaggio spedito, la visura resta com'è"`
}

// Esito is what became of one of several decisions. Once used its values are never renamed.
type Esito string

const (
	EsitoDone    Esito = "done"            // it is as the caller decided, now or by the same decision sent before
	EsitoAlready Esito = "already_decided" // somebody else, or time, was there before
	EsitoLapsed  Esito = "lapsed"          // what allowed the request had ended, so that the request has
	EsitoChanged Esito = "changed"         // it awaits still, and is no more as it was seen
	EsitoRefused Esito = "refused"         // the caller may not, or not any more
	EsitoUnknown Esito = "not_found"       // there is none within reach
	EsitoFailed  Esito = "failed"          // whether it was written is not known: to be sent again
)

// Esiti are all values of Esito.
var Esiti = []Esito{EsitoDone, EsitoAlready, EsitoLapsed, EsitoChanged, EsitoRefused, EsitoUnknown, EsitoFailed}

// Decided is what became of the decision on one request, and how that stands now where the
// caller may know it.
type Decided struct {
	ID        domain.VisuraID `json:"id"`
	Esito     Esito           `json:"esito"`
	Status    domain.Status   `json:"status,omitempty"`
	DecisaDa  string          `json:"decisa_da,omitempty"` // code of who decided; empty: nobody has, or time
	DecisaIl  *time.Time      `json:"decisa_il,omitempty"` // when that took effect
	Messaggio string          `json:"messaggio,omitempty"` // what hindered it, a sentence
}

// Decide carries out one decision on each of several requests, a command of its own for
// each: what hinders one hinders no other, and is entered as refusals are. It returns what
// became of each, in their order, and the position of the last event written. An error is
// of the decision itself, of which nothing was written then, or of a caller who has left.
func (e *Edge) Decide(ctx context.Context, chosen []Chosen, decision commands.Command[domain.Visura]) (all []Decided, last domain.Position, err error) {
	x := Of(ctx)
	defer func() { x.Object = "" }()
	rulings := make([]ruling, len(chosen))
	for i, one := range chosen {
		x.Object = string(one.ID.Stream())
		done, err := commands.HandleAt(ctx, e.Commands, one.ID.Stream(), one.Revision, Meta(ctx), decision)
		if ctx.Err() != nil || domain.CodeOf(err) == domain.Invalid {
			return nil, last, cmp.Or(err, ctx.Err())
		}
		if done.Wrote && done.Position.Compare(last) > 0 {
			last = done.Position
		}
		rulings[i] = ruling{wrote: done.Wrote, refused: err}
	}
	since, done := e.Commands.Ahead(ctx, true) // one look for all of them
	defer done()
	for i, one := range chosen {
		x.Object = string(one.ID.Stream())
		all = append(all, e.decided(since, one.ID, rulings[i]))
	}
	return all, last, nil
}

// ruling is what came of a decision on one request: whether it was written, or why it was
// refused.
type ruling struct {
	wrote   bool
	refused error
}

// decided says what became of a decision.
func (e *Edge) decided(ctx context.Context, id domain.VisuraID, r ruling) Decided {
	d := Decided{ID: id, Esito: EsitoFailed}
	if r.refused != nil {
		d.Messaggio = e.hindered(ctx, r.refused)
		switch domain.CodeOf(r.refused) {
		case domain.NotFound:
			d.Esito = EsitoUnknown
			return d
		case domain.Forbidden:
			d.Esito = EsitoRefused
			return d
		case domain.Conflict:
			d.Esito = EsitoRefused
		default:
			if !errors.Is(r.refused, commands.ErrMoved) {
				return d
			}
			d.Esito = EsitoChanged
		}
	}
	v, err := commands.Fact(ctx, e.Commands, id.Stream())
	if err != nil {
		d.Esito, d.Messaggio = EsitoFailed, e.hindered(ctx, err)
		return d
	}
	if d.Status = v.Status; !v.DecidedAt.IsZero() {
		d.DecisaIl = &v.DecidedAt
	}
	if by := v.DecidedBy.Utente; by != "" {
		d.DecisaDa = by.Codice()
	}
	switch own := r.refused == nil && v.DecidedBy.Utente == Of(ctx).Caller.Utente; {
	case v.Status == domain.Lapsed && (r.wrote || own):
		d.Esito, d.Messaggio = EsitoLapsed, domain.LapsedText(v.Lapsed)
	case r.wrote || own:
		d.Esito = EsitoDone
	case v.Status != domain.Awaiting:
		d.Esito = EsitoAlready
	}
	return d
}

// hindered enters what hindered one of several decisions, and says it.
func (e *Edge) hindered(ctx context.Context, err error) string {
	x := Of(ctx)
	p := e.Refuse(ctx, err)
	one := *x
	one.aside = "" // entered with the request
	e.trace(With(ctx, &one))
	x.Refused, x.Reason = nil, ""
	return p.Detail
}
