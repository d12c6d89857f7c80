package admin

import (
	"context"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// Reconcile counts again by the events, and answers where the statistics differ.
var Reconcile = Operation[nothing, []projections.Differenza]{name: "reconcile",
	do: func(ctx context.Context, s *Server, _ domain.Meta, _ nothing) ([]projections.Differenza, error) {
		return s.Reconcile(ctx)
	}}
