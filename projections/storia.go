package projections

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// Storia is what was done to the parties and their people: an entry an event, who
// did it, when, and in which words. What a page shows of one of them ends with it.
type Storia struct{}

func (Storia) Name() string { return "storia" }

func (Storia) Tables() []string { return []string{"storia"} }

func (Storia) Categories() []string {
	return []string{"utente", "ente", "convenzione", "profile", "postazione", "applicativo", "comune"}
}

func (Storia) Apply(w *engine.Writer, events []domain.Recorded) error {
	storia := &rows{table: "storia", key: func(r domain.Recorded) value { return text("stream", r.Stream) }}
	for _, r := range events {
		testo := told(r.Event)
		if testo == "" {
			continue
		}
		by, pair, nota := r.Meta.By, concerned(r), r.Sealed
		switch r.Event.(type) {
		case domain.UtenteRegistered, domain.ComuneConnected:
			nota = domain.Sealed{} // who the person is, which is no word about what was done
		}
		storia.enter(r, text("type", r.Event.EventType()), instant("at", r.Meta.At), uuid("utente", by.Utente), text("role", by.Role),
			uuid("ente", pair.Ente), textOrNone("comune", pair.Comune), text("testo", testo), sealed("nota", nota))
	}
	return storia.write(w)
}

// concerned is the pair an event is about; that of who did it where it names none.
func concerned(r domain.Recorded) domain.Pair {
	switch e := r.Event.(type) {
	case interface{ Pair() domain.Pair }:
		return e.Pair()
	case domain.RoleTaken:
		return domain.Pair{Ente: e.Ente, Comune: e.Comune}
	case domain.AssignmentWithdrawn:
		return domain.Pair{Ente: e.Ente, Comune: e.Comune}
	case domain.NazionaleGranted:
		return domain.Pair{Ente: e.Ente, Comune: e.Comune}
	case domain.NazionaleRevoked:
		return domain.Pair{Ente: e.Ente, Comune: e.Comune}
	case domain.GrantProposed:
		return domain.Pair{Ente: e.Ente, Comune: e.Comune}
	case domain.InstructionsAccepted:
		return domain.Pair{Ente: r.Meta.By.Ente, Comune: e.Comune}
	case domain.PostazioneProposed:
		return domain.Pair{Ente: e.Ente, Comune: e.Comune}
	case domain.PostazioneApproved:
		return domain.Pair{Comune: e.Comune}
	case domain.PostazioneRevoked:
		return domain.Pair{Comune: e.Comune}
	case domain.UfficioNamed:
		return domain.Pair{Comune: e.Comune}
	case domain.UfficioClosed:
		return domain.Pair{Comune: e.Comune}
	case domain.ApplicativoRegistered:
		return domain.Pair{Ente: e.Ente} // for all the Comuni it asks
	case domain.TokenIssued:
		if len(e.Comuni) == 1 {
			return domain.Pair{Comune: e.Comuni[0]}
		}
		return domain.Pair{Ente: r.Meta.By.Ente}
	case domain.ApplicativoSuspended:
		return domain.Pair{Comune: e.Comune}
	case domain.ApplicativoReinstated:
		return domain.Pair{Comune: e.Comune}
	}
	return domain.Pair{Ente: r.Meta.By.Ente, Comune: r.Meta.By.Comune}
}

// Fatto is one entry of a history.
type Fatto struct {
	Revision     uint64             `json:"revision"`
	Type         string             `json:"type"`
	At           time.Time          `json:"at"`
	Utente       domain.UtenteID    `json:"utente,omitempty"` // who did it; none: the system or the installation
	UtenteCodice string             `json:"utente_codice,omitempty"`
	Role         domain.Role        `json:"role"`
	Ente         domain.EnteID      `json:"ente,omitempty"` // the pair it is about
	Comune       domain.CodiceISTAT `json:"comune,omitempty"`
	Testo        string             `json:"testo"`          // what happened, in Italian
	Nota         string             `json:"nota,omitempty"` // people's own words; none when masked or erased
}

// fatto is an entry as its row holds it.
type fatto struct {
	Fatto
	Sealed *domain.Sealed `db:"nota"`
}

// motivo is what people said of what they did.
type motivo struct {
	Motivo string `json:"motivo"`
}

// historySQL reads a stream's history, oldest first, of which w limits the entries.
const historySQL = `
	SELECT v.revision, v.type, v.at, coalesce(v.utente::text, '') AS utente, coalesce(u.codice, '') AS utente_codice, v.role,
	       coalesce(v.ente::text, '') AS ente, coalesce(v.comune, '') AS comune, v.testo, v.nota
	  FROM storia v LEFT JOIN anagrafica_utente u ON u.utente = v.utente
	 WHERE `

// history returns what was done to a stream, oldest first, for who may see it, as
// far as w lets through. Of who is masked the words are not opened.
func history(ctx context.Context, pool *pgxpool.Pool, o Opener, reach domain.Reach, stream string, w where) ([]Fatto, error) {
	w.add("v.stream = ?", stream)
	rows, err := pool.Query(ctx, historySQL+w.String()+` ORDER BY v.revision`, w.args...)
	if err != nil {
		return nil, fmt.Errorf("read the history: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[fatto])
	if err != nil {
		return nil, fmt.Errorf("read the history: %w", err)
	}
	boxes, said := make([]domain.Sealed, len(found)), make([]motivo, len(found))
	for i, f := range found {
		if f.Sealed != nil && !reach.Masked {
			boxes[i] = *f.Sealed
		}
	}
	if err := open(ctx, o, boxes, func(i int) *motivo { return &said[i] }); err != nil {
		return nil, fmt.Errorf("read the history: %w", err)
	}
	facts := make([]Fatto, len(found))
	for i, f := range found {
		facts[i] = f.Fatto
		if f.Nota == "" {
			facts[i].Nota = said[i].Motivo
		}
	}
	return facts, nil
}
