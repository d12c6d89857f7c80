package commands

import (
	"slices"

	"github.com/visure-anagrafiche/visure/domain"
)

// ReleaseQuattroOcchi ends that a Comune wants a kind of grant approved by another
// person. It is the installation's alone, at the Comune's request: a TOP who could do
// it would need no other TOP.
type ReleaseQuattroOcchi struct{ Kind domain.QuattroOcchi }

// Decide ends it if it stands.
func (c ReleaseQuattroOcchi) Decide(g Given[domain.Comune]) ([]domain.Event, error) {
	if err := installs(g); err != nil {
		return nil, err
	}
	if err := entered(g); err != nil {
		return nil, err
	}
	if !g.State.Wants(c.Kind) {
		return nil, nil
	}
	rules := g.State.Regole
	rules.QuattroOcchi = slices.DeleteFunc(slices.Clone(rules.QuattroOcchi), func(o domain.QuattroOcchi) bool { return o == c.Kind })
	if len(rules.QuattroOcchi) == 0 {
		rules.QuattroOcchi = nil // as it is read back
	}
	return []domain.Event{rules}, nil
}
