package admin

import (
	"context"
	"fmt"

	"github.com/visure-anagrafiche/visure/domain"
)

// Health is how the installation fares.
type Health struct {
	Parts   map[string]string // by part: empty is well, else what ails it
	Missing []string          // what must be there before a visura can be asked for
}

// ShowHealth answers how each part fares, also before the installation has begun.
var ShowHealth = Operation[nothing, Health]{name: "show-health", open: true, do: func(ctx context.Context, s *Server, _ domain.Meta, _ nothing) (Health, error) {
	h := Health{Parts: map[string]string{}}
	for part, ill := range s.Health(ctx) {
		h.Parts[part] = ""
		if ill != nil {
			h.Parts[part] = ill.Error()
		}
	}
	var err error
	if h.Missing, err = s.Missing(ctx); err == nil && len(h.Missing) == 0 {
		h.Missing, err = s.unready(ctx)
	}
	if err != nil {
		h.Parts["administration"] = err.Error()
	}
	return h, nil
}}

// unready says of each Comune what it lacks.
func (s *Server) unready(ctx context.Context) (missing []string, err error) {
	comuni, err := s.Comuni(ctx)
	if err != nil {
		return nil, err
	}
	for _, istat := range comuni {
		c, err := registered(ctx, s, istat)
		if err != nil {
			return nil, err
		}
		if c.Collegamento.Version == 0 {
			missing = append(missing, fmt.Sprintf("il collegamento ad ANPR del Comune %s: «visure admin comune connect»", istat))
		}
		if len(c.Tops) == 0 {
			missing = append(missing, fmt.Sprintf("il responsabile (TOP) del Comune %s: «visure admin top name»", istat))
		}
	}
	return missing, nil
}
