package pages

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/go-chi/chi/v5"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/adapters/web/table"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
	"github.com/visure-anagrafiche/visure/projections"
)

// profili is the list of the profiles.
type profili struct {
	frame
	listed
	Rows []projections.RigaProfilo
	All  bool // those that were withdrawn too
}

// profile is the page of one profile, and of what is done with it.
type profile struct {
	frame
	ID      domain.ProfileID
	D       projections.ProfiloDettaglio
	Terms   []terms
	Told    []told
	New     bool
	Granted []grantRow
	Windows []window
	Changes []difference
	Effects consequences
	Kept    []kept // the form that was sent, to be confirmed
}

// grantRow is a type in the form of a profile.
type grantRow struct {
	Tipo, Title, Hours string
	Chosen             bool
	Modes              []option
}

// kept is a field that is sent as it is, without asking.
type kept struct{ Name, Value string }

// keep has values sent again, by their names.
func keep(values url.Values) (all []kept) {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		for _, value := range values[name] {
			all = append(all, kept{name, value})
		}
	}
	return all
}

// profili adds the pages.
func (p *Pages) profili(r chi.Router) {
	r.Get("/profili", p.acting("list-profili", top, p.showProfili))
	r.Get("/profili/esporta", p.handing("list-profili", top, p.exportProfili))
	r.Get("/profili/nuovo", p.acting("show-define-profile", top, p.showNewProfilo))
	r.Get("/profili/{id}", p.acting("read-profilo", top, p.showProfilo))
	r.Get("/profili/{id}/modifica", p.acting("read-profilo", top, p.showAmendProfilo))
	r.Post("/profili/{id}", p.acting("define-profile", top, p.defineProfile))
	r.Get("/profili/{id}/ritiro", p.acting("preview-withdraw-profile", top, p.showWithdrawProfile))
	r.Post("/profili/{id}/ritiro", p.acting("withdraw-profile", top, p.withdrawProfile))
}

// profilesWanted is the filter of an address.
func profilesWanted(r *http.Request) projections.FiltroProfili {
	q := r.URL.Query()
	return projections.FiltroProfili{Ritirati: q.Get("ritirati") == "si", Cursor: q.Get("dopo"), Limit: rowsPerPage}
}

// showProfili lists the profiles by name.
func (p *Pages) showProfili(w http.ResponseWriter, r *http.Request) error {
	ctx, filter := r.Context(), profilesWanted(r)
	v := profili{frame: frame{Title: "Profili", Here: "/profili"}, All: filter.Ritirati}
	reach, err := p.begin(r, &v.frame, projections.Profili{}, projections.Utenti{})
	if err != nil {
		return err
	}
	page, err := p.Profili.Page(ctx, reach, filter)
	if err != nil {
		return err
	}
	v.entered = p.Journal(ctx, idsBy(profileID)(page.Items)...)
	v.Rows, v.Clear = page.Items, "/profili"
	v.Odd = !filter.Ritirati && r.URL.Query().Get("ritirati") != ""
	v.Exports = exports("/profili/esporta", r.URL.Query())
	v.leaf(r.URL.Query(), len(page.Items), page.Next)
	return p.show(w, r, http.StatusOK, "profili", &v)
}

func (p *Pages) exportProfili(w http.ResponseWriter, r *http.Request) error {
	filter := profilesWanted(r)
	return exported(w, r, p, "elenco", table.Profili, profileID, func(ctx context.Context, reach domain.Reach, cursor string) (projections.PaginaDi[projections.RigaProfilo], error) {
		filter.Cursor, filter.Limit = cursor, projections.MaxPage
		return p.Profili.Page(ctx, reach, filter)
	})
}

func profileID(r projections.RigaProfilo) string { return string(r.ID) }

// profileTerms is what a profile grants, under the titles of its form.
func profileTerms(d domain.ProfileDefined) []terms {
	if d.Nome == "" {
		return []terms{{Title: "Nome"}, {Title: "Mansione"}, {Title: "Visure"}, {Title: "Orario"}, {Title: "Postazioni"}}
	}
	var tipi []string
	for _, t := range d.Tipi {
		text := documento.Title(t.Tipo)
		if t.Nazionale.Admits() {
			text += ", anche nazionale " + modeText(t.Nazionale)
		}
		tipi = append(tipi, text)
	}
	return []terms{{"Nome", lines(d.Nome)}, {"Mansione", lines(d.Mansione)}, {"Visure", tipi}, {"Orario", hoursText(d.Orario)}, {"Postazioni", lines(placeText(d.Postazione))}}
}

