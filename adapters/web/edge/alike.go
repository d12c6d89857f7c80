package edge

import (
	"context"
	"net/netip"
	"sync"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// alikeFor is for how long refusals that are alike are counted, from the first, which
// alone is entered at once.
const alikeFor = 5 * time.Minute

// Bounds of how many refusals of the same action and reason are told from each other at a
// time, by whence they came and what they were about: those of one person or of all who
// are not known, and those that others provoke at one account; of manySorts times as many
// whatever action and reason, so that refusals of one sort do not hide those of another;
// and of everybody's. The others are counted by action and reason alone.
const (
	mostTold     = 200
	mostProvoked = 20
	manySorts    = 20
	mostOpen     = 20_000
)

// refused is a refusal, or what was shown in vain, as it is entered.
type refused struct {
	meta  domain.Meta
	entry domain.AccessRecorded
}

// sort is what refusals have in common that are bounded together.
type sort struct {
	whose
	action, outcome string
}

// kind is what refusals have in common that are alike.
type kind struct {
	sort
	details
}

// whose journal a refusal is in, and whether it was they who were refused.
type whose struct {
	utente domain.UtenteID
	known  bool
}

// most is how many kinds are told from each other by their details.
func (w whose) most() int {
	if w.utente != "" && !w.known {
		return mostProvoked
	}
	return mostTold
}

// details tell refusals of one action and reason from each other.
type details struct {
	by                   domain.Actor
	from                 netip.Prefix
	route, object, field string
	asked                domain.Asked
}

// alike are refusals of one kind within the span that began with the first.
type alike struct {
	last  refused
	count int // not entered yet
	span  domain.Span
	end   *time.Timer
}

// refusals counts what is refused, so that nobody fills a journal and nothing is hidden
// behind what is refused often. The zero value is ready to use; it is safe for concurrent
// use.
type refusals struct {
	mu    sync.Mutex
	open  map[kind]*alike
	told  map[sort]int
	under sync.WaitGroup // entries being made for spans that have ended
}

// entering writes an entry.
type entering func(context.Context, refused)

// first says whether a refusal is the first of its kind, and so to be entered. Others are
// counted: enter writes their number when the span ends.
func (r *refusals) first(one refused, from netip.Prefix, known bool, now time.Time, enter entering) bool {
	by, e := one.meta.By, one.entry
	k := kind{sort{whose{by.Utente, known}, e.Action, e.Outcome}, details{by, from, e.Route, e.Object, e.Field, e.Asked}}
	r.mu.Lock()
	defer r.mu.Unlock()
	if full := len(r.open) >= mostOpen; r.open[k] == nil && (full || r.crowded(k.sort)) {
		k.details = details{}
		if full {
			k.whose = whose{}
		}
	}
	a, ok := r.open[k]
	if !ok {
		r.begin(k, one, enter)
		return true
	}
	if a.count == 0 {
		a.span.From = now.UTC()
	}
	a.last, a.span.To = one, now.UTC()
	a.count++
	return false
}

// begin opens the span of a kind.
func (r *refusals) begin(k kind, one refused, enter entering) {
	if r.open == nil {
		r.open, r.told = map[kind]*alike{}, map[sort]int{}
	}
	a := &alike{last: one}
	r.open[k] = a
	if k.details != (details{}) {
		r.tell(k.sort, 1)
	}
	a.end = time.AfterFunc(alikeFor, func() { r.close(k, a, enter) })
}

// crowded says whether no more are told from each other of a sort, or of all of those
// whose it is.
func (r *refusals) crowded(s sort) bool {
	return r.told[s] >= s.most() || r.told[sort{whose: s.whose}] >= manySorts*s.most()
}

// tell counts one more or less that is told from others.
func (r *refusals) tell(s sort, one int) {
	for _, of := range []sort{s, {whose: s.whose}} {
		if r.told[of] += one; r.told[of] == 0 {
			delete(r.told, of)
		}
	}
}

// close ends a span, unless it was ended before.
func (r *refusals) close(k kind, a *alike, enter entering) {
	r.mu.Lock()
	if r.open[k] != a {
		r.mu.Unlock()
		return
	}
	delete(r.open, k)
	if k.details != (details{}) {
		r.tell(k.sort, -1)
	}
	r.under.Add(1)
	r.mu.Unlock()
	defer r.under.Done()
	a.conclude(k, enter)
}

// conclude enters the number of those that were counted. Where their details were not
// kept apart they are those of none, and who they were of is not said for everybody's.
func (a *alike) conclude(k kind, enter entering) {
	if a.count == 0 {
		return
	}
	sum := a.last
	if k.details == (details{}) {
		sum.entry = domain.AccessRecorded{Action: k.action, Outcome: k.outcome}
		if k.whose == (whose{}) {
			sum.meta = domain.Meta{}
		}
	}
	sum.entry.Count, sum.entry.Span = a.count, a.span
	enter(context.Background(), sum)
}

// flush ends all spans and waits until everything is entered.
func (r *refusals) flush(enter entering) {
	r.mu.Lock()
	open := r.open
	r.open, r.told = nil, nil
	r.mu.Unlock()
	for k, a := range open {
		a.end.Stop()
		a.conclude(k, enter)
	}
	r.under.Wait()
}
