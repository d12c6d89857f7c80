package pages

import (
	"cmp"
	"context"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/visure-anagrafiche/visure/adapters/web/table"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
	"github.com/visure-anagrafiche/visure/projections"
)

// statistiche is the page of what is counted.
type statistiche struct {
	frame
	listed
	Dal, Al domain.Date
	Per     []option
	What    string // the groups are, at the head of their column
	Counted string // how requests are counted, after the word for them
	Total   projections.Conteggio
	Rows    []rigaContata
	Chart   template.HTML // of groups of time; none where they are too many, or others
	Times   []tempoContato
	Silence string // share of those confirmed that silence confirmed; empty: none was
	Without string // share of all that ended without a document
}

// rigaContata is a group: in words, what it holds, how much of the largest it is, and
// where it is counted by itself.
type rigaContata struct {
	projections.RigaStatistica
	Text string
	Bar  template.HTML
	To   string
}

// tempoContato is how long documents took, in words.
type tempoContato struct {
	Text     string
	N        int
	P50, P95 string
}

// groupings are the ways of counting as they are offered, and what a group is.
var groupings = []struct {
	per         projections.Raggruppamento
	what, title string
}{
	{projections.PerGiorno, "Giorno", "al giorno"}, {projections.PerSettimana, "Settimana", "alla settimana"}, {projections.PerMese, "Mese", "al mese"},
	{projections.PerTipo, "Tipo di visura", "per tipo di visura"}, {projections.PerEnte, "Ente", "per Ente"}, {projections.PerUtente, "Utente", "per utente"},
	{projections.PerAmbito, "Ambito", "per ambito"}, {projections.PerConferma, "Conferma", "per conferma"}, {projections.PerEsito, "Esito", "per esito"}, {projections.PerMotivo, "Motivo", "per motivo"},
}

// statistiche adds the pages.
func (p *Pages) statistiche(r chi.Router) {
	r.Get("/statistiche", p.acting("read-statistiche", administrators, p.showStatistiche))
	r.Get("/statistiche/esporta", p.handing("read-statistiche", administrators, p.exportStatistiche))
}

// read is the filter of an address. What is not understood is left out, and said.
func (v *statistiche) read(p *Pages, r *http.Request) (f projections.FiltroStatistiche) {
	q, today := r.URL.Query(), domain.ItalianDay(p.Commands.Now())
	v.values, v.Clear = q, without(r.URL, "ente", "")
	for name, d := range map[string]*domain.Date{"dal": &f.Dal, "al": &f.Al} {
		if text := q.Get(name); text != "" {
			var ok bool
			if *d, ok = typedDay(text, today); !ok {
				*d, v.Odd = domain.Date{}, true
			}
		}
	}
	if id := q.Get("ente"); id != "" {
		ente, err := domain.ParseEnteID(id)
		f.Ente, v.Odd = ente, v.Odd || err != nil
	}
	f.Per = projections.Raggruppamento(q.Get("per"))
	if f.Check(today) != nil {
		f, v.Odd = projections.FiltroStatistiche{Ente: f.Ente}, true
		_ = f.Check(today) // of nothing it names what there is
	}
	v.Dal, v.Al, v.Exports = f.Dal, f.Al, exports("/statistiche/esporta", q)
	for _, g := range groupings {
		v.Per = append(v.Per, option{string(g.per), g.what, g.per == f.Per})
		if g.per == f.Per {
			v.What, v.Counted = g.what, g.title
		}
	}
	return f
}

// showStatistiche counts the requests of a period.
func (p *Pages) showStatistiche(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v := statistiche{frame: frame{Title: "Statistiche", Here: "/statistiche"}}
	filter := v.read(p, r)
	reach, err := p.begin(r, &v.frame, projections.Statistiche{})
	if err != nil {
		return err
	}
	found, err := p.Statistiche.Of(ctx, reach, filter)
	if err != nil {
		return err
	}
	if filter.Ente != "" {
		name, err := p.counted(r, reach, filter)
		if err != nil {
			return err
		}
		v.chip(r, "ente", name)
	}
	v.entered = p.Journal(ctx)
	v.tell(r, found)
	return p.show(w, r, http.StatusOK, "statistiche", &v)
}

// counted is the name of the Ente that alone is counted.
func (p *Pages) counted(r *http.Request, reach domain.Reach, f projections.FiltroStatistiche) (string, error) {
	f.Per = projections.PerEnte
	found, err := p.Statistiche.Of(r.Context(), reach, f)
	if err != nil || len(found.Righe) == 0 {
		return "Un Ente che non ha chiesto nulla", err
	}
	return found.Righe[0].Nome, nil
}

