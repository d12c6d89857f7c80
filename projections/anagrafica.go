package projections

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

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

// AnagraficaQueries tells who there is. It is safe for concurrent use.
type AnagraficaQueries struct{ pool *pgxpool.Pool }

// NewAnagraficaQueries returns the queries over a database.
func NewAnagraficaQueries(pool *pgxpool.Pool) *AnagraficaQueries { return &AnagraficaQueries{pool} }

// Comuni returns the Comuni that were entered, in the order of their codes.
func (q *AnagraficaQueries) Comuni(ctx context.Context) ([]domain.CodiceISTAT, error) {
	rows, _ := q.pool.Query(ctx, `SELECT comune FROM anagrafica_comune ORDER BY comune`)
	comuni, err := pgx.CollectRows(rows, pgx.RowTo[domain.CodiceISTAT])
	if err != nil {
		return nil, fmt.Errorf("list Comuni: %w", err)
	}
	return comuni, nil
}

// AnyComune says whether a Comune was entered.
func (q *AnagraficaQueries) AnyComune(ctx context.Context) (found bool, err error) {
	if err := q.pool.QueryRow(ctx, `SELECT EXISTS (SELECT FROM anagrafica_comune)`).Scan(&found); err != nil {
		return false, fmt.Errorf("look for a Comune: %w", err)
	}
	return found, nil
}
