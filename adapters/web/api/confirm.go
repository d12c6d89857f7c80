package api

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"github.com/danielgtaylor/huma/v2"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// effectsHeader is where who changes what people may do names the effects they were
// shown.
const effectsHeader = "Visura-Effetti"

type confirmedInput[C any] struct {
	Named
	Versioned
	Effetti string `header:"Visura-Effetti" doc:"L'impronta degli effetti, come l'ha data l'operazione che li mostra: è richiesta se la modifica dà o toglie qualcosa a qualcuno" example:"5d41402abc4b2a76b9719d911017c592"`
	Body    C
}

// Resolve implements huma.Resolver.
func (in *confirmedInput[C]) Resolve(ctx huma.Context) []error { return noteAsked(ctx, in.Body) }

// confirmed is command for what may give to people or take from them: who sends it has
// been shown whom, and what. The effects are found anew as they are when it is sent.
func confirmed[C commands.Command[S], S commands.State[S]](a *API, of aggregate[S], id, method, end string, example C, summary, about string,
	change func(context.Context, string, C) (effects, error), traits ...trait) {
	about += " Se dà o toglie qualcosa a qualcuno, vuole in Visura-Effetti l'impronta degli effetti che si sono visti: se manca, o se non sono più quelli, la risposta è 409 e nulla cambia."
	handle(a, of.operation(id, method, end, example, summary, about, traits...), func(ctx context.Context, in *confirmedInput[C]) (*commandOutput[Accepted], error) {
		at, err := revision(in.IfMatch)
		if err != nil {
			return nil, err
		}
		found, err := change(ctx, in.ID, in.Body)
		if err != nil {
			return nil, err
		}
		if err := a.confirm(ctx, in.Effetti, found); err != nil {
			return nil, err
		}
		done, err := send(ctx, a, of, in.ID, at, in.Body)
		if err != nil {
			return nil, err
		}
		return of.accepted(in.ID, done.Position), nil
	})
}

// confirm refuses a change whose effects are not those that were seen.
func (a *API) confirm(ctx context.Context, seen string, change effects) error {
	if change == nil {
		return nil
	}
	head, err := a.Commands.Store.Head(ctx)
	if err != nil {
		return err
	}
	found, err := a.affected(ctx, AtLeast{head.String()}, change)
	switch {
	case err != nil:
		return edge.At(effectsHeader, err)
	case seen == digest(found):
		return nil
	case len(found) == 0:
		return domain.FieldErrorf(domain.Conflict, effectsHeader, "la modifica non ha più effetti per nessuno: mostrarla di nuovo prima di confermarla")
	case seen == "":
		return domain.FieldErrorf(domain.Conflict, effectsHeader, "la modifica dà o toglie qualcosa a %d persone: prima va mostrata, poi confermata indicando in %s l'impronta dei suoi effetti", len(found), effectsHeader)
	}
	return domain.FieldErrorf(domain.Conflict, effectsHeader, "gli effetti della modifica non sono più quelli mostrati: mostrarla di nuovo prima di confermarla")
}

// digest tells effects from others: who, where and what, not how people are called. Of
// none it is empty.
func digest(found []projections.Effetto) string {
	if len(found) == 0 {
		return ""
	}
	sum := sha256.New()
	for _, e := range found {
		text, err := json.Marshal([]any{e.ID, e.Ente, e.Comune, e.Variazioni})
		if err != nil {
			panic(fmt.Sprintf("digest effects: %v", err)) // texts and booleans alone are given
		}
		sum.Write(append(text, '\n'))
	}
	return fmt.Sprintf("%x", sum.Sum(nil)[:16])
}
