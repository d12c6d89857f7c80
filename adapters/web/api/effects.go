package api

import (
	"context"
	"fmt"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/projections"
)

// Effects finds whom a command about an act or a profile would give something or take
// something from, as all stands at the end of the log, and the digest by which that is
// confirmed: empty of nobody. It is refused as the command itself would be. Who shows
// them enters in the journal whom.
func (a *API) Effects(ctx context.Context, id string, cmd any) ([]projections.Effetto, string, error) {
	var change effects
	var err error
	switch c := cmd.(type) {
	case commands.ActivateConvenzione:
		change, err = a.ofActivation(ctx, id, c)
	case commands.DefineProfile:
		change, err = a.ofDefinition(ctx, id, c)
	case commands.WithdrawProfile:
		change, err = a.ofWithdrawal(ctx, id, c)
	default:
		err = fmt.Errorf("nothing tells the effects of %T", cmd)
	}
	if err != nil || change == nil {
		return nil, "", err
	}
	head, err := a.Commands.Store.Head(ctx)
	if err != nil {
		return nil, "", err
	}
	found, err := a.affected(ctx, AtLeast{head.String()}, change)
	return found, digest(found), err
}
