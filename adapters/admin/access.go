package admin

import (
	"context"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// mostEntries is how many entries are shown at once.
const mostEntries = 1000

// ListUnknown answers with the last entries of the journal of nobody: what was tried by
// who is not known, at no account. The question is how many.
var ListUnknown = Operation[int, []projections.VoceIgnota]{name: "list-unknown-access",
	entry: func(last int) (domain.AccessRecorded, error) {
		if last < 1 || last > mostEntries {
			return domain.AccessRecorded{}, domain.FieldErrorf(domain.Invalid, "last", "si mostrano da 1 a %d voci", mostEntries)
		}
		return domain.AccessRecorded{}, nil
	},
	do: func(ctx context.Context, s *Server, _ domain.Meta, last int) ([]projections.VoceIgnota, error) {
		return s.Unknown(ctx, last)
	}}
