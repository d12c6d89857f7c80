package projections

import (
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// Casi are the cases that alarms have opened: a row each, and one for each request they are
// about.
type Casi struct{}

func (Casi) Name() string { return "casi" }

func (Casi) Tables() []string { return []string{"casi", "casi_visura"} }

func (Casi) Categories() []string { return []string{domain.CasoCategory} }

func (Casi) Apply(w *engine.Writer, events []domain.Recorded) error {
	casi := &rows{table: "casi", key: func(r domain.Recorded) value { return uuid("caso", idOf(r)) }}
	var ids, visure, utenti []string
	for _, r := range events {
		for _, v := range listCaso(casi, r) {
			ids, visure, utenti = append(ids, idOf(r)), append(visure, string(v.Visura)), append(utenti, string(v.Utente))
		}
	}
	if err := casi.write(w); err != nil || len(ids) == 0 {
		return err
	}
	w.Queue(`
		INSERT INTO casi_visura (caso, visura_id, utente) SELECT caso, visura_id, nullif(utente, '')::uuid
			FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS v(caso, visura_id, utente) ON CONFLICT DO NOTHING`, ids, visure, utenti)
	return nil
}

// listCaso changes the row by one event, and returns the requests that it adds.
func listCaso(casi *rows, r domain.Recorded) []domain.VisuraDiCaso {
	switch e := r.Event.(type) {
	case domain.CasoOpened:
		var giorno string
		if !e.Giorno.IsZero() {
			giorno = e.Giorno.String()
		}
		casi.add(r,
			text("stato", domain.CasoWaiting), text("codice", e.Regola.Codice), number("versione", e.Regola.Versione), text("gravita", e.Regola.Gravita), text("regola", e.Regola.Text()),
			text("comune", e.Comune), uuid("ente", e.Ente), uuid("utente", e.Utente), textOrNone("giorno", giorno), number("pratiche", e.Pratiche),
			instant("dal", e.Dal), instant("al", e.Al), truth("riservato", e.Riservato), instant("opened_at", r.Meta.At), instant("due_at", e.Entro))
		return e.Visure
	case domain.CasoRequestsAdded:
		if e.Riservato {
			casi.set(r, truth("riservato", true))
		} else {
			casi.set(r)
		}
		return e.Visure
	case domain.CasoTaken:
		casi.set(r, text("stato", domain.CasoInCharge), uuid("incaricato", r.Meta.By.Utente), instant("taken_at", r.Meta.At))
	case domain.CasoClosed:
		casi.set(r, text("stato", domain.CasoEnded), instant("closed_at", r.Meta.At), text("esito", e.Esito), sealed("testo", r.Sealed))
	}
	return nil
}
