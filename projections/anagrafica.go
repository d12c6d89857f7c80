package projections

import (
	"strings"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// Anagrafica holds the names of Comuni and Enti and the codes of users, which
// queries of other read models join.
type Anagrafica struct{}

func (Anagrafica) Name() string { return "anagrafica" }

func (Anagrafica) Tables() []string {
	return []string{"anagrafica_comune", "anagrafica_ente", "anagrafica_utente"}
}

func (Anagrafica) Categories() []string { return []string{"comune", "ente", "utente"} }

func (Anagrafica) Apply(w *engine.Writer, events []domain.Recorded) error {
	comuni := &rows{table: "anagrafica_comune", key: func(r domain.Recorded) value { return text("comune", idOf(r)) }}
	enti := &rows{table: "anagrafica_ente", key: func(r domain.Recorded) value { return uuid("ente", idOf(r)) }}
	utenti := &rows{table: "anagrafica_utente", key: func(r domain.Recorded) value { return uuid("utente", idOf(r)) }}
	for _, r := range events {
		switch e := r.Event.(type) {
		case domain.ComuneRegistered:
			comuni.put(r, text("nome", e.Nome), text("provincia", e.Provincia), text("ufficio", e.Ufficio))
		case domain.EnteRegistered:
			enti.put(r, text("denominazione", e.Denominazione), text("codice_ipa", e.CodiceIPA))
		case domain.UtenteRegistered:
			utenti.put(r, text("codice", e.Codice))
		}
	}
	for _, names := range []*rows{comuni, enti, utenti} {
		if err := names.write(w); err != nil {
			return err
		}
	}
	return nil
}

// idOf is what an event's stream is named after, besides its category.
func idOf(r domain.Recorded) string {
	_, id, _ := strings.Cut(r.Stream, "-")
	return id
}
