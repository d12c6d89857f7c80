package api

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// aggregate is what an address names by its {id}.
type aggregate[S any] struct {
	tag   string // under which the documentation lists what may be done with it
	path  string // of one, without its id
	parse func(id string) (domain.Stream[S], error)
}

// named makes the aggregate whose ids parse reads.
func named[S any, ID interface{ Stream() domain.Stream[S] }](tag, path string, parse func(string) (ID, error)) aggregate[S] {
	return aggregate[S]{tag, path, func(id string) (domain.Stream[S], error) {
		parsed, err := parse(id)
		return parsed.Stream(), err
	}}
}

// Accepted is the answer to a command.
type Accepted struct {
	ID       string `json:"id"`
	Position string `json:"position" example:"48211-48211"`
}

// Named names an aggregate in an address.
type Named struct {
	ID string `path:"id" doc:"Identificativo: di un Comune il codice ISTAT, di ogni altra cosa un UUID in lettere minuscole, scelto da chi chiede se essa nasce con il comando" example:"5b1f6a4e-7f0c-4a54-9a53-3f2f0a9d2c11"`
}

// Versioned is what is sent about a version that was read.
type Versioned struct {
	IfMatch string `header:"If-Match" doc:"ETag della versione che si è letta: se da allora è cambiato ciò su cui si opera la risposta è 412 e nulla cambia; un messaggio spedito nel frattempo non conta" example:"\"7\""`
}

type commandInput[C any] struct {
	Named
	Versioned
	Body C
}

type commandOutput[B any] struct {
	Status   int
	Location string `header:"Location" doc:"Dove leggere ciò su cui si è operato"`
	Position string `header:"Visura-Position" doc:"Posizione dell'ultimo evento scritto"`
	Body     B
}

// trait is what sets an operation apart from others of its kind.
type trait func(*operation)

// stepUp marks what gives rights, or ways to obtain them: who sends it has given a
// second factor a short while ago. What only stops or takes is not delayed by that.
func stepUp(o *operation) { o.stepUp = true }

// operation is the one that sends a command: its id, its method and the end of its
// address, an example of the command and what it does, in Italian.
func (of aggregate[S]) operation(id, method, end string, example any, summary, about string, traits ...trait) operation {
	if reflect.ValueOf(example).IsZero() {
		example = nil // there is nothing to show
	}
	o := operation{id: id, method: method, path: of.path + "{id}" + end, tag: of.tag, object: of.object, status: http.StatusAccepted,
		summary: summary, about: about, example: example,
		problems: []int{http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusPreconditionFailed}}
	for _, trait := range traits {
		trait(&o)
	}
	return o
}

// command routes one command of any aggregate: the body is the command, the
// address names the aggregate, and commands.HandleAt does the rest. The command
// given is the documentation's example.
func command[C commands.Command[S], S commands.State[S]](a *API, of aggregate[S], id, method, end string, example C, summary, about string, traits ...trait) {
	handle(a, of.operation(id, method, end, example, summary, about, traits...), func(ctx context.Context, in *commandInput[C]) (*commandOutput[Accepted], error) {
		at, err := revision(in.IfMatch)
		if err != nil {
			return nil, err
		}
		done, err := send(ctx, a, of, in.ID, at, in.Body)
		if err != nil {
			return nil, err
		}
		return of.accepted(in.ID, done.Position), nil
	})
}

type enteringInput[C any] struct {
	Body C
}

// entering is command for what the id follows from the command: who sends it is told
// the id, whether or not there was one by it. The answer does not tell either: its
// position is that of a moment when everything was written.
func entering[C commands.Command[S], S commands.State[S]](a *API, of aggregate[S], id string, example C, summary, about string, idOf func(C) (string, error), traits ...trait) {
	o := of.operation(id, http.MethodPost, "", example, summary, about, traits...)
	o.path, o.object = strings.TrimSuffix(of.path, "/"), nil
	o.problems = []int{http.StatusForbidden, http.StatusNotFound, http.StatusConflict}
	handle(a, o, func(ctx context.Context, in *enteringInput[C]) (*commandOutput[Accepted], error) {
		named, err := idOf(in.Body)
		if err != nil {
			return nil, err
		}
		edge.Of(ctx).Object = of.object(named)
		if _, err := send(ctx, a, of, named, commands.AnyRevision, in.Body); err != nil {
			return nil, err
		}
		if err := a.JournalRead(ctx); err != nil {
			return nil, err
		}
		head, err := a.Commands.Store.Head(ctx)
		if err != nil {
			return nil, err
		}
		return of.accepted(named, head), nil
	})
}