// definedForm is the form filled with a profile.
func definedForm(d domain.ProfileDefined) form {
	f := preset("nome", d.Nome, "mansione", d.Mansione, "postazione", string(d.Postazione))
	for _, t := range d.Tipi {
		f.values.Add("tipi", string(t.Tipo))
		f.values.Set("nazionale_"+string(t.Tipo), string(t.Nazionale.Conferma))
		f.values.Set("ore_"+string(t.Tipo), number(t.Nazionale.Ore))
	}
	f.setHours(d.Orario)
	return f
}

// parseProfile reads a profile, and says of every field what is wrong with it.
func parseProfile(f *form, comune domain.CodiceISTAT) commands.DefineProfile {
	cmd := commands.DefineProfile{Comune: comune, Nome: f.text("nome"), Mansione: f.text("mansione"), Orario: f.hours(), Postazione: domain.RegolaPostazione(f.Val("postazione"))}
	if cmd.Nome == "" {
		f.refuse("nome", "Scrivi il nome del profilo.")
	}
	for _, tipo := range f.values["tipi"] {
		cmd.Tipi = append(cmd.Tipi, domain.TipoConcesso{Tipo: domain.Tipo(tipo), Nazionale: f.mode("nazionale_"+tipo, "ore_"+tipo)})
	}
	if len(cmd.Tipi) == 0 {
		f.refuse("tipi", "Scegli almeno una visura.")
	}
	return cmd
}

// readProfilo is what the pages of a profile show of it.
func (p *Pages) readProfilo(r *http.Request) (*profile, error) {
	id, err := object(r, domain.ParseProfileID)
	if err != nil {
		return nil, err
	}
	reach, err := p.Reach(r.Context())
	if err != nil {
		return nil, err
	}
	d, err := p.Profili.One(r.Context(), reach, id)
	if err != nil {
		return nil, err
	}
	v := &profile{ID: id, D: d, Terms: profileTerms(d.ProfileDefined), Told: done(d.Storia)}
	v.frame = frame{Title: d.Nome, Here: "/profili", Path: []step{{"/profili", "Profili"}}}
	return v, p.JournalRead(r.Context())
}

func (p *Pages) showProfilo(w http.ResponseWriter, r *http.Request) error {
	known, err := p.reached(r, projections.Profili{}, projections.Utenti{})
	if err != nil {
		return err
	}
	v, err := p.readProfilo(r)
	if err != nil {
		return err
	}
	v.asOf(r, known)
	return p.show(w, r, http.StatusOK, "profilo_comune", v)
}

func (p *Pages) showNewProfilo(w http.ResponseWriter, r *http.Request) error {
	v := &profile{New: true, ID: domain.ProfileID(p.Commands.NewID())}
	return p.profiloForm(w, r, v, definedForm(domain.ProfileDefined{}), http.StatusOK)
}

func (p *Pages) showAmendProfilo(w http.ResponseWriter, r *http.Request) error {
	v, err := p.readProfilo(r)
	if err != nil {
		return err
	}
	f := definedForm(v.D.ProfileDefined)
	f.values.Set("revision", strconv.FormatUint(v.D.Revision, 10))
	return p.profiloForm(w, r, v, f, http.StatusOK)
}

// profiloForm shows the form of a profile.
func (p *Pages) profiloForm(w http.ResponseWriter, r *http.Request, v *profile, f form, status int) error {
	v.frame = frame{form: f, Title: "Definisci un profilo", Here: "/profili", Path: []step{{"/profili", "Profili"}}}
	if !v.New {
		v.Title, v.Path = "Modifica il profilo", append(v.Path, step{"/profili/" + string(v.ID), v.D.Nome})
	}
	for _, tipo := range offeredTipi() {
		v.Granted = append(v.Granted, grantRow{string(tipo), documento.Title(tipo), f.Val("ore_" + string(tipo)), f.Has("tipi", string(tipo)), modes(f.Val("nazionale_"+string(tipo)), "Solo comunale")})
	}
	v.Windows = windows(f)
	return p.show(w, r, status, "profilo_modifica", v)
}

