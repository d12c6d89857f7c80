package pages

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"
	"golang.org/x/sync/errgroup"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/adapters/web/table"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
	"github.com/visure-anagrafiche/visure/projections"
)

// richieste is the list of what the caller has asked for, or of what was asked for by a
// request about many people.
type richieste struct {
	frame
	listed
	Rows     []rigaRichiesta
	Tabs     []tab
	Stati    []option
	Tipi     []option
	Filtered bool
	Asks     bool        // the caller has a list of their own, besides those of requests about many people
	Monitors *monitoring // what the list of others' requests has besides; nil: it is the caller's own
	Down     bool        // the list cannot be read now
	Again    string      // where to look again, then

	status int // of the answer
}

// Address is where the list stands.
func (v *richieste) Address() string {
	if v.Monitors != nil {
		return "/monitoraggio"
	}
	return "/richieste"
}

// rigaRichiesta is a row, what is asked for in words, and whether its document is the
// caller's to obtain.
type rigaRichiesta struct {
	R      projections.RigaElenco
	Titolo string
	Fetch  bool
}

// listed is a page of a list: its filters and where the others are.
type listed struct {
	Chips       []chip
	Odd         bool // a filter was not understood, and was left out
	First, Last int  // number of the first and the last row shown
	Newer       string
	Older       string
	Start       string // the first page; empty where it is shown, or is Newer
	Clear       string // the list without filters
	Exports     []export
}

// export is where all that the filters let through is a file.
type export struct{ Href, Text string }

// tab is a saved filter. Count is how many rows it has, or that they are more than are
// counted; empty for none, and where they are not.
type tab struct {
	Href, Text string
	Count      string
	Here       bool
}

// option is one of a closed list.
type option struct {
	Value, Text string
	Chosen      bool
}

// marked are options of which those with a value are chosen.
func marked(offered []option, value string) []option {
	all := slices.Clone(offered)
	for i := range all {
		all[i].Chosen = all[i].Value == value
	}
	return all
}

// chip is a filter that is in force, and the list without it.
type chip struct{ Text, Without string }

// rowsPerPage is how many rows a page of a list has.
const rowsPerPage = 25

// richieste adds the page.
func (p *Pages) richieste(r chi.Router) {
	r.Get("/richieste", p.acting("list-visure", monitors, p.showRichieste))
	r.Get("/richieste/esporta", p.handing("list-visure", monitors, p.exportRichieste))
	r.Post("/richieste/persona", p.acting("search-person", operators, p.searchPerson))
	r.Get("/trova", p.acting("show-search", anyRole, p.showSearch))
	r.Post("/trova", p.acting("search", anyRole, p.search))
}

// statuses are those of a visura, in the order in which lists offer them.
var statuses = []domain.Status{
	domain.Awaiting, domain.InProgress, domain.Issued, domain.Revoked, domain.NotIssuable, domain.Rejected, domain.Withdrawn, domain.Lapsed, domain.Expired, domain.Failed,
}

// vista is a tab of the list, counted up to so many rows; 0: it is not.
type vista struct {
	code, title string
	filter      projections.Filter
	counted     int
}

// mostCounted is up to how many rows are counted, where nothing wants more.
const mostCounted = 99

var viste = []vista{
	{"", "Tutte", projections.Filter{}, 0},
	{"da-scaricare", "Da scaricare", projections.Filter{ToDownload: true}, mostCounted},
	{"attesa", "In attesa", projections.Filter{Status: []domain.Status{domain.Awaiting, domain.InProgress}}, mostCounted},
	{"senza-documento", "Senza documento", projections.Filter{Status: []domain.Status{domain.Revoked, domain.NotIssuable, domain.Rejected, domain.Withdrawn, domain.Lapsed, domain.Expired, domain.Failed}}, 0},
}

// showRichieste shows a page of the list, newest first.
func (p *Pages) showRichieste(w http.ResponseWriter, r *http.Request) error {
	return p.ownRichieste(w, r, form{}, http.StatusOK)
}

