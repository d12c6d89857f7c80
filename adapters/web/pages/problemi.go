package pages

import (
	"cmp"
	"net/http"
	"slices"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
)

// problema is one kind of problem as its page lists it.
type problema struct {
	Code, Title string
	Status      int
}

// problemi is the page that explains them.
type problemi struct {
	frame
	Rows []problema
}

// problemi explains the codes of the API's problems.
func (p *Pages) problemi(w http.ResponseWriter, r *http.Request) error {
	var rows []problema
	for code, kind := range edge.Kinds {
		rows = append(rows, problema{code, kind.Title, kind.Status})
	}
	slices.SortFunc(rows, func(a, b problema) int { return cmp.Or(cmp.Compare(a.Status, b.Status), cmp.Compare(a.Code, b.Code)) })
	return p.show(w, r, http.StatusOK, "problemi", &problemi{frame{Title: "Problemi dell’API"}, rows})
}
