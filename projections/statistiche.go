package projections

import (
	"fmt"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// Statistiche counts requests beforehand: each is in one cell, of its day, whose it is,
// what was asked and what became of it, and moves to another when that changes. Documents
// are counted by how long they took, too. What is erased goes on counting: no cell says
// whom a request was about.
type Statistiche struct{}

func (Statistiche) Name() string { return "statistiche" }

func (Statistiche) Tables() []string {
	return []string{"statistiche_visura", "statistiche", "statistiche_tempi"}
}

func (Statistiche) Categories() []string { return visure }

func (Statistiche) Apply(w *engine.Writer, events []domain.Recorded) error {
	var moves []*move
	of := map[string]*move{}
	for _, r := range events {
		m, known := of[r.Stream]
		if !known {
			m = &move{visura: visuraKey(r)}
		}
		if m.fold(r) && !known {
			of[r.Stream], moves = m, append(moves, m)
		}
	}
	if len(moves) == 0 {
		return nil
	}
	g := make(group, len(moves))
	for i, m := range moves {
		g[i] = &change{values: m.values()}
	}
	w.Queue(fmt.Sprintf(moveCells, g.source(), literalBorders), g.arguments()...)
	return nil
}

// move is what a batch of events says of where one visura counts. Of what it does not say
// the cell it counts in does.
type move struct {
	visura   value
	revision uint64
	asked    *domain.VisuraRequested // nil: before the batch
	by       domain.UtenteID
	on       time.Time
	ambito   domain.Ambito
	conferma domain.Conferma // as it came
	esito    domain.Status
	motivo   string
	issued   *time.Time
}

// fold adds what one more event says, and tells whether it says anything.
func (m *move) fold(r domain.Recorded) bool {
	if m.esito != "" && r.Revision <= m.revision {
		return false // it came before
	}
	switch e := r.Event.(type) {
	case domain.VisuraRequested:
		m.asked, m.by, m.on, m.ambito = &e, r.Meta.By.Utente, r.Meta.At, e.Ambito
		m.end(domain.InProgress, "")
	case domain.ConfirmationAwaited:
		m.end(domain.Awaiting, "")
	case domain.VisuraApproved:
		m.conferma = e.Conferma
		m.end(domain.InProgress, "")
	case domain.VisuraRejected:
		m.end(domain.Rejected, e.Motivo)
	case domain.VisuraWithdrawn:
		m.end(domain.Withdrawn, "")
	case domain.VisuraLapsed:
		m.end(domain.Lapsed, e.Item)
	case domain.VisuraExpired:
		m.end(domain.Expired, "")
	case domain.VisuraNotIssuable:
		m.reached(e.Ambito)
		m.end(domain.NotIssuable, e.Reason)
	case domain.VisuraFailed:
		m.end(domain.Failed, e.Code)
	case domain.VisuraIssued:
		m.reached(e.Ambito)
		m.issued = &e.IssuedAt
		m.end(domain.Issued, "")
	case domain.VisuraRevoked:
		m.end(domain.Revoked, e.Motivo)
	default:
		return false
	}
	m.revision = r.Revision
	return true
}

func (m *move) end(esito domain.Status, motivo string) { m.esito, m.motivo = esito, motivo }

// reached is how far ANPR was asked, where the event says so.
func (m *move) reached(ambito domain.Ambito) {
	if ambito != "" {
		m.ambito = ambito
	}
}

// values are the columns moveCells reads.
func (m *move) values() []value {
	var asked domain.VisuraRequested
	var giorno string
	var on *time.Time
	if m.asked != nil {
		asked, giorno, on = *m.asked, domain.ItalianDay(m.on).String(), &m.on
	}
	return []value{
		m.visura, number("revision", m.revision), instantOrNone("requested_at", on), textOrNone("giorno", giorno),
		text("comune", asked.Comune), uuid("ente", asked.Ente), uuid("utente", m.by), text("tipo", asked.Tipo), text("conferma", asked.Conferma),
		textOrNone("ambito", m.ambito), textOrNone("confermata", m.conferma), text("esito", m.esito), text("motivo", m.motivo),
		instantOrNone("issued_at", m.issued),
	}
}

// moveCells moves visure from the cells they count in to those they are to count in, each
// that has not seen its change, and counts the times of documents that are new.
const moveCells = `
	WITH changed AS MATERIALIZED (
		SELECT v.visura_id, v.revision, t.cella AS prima, coalesce(t.requested_at, v.requested_at) AS requested_at,
		       coalesce(c.giorno, v.giorno::date) AS giorno, coalesce(c.comune, v.comune) AS comune,
		       CASE WHEN c.cella IS NULL THEN v.ente ELSE c.ente END AS ente, CASE WHEN c.cella IS NULL THEN v.utente ELSE c.utente END AS utente,
		       coalesce(c.tipo, v.tipo) AS tipo, coalesce(v.ambito, c.ambito, '') AS ambito, coalesce(c.conferma, v.conferma) AS conferma,
		       coalesce(v.confermata, nullif(c.confermata, ''), CASE WHEN v.issued_at IS NULL THEN '' ELSE 'immediata' END) AS confermata,
		       v.esito, v.motivo, CASE WHEN c.esito IN ('issued', 'revoked') THEN NULL ELSE v.issued_at END AS issued_at
		  FROM %s
		  LEFT JOIN statistiche_visura t ON t.visura_id = v.visura_id
		  LEFT JOIN statistiche c ON c.cella = t.cella
		 WHERE CASE WHEN t.visura_id IS NULL THEN v.requested_at IS NOT NULL ELSE t.revision < v.revision END
	), placed AS MATERIALIZED (
		SELECT c.*, encode(substring(sha256(convert_to(
		       ROW(giorno - date '2000-01-01', comune, ente, utente, tipo, ambito, conferma, confermata, esito, motivo)::text, 'UTF8')) FOR 16), 'hex')::uuid AS cella
		  FROM changed c
	), kept AS (
		INSERT INTO statistiche_visura (visura_id, revision, requested_at, cella) SELECT visura_id, revision, requested_at, cella FROM placed
			ON CONFLICT (visura_id) DO UPDATE SET revision = excluded.revision, cella = excluded.cella
	), timed AS (
		INSERT INTO statistiche_tempi AS t (comune, ente, giorno, conferma, secchio, n)
			SELECT comune, ente, giorno, confermata, width_bucket((extract(epoch FROM issued_at - requested_at) * 1000000)::bigint, %s::bigint[]), count(*)
				FROM placed WHERE issued_at IS NOT NULL GROUP BY 1, 2, 3, 4, 5
			ON CONFLICT (comune, giorno, ente, conferma, secchio) DO UPDATE SET n = t.n + excluded.n
	), moved AS (
		SELECT cella, giorno, comune, ente, utente, tipo, ambito, conferma, confermata, esito, motivo, 1 AS n FROM placed
			WHERE cella IS DISTINCT FROM prima
		UNION ALL
		SELECT c.cella, c.giorno, c.comune, c.ente, c.utente, c.tipo, c.ambito, c.conferma, c.confermata, c.esito, c.motivo, -1
			FROM placed p JOIN statistiche c ON c.cella = p.prima WHERE p.cella <> p.prima
	), summed AS (
		SELECT cella, giorno, comune, ente, utente, tipo, ambito, conferma, confermata, esito, motivo, sum(n) AS n FROM moved
			GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
	), stand AS MATERIALIZED (
		SELECT s.cella, s.giorno, s.comune, s.ente, s.utente, s.tipo, s.ambito, s.conferma, s.confermata, s.esito, s.motivo, s.n + coalesce(c.n, 0) AS n
			FROM summed s LEFT JOIN statistiche c ON c.cella = s.cella
	), emptied AS (
		DELETE FROM statistiche c USING stand s WHERE c.cella = s.cella AND s.n = 0
	)
	INSERT INTO statistiche (cella, giorno, comune, ente, utente, tipo, ambito, conferma, confermata, esito, motivo, n)
		SELECT * FROM stand WHERE n > 0 ON CONFLICT (cella) DO UPDATE SET n = excluded.n`
