package pages

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strconv"

	"github.com/go-chi/chi/v5"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/adapters/web/table"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// exported answers with all rows of a list as a table in the format that the address names,
// called as its file. The ids of what it shows are in the journal before that is answered.
func exported[R any](w http.ResponseWriter, r *http.Request, p *Pages, name string, columns []table.Column[R], id func(R) string, page func(ctx context.Context, reach domain.Reach, cursor string) (projections.PaginaDi[R], error)) error {
	format, err := formatOf(r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	reach, err := p.Reach(ctx)
	if err != nil {
		return err
	}
	all := table.Whole[R]{
		Format: format, Columns: columns, IDs: idsBy(id),
		Page:  func(cursor string) (projections.PaginaDi[R], error) { return page(ctx, reach, cursor) },
		Enter: func(shown ...string) error { return p.JournalRead(ctx, shown...) },
	}
	if err := all.Begin(""); err != nil {
		return err
	}
	p.HandOver(w, r, format.Kind, name+"."+format.Extension, func(lasting context.Context, w io.Writer, on func() (domain.Reach, error)) error {
		ctx = lasting
		return all.Write(w, func() (err error) { reach, err = on(); return err })
	})
	return nil
}

// formatOf is the format of a table that an address names: CSV if it names none.
func formatOf(r *http.Request) (table.Format, error) {
	named := r.URL.Query().Get("formato")
	for _, f := range table.Formats {
		if named == "" || named == f.Extension {
			return f, nil
		}
	}
	return table.Format{}, edge.NewProblem(string(domain.NotFound), edge.NothingHere)
}

// every reads a list to its end, page after page.
func every[R any](page func(cursor string) (projections.PaginaDi[R], error)) (all []R, err error) {
	for cursor, more := "", true; more; more = cursor != "" {
		p, err := page(cursor)
		if err != nil {
			return nil, err
		}
		all, cursor = append(all, p.Items...), p.Next
	}
	return all, nil
}

// profilesOf are the profiles a Comune has in use, by name; of all within reach if it is
// empty.
func (p *Pages) profilesOf(ctx context.Context, reach domain.Reach, comune domain.CodiceISTAT) ([]projections.RigaProfilo, error) {
	return every(func(cursor string) (projections.PaginaDi[projections.RigaProfilo], error) {
		return p.Profili.Page(ctx, reach, projections.FiltroProfili{Comune: comune, Cursor: cursor, Limit: projections.MaxPage})
	})
}

// bodiesOf are the Enti within reach, by name.
func (p *Pages) bodiesOf(ctx context.Context, reach domain.Reach) ([]projections.RigaEnte, error) {
	return every(func(cursor string) (projections.PaginaDi[projections.RigaEnte], error) {
		return p.Enti.Page(ctx, reach, projections.FiltroEnti{Cursor: cursor, Limit: projections.MaxPage})
	})
}

// actsOf are the acts within reach that stand in a state; in any if it is empty.
func (p *Pages) actsOf(ctx context.Context, reach domain.Reach, stato domain.StatoConvenzione) ([]projections.RigaConvenzione, error) {
	return every(func(cursor string) (projections.PaginaDi[projections.RigaConvenzione], error) {
		return p.Convenzioni.Page(ctx, reach, p.Commands.Now(), projections.FiltroConvenzioni{Stato: stato, Cursor: cursor, Limit: projections.MaxPage})
	})
}

// idsBy returns the ids of rows, each once; of what has no id nothing.
func idsBy[R any](id func(R) string) func([]R) []string {
	return func(rows []R) (ids []string) {
		told := map[string]bool{"": true}
		for _, row := range rows {
			if id := id(row); !told[id] {
				told[id], ids = true, append(ids, id)
			}
		}
		return ids
	}
}

// hand answers with a file of a media type that the browser saves.
func hand(w http.ResponseWriter, kind, disposition string, file []byte) error {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", disposition)
	w.Header().Set("Content-Length", strconv.Itoa(len(file)))
	_, _ = w.Write(file) // a client who left needs no file
	return nil
}

// object reads the id of what an address names, and has the journal know it.
func object[S any, ID interface{ Stream() domain.Stream[S] }](r *http.Request, parse func(string) (ID, error)) (ID, error) {
	id, err := parse(chi.URLParam(r, "id"))
	if err != nil {
		return id, edge.NewProblem(string(domain.NotFound), edge.NothingHere)
	}
	edge.Of(r.Context()).Object = string(id.Stream())
	return id, nil
}

// done are the facts of a history, newest first.
func done(facts []projections.Fatto) (all []told) {
	for _, f := range slices.Backward(facts) {
		all = append(all, entry(projections.Evento{Type: f.Type, At: f.At, UtenteCodice: f.UtenteCodice, Role: f.Role, Testo: f.Testo, Nota: f.Nota}))
	}
	return all
}

// apart is a form of which what was refused stands before all: the page has none of the
// fields that it is about.
func apart(problem *edge.Problem) form { return form{Problem: problem} }

// actStates are those of an act.
var actStates = map[domain.StatoConvenzione]state{
	domain.ConvenzioneAssente: {"Nessun atto", "minus-circle", "end"},
	domain.ConvenzioneBozza:   {"Bozza", "pencil", "run"},
	domain.ConvenzioneAttiva:  {"Attiva", "check-circle", "ok"},
	domain.ConvenzioneSospesa: {"Sospesa", "ban", "bad"},
	domain.ConvenzioneScaduta: {"Scaduta", "clock", "bad"},
	domain.ConvenzioneCessata: {"Cessata", "close-circle", "end"},
}

// actState is how an act stands on a day: one in force that is announced to end is near
// its end.
func actState(act domain.Convenzione, day domain.Date) (state, domain.Date) {
	atto, stato := act.InForce(day)
	if stato == domain.ConvenzioneAttiva && day.DaysUntil(atto.Al) <= domain.ConvenzioneNotices[0] {
		return state{"In scadenza", "clock", "wait"}, atto.Al
	}
	until := act.Last().Al
	if act.Last().Numero == 0 && act.Draft != nil {
		until = act.Draft.Al
	}
	return actStates[stato], until
}

// atOwn is what a page of a TOP about their Comune begins with: what they may know, and the
// Comune as it stands. The journal knows that it is about it.
func (p *Pages) atOwn(ctx context.Context) (domain.Reach, domain.Comune, error) {
	own := ownComune(ctx)
	edge.Of(ctx).Object = string(own.Stream())
	reach, err := p.Reach(ctx)
	if err != nil {
		return reach, domain.Comune{}, err
	}
	comune, err := commands.Fact(ctx, p.Commands, own.Stream())
	return reach, comune, err
}

// ownComune is the one a TOP acts at.
func ownComune(ctx context.Context) domain.CodiceISTAT { return edge.Of(ctx).Caller.Comune }

// choose marks which of a closed list an address has, and shows that as a chip, after what
// it says of it.
func (v *listed) choose(r *http.Request, name, what string, offered []option) []option {
	all := marked(offered, r.URL.Query().Get(name))
	for _, o := range all {
		if o.Chosen {
			v.chip(r, name, what+o.Text)
		}
	}
	return all
}

// chosenOf is the value that was chosen; empty if none was.
func chosenOf(offered []option) string {
	for _, o := range offered {
		if o.Chosen {
			return o.Value
		}
	}
	return ""
}
