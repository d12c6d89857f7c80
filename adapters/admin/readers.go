package admin

import (
	"context"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// AdmitReader lets a role of PostgreSQL read the views for dashboards.
var AdmitReader = Operation[projections.ReportReader, nothing]{name: "admit-reader",
	entry: func(q projections.ReportReader) (domain.AccessRecorded, error) {
		return domain.AccessRecorded{Object: q.Ruolo}, nil
	},
	do: func(ctx context.Context, s *Server, _ domain.Meta, q projections.ReportReader) (nothing, error) {
		return nothing{}, s.Readers.Admit(ctx, q)
	}}

// DismissReader ends that.
var DismissReader = Operation[string, nothing]{name: "dismiss-reader",
	entry: func(q string) (domain.AccessRecorded, error) { return domain.AccessRecorded{Object: q}, nil },
	do: func(ctx context.Context, s *Server, _ domain.Meta, q string) (nothing, error) {
		return nothing{}, s.Readers.Dismiss(ctx, q)
	}}

// ListReaders answers which roles may read what.
var ListReaders = Operation[nothing, []projections.ReportReader]{name: "list-readers",
	do: func(ctx context.Context, s *Server, _ domain.Meta, _ nothing) ([]projections.ReportReader, error) {
		return s.Readers.All(ctx)
	}}