// ownRichieste shows the list, with what is wrong with the person that was searched for.
func (p *Pages) ownRichieste(w http.ResponseWriter, r *http.Request, f form, status int) error {
	v := richieste{frame: frame{Title: "Le mie richieste", Here: "/richieste"}, status: status}
	filter, err := v.read(p, r)
	if err != nil {
		return err
	}
	v.Errors = f.Errors
	if id := filter.Massiva; id != "" {
		v.Title, v.Here, v.Path = "Visure della richiesta massiva", "/massive", []step{{"/massive", "Richieste massive"}, {"/massive/" + string(id), "Richiesta massiva"}}
	}
	reach, err := p.begin(r, &v.frame, projections.Elenco{})
	if err != nil {
		return err
	}
	return p.showVisure(w, r, &v, reach, filter, viste)
}

// showVisure shows a page of a list of requests, with its tabs.
func (p *Pages) showVisure(w http.ResponseWriter, r *http.Request, v *richieste, reach domain.Reach, filter projections.Filter, views []vista) error {
	ctx, c := r.Context(), edge.Of(r.Context()).Caller
	filter.Limit = rowsPerPage
	counting, beside := errgroup.WithContext(ctx)
	counting.Go(func() (err error) { v.Tabs, err = p.tabs(beside, reach, r.URL, filter, views); return err })
	page, err := p.Elenco.Page(ctx, reach, filter)
	if err := errors.Join(err, counting.Wait()); err != nil {
		return p.withoutRows(w, r, v, err)
	}
	shown := idsBy(visuraID)(page.Items)
	v.entered = p.Journal(ctx, shown...)
	for _, row := range page.Items {
		fetch := row.Status == domain.Issued && !row.Soggetto.Cancellato && row.Requester == c.Utente
		v.Rows = append(v.Rows, rigaRichiesta{row, documento.Title(row.Tipo), fetch})
	}
	v.turn(r.URL.Query(), len(page.Items), page.Previous, page.Next)
	return p.show(w, r, v.status, "richieste", v)
}

// withoutRows shows a list that cannot be read now: the filters stay.
func (p *Pages) withoutRows(w http.ResponseWriter, r *http.Request, v *richieste, err error) error {
	problem := p.Refuse(r.Context(), err)
	if problem.Status != http.StatusServiceUnavailable {
		return problem
	}
	maps.Copy(w.Header(), problem.GetHeaders())
	v.Down, v.Again, v.Exports = true, r.URL.RequestURI(), nil
	return p.show(w, r, http.StatusServiceUnavailable, "richieste", v)
}

// tabs are the views of the requests of a filter's Ente, requester and request about many,
// counted where that is of use.
func (p *Pages) tabs(ctx context.Context, reach domain.Reach, at *url.URL, of projections.Filter, views []vista) (all []tab, err error) {
	var wanted []projections.Filter
	most := 0
	for _, view := range views {
		if view.counted > 0 {
			view.filter.Ente, view.filter.Requester, view.filter.Massiva = of.Ente, of.Requester, of.Massiva
			wanted, most = append(wanted, view.filter), max(most, view.counted+1)
		}
	}
	counts, err := p.Elenco.Counts(ctx, reach, most, wanted...)
	if err != nil {
		return nil, err
	}
	for _, view := range views {
		one := tab{Href: without(at, "vista", view.code), Text: view.title, Here: at.Query().Get("vista") == view.code}
		if view.counted > 0 {
			one.Count, counts = shownCount(counts[0], view.counted), counts[1:]
		}
		all = append(all, one)
	}
	return all, nil
}

// shownCount is a number of rows of which some at most were counted.
func shownCount(rows, most int) string {
	switch {
	case rows == 0:
		return ""
	case rows <= most:
		return figure(rows)
	case most == mostCounted:
		return "99+"
	}
	return "oltre " + figure(most)
}

