package admin

import (
	"context"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// AddComune enters a Comune, or records what changed of it.
var AddComune = Operation[commands.RegisterComune, nothing]{name: "add-comune",
	do: func(ctx context.Context, s *Server, m domain.Meta, q commands.RegisterComune) (nothing, error) {
		done, err := commands.Handle(ctx, s.Commands, q.ISTAT.Stream(), m, q)
		if err != nil {
			return nothing{}, err
		}
		return nothing{}, s.Listed(ctx, done.Position)
	}}

// Shown is a Comune as who administers the installation sees it.
type Shown struct {
	domain.ComuneRegistered
	Connected bool // whether there is a way to ANPR
	Tops      int  // how many administer it
}

// ShowComuni answers with the Comuni there are, or with the one that is named.
var ShowComuni = Operation[domain.CodiceISTAT, []Shown]{name: "show-comuni",
	do: func(ctx context.Context, s *Server, _ domain.Meta, q domain.CodiceISTAT) (shown []Shown, err error) {
		comuni := []domain.CodiceISTAT{q}
		if q == "" {
			if comuni, err = s.Comuni(ctx); err != nil {
				return nil, err
			}
		}
		for _, istat := range comuni {
			c, err := registered(ctx, s, istat)
			if err != nil {
				return nil, err
			}
			shown = append(shown, Shown{ComuneRegistered: c.ComuneRegistered, Connected: c.Collegamento.Version > 0, Tops: len(c.Tops)})
		}
		return shown, nil
	}}

// Release names what a Comune wants no second person for any more.
type Release struct {
	Comune domain.CodiceISTAT
	commands.ReleaseQuattroOcchi
}

// ReleaseQuattroOcchi ends that a Comune wants a kind of grant approved by another
// person.
var ReleaseQuattroOcchi = Operation[Release, nothing]{name: "release-quattro-occhi",
	do: func(ctx context.Context, s *Server, m domain.Meta, q Release) (nothing, error) {
		_, err := commands.Handle(ctx, s.Commands, q.Comune.Stream(), m, q.ReleaseQuattroOcchi)
		return nothing{}, err
	}}

// registered returns a Comune at its head, if it was entered.
func registered(ctx context.Context, s *Server, istat domain.CodiceISTAT) (domain.Comune, error) {
	c, err := commands.Fact(ctx, s.Commands, istat.Stream())
	if err == nil && !c.Registered {
		err = domain.FieldErrorf(domain.NotFound, "comune", "il Comune %s non è registrato", istat)
	}
	return c, err
}