// defineProfile carries out a change that was confirmed, or that nobody notices; any
// other it shows first.
func (p *Pages) defineProfile(w http.ResponseWriter, r *http.Request) error {
	id, err := object(r, domain.ParseProfileID)
	if err != nil {
		return err
	}
	v := &profile{New: true, ID: id}
	was, err := commands.Fact(r.Context(), p.Commands, id.Stream())
	if err != nil {
		return err
	}
	if was.Defined {
		reach, err := p.Reach(r.Context())
		if err != nil {
			return err
		}
		if !reach.Covers(domain.Object{Comune: was.Comune}) {
			return edge.NewProblem(string(domain.NotFound), edge.NothingHere)
		}
		v.New, v.D.Nome, v.D.ProfileDefined = false, was.Nome, was.ProfileDefined
	}
	f := filled(r)
	cmd := parseProfile(&f, ownComune(r.Context()))
	if len(f.Errors) > 0 || f.Val("torna") != "" {
		status := http.StatusUnprocessableEntity
		if len(f.Errors) == 0 {
			status = http.StatusOK
		}
		return p.profiloForm(w, r, v, f, status)
	}
	seen := f.Val("impronta")
	v.Effects, err = p.consequences(r.Context(), string(id), cmd, seen)
	if err == nil && v.Effects.Impronta != seen {
		return p.confirmProfile(w, r, v, f, domain.ProfileDefined(cmd), was.ProfileDefined)
	}
	var done commands.Outcome
	if err == nil {
		done, err = give(r, p, id.Stream(), f.atRevision(), cmd)
	}
	if errors.Is(err, commands.ErrMoved) {
		g := definedForm(was.ProfileDefined)
		problem := p.Refuse(r.Context(), err)
		g.Problem = problem
		g.values.Del("revision")
		return p.profiloForm(w, r, v, g, problem.Status)
	}
	if err != nil {
		return p.again(r, err, func(g form, status int) error {
			if seen != "" && g.Err("secondo") != "" {
				v.form = g
				return p.confirmProfile(w, r, v, g, domain.ProfileDefined(cmd), was.ProfileDefined)
			}
			return p.profiloForm(w, r, v, g, status)
		})
	}
	return p.onward(w, r, "/profili/"+string(id), done.Position, "Il profilo è definito: vale dalla richiesta successiva.")
}

// confirmProfile shows what a change does, and has it confirmed.
func (p *Pages) confirmProfile(w http.ResponseWriter, r *http.Request, v *profile, f form, is, was domain.ProfileDefined) error {
	v.frame = frame{form: f, Title: "Che cosa cambia", Here: "/profili", Path: []step{{"/profili", "Profili"}, {"/profili/" + string(v.ID), was.Nome}}}
	v.Changes = differences(profileTerms(was), profileTerms(is))
	again := maps.Clone(f.values)
	for _, name := range []string{formField, "impronta", "secondo", "torna"} {
		again.Del(name)
	}
	v.Kept = keep(again)
	status := http.StatusOK
	if v.Effects.Moved {
		status = http.StatusConflict
	} else if len(f.Errors) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return p.show(w, r, status, "profilo_conferma", v)
}

func (p *Pages) showWithdrawProfile(w http.ResponseWriter, r *http.Request) error {
	return p.withdrawalPage(w, r, form{}, http.StatusOK)
}

// withdrawalPage shows what the end of a profile takes.
func (p *Pages) withdrawalPage(w http.ResponseWriter, r *http.Request, f form, status int) error {
	v, err := p.readProfilo(r)
	if err != nil {
		return err
	}
	if v.Effects, err = p.consequences(r.Context(), string(v.ID), commands.WithdrawProfile{}, f.Val("impronta")); err != nil {
		return err
	}
	v.form, v.Title, v.Path = f, "Ritira il profilo", append(v.Path, step{"/profili/" + string(v.ID), v.D.Nome})
	return p.show(w, r, status, "profilo_ritiro", v)
}

// withdrawProfile ends a profile whose effects are those that were shown.
func (p *Pages) withdrawProfile(w http.ResponseWriter, r *http.Request) error {
	id, err := object(r, domain.ParseProfileID)
	if err != nil {
		return err
	}
	f := filled(r)
	cmd := commands.WithdrawProfile{Motivo: f.text("motivo")}
	_, digest, err := p.Effects(r.Context(), string(id), cmd)
	if err == nil && digest != f.Val("impronta") {
		return p.withdrawalPage(w, r, f, http.StatusConflict)
	}
	var done commands.Outcome
	if err == nil {
		done, err = send(r, p, id.Stream(), f.atRevision(), cmd)
	}
	if err != nil {
		return p.again(r, err, func(f form, status int) error { return p.withdrawalPage(w, r, f, status) })
	}
	return p.onward(w, r, "/profili/"+string(id), done.Position, "Il profilo è ritirato: non concede più nulla a nessuno.")
}