// read is the filter of an address: the caller's own, or those of a request about many
// people that they may see; who makes none has the latter alone. What is not understood is
// left out, and said.
func (v *richieste) read(p *Pages, r *http.Request) (f projections.Filter, err error) {
	q := r.URL.Query()
	v.values, v.Clear, v.Asks = q, "/richieste", slices.Contains(operators, edge.Of(r.Context()).Caller.Role)
	names := []string{"stato", "tipo", "dal", "al", "pratica", "persona"}
	switch id, err := domain.ParseMassivaID(q.Get("massiva")); {
	case err == nil && v.Asks:
		f.Massiva, names = id, append(names, "massiva")
		v.chip(r, "massiva", "Richiesta massiva")
	case err == nil:
		f.Massiva, v.Clear = id, "/richieste?massiva="+string(id)
	case v.Asks:
		f.Requester, names = edge.Of(r.Context()).Caller.Utente, append(names, "massiva")
	default:
		return f, edge.NewProblem(string(domain.NotFound), edge.NothingHere)
	}
	v.narrow(p, r, &f, viste, names)
	v.Filtered = v.Filtered || !v.Asks
	v.Exports = exports("/richieste/esporta", q)
	return f, nil
}

// narrow reads what every list of requests may be narrowed by; names are all that a list may
// be.
func (v *richieste) narrow(p *Pages, r *http.Request, f *projections.Filter, views []vista, names []string) {
	q := r.URL.Query()
	if i := slices.IndexFunc(views, func(o vista) bool { return o.code == q.Get("vista") }); i >= 0 {
		f.Status, f.ToDownload = views[i].filter.Status, views[i].filter.ToDownload
		f.Ambito = cmp.Or(f.Ambito, views[i].filter.Ambito)
	} else {
		v.Odd = true
	}
	for _, s := range statuses {
		chosen := q.Get("stato") == string(s)
		v.Stati = append(v.Stati, option{string(s), states[s].Text, chosen})
		if chosen {
			f.Status = []domain.Status{s}
			v.chip(r, "stato", states[s].Text)
		}
	}
	for _, tipo := range documento.Tipi() {
		chosen := q.Get("tipo") == string(tipo)
		v.Tipi = append(v.Tipi, option{string(tipo), documento.Title(tipo), chosen})
		if chosen {
			f.Tipo = []domain.Tipo{tipo}
			v.chip(r, "tipo", documento.Title(tipo))
		}
	}
	f.From, f.To = v.period(r, domain.ItalianDay(p.Commands.Now()))
	if f.Pratica = strings.TrimSpace(q.Get("pratica")); f.Pratica != "" {
		v.chip(r, "pratica", "Pratica "+f.Pratica)
	}
	if key := q.Get("persona"); key != "" && (v.Asks || v.Monitors != nil) {
		if cf, ok := searched(edge.Of(r.Context()).Caller.Secret, key); ok {
			f.SubjectToken = p.Commands.Secrets.SubjectToken(domain.Soggetto{CodiceFiscale: cf})
			v.chip(r, "persona", string(cf))
		} else {
			v.Odd = true
		}
	}
	v.Odd = v.Odd || len(v.Chips) < filters(q, names...)
	v.Filtered = len(v.Chips) > 0 || q.Get("vista") != ""
	f.Cursor, f.Newer = q.Get("dopo"), q.Get("prima")
	told := *f
	if v.Monitors == nil {
		told.Requester = "" // who reads it
	}
	edge.Of(r.Context()).Filters = told.Named()
}

// exportRichieste answers with all requests that the filter of the list lets through.
func (p *Pages) exportRichieste(w http.ResponseWriter, r *http.Request) error {
	var v richieste
	filter, err := v.read(p, r)
	if err != nil {
		return err
	}
	return p.exportVisure(w, r, "richieste", filter)
}

// exportVisure answers with all requests that a filter lets through.
func (p *Pages) exportVisure(w http.ResponseWriter, r *http.Request, name string, filter projections.Filter) error {
	filter.Newer = ""
	return exported(w, r, p, name, table.Visure, visuraID, func(ctx context.Context, reach domain.Reach, cursor string) (projections.PaginaDi[projections.RigaElenco], error) {
		filter.Cursor = cursor
		return p.Elenco.Whole(ctx, reach, filter)
	})
}