// accepted answers that a command was carried out.
func (of aggregate[S]) accepted(id string, at domain.Position) *commandOutput[Accepted] {
	pos := at.String()
	return &commandOutput[Accepted]{Status: http.StatusAccepted, Location: of.path + id, Position: pos, Body: Accepted{id, pos}}
}

type waitingInput[C any] struct {
	Named
	Prefer string `header:"Prefer" doc:"wait=N: attende l'esito fino a N secondi, 30 al massimo (RFC 7240)" example:"wait=10"`
	Body   C
}

type waitedOutput[B any] struct {
	Status   int
	Location string `header:"Location" doc:"Dove leggere ciò su cui si è operato"`
	Position string `header:"Visura-Position" doc:"Posizione dell'ultimo evento scritto"`
	Applied  string `header:"Preference-Applied" doc:"L'attesa accolta"`
	Policy   string `header:"RateLimit-Policy" doc:"Le quote in cui la richiesta è contata: quante (q) nel periodo, in secondi (w); assente: nessuna"`
	Limit    string `header:"RateLimit" doc:"Quanto ne resta (r), e fra quanti secondi ricominciano (t)"`
	Body     B
}

// commandThen is command for one whose outcome the client may prefer to wait
// for: then makes the answer, and says whether the outcome is in it. It is not
// asked to wait when it is given no time.
func commandThen[C commands.Command[S], S commands.State[S], B any](a *API, of aggregate[S], id, method, end string, example C, summary, about string,
	then func(context.Context, Accepted, commands.Outcome, time.Duration) (B, bool)) {
	o := of.operation(id, method, end, example, summary, about)
	o.problems = []int{http.StatusForbidden, http.StatusConflict, http.StatusTooManyRequests}
	o.answers = func(op *huma.Operation) {
		waited := *op.Responses["202"]
		op.Responses["200"] = &waited
	}
	handle(a, o, func(ctx context.Context, in *waitingInput[C]) (*waitedOutput[B], error) {
		wait, err := edge.ParsePrefer(in.Prefer)
		if err != nil {
			return nil, err
		}
		done, err := send(ctx, a, of, in.ID, commands.AnyRevision, in.Body)
		if err != nil {
			return nil, err
		}
		pos := done.Position.String()
		out := &waitedOutput[B]{Status: http.StatusAccepted, Location: of.path + in.ID, Position: pos}
		out.Policy, out.Limit = edge.RateLimit(done.Quote)
		var ended bool
		out.Body, ended = then(ctx, Accepted{in.ID, pos}, done, wait)
		if wait > 0 {
			out.Applied = fmt.Sprintf("wait=%d", int(wait.Seconds()))
		}
		if ended {
			out.Status = http.StatusOK
		}
		return out, nil
	})
}

// send hands a command to the handler; at is as for commands.HandleAt.
func send[C commands.Command[S], S commands.State[S]](ctx context.Context, a *API, of aggregate[S], id string, at int64, cmd C) (commands.Outcome, error) {
	stream, err := of.stream(id)
	if err != nil {
		return commands.Outcome{}, err
	}
	return commands.HandleAt(ctx, a.Commands, stream, at, edge.Meta(ctx), cmd)
}

// stream returns the one that an id in an address names.
func (of aggregate[S]) stream(id string) (domain.Stream[S], error) {
	stream, err := of.parse(id)
	if err != nil {
		return "", edge.At("id", err)
	}
	return stream, nil
}

// object is stream for the journal of accesses: what is no id names nothing.
func (of aggregate[S]) object(id string) string {
	stream, _ := of.stream(id)
	return string(stream)
}

// asking is a command of which something may be kept when it is refused.
type asking interface{ Asked() domain.Asked }

// noteAsked remembers for the journal what a command asks for, as far as its body
// could be read: the library calls Resolve also when it refuses the request.
func noteAsked(ctx huma.Context, cmd any) []error {
	if c, ok := cmd.(asking); ok {
		edge.Of(ctx.Context()).Asked = c.Asked()
	}
	return nil
}

// Resolve implements huma.Resolver.
func (in *commandInput[C]) Resolve(ctx huma.Context) []error { return noteAsked(ctx, in.Body) }

// Resolve implements huma.Resolver.
func (in *enteringInput[C]) Resolve(ctx huma.Context) []error { return noteAsked(ctx, in.Body) }

// Resolve implements huma.Resolver.
func (in *waitingInput[C]) Resolve(ctx huma.Context) []error { return noteAsked(ctx, in.Body) }
