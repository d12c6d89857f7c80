package edge

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// journalling bounds an entry that is made after its request was answered.
const journalling = 5 * time.Second

// JournalRead enters a read of personal data in the caller's journal, before it
// is answered: what cannot be entered must not be shown. Shown are the ids of what a list
// showed; none for the object of the request itself.
func (e *Edge) JournalRead(ctx context.Context, shown ...string) error {
	x := Of(ctx)
	read := domain.AccessRecorded{
		Action: x.Action, Object: x.Object, Outcome: "ok", Asked: domain.Asked{Comune: x.Asked.Comune}, Address: x.from(), Purpose: x.purpose(),
	}
	if len(shown) == 0 {
		return commands.RecordAccess(ctx, e.Commands, Meta(ctx), read)
	}
	var entries []domain.AccessRecorded
	for ids := range slices.Chunk(shown, domain.MaxShown) {
		read.Shown = ids
		entries = append(entries, read)
	}
	return commands.RecordAccess(ctx, e.Commands, Meta(ctx), entries...)
}

// JournalRefusal enters what a known caller was refused in their journal: the
// action, the object, the code, the item if the API knows it, and what the command
// asked for. Faults are no refusals. The answer has been given, so a failure to
// enter it is logged.
func (e *Edge) JournalRefusal(ctx context.Context) {
	x := Of(ctx)
	if x.Refused == nil || x.Refused.Status >= http.StatusInternalServerError {
		return
	}
	if !e.refusals.single(x.Caller.Actor, e.Commands.Now(), e.journalMany) {
		return
	}
	trace := domain.AccessRecorded{Action: x.Action, Object: x.Object, Outcome: x.Refused.Code, Asked: x.Asked, Address: x.from(), Purpose: x.purpose()}
	if offenders := x.Refused.Errors; len(offenders) > 0 && !offenders[0].Foreign {
		trace.Field = offenders[0].Field
	}
	e.enter(context.WithoutCancel(ctx), Meta(ctx), trace)
}

// journalMany enters the refusals that were not entered one by one.
func (e *Edge) journalMany(by domain.Actor, count int, span domain.Span) {
	e.enter(context.Background(), domain.Meta{By: by}, domain.AccessRecorded{Action: "many-refusals", Outcome: "refused", Count: count, Span: span})
}

func (e *Edge) enter(ctx context.Context, m domain.Meta, entry domain.AccessRecorded) {
	ctx, cancel := context.WithTimeout(ctx, journalling)
	defer cancel()
	if err := commands.RecordAccess(ctx, e.Commands, m, entry); err != nil {
		e.Log.Error("refusal not journalled", "action", entry.Action, "count", max(entry.Count, 1), "request", RequestID(ctx), "err", err)
	}
}

// Later does something once the request was answered, within the bound of an entry;
// Close waits for it. What fails is logged.
func (e *Edge) Later(ctx context.Context, do func(context.Context) error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), journalling)
	e.later.Go(func() {
		defer cancel()
		if err := do(ctx); err != nil {
			e.Log.Error("not done after the answer", "action", Of(ctx).Action, "request", RequestID(ctx), "err", err)
		}
	})
}

// Close enters the refusals that are still being counted. Nothing may be
// refused afterwards.
func (e *Edge) Close() {
	e.later.Wait()
	e.refusals.flush(e.journalMany)
}

// Refusals of one person are entered one by one up to singles within a window;
// the others are counted, and entered together at its end.
const (
	singles = 10
	window  = time.Minute
)

// refusals counts what persons are refused. The zero value is ready to use; it
// is safe for concurrent use.
type refusals struct {
	mu    sync.Mutex
	open  map[domain.UtenteID]*refused
	under sync.WaitGroup // entries being made for windows that have ended
}

// refused is what one person was refused within a window.
type refused struct {
	by    domain.Actor
	alone int // entered one by one
	count int // not entered yet
	span  domain.Span
	end   *time.Timer
}

// single says whether a refusal is to be entered by itself. Others are counted;
// many enters them when the window ends.
func (r *refusals) single(by domain.Actor, now time.Time, many func(domain.Actor, int, domain.Span)) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	w, ok := r.open[by.Utente]
	if !ok {
		w = &refused{}
		if r.open == nil {
			r.open = make(map[domain.UtenteID]*refused)
		}
		r.open[by.Utente] = w
		w.end = time.AfterFunc(window, func() { r.close(by.Utente, w, many) })
	}
	if w.alone < singles {
		w.alone++
		return true
	}
	if w.count == 0 {
		w.span.From = now.UTC()
	}
	w.by, w.span.To = by, now.UTC()
	w.count++
	return false
}

// close ends a window, unless it was ended before.
func (r *refusals) close(person domain.UtenteID, w *refused, many func(domain.Actor, int, domain.Span)) {
	r.mu.Lock()
	if r.open[person] != w {
		r.mu.Unlock()
		return
	}
	delete(r.open, person)
	r.under.Add(1)
	r.mu.Unlock()
	defer r.under.Done()
	if w.count > 0 {
		many(w.by, w.count, w.span)
	}
}

// flush ends all windows and waits until everything is entered.
func (r *refusals) flush(many func(domain.Actor, int, domain.Span)) {
	r.mu.Lock()
	open := r.open
	r.open = nil
	r.mu.Unlock()
	for _, w := range open {
		w.end.Stop()
		if w.count > 0 {
			many(w.by, w.count, w.span)
		}
	}
	r.under.Wait()
}