func visuraID(r projections.RigaElenco) string { return string(r.ID) }

// filters is how many of some parameters an address has.
func filters(q url.Values, names ...string) (n int) {
	for _, name := range names {
		if strings.TrimSpace(q.Get(name)) != "" {
			n++
		}
	}
	return n
}

// chip shows a filter that is in force.
func (v *listed) chip(r *http.Request, name, text string) {
	v.Chips = append(v.Chips, chip{text, without(r.URL, name, "")})
}

// exports are where a list is a table at a path, in each format, with the filters of an
// address.
func exports(path string, q url.Values) (all []export) {
	for _, f := range table.Formats {
		to := filtersOf(q)
		to.Set("formato", f.Extension)
		all = append(all, export{path + "?" + to.Encode(), strings.ToUpper(f.Extension)})
	}
	return all
}

// turn says which rows are shown, and where the pages around are.
func (v *listed) turn(q url.Values, rows int, newer, older string) {
	v.number(q, rows)
	if newer != "" {
		v.Newer = paged(q, "prima", newer, max(v.First-rowsPerPage, 1))
	}
	if older != "" {
		v.Older = paged(q, "dopo", older, v.Last+1)
	}
}

// number says which rows are shown.
func (v *listed) number(q url.Values, rows int) {
	first, err := strconv.Atoi(q.Get("riga"))
	if err != nil || first < 1 {
		first = 1
	}
	v.First, v.Last = first, first+rows-1
}

// longestTrail is how many pages an address leads back at most.
const longestTrail = 20

// leaf is turn for a list that is read forwards alone: an address tells by which pages one
// came to its page, the first of which has no cursor.
func (v *listed) leaf(q url.Values, rows int, next string) {
	v.number(q, rows)
	trail, here := q["da[]"], q.Get("dopo")
	if next != "" {
		on := append(slices.Clone(trail), here)
		v.Older = trailed(q, on[max(len(on)-longestTrail, 0):], next, v.Last+1)
	}
	if here == "" {
		return
	}
	first := "?" + filtersOf(q).Encode()
	switch n := len(trail); {
	case n == 0:
		v.Start = first
	case trail[n-1] == "":
		v.Newer = first
	default:
		v.Start, v.Newer = first, trailed(q, trail[:n-1], trail[n-1], max(v.First-rowsPerPage, 1))
	}
}

// trailed is the address of a page behind a cursor, to which others lead.
func trailed(q url.Values, trail []string, cursor string, first int) string {
	q = filtersOf(q)
	q["da[]"] = trail
	q.Set("dopo", cursor)
	q.Set("riga", strconv.Itoa(first))
	return "?" + q.Encode()
}

func paged(q url.Values, way, cursor string, first int) string {
	to := filtersOf(q)
	to.Set(way, cursor)
	to.Set("riga", strconv.Itoa(first))
	return "?" + to.Encode()
}

// filtersOf is what an address has but for which page is wanted.
func filtersOf(q url.Values) url.Values {
	filters := maps.Clone(q)
	for _, of := range []string{"dopo", "prima", "da[]", "riga", "at_least", "formato"} {
		filters.Del(of)
	}
	return filters
}

// without is an address with another value of a parameter, from the first page on; an
// empty one is left out.
func without(at *url.URL, name, value string) string {
	q := filtersOf(at.Query())
	if q.Del(name); value != "" {
		q.Set(name, value)
	}
	if len(q) == 0 {
		return at.Path
	}
	return at.Path + "?" + q.Encode()
}

// searchPerson narrows the list to a person, who does not stand in its address.
func (p *Pages) searchPerson(w http.ResponseWriter, r *http.Request) error {
	return p.personOr(w, r, "/richieste", p.ownRichieste)
}

