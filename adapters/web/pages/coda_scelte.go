package pages

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// scelte is the page that shows what a decision on several requests will do, and
// afterwards what of it was not done.
type scelte struct {
	frame
	Refuses bool
	Rows    []waiting // those it decides on
	Gone    int       // of those chosen, how many the caller cannot decide on
	Motivi  []option
	Left    []left // what was not done
}

// left is a request that was not decided as the others were.
type left struct {
	projections.RigaElenco
	Why string
}

// showScelte shows what a decision on those chosen in the queue will do.
func (p *Pages) showScelte(w http.ResponseWriter, r *http.Request) error {
	f := filled(r)
	ids := f.All("scelta[]")
	if len(ids) == 0 || len(ids) > edge.MaxDecided {
		f.refuse("scelte", fmt.Sprintf("Scegli le richieste su cui decidere, %d al più.", edge.MaxDecided))
		return p.codaPage(w, r, f, http.StatusUnprocessableEntity, "")
	}
	return p.scelte(w, r, f, http.StatusOK, ids)
}

// scelte makes the page with those of some ids that the caller may decide on, as they
// stand now.
func (p *Pages) scelte(w http.ResponseWriter, r *http.Request, f form, status int, ids []string) error {
	ctx := r.Context()
	v := scelte{frame: frame{form: f, Here: "/coda", Path: []step{{"/coda", "Coda di conferma"}}}, Refuses: f.Val("decisione") == "rifiuto"}
	chosen, err := p.chosen(r, ids)
	if err != nil {
		return err
	}
	comune, err := commands.Fact(ctx, p.Commands, ownComune(ctx).Stream())
	if err != nil {
		return err
	}
	now := p.Commands.Now()
	for _, row := range chosen {
		if row.Status == domain.Awaiting && row.Requester != edge.Of(ctx).Caller.Utente {
			v.Rows = append(v.Rows, turnOf(row, comune.Calendar(), now, false))
		}
	}
	v.Gone = len(ids) - len(v.Rows)
	v.Title = "Conferma " + several(len(v.Rows))
	switch {
	case len(v.Rows) == 0:
		v.Title = "Nessuna richiesta da decidere"
	case v.Refuses:
		v.Title = "Rifiuta " + several(len(v.Rows))
	}
	for _, m := range domain.Motivi() {
		v.Motivi = append(v.Motivi, option{m.Code, m.Text, f.Val("motivo") == m.Code})
	}
	v.entered = p.Journal(ctx, idsBy(visuraID)(chosen)...)
	return p.show(w, r, status, "coda_scelte", &v)
}

// chosen are the requests within reach of some ids, by deadline.
func (p *Pages) chosen(r *http.Request, ids []string) ([]projections.RigaElenco, error) {
	reach, err := p.Reach(r.Context())
	if err != nil {
		return nil, err
	}
	var named []domain.VisuraID
	for _, text := range ids {
		id, err := domain.ParseVisuraID(text)
		if err != nil {
			return nil, malformed()
		}
		named = append(named, id)
	}
	return p.Elenco.Named(r.Context(), reach, named)
}

// decideScelte decides on those that the page showed, each at the revision it had there.
func (p *Pages) decideScelte(w http.ResponseWriter, r *http.Request) error {
	f := filled(r)
	chosen, ids, err := picked(f)
	if err != nil {
		return err
	}
	var cmd commands.Command[domain.Visura] = commands.ApproveVisura{}
	past := [2]string{"È confermata una richiesta.", "Sono confermate %d richieste."}
	if f.Val("decisione") == "rifiuto" {
		cmd = commands.RejectVisura{Motivo: f.text("motivo"), Testo: f.text("testo")}
		past = [2]string{"È rifiutata una richiesta.", "Sono rifiutate %d richieste."}
		if f.text("motivo") == "" {
			f.refuse("motivo", "Scegli il motivo del rifiuto.")
			return p.scelte(w, r, f, http.StatusUnprocessableEntity, ids)
		}
	}
	all, last, err := p.Decide(r.Context(), chosen, cmd)
	if err != nil {
		return p.again(r, err, func(f form, status int) error { return p.scelte(w, r, f, status, ids) })
	}
	done, failed := 0, map[domain.VisuraID]string{}
	for _, d := range all {
		if d.Esito == edge.EsitoDone {
			done++
			continue
		}
		failed[d.ID] = why(d)
	}
	said := past[0]
	if done != 1 {
		said = fmt.Sprintf(past[1], done)
	}
	if len(failed) == 0 {
		return p.onward(w, r, "/coda", last, said)
	}
	return p.leftover(w, r, said, ids, failed)
}

// leftover shows what of a decision was not done, and why.
func (p *Pages) leftover(w http.ResponseWriter, r *http.Request, said string, ids []string, failed map[domain.VisuraID]string) error {
	v := scelte{frame: frame{Title: "Decisioni non riuscite", Here: "/coda", Path: []step{{"/coda", "Coda di conferma"}}}}
	v.Problem = edge.NewProblem(string(domain.Conflict), said+" Per le altre, qui sotto, si legge perché no.")
	rows, err := p.chosen(r, ids)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if text, ok := failed[row.ID]; ok {
			v.Left = append(v.Left, left{row, text})
		}
	}
	v.entered = p.Journal(r.Context(), idsBy(visuraID)(rows)...)
	return p.show(w, r, http.StatusConflict, "coda_scelte", &v)
}

// picked are the requests that a form decides on, as its page showed them, and their ids.
func picked(f form) (all []edge.Chosen, ids []string, err error) {
	texts := f.All("scelta[]")
	if len(texts) == 0 || len(texts) > edge.MaxDecided {
		return nil, nil, malformed()
	}
	for _, text := range texts {
		id, seen, _ := strings.Cut(text, ":")
		visura, wrong := domain.ParseVisuraID(id)
		revision, err := strconv.ParseInt(seen, 10, 64)
		if wrong != nil || err != nil || revision < 0 {
			return nil, nil, malformed()
		}
		all, ids = append(all, edge.Chosen{ID: visura, Revision: revision}), append(ids, id)
	}
	return all, ids, nil
}

// statesDecided are how a request was decided, by how it stands.
var statesDecided = map[domain.Status]string{
	domain.Rejected: "rifiutata", domain.Withdrawn: "ritirata", domain.Lapsed: "decaduta", domain.Expired: "scaduta",
}

// why says why a request was not decided as the others were.
func why(d edge.Decided) string {
	switch d.Esito {
	case edge.EsitoAlready:
		how := statesDecided[d.Status]
		if how == "" {
			how = "confermata"
		}
		text := "Già " + how
		if d.DecisaDa != "" {
			text += " da " + d.DecisaDa
		}
		if d.DecisaIl != nil {
			text += " il " + moment(*d.DecisaIl)
		}
		return text + "."
	case edge.EsitoLapsed:
		return "È decaduta. " + d.Messaggio
	case edge.EsitoChanged:
		return "Intanto la richiesta è cambiata: va riletta."
	}
	return d.Messaggio
}

// several counts requests.
func several(n int) string {
	if n == 1 {
		return "una richiesta"
	}
	return figure(n) + " richieste"
}