// tell shows what was counted.
func (v *statistiche) tell(r *http.Request, found projections.QuadroStatistico) {
	v.Total = found.Totale
	v.Silence, v.Without = share(v.Total.Silenzio, v.Total.Confermate()), share(v.Total.Senza, v.Total.Richieste)
	most := 0
	for _, one := range found.Righe {
		most = max(most, one.Richieste)
	}
	for _, one := range found.Righe {
		row := rigaContata{RigaStatistica: one, Text: groupText(found.Per, one), Bar: compared(one.Richieste, most)}
		if found.Per == projections.PerEnte && one.Chiave != "" {
			row.To = without(r.URL, "ente", one.Chiave)
			row.To = strings.Replace(row.To, "per=ente", "per=giorno", 1)
		}
		v.Rows = append(v.Rows, row)
	}
	if slices.Contains([]projections.Raggruppamento{projections.PerGiorno, projections.PerSettimana, projections.PerMese}, found.Per) && len(v.Rows) <= mostBars {
		v.Chart = stacked(v.Rows, found.Per)
	}
	for _, t := range found.Tempi {
		v.Times = append(v.Times, tempoContato{confermaText(t.Conferma), int(t.Documenti), lasting(t.P50), lasting(t.P95)})
	}
}

// exportStatistiche answers with the groups as a table.
func (p *Pages) exportStatistiche(w http.ResponseWriter, r *http.Request) error {
	var v statistiche
	filter := v.read(p, r)
	return exported(w, r, p, "statistiche", table.Statistiche, func(projections.RigaStatistica) string { return "" }, func(ctx context.Context, reach domain.Reach, _ string) (projections.PaginaDi[projections.RigaStatistica], error) {
		found, err := p.Statistiche.Of(ctx, reach, filter)
		return projections.PaginaDi[projections.RigaStatistica]{Items: found.Righe}, err
	})
}

// groupText is a group in words.
func groupText(per projections.Raggruppamento, r projections.RigaStatistica) string {
	d, _ := domain.ParseDate(r.Chiave)
	switch per {
	case projections.PerGiorno:
		return day(d)
	case projections.PerSettimana:
		return "dal " + day(d)
	case projections.PerMese:
		year, month, _ := strings.Cut(r.Chiave, "-")
		return month + "/" + year
	case projections.PerTipo:
		return documento.Title(domain.Tipo(r.Chiave))
	case projections.PerConferma:
		return confermaText(domain.Conferma(r.Chiave))
	case projections.PerEsito, projections.PerMotivo:
		esito, motivo, _ := strings.Cut(r.Chiave, ":")
		if motivo == "" {
			return states[domain.Status(esito)].Text
		}
		return states[domain.Status(esito)].Text + ": " + motivoText(domain.Status(esito), motivo)
	}
	return cmp.Or(r.Nome, r.Chiave, "Nessuno")
}

// motivoText is why a request came to an end, in words.
func motivoText(esito domain.Status, code string) (text string) {
	switch esito {
	case domain.Rejected:
		text, _ = domain.MotivoText(code)
	case domain.Revoked:
		text, _ = domain.MotivoRevocaText(code)
	case domain.Lapsed:
		text = domain.LapsedText(code)
	case domain.NotIssuable:
		text, _, _ = strings.Cut(domain.NotIssuableText(code), ". ") // what to do about it is not for here
	}
	return cmp.Or(strings.TrimSuffix(text, "."), code)
}

// confermaText is how a request was confirmed, in words.
func confermaText(c domain.Conferma) string {
	switch c {
	case domain.Immediata:
		return "Immediata"
	case domain.Manuale:
		return "Di un ufficiale"
	case domain.SilenzioAssenso:
		return "Silenzio-assenso"
	}
	return "Non avvenuta"
}

// share is how many of all in a hundred: 4,1 %; nothing of none.
func share(n, of int) string {
	if of == 0 {
		return ""
	}
	return strings.Replace(fmt.Sprintf("%.1f %%", 100*float64(n)/float64(of)), ".", ",", 1)
}

// lasting writes a time in milliseconds as people say it: 0,4 s, 12 min, 3 ore, 5 giorni.
func lasting(ms int64) string {
	switch t := time.Duration(ms) * time.Millisecond; {
	case t < 50*time.Millisecond:
		return "meno di 0,1 s"
	case t < time.Minute:
		return strings.Replace(fmt.Sprintf("%.1f s", t.Seconds()), ".", ",", 1)
	case t < 2*time.Hour:
		return fmt.Sprintf("%.0f min", t.Minutes())
	case t < 48*time.Hour:
		return fmt.Sprintf("%.0f ore", t.Hours())
	default:
		return fmt.Sprintf("%.0f giorni", t.Hours()/24)
	}
}
