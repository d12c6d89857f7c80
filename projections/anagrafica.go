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
	for _, r := range events {
		enter(w, r)
	}
	return nil
}

func enter(w *engine.Writer, r domain.Recorded) {
	_, id, _ := strings.Cut(r.Stream, "-")
	switch e := r.Event.(type) {
	case domain.ComuneRegistered:
		w.Queue(`INSERT INTO anagrafica_comune AS a (comune, revision, nome, provincia, ufficio) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (comune) DO UPDATE SET revision = $2, nome = $3, provincia = $4, ufficio = $5 WHERE a.revision < $2`,
			id, r.Revision, e.Nome, e.Provincia, e.Ufficio)
	case domain.EnteRegistered:
		w.Queue(`INSERT INTO anagrafica_ente AS a (ente, revision, denominazione, codice_ipa) VALUES ($1, $2, $3, $4)
			ON CONFLICT (ente) DO UPDATE SET revision = $2, denominazione = $3, codice_ipa = $4 WHERE a.revision < $2`,
			id, r.Revision, e.Denominazione, e.CodiceIPA)
	case domain.UtenteRegistered:
		w.Queue(`INSERT INTO anagrafica_utente AS a (utente, revision, codice) VALUES ($1, $2, $3)
			ON CONFLICT (utente) DO UPDATE SET revision = $2, codice = $3 WHERE a.revision < $2`,
			id, r.Revision, e.Codice)
	}
}