// personOr leads to a list of what was asked about the person that a form names, or shows
// the list with what is wrong with it.
func (p *Pages) personOr(w http.ResponseWriter, r *http.Request, list string, page func(http.ResponseWriter, *http.Request, form, int) error) error {
	err := p.toPerson(w, r, list, r.PostForm.Get("codice_fiscale"))
	if domain.CodeOf(err) != domain.Invalid {
		return err
	}
	f, x := form{}.refused(p.Refuse(r.Context(), err)), edge.Of(r.Context())
	search := x.Action
	x.Action = "list-visure" // what is shown is the list; what is refused is the search
	defer func() { x.Action = search }()
	return page(w, r, f, http.StatusUnprocessableEntity)
}

// toPerson leads to a list of what was asked about a person. That they are searched for is
// in the journal, whether or not something is found.
func (p *Pages) toPerson(w http.ResponseWriter, r *http.Request, list, text string) error {
	cf, err := domain.ParseCodiceFiscale(compact(text))
	if err != nil {
		return err
	}
	key, err := personOf(edge.Of(r.Context()).Caller.Secret, cf)
	if err != nil {
		return err
	}
	if err := p.JournalRead(r.Context()); err != nil {
		return err
	}
	http.Redirect(w, r, list+"?"+url.Values{"persona": {key}}.Encode(), http.StatusSeeOther)
	return nil
}

// trova is the page of the search, for who has no room for it above every page.
type trova struct{ frame }

func (p *Pages) showSearch(w http.ResponseWriter, r *http.Request) error {
	return p.show(w, r, http.StatusOK, "trova", &trova{frame{Title: "Cerca", Here: "/trova"}})
}

// searchedIn is the list in which each role finds a person and a practice.
var searchedIn = map[domain.Role]string{domain.RoleStandard: "/richieste", domain.RoleAdmin: "/richieste", domain.RoleTop: "/monitoraggio"}

// search leads to what was typed: the number of a document to its visura, a codice
// fiscale to what was asked about the person, what may be a practice to it. What may be
// a person's name leads nowhere, as an address would keep it.
func (p *Pages) search(w http.ResponseWriter, r *http.Request) error {
	text := strings.TrimSpace(r.PostForm.Get("q"))
	numero, err := domain.ParseCIUV(text)
	numbered := err == nil
	if numbered {
		reach, err := p.Reach(r.Context())
		if err != nil {
			return err
		}
		if id, err := p.Elenco.Numbered(r.Context(), reach, numero); err == nil {
			http.Redirect(w, r, "/visure/"+string(id)+holding(reach, numero), http.StatusSeeOther)
			return nil
		} else if domain.CodeOf(err) != domain.NotFound {
			return err
		}
	}
	list := searchedIn[edge.Of(r.Context()).Caller.Role]
	if _, err := domain.ParseCodiceFiscale(compact(text)); err == nil && list != "" {
		return p.toPerson(w, r, list, text)
	}
	if list != "" && (numbered || practice(text)) {
		http.Redirect(w, r, list+"?"+url.Values{"pratica": {text}}.Encode(), http.StatusSeeOther)
		return nil
	}
	f := filled(r)
	f.refuse("q", "Nessuna visura con questo numero, fra quelle che puoi vedere. Si cerca per numero intero, pratica o codice fiscale, non per nome.")
	return p.show(w, r, http.StatusUnprocessableEntity, "trova", &trova{frame{form: f, Title: "Cerca", Here: "/trova"}})
}

// holding is what an address says of the document that somebody has at hand, who may not see
// its visura without.
func holding(reach domain.Reach, numero domain.CIUV) string {
	if reach.Officer == "" {
		return ""
	}
	return "?" + url.Values{"numero": {string(numero)}}.Encode()
}

// practice says whether a text may be the number of a practice, and is not a codice
// fiscale that was mistyped.
func practice(text string) bool {
	_, err := domain.ParseNumeroPratica(text)
	return err == nil && !mistyped.MatchString(compact(text))
}

var mistyped = regexp.MustCompile(`(?i)^[a-z]{5,6}[0-9a-z]{9,11}$`)
