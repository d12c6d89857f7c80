package pages

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/adapters/web/table"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
	"github.com/visure-anagrafiche/visure/projections"
)

// massive is the list of the requests about many people that the caller may see.
type massive struct {
	frame
	listed
	Rows    []massivaRow
	Asks    bool          // the caller may make one
	Refused *domain.Error // why who asks for visure may not
}

// massivaRow is one of the list.
type massivaRow struct {
	projections.RigaMassiva
	State state
	Kind  string // title of its type
	Own   bool
}

// massive adds the pages.
func (p *Pages) massive(r chi.Router) {
	r.Get("/massive", p.acting("list-massive", anyRole, p.showMassive))
	r.Get("/massive/nuova", p.acting("show-request-massiva", operators, p.showNewMassiva))
	r.Post("/massive/nuova", p.uploading("request-massiva", operators, p.requestMassiva))
	for _, f := range table.Formats {
		r.Get("/massive/modello."+f.Extension, p.handing("show-request-massiva", operators, modelOfPeople(f)))
	}
	r.Get("/massive/{id}", p.acting("read-massiva", anyRole, p.showMassiva))
	r.Get("/massive/{id}/stato", p.glancing("read-massiva", anyRole, p.showMassivaState))
	r.Get("/massive/{id}/documenti", p.handing("download-massiva", operators, p.downloadMassiva))
	r.Post("/massive/{id}/ripresa", p.acting("resume-massiva", operators, p.resumeMassiva))
	r.Post("/massive/{id}/ritiro", p.acting("withdraw-massiva", withdrawers, p.withdrawMassiva))
}

// withdrawers are the roles that may end a request about many: who makes them, and who
// administers those.
var withdrawers = roles{domain.RoleStandard, domain.RoleAdmin, domain.RoleTop}

// showMassive shows a page of the list, newest first.
func (p *Pages) showMassive(w http.ResponseWriter, r *http.Request) error {
	ctx, c := r.Context(), edge.Of(r.Context()).Caller
	v := massive{frame: frame{Title: "Richieste massive", Here: "/massive"}, listed: listed{Clear: "/massive"}}
	reach, err := p.begin(r, &v.frame, projections.Massive{})
	if err != nil {
		return err
	}
	page, err := p.Massive.Page(ctx, reach, projections.FiltroMassive{Cursor: r.URL.Query().Get("dopo"), Limit: rowsPerPage})
	if err != nil {
		return err
	}
	v.entered = p.Journal(ctx, idsBy(massivaID)(page.Items)...)
	for _, row := range page.Items {
		v.Rows = append(v.Rows, massivaRow{row, massivaState(row), documento.Title(row.Tipo), row.Requester == c.Utente})
	}
	v.turn(r.URL.Query(), len(page.Items), "", page.Next)
	if reach.Requests {
		if v.Asks, v.Refused, err = p.asksMany(r); err != nil {
			return err
		}
	}
	return p.show(w, r, http.StatusOK, "massive", &v)
}

func massivaID(r projections.RigaMassiva) string { return string(r.ID) }

// asksMany says whether the caller may ask about many people at one of their Comuni, else
// why not at the last of them.
func (p *Pages) asksMany(r *http.Request) (may bool, refused *domain.Error, err error) {
	for _, comune := range p.comuni(r.Context()) {
		grounds, err := commands.Grounds(r.Context(), p.Commands, edge.Of(r.Context()).Caller.Actor, comune.ISTAT)
		if err != nil {
			return false, nil, err
		}
		for _, tipo := range offeredTipi() {
			var right domain.Right
			if right, refused = grounds.Right(tipo); refused != nil {
				continue
			}
			if _, refused = grounds.Massive(right); refused == nil {
				return true, nil, nil
			}
			break
		}
	}
	return false, refused, nil
}

// massivaState is how a request about many stands.
func massivaState(r projections.RigaMassiva) state {
	if r.Stato == domain.StatoInProgress && r.ResumeAt != nil {
		return state{"In pausa", "clock", "wait"}
	}
	return massivaStates[r.Stato]
}

var massivaStates = map[domain.StatoMassiva]state{
	domain.StatoInProgress: {"In corso", "refresh", "run"},
	domain.StatoStopped:    {"Ferma", "warning-circle", "bad"},
	domain.StatoWithdrawn:  {"Ritirata", "restore", "end"},
	domain.StatoCompleted:  {"Tutte chieste", "check-circle", "ok"},
}
