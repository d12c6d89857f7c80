package admin

import (
	"context"
	"slices"
	"strings"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// RebuildModel makes a read model again from the events, by its name, beside the
// live one.
var RebuildModel = Operation[string, nothing]{name: "rebuild-model",
	entry: func(q string) (domain.AccessRecorded, error) {
		if !slices.Contains(projections.Names(), q) {
			return domain.AccessRecorded{}, domain.FieldErrorf(domain.Invalid, "model", "non c'è un elenco con questo nome: ci sono %s", strings.Join(projections.Names(), ", "))
		}
		return domain.AccessRecorded{Object: q}, nil
	},
	do: func(ctx context.Context, s *Server, _ domain.Meta, q string) (nothing, error) {
		return nothing{}, s.Rebuild(ctx, q)
	}}

// ShowProjections answers how each read model stands, and how far those are that are
// being made again.
var ShowProjections = Operation[nothing, []engine.Health]{name: "show-projections",
	do: func(ctx context.Context, s *Server, _ domain.Meta, _ nothing) ([]engine.Health, error) {
		return s.Projections(ctx)
	}}
