package pages

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// frame is what stands around every page. A page gives the first fields, the rest is
// completed before it is shown.
type frame struct {
	form
	Title   string // of the window; it names no person, as browsers keep it
	Here    string // address of the item of the navigation the page belongs to
	Path    []step // above the page, from its register on
	Late    string // where to look again, if what is shown does not have the last change yet
	Untaken bool   // what was sent is not taken, and no field is wrong

	Environment string // why documents are of no value; empty: they are
	Comune      string // name of the one the caller acts at or for
	User        *user  // nil: nobody has signed in
	Nav         []group
	Proposed    int // workstations that await that the caller authorises them, likewise
	Waiting     int // requests that await the caller in the queue, 100 or more for more than 99; 0 also for who has none
	Situazioni  []situation
	Avvisi      []banner
	Blocchi     []stopped
	Flash       string
	Modulo      string // token of the page's forms
	Ends        int    // seconds until the session does; 0: there is none
	Elevate     bool   // what gives rights wants the second factor once more
	Keys        bool   // keys without Ctrl do something
	Now         string

	entered func() error // waits until the journal knows that this is read; nil: it does, or nothing is
}

// Frame is what stands around a page, for templates: they look up what is embedded, such
// as the frame in a page, anew at every mention.
func (f *frame) Frame() *frame { return f }

// step is a page above this one.
type step struct{ Href, Text string }

// user is who has signed in, and the capacity they act in.
type user struct {
	Name, Code, Role, At string
	Asks                 bool // may ask for visure
	Several              bool // may act in other capacities
}

// group is a part of the navigation.
type group struct {
	Title string
	Items []item
	atOwn bool // for roles at the Comune itself alone
}

// item leads to a page.
type item struct {
	Href, Icon, Text string
	roles            roles
}

// roles are those a page is for.
type roles []domain.Role

var (
	anyRole        = roles{domain.RoleStandard, domain.RoleAdmin, domain.RoleAnagrafe, domain.RoleTop, domain.RoleAuditor}
	operators      = roles{domain.RoleStandard, domain.RoleAdmin}
	monitors       = roles{domain.RoleStandard, domain.RoleAdmin, domain.RoleTop, domain.RoleAuditor} // of visure, whether they waited or not
	administrators = roles{domain.RoleAdmin, domain.RoleTop}
	top            = roles{domain.RoleTop}
	admin          = roles{domain.RoleAdmin}
	office         = roles{domain.RoleTop, domain.RoleAuditor}
)

// navigation is every page that is led to from all others: a line each.
var navigation = []group{
	{"Lavoro", []item{
		{"/nuova", "plus-circle", "Nuova richiesta", operators},
		{"/richieste", "list", "Le mie richieste", operators},
		{"/coda", "clock", "Coda di conferma", officers},
		{"/monitoraggio", "search", "Monitoraggio", administrators},
		{"/massive", "files", "Richieste massive", anyRole},
		{"/attivita", "restore", "Attività", administrators},
		{"/allarmi", "warning-circle", "Allarmi", administrators},
		{"/statistiche", "chart-line", "Statistiche", administrators},
	}, false},
	{"Accessi", []item{
		{"/enti", "folder", "Enti e convenzioni", top},
		{"/utenti", "user", "Utenti", top},
		{"/profili", "card", "Profili", top},
		{"/postazioni", "plug", "Postazioni", top},
		{"/ricertificazione", "check-circle", "Ricertificazione", top},
	}, false},
	{"Comune", []item{
		{"/regole", "pa", "Regole e recapiti", top},
		{"/anpr", "link", "Collegamento ANPR", top},
		{"/modelli", "print", "Modelli documento", office},
		{"/avvisi", "horn", "Avvisi", top},
	}, true},
	{"Ente", []item{
		{"/utenti", "user", "Utenti", admin},
		{"/convenzione", "folder", "Convenzione", admin},
		{"/postazioni", "plug", "Postazioni", admin},
		{"/ricertificazione", "check-circle", "Ricertificazione", admin},
	}, false},
	{"Aiuto", []item{
		{"/profilo", "user", "Il mio profilo", anyRole},
		{"/verifica", "check-circle", "Verifica documento", anyRole},
		{"/guida", "help-circle", "Guida", anyRole},
	}, false},
}

// homes is where each role begins.
var homes = map[domain.Role]string{
	domain.RoleStandard: "/nuova", domain.RoleAdmin: "/utenti", domain.RoleTop: "/utenti",
	domain.RoleAnagrafe: "/coda",
}

// homeOf is where a role begins; who acts in none chooses one.
func homeOf(role domain.Role) string {
	if role == "" {
		return "/ruolo"
	}
	return cmp.Or(homes[role], "/profilo")
}

