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

// Effetti are what a change would give and take, in Items, by person. The change itself
// is confirmed by their digest; one that changes nothing for anybody wants none.
type Effetti struct {
	Impronta string                `json:"impronta,omitempty"`
	Items    []projections.Effetto `json:"items"`
}

// effects finds what a change would give and take within reach; nil of a change that
// nobody can notice.
type effects func(context.Context, domain.Reach) ([]projections.Effetto, error)

type previewActInput struct {
	AtLeast
	Body commands.DraftConvenzione
}

func (a *API) previewConvenzione(ctx context.Context, in *previewActInput) (*bodied[Effetti], error) {
	edge.Of(ctx).Concerns(in.Body.Comune)
	stream := domain.ConvenzioneIDOf(domain.Pair{Ente: in.Body.Ente, Comune: in.Body.Comune}).Stream()
	would, err := rehearsed(ctx, a, stream, in.Body)
	if err != nil {
		return nil, err
	}
	act, err := commands.Fact(ctx, a.Commands, stream)
	if err != nil {
		return nil, err
	}
	draft := act.Draft // it waits, or holds already
	for _, e := range would {
		if drafted, ok := e.(domain.ConvenzioneDrafted); ok {
			draft = &drafted
		}
	}
	return a.showEffects(ctx, in.AtLeast, a.ofAct(act, draft))
}

// ofActivation is what the waiting draft of an act changes once it is activated.
func (a *API) ofActivation(ctx context.Context, id string, cmd commands.ActivateConvenzione) (effects, error) {
	stream, err := convenzione.stream(id)
	if err != nil {
		return nil, err
	}
	if would, err := rehearsed(ctx, a, stream, cmd); err != nil || len(would) == 0 {
		return nil, err
	}
	act, err := commands.Fact(ctx, a.Commands, stream)
	return a.ofAct(act, act.Draft), err
}

// ofAct is what a draft changes: under an act that never was in force nobody has rights.
func (a *API) ofAct(act domain.Convenzione, draft *domain.ConvenzioneDrafted) effects {
	if draft == nil || act.Last().Numero == 0 {
		return nil
	}
	return func(ctx context.Context, reach domain.Reach) ([]projections.Effetto, error) {
		return a.Diritti.OfAct(ctx, reach, *draft, a.Commands.Now())
	}
}

type previewProfileInput struct {
	Named
	AtLeast
	Body commands.DefineProfile
}

func (a *API) previewProfile(ctx context.Context, in *previewProfileInput) (*bodied[Effetti], error) {
	change, err := a.ofDefinition(ctx, in.ID, in.Body)
	if err != nil {
		return nil, err
	}
	return a.showEffects(ctx, in.AtLeast, change)
}

type previewWithdrawalInput struct {
	Named
	AtLeast
}

func (a *API) previewWithdrawal(ctx context.Context, in *previewWithdrawalInput) (*bodied[Effetti], error) {
	change, err := a.ofWithdrawal(ctx, in.ID, commands.WithdrawProfile{})
	if err != nil {
		return nil, err
	}
	return a.showEffects(ctx, in.AtLeast, change)
}

func (a *API) ofDefinition(ctx context.Context, id string, cmd commands.DefineProfile) (effects, error) {
	return a.ofProfile(ctx, id, cmd)
}

func (a *API) ofWithdrawal(ctx context.Context, id string, cmd commands.WithdrawProfile) (effects, error) {
	return a.ofProfile(ctx, id, cmd)
}

// ofProfile is what a command about a profile changes: one that is new nobody holds.
func (a *API) ofProfile(ctx context.Context, id string, cmd commands.Command[domain.Profile]) (effects, error) {
	stream, err := profilo.stream(id)
	if err != nil {
		return nil, err
	}
	would, err := rehearsed(ctx, a, stream, cmd)
	if err != nil || len(would) == 0 {
		return nil, err
	}
	profile, err := commands.Fact(ctx, a.Commands, stream)
	if err != nil || !profile.Defined {
		return nil, err
	}
	edge.Of(ctx).Concerns(profile.Comune)
	defined, _ := would[0].(domain.ProfileDefined) // the zero one is withdrawn
	return func(ctx context.Context, reach domain.Reach) ([]projections.Effetto, error) {
		return a.Diritti.OfProfile(ctx, reach, domain.ProfileID(id), defined, a.Commands.Now())
	}, nil
}

// rehearsed returns what would follow from a command, or its refusal.
func rehearsed[S commands.State[S]](ctx context.Context, a *API, stream domain.Stream[S], cmd commands.Command[S]) ([]domain.Event, error) {
	rehearsal, err := commands.Rehearse(ctx, a.Commands, stream, edge.Meta(ctx))
	if err != nil {
		return nil, err
	}
	return rehearsal.Try(ctx, cmd)
}

// affected is what a change would give and take, as read models stand at a position.
func (a *API) affected(ctx context.Context, at AtLeast, change effects) ([]projections.Effetto, error) {
	reach, err := a.reached(ctx, at, rights...)
	if err != nil || change == nil {
		return nil, err
	}
	return change(ctx, reach)
}

// showEffects answers with what a change would do, and enters whom it showed.
func (a *API) showEffects(ctx context.Context, at AtLeast, change effects) (*bodied[Effetti], error) {
	found, err := a.affected(ctx, at, change)
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
	return answer(Effetti{digest(found), append([]projections.Effetto{}, found...)}), nil
}
