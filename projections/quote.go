package projections

import (
	"time"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// Quote holds the ledger of quotas to what the events say: a request that was recorded
// and is not in the ledger, because that lost it or is new, is counted; of one that is
// there it is no longer awaited that it is recorded; what counted by an erased person goes. Unlike those of other read
// models its rows are decided by, and are written before a request is recorded, too
// (adapters/quote).
type Quote struct{}

func (Quote) Name() string { return "quote" }

func (Quote) Tables() []string { return []string{"quota_conto", "quota_voce", "quota_attesa"} }

func (Quote) Categories() []string { return visure }

// keptAfter is how long after its end a period stays in the ledger: longer than the clocks of
// servers differ, and than it takes until an event is read.
const keptAfter = time.Hour

// ledger is what a batch of events says of it.
type ledger struct {
	visure, chiavi, persone []string
	conti                   []int
	at, ends                []time.Time
	erased                  []string
	latest                  time.Time // of the requests that counted
}

func (Quote) Apply(w *engine.Writer, events []domain.Recorded) error {
	var l ledger
	for _, r := range events {
		id, _ := domain.VisuraOf(r.Stream)
		switch e := r.Event.(type) {
		case domain.VisuraRequested:
			l.count(id, e, r.Meta)
		case domain.VisuraErased:
			l.erased = append(l.erased, string(id))
		}
	}
	l.write(w)
	return nil
}

// count adds what a request counted as.
func (l *ledger) count(id domain.VisuraID, e domain.VisuraRequested, m domain.Meta) {
	for _, v := range e.Voci(m) {
		l.visure, l.chiavi, l.persone, l.conti = append(l.visure, string(id)), append(l.chiavi, v.Chiave), append(l.persone, v.Persona), append(l.conti, v.Conto)
		l.at, l.ends = append(l.at, m.At), append(l.ends, v.Ends)
	}
	if len(e.Quote) > 0 && m.At.After(l.latest) {
		l.latest = m.At
	}
}

// write writes what the events say, if they say anything.
func (l *ledger) write(w *engine.Writer) {
	if len(l.visure) > 0 {
		w.Queue(countRecorded, l.visure, l.chiavi, l.persone, l.conti, l.at, l.ends)
		w.Queue(`DELETE FROM quota_attesa WHERE visura_id = ANY ($1::uuid[])`, l.visure)
	}
	if len(l.erased) > 0 {
		w.Queue(forgetErased, l.erased)
		w.Queue(`DELETE FROM quota_conto WHERE n = 0`)
	}
	if !l.latest.IsZero() {
		w.Queue(`DELETE FROM quota_voce WHERE ends_at < $1`, l.latest.Add(-keptAfter))
		w.Queue(`DELETE FROM quota_conto WHERE ends_at < $1`, l.latest.Add(-keptAfter))
	}
}

// countRecorded counts what is not in the ledger. Who counts there holds the rows of
// quota_conto in the order of their keys, as this does.
const countRecorded = `
	WITH asked AS (
		SELECT DISTINCT ON (chiave, visura_id) * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::integer[], $5::timestamptz[], $6::timestamptz[])
			AS t(visura_id, chiave, persona, conto, at, ends_at) ORDER BY chiave, visura_id
	), missing AS (
		INSERT INTO quota_voce (visura_id, chiave, persona, conto, at, ends_at)
			SELECT visura_id, chiave, nullif(persona, ''), conto, at, ends_at FROM asked ORDER BY chiave, visura_id
			ON CONFLICT DO NOTHING RETURNING visura_id, chiave, persona, ends_at
	)
	INSERT INTO quota_conto AS c (chiave, n, ends_at)
		SELECT chiave, count(DISTINCT coalesce(persona, visura_id::text)) FILTER (WHERE NOT EXISTS (SELECT FROM quota_voce o WHERE o.persona = m.persona)), max(ends_at)
			FROM missing m GROUP BY chiave ORDER BY chiave
		ON CONFLICT (chiave) DO UPDATE SET n = c.n + excluded.n`

// forgetErased no longer counts people by what was asked about them in erased visure.
const forgetErased = `
	WITH gone AS (
		DELETE FROM quota_voce WHERE visura_id = ANY ($1::uuid[]) AND persona IS NOT NULL RETURNING chiave, persona
	)
	UPDATE quota_conto c SET n = c.n - g.n FROM (
		SELECT chiave, count(DISTINCT persona) AS n FROM gone
			WHERE NOT EXISTS (SELECT FROM quota_voce o WHERE o.persona = gone.persona AND o.visura_id <> ALL ($1::uuid[]))
			GROUP BY chiave
	) g WHERE c.chiave = g.chiave`
