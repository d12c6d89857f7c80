package pages

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// registro is what the journal has of a person's own.
type registro struct {
	profileTabs
	listed
	Rows []accesso
}

// accesso is an entry as people read it.
type accesso struct {
	projections.RigaAccesso
	What, Result, Visura, As, From string
	Refused                        bool
}

// showJournal shows a page of what the person did, in whatever capacity, newest first.
func (p *Pages) showJournal(w http.ResponseWriter, r *http.Request) error {
	ctx, c := r.Context(), edge.Of(r.Context()).Caller
	v := registro{profileTabs: ownPage("/profilo/registro")}
	known, err := p.reached(r, projections.Accessi{})
	if err != nil {
		return err
	}
	v.asOf(r, known)
	page, err := p.Accessi.Page(ctx, domain.Own(c.Utente), projections.FiltroAccessi{Cursor: r.URL.Query().Get("dopo"), Limit: rowsPerPage})
	if err != nil {
		return err
	}
	if err := p.JournalRead(ctx, string(c.Utente)); err != nil {
		return err
	}
	for _, row := range page.Items {
		v.Rows = append(v.Rows, entered(row))
	}
	v.leaf(r.URL.Query(), len(page.Items), page.Next)
	return p.show(w, r, http.StatusOK, "registro", &v)
}

// entered is an entry in words.
func entered(row projections.RigaAccesso) accesso {
	a := accesso{RigaAccesso: row, What: projections.AzioneText(row.Action), Result: resultOf(row.Outcome), Refused: row.Outcome != "ok" && row.Outcome != domain.AccessBegun}
	if id, ok := strings.CutPrefix(row.Object, domain.VisuraCategory+"-"); ok {
		a.Visura = id
	}
	a.As = titles[row.Role]
	if a.From = row.Address; row.Via != "" {
		a.From = "con un applicativo"
	}
	return a
}

// resultOf is the outcome of an act in words.
func resultOf(outcome string) string {
	switch outcome {
	case "ok":
		return "riuscita"
	case domain.AccessBegun:
		return "iniziata"
	}
	return cmp.Or(edge.Reasons[outcome], edge.Kinds[outcome].Title, "Non accettata")
}
