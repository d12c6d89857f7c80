package commands

import (
	"context"

	"github.com/visure-anagrafiche/visure/domain"
)

// Grounds returns what the rights of who acts rest on at a Comune, at least as it stood
// when it was called, or with a context of Ahead when that was: what a request of theirs would be judged on.
func Grounds(ctx context.Context, h *Handler, by domain.Actor, comune domain.CodiceISTAT) (domain.Grounds, error) {
	m := domain.Meta{By: by, At: h.Now()}
	g, err := give(ctx, h, domain.Stream[domain.Visura](domain.VisuraCategory), domain.Visura{}, m, RequestVisura{Comune: string(comune)})
	return domain.Grounds{Actor: by, Person: g.Actor, Parties: g.Parties, At: m.At}, err
}