// home leads to where the caller begins; who is not known may verify a document.
func (p *Pages) home(w http.ResponseWriter, r *http.Request) error {
	to, c := "/verifica", edge.Of(r.Context()).Caller
	if c.SignedIn {
		to = homeOf(c.Role)
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// navigationOf is what somebody is led to.
func navigationOf(by domain.Actor) (all []group) {
	for _, g := range navigation {
		var items []item
		for _, i := range g.Items {
			if slices.Contains(i.roles, by.Role) && (by.Ente == "" || !g.atOwn) {
				items = append(items, i)
			}
		}
		if items != nil {
			all = append(all, group{Title: g.Title, Items: items})
		}
	}
	return all
}

// pending is how many of what await somebody behind an item of the navigation.
type pending struct {
	Count int
	What  string
}

// Counted is what awaits the caller at an address.
func (f *frame) Counted(href string) pending {
	switch href {
	case "/coda":
		return pending{f.Waiting, "in attesa"}
	case "/postazioni":
		return pending{f.Proposed, "da autorizzare"}
	}
	return pending{}
}

// waiting is how many requests await somebody in the queue, 100 for more than 99.
func (p *Pages) waiting(ctx context.Context, role domain.Role) int {
	if !slices.Contains(officers, role) {
		return 0
	}
	reach, err := p.Reach(ctx)
	if err != nil {
		return 0
	}
	n, _ := p.Elenco.CountWaiting(ctx, reach, 100) // 0 where it cannot be told
	return n
}

// titles are the roles as people know them.
var titles = map[domain.Role]string{
	domain.RoleStandard: "Operatore", domain.RoleAdmin: "Amministratore dell’Ente", domain.RoleTop: "Anagrafe (TOP)",
	domain.RoleAnagrafe: "Ufficiale d’anagrafe", domain.RoleAuditor: "Revisore",
}

// complete makes what stands around a page. What cannot be read is left out: a page
// that fails is shown in a frame too.
func (p *Pages) complete(w http.ResponseWriter, r *http.Request, f *frame) {
	ctx, c := r.Context(), edge.Of(r.Context()).Caller
	f.Environment, f.Now, f.Keys = p.Environment, moment(p.Commands.Now()), p.choices(r).Get("tasti") != "no"
	f.Flash = p.flash(w, r)
	if !c.SignedIn {
		return
	}
	f.Modulo, f.Ends = tokenOf(c.Secret), int(p.sessionEnds(edge.Of(ctx)).Seconds())
	f.Nav, f.Elevate = navigationOf(c.Actor), !c.SteppedUp
	if f.Waiting == 0 { // else the page has counted them
		f.Waiting = p.waiting(ctx, c.Role)
	}
	if f.Proposed == 0 {
		f.Proposed = p.proposed(ctx, c.Role)
	}
	comuni := p.comuni(ctx)
	person, err := commands.Fact(ctx, p.Commands, c.Utente.Stream())
	if err != nil {
		comuni = nil
	}
	f.User, f.Comune = p.who(ctx, c, person, comuni)
	f.Situazioni = p.situations(ctx, c.Actor, comuni)
	f.Avvisi, f.Blocchi = bannersOf(c.Actor, comuni, p.Commands.Now()), p.blocks(ctx, c.Actor, person, comuni)
}

// sessionEnds is how long a session goes on if nothing is done from this request on, or
// from the last use before it if it is none.
func (p *Pages) sessionEnds(x *edge.Exchange) time.Duration {
	now, left := p.Commands.Now(), p.Idle
	if x.Glance {
		left -= now.Sub(x.Caller.Opened.LastSeen)
	}
	return max(min(left, x.Caller.Opened.ExpiresAt.Sub(now)), 0)
}

// who says who has signed in, and the Comune they act at or for, of those they reach.
func (p *Pages) who(ctx context.Context, c edge.Caller, person domain.Utente, comuni []domain.Comune) (*user, string) {
	u := &user{Code: c.Utente.Codice(), Name: c.Utente.Codice(), Role: titles[c.Role], Asks: slices.Contains(operators, c.Role)}
	if !person.Registered || c.Role == "" {
		return u, ""
	}
	u.Name = strings.TrimSpace(person.Nome + " " + person.Cognome)
	if c.Ente != "" {
		if ente, err := commands.Fact(ctx, p.Commands, c.Ente.Stream()); err == nil {
			u.At = ente.Denominazione
		}
	}
	if len(comuni) != 1 {
		return u, ""
	}
	if u.At == "" {
		u.At = "Comune di " + comuni[0].Nome
	}
	return u, comuni[0].Nome
}

// comuni are those the caller's capacity reaches.
func (p *Pages) comuni(ctx context.Context) (all []domain.Comune) {
	if edge.Of(ctx).Caller.Role == "" {
		return nil
	}
	reach, err := p.Reach(ctx)
	if err != nil {
		return nil
	}
	for _, istat := range reach.Comuni() {
		if c, err := commands.Fact(ctx, p.Commands, istat.Stream()); err == nil {
			all = append(all, c)
		}
	}
	return all
}
