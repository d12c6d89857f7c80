package api

import (
	"context"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// previews routes what shows whom a change would give something or take something
// from, before it is confirmed: each is answered as the command itself would be
// refused.
func (a *API) previews() {
	preview := func(id, path, tag, summary string, example any) operation {
		o := post(id, path, tag, summary, "Nulla è scritto. Di chi è assente o sospeso si mostra come se non lo fosse. La lettura resta nel registro degli accessi.")
		o.example = example
		return o
	}
	act := preview("preview-convenzione", convenzione.path+"preview", convenzioni, "Mostra che cosa cambierebbe con un atto", someDraft)
	handle(a, act, a.previewConvenzione)
	profile := preview("preview-profile", profilo.path+"{id}/preview", profili, "Mostra che cosa cambierebbe con un profilo", someDefinition)
	profile.object = profilo.object
	handle(a, profile, a.previewProfile)
	withdrawal := preview("preview-withdraw-profile", profilo.path+"{id}/withdrawal/preview", profili, "Mostra che cosa toglierebbe il ritiro di un profilo", nil)
	withdrawal.object = profilo.object
	handle(a, withdrawal, a.previewWithdrawal)
}

// Effetti are what a change would give and take, in Items, by person.
type Effetti struct {
	Items []projections.Effetto `json:"items"`
}

type previewActInput struct {
	AtLeast
	Body commands.DraftConvenzione
}

func (a *API) previewConvenzione(ctx context.Context, in *previewActInput) (*bodied[Effetti], error) {
	stream := domain.ConvenzioneIDOf(domain.Pair{Ente: in.Body.Ente, Comune: in.Body.Comune}).Stream()
	would, err := rehearsed(ctx, a, stream, in.Body)
	if err != nil {
		return nil, err
	}
	if len(would) == 0 { // it is the draft that waits, or what holds already
		act, err := commands.Fact(ctx, a.Commands, stream)
		if err != nil {
			return nil, err
		}
		if act.Draft != nil {
			would = []domain.Event{*act.Draft}
		}
	}
	return a.effects(ctx, in.AtLeast, func(reach domain.Reach) ([]projections.Effetto, error) {
		for _, e := range would {
			if draft, ok := e.(domain.ConvenzioneDrafted); ok {
				return a.Diritti.OfAct(ctx, reach, draft, a.Commands.Now())
			}
		}
		return nil, nil
	})
}

type previewProfileInput struct {
	Named
	AtLeast
	Body commands.DefineProfile
}

func (a *API) previewProfile(ctx context.Context, in *previewProfileInput) (*bodied[Effetti], error) {
	return a.ofProfile(ctx, in.ID, in.AtLeast, in.Body)
}

type previewWithdrawalInput struct {
	Named
	AtLeast
}

func (a *API) previewWithdrawal(ctx context.Context, in *previewWithdrawalInput) (*bodied[Effetti], error) {
	return a.ofProfile(ctx, in.ID, in.AtLeast, commands.WithdrawProfile{})
}

// ofProfile shows what a command about a profile would change.
func (a *API) ofProfile(ctx context.Context, id string, at AtLeast, cmd commands.Command[domain.Profile]) (*bodied[Effetti], error) {
	stream, err := profilo.stream(id)
	if err != nil {
		return nil, err
	}
	would, err := rehearsed(ctx, a, stream, cmd)
	if err != nil {
		return nil, err
	}
	return a.effects(ctx, at, func(reach domain.Reach) ([]projections.Effetto, error) {
		if len(would) == 0 {
			return nil, nil
		}
		defined, _ := would[0].(domain.ProfileDefined) // the zero one is withdrawn
		return a.Diritti.OfProfile(ctx, reach, domain.ProfileID(id), defined, a.Commands.Now())
	})
}

// rehearsed returns what would follow from a command, or its refusal.
func rehearsed[S commands.State[S]](ctx context.Context, a *API, stream domain.Stream[S], cmd commands.Command[S]) ([]domain.Event, error) {
	rehearsal, err := commands.Rehearse(ctx, a.Commands, stream, edge.Meta(ctx))
	if err != nil {
		return nil, err
	}
	return rehearsal.Try(ctx, cmd)
}

// effects answers with what a change would do, and enters whom it showed.
func (a *API) effects(ctx context.Context, at AtLeast, find func(domain.Reach) ([]projections.Effetto, error)) (*bodied[Effetti], error) {
	reach, err := a.reached(ctx, at, rights...)
	if err != nil {
		return nil, err
	}
	found, err := find(reach)
	if err != nil {
		return nil, err
	}
	shown := make([]string, len(found))
	for i, e := range found {
		shown[i] = string(e.ID)
	}
	if err := a.JournalRead(ctx, shown...); err != nil {
		return nil, err
	}
	return answer(Effetti{append([]projections.Effetto{}, found...)}), nil
}
