package api

import (
	"net/url"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/domain"
)

// queryProblem refuses an address whose query cannot be read, or gives twice what is
// given once: which of two would be meant?
func queryProblem(op *huma.Operation, query string) *edge.Problem {
	values, err := url.ParseQuery(query)
	if err != nil {
		return edge.NewProblem(edge.Malformed, "I parametri dell'indirizzo non sono leggibili.", edge.Offender{Field: "query", Message: "non leggibile"})
	}
	for name, given := range values {
		repeatable := slices.ContainsFunc(op.Parameters, func(p *huma.Param) bool { return p.Name == name && p.Explode != nil && *p.Explode })
		if len(given) > 1 && !repeatable {
			return edge.NewProblem(string(domain.Invalid), "Un parametro è indicato più volte.", edge.Offender{Field: bounded(name), Message: "indicato più volte", Foreign: true})
		}
	}
	return nil
}
