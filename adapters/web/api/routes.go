package api

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"
	"github.com/go-chi/chi/v5"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// Routes adds every operation to a router, and the document that describes
// them.
func (a *API) Routes(r chi.Router) {
	italianProblems()
	a.huma, a.answers = humachi.New(r, a.config()), map[string]func(*huma.Operation){}
	a.huma.UseMiddleware(a.caller)

	commandThen(a, visura, "request-visura", http.MethodPut, "", commands.RequestVisura{
		Comune: "042002", Tipo: string(domain.Residenza), Soggetto: commands.SoggettoRichiesto{CodiceFiscale: "RSSMRA80A01H501U"}, Finalita: "ISEE", NumeroPratica: "2026/004711",
	}, "Chiede una visura", "L'identificativo è scelto da chi chiede: ripetere la stessa richiesta con lo stesso identificativo non ha altro effetto, "+
		"una richiesta diversa con un identificativo già usato è rifiutata. Con `Prefer: wait=N` la risposta è 200 con la visura se l'esito, "+
		"o l'attesa di conferma, arriva in tempo; altrimenti 202, e la richiesta prosegue.", a.outcome)
	command(a, visura, "approve-visura", http.MethodPost, "/approval", commands.ApproveVisura{},
		"Conferma una richiesta in attesa", "Spetta all'Anagrafe del Comune, mai a chi ha fatto la richiesta. Ripetuta, non ha altro effetto.")
	command(a, visura, "reject-visura", http.MethodPost, "/rejection", commands.RejectVisura{Motivo: "pratica_non_riscontrata"},
		"Rifiuta una richiesta in attesa", "Spetta all'Anagrafe del Comune, con un motivo. Decorso il termine del silenzio-assenso la richiesta è già confermata.")
	command(a, visura, "withdraw-visura", http.MethodPost, "/withdrawal", commands.WithdrawVisura{},
		"Ritira una propria richiesta in attesa", "Spetta a chi ha fatto la richiesta, finché nessuno ha deciso.")
	handle(a, listVisure, a.list)
	handle(a, readVisura, a.read)
	handle(a, downloadVisura, a.download)
	handle(a, readStatus, a.status)
	a.session()
	a.account()
	a.credentials()

	r.Get(documentPath, a.publish(a.huma.OpenAPI()))
	a.docs(r)
}

// visura names a request in an address.
var visura = named(visure, "/api/v1/visure/", domain.ParseVisuraID)

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
	ID string `path:"id" doc:"Identificativo; di ciò che nasce con il comando lo sceglie chi chiede: un UUID in lettere minuscole" example:"5b1f6a4e-7f0c-4a54-9a53-3f2f0a9d2c11"`
}

type commandInput[C any] struct {
	Named
	Body C
}

type commandOutput[B any] struct {
	Status   int
	Location string `header:"Location" doc:"Dove leggere ciò su cui si è operato"`
	Position string `header:"Visura-Position" doc:"Posizione dell'ultimo evento scritto"`
	Body     B
}

// operation is the one that sends a command: its id, its method and the end of its
// address, an example of the command and what it does, in Italian.
func (of aggregate[S]) operation(id, method, end string, example any, summary, about string) operation {
	problems := []int{http.StatusForbidden, http.StatusNotFound, http.StatusConflict}
	if method == http.MethodPut { // which makes what it names
		problems = []int{http.StatusForbidden, http.StatusConflict}
	}
	if reflect.ValueOf(example).IsZero() {
		example = nil // there is nothing to show
	}
	return operation{id: id, method: method, path: of.path + "{id}" + end, tag: of.tag, object: of.object, status: http.StatusAccepted,
		summary: summary, about: about, problems: problems, example: example}
}

// command routes one command of any aggregate: the body is the command, the
// address names the aggregate, and commands.Handle does the rest. The command
// given is the documentation's example.
func command[C commands.Command[S], S commands.State[S]](a *API, of aggregate[S], id, method, end string, example C, summary, about string) {
	handle(a, of.operation(id, method, end, example, summary, about), func(ctx context.Context, in *commandInput[C]) (*commandOutput[Accepted], error) {
		done, err := send(ctx, a, of, in.ID, in.Body)
		if err != nil {
			return nil, err
		}
		pos := done.Position.String()
		return &commandOutput[Accepted]{Status: http.StatusAccepted, Location: of.path + in.ID, Position: pos, Body: Accepted{in.ID, pos}}, nil
	})
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
	Body     B
}

// commandThen is command for one whose outcome the client may prefer to wait
// for: then makes the answer, and says whether the outcome is in it. It is not
// asked to wait when it is given no time.
func commandThen[C commands.Command[S], S commands.State[S], B any](a *API, of aggregate[S], id, method, end string, example C, summary, about string,
	then func(context.Context, Accepted, commands.Outcome, time.Duration) (B, bool)) {
	o := of.operation(id, method, end, example, summary, about)
	o.answers = func(op *huma.Operation) {
		waited := *op.Responses["202"]
		op.Responses["200"] = &waited
	}
	handle(a, o, func(ctx context.Context, in *waitingInput[C]) (*waitedOutput[B], error) {
		wait, err := edge.ParsePrefer(in.Prefer)
		if err != nil {
			return nil, err
		}
		done, err := send(ctx, a, of, in.ID, in.Body)
		if err != nil {
			return nil, err
		}
		pos := done.Position.String()
		out := &waitedOutput[B]{Status: http.StatusAccepted, Location: of.path + in.ID, Position: pos}
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

// send hands a command to the handler.
func send[C commands.Command[S], S commands.State[S]](ctx context.Context, a *API, of aggregate[S], id string, cmd C) (commands.Outcome, error) {
	stream, err := of.stream(id)
	if err != nil {
		return commands.Outcome{}, err
	}
	return commands.Handle(ctx, a.Commands, stream, edge.Meta(ctx), cmd)
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
func (in *waitingInput[C]) Resolve(ctx huma.Context) []error { return noteAsked(ctx, in.Body) }
