package edge

import (
	"context"
	"sync"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// known is what a request that only reads has learned since it came: each stream is looked
// at once for all that its answer is made of. Nil knows nothing and learns nothing.
type known struct {
	mu     sync.Mutex
	states map[string]any // of streams
	by     domain.Actor
	who    *domain.Standing // of by; nil: not known
}

// Ahead has the log looked at while it is found out who a request is of, as
// commands.Handler.Ahead does: one that only reads looks no more until it has waited.
func (e *Edge) Ahead(ctx context.Context) (with context.Context, done func()) {
	x := Of(ctx)
	with, x.looked = e.Commands.Ahead(ctx, x.known != nil)
	return with, x.looked
}

// forget has everything looked at anew.
func (x *Exchange) forget() {
	x.known.forget()
	if x.looked != nil {
		x.looked()
	}
}

// forget forgets all.
func (k *known) forget() {
	if k == nil {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.states, k.who = nil, nil
}

func (k *known) state(stream string) any {
	if k == nil {
		return nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.states[stream]
}

// learn keeps the state of a stream.
func (k *known) learn(stream string, state any) {
	if k == nil {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.states == nil {
		k.states = map[string]any{}
	}
	k.states[stream] = state
}

// standing returns what is known of who acts; nil for nothing.
func (k *known) standing(by domain.Actor) *domain.Standing {
	if k == nil {
		return nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.by != by {
		return nil
	}
	return k.who
}

// learnStanding keeps what streams say of who acts.
func (k *known) learnStanding(by domain.Actor, who *domain.Standing) {
	if k == nil {
		return
	}
	k.learn(string(by.Utente.Stream()), who.Utente)
	if by.Comune != "" {
		k.learn(string(by.Comune.Stream()), who.Comune)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.by, k.who = by, who
}

// Fact is commands.Fact. A request that only reads looks at a stream once, until it has
// waited for something: what it is told is as of when it came or later.
func Fact[S commands.State[S]](ctx context.Context, e *Edge, stream domain.Stream[S]) (S, error) {
	k := Of(ctx).known
	if state, ok := k.state(string(stream)).(S); ok {
		return state, nil
	}
	state, err := commands.Fact(ctx, e.Commands, stream)
	if err == nil {
		k.learn(string(stream), state)
	}
	return state, err
}

// standing is commands.Standing, as Fact is commands.Fact.
func (e *Edge) standing(ctx context.Context, by domain.Actor) (*domain.Standing, error) {
	k := Of(ctx).known
	if who := k.standing(by); who != nil {
		return who, nil
	}
	who, err := commands.Standing(ctx, e.Commands, by)
	if err != nil {
		return nil, err
	}
	k.learnStanding(by, &who)
	return &who, nil
}
