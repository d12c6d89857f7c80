package commands

import (
	"slices"

	"github.com/visure-anagrafiche/visure/domain"
)

// ReadmitPurpose says that an inhibited purpose is current: requests may name it again.
type ReadmitPurpose struct {
	Finalita string `json:"finalita" maxLength:"40" doc:"Codice della finalità"`
	Motivo   string `json:"motivo" maxLength:"1000" doc:"Perché è ancora attuale"`
}

// Decide readmits a purpose that is inhibited; not who asks under the act themself.
func (c ReadmitPurpose) Decide(g Given[domain.Convenzione]) ([]domain.Event, error) {
	if err := agreed(g); err != nil {
		return nil, err
	}
	named := func(f domain.Finalita) bool { return f.Codice == c.Finalita }
	has := func(a domain.Atto) bool { return slices.ContainsFunc(a.Finalita, named) }
	switch {
	case !slices.ContainsFunc(g.State.Atti, has):
		return nil, domain.FieldErrorf(domain.NotFound, "finalita", "la finalità non è tra quelle dell'atto")
	case !slices.ContainsFunc(g.State.Inibite, named):
		return nil, nil
	case asks(g, g.State.Pair):
		return nil, errOwnRights
	case c.Motivo == "":
		return nil, domain.FieldErrorf(domain.Invalid, "motivo", "va indicato perché la finalità è ancora attuale")
	}
	if err := words("motivo", c.Motivo); err != nil {
		return nil, err
	}
	return []domain.Event{domain.PurposeReadmitted(c)}, nil
}
