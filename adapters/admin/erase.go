package admin

import (
	"context"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// Erasure names a visura and why it is erased.
type Erasure struct {
	Visura domain.VisuraID
	Basis  string // a code, as of commands.EraseVisura
}

// EraseVisura destroys the data key and the document of a visura. It is entered in
// the journal before, since the event comes last.
var EraseVisura = Operation[Erasure, nothing]{name: "erase-visura",
	entry: func(q Erasure) (domain.AccessRecorded, error) {
		id, err := domain.ParseVisuraID(string(q.Visura))
		return domain.AccessRecorded{Object: string(id.Stream())}, err
	},
	do: func(ctx context.Context, s *Server, m domain.Meta, q Erasure) (nothing, error) {
		_, err := s.Erase(ctx, q.Visura, m, commands.EraseVisura{Basis: q.Basis})
		return nothing{}, err
	}}
