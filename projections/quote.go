package projections

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
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

func (Quote) Tables() []string {
	return []string{"quota_conto", "quota_richiesta", "quota_persona", "quota_attesa"}
}

func (Quote) Categories() []string { return visure }

// keptAfter is how long after its end a period stays in the ledger: longer than the clocks of
// servers differ, and than it takes until an event is read.
const keptAfter = time.Hour

// ledger is what a batch of events says of it: of each request what it counted as, in
// lists that are texts.
type ledger struct {
	visure, chiavi, persone, conti, fine []string
	ends                                 []time.Time // of the period that ends last
	erased                               []string
	latest                               time.Time // of the requests that counted
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

// count adds what a request counted as, unless the batch brings it again.
func (l *ledger) count(id domain.VisuraID, e domain.VisuraRequested, m domain.Meta) {
	if len(e.Quote) > 0 && m.At.After(l.latest) {
		l.latest = m.At
	}
	voci := e.Voci(m)
	if len(voci) == 0 || slices.Contains(l.visure, string(id)) {
		return
	}
	var chiavi, persone, conti, fine []string
	var last time.Time
	for _, v := range voci {
		chiavi, persone, conti, fine = append(chiavi, v.Chiave), append(persone, cmp.Or(v.Persona, "-")), append(conti, strconv.Itoa(v.Conto)), append(fine, v.Ends.Format(time.RFC3339))
		if v.Ends.After(last) {
			last = v.Ends
		}
	}
	l.visure, l.ends = append(l.visure, string(id)), append(l.ends, last)
	l.chiavi, l.persone = append(l.chiavi, strings.Join(chiavi, " ")), append(l.persone, strings.Join(persone, " "))
	l.conti, l.fine = append(l.conti, strings.Join(conti, " ")), append(l.fine, strings.Join(fine, " "))
}

// write writes what the events say, if they say anything.
func (l *ledger) write(w *engine.Writer) {
	if len(l.visure) > 0 {
		w.Queue(`DELETE FROM quota_attesa WHERE visura_id = ANY ($1::uuid[])`, l.visure) // first: quota_release says why
		w.Queue(countRecorded, l.visure, l.chiavi, l.persone, l.conti, l.fine, l.ends)
	}
	if len(l.erased) > 0 {
		w.Queue(forgetErased, l.erased)
		w.Queue(withoutErased, l.erased)
		w.Queue(`DELETE FROM quota_richiesta WHERE (chiavi = '{}' OR ends_at = '-infinity') AND visura_id = ANY ($1::uuid[])`, l.erased)
		w.Queue(`DELETE FROM quota_conto WHERE n = 0`)
	}
	if !l.latest.IsZero() {
		for _, table := range []string{"quota_richiesta", "quota_persona", "quota_conto"} {
			w.Queue(`DELETE FROM `+table+` WHERE ends_at < $1`, l.latest.Add(-keptAfter))
		}
	}
}

// countRecorded counts what is not in the ledger: requests that are not there at all, and
// what others count in besides. Who counts there holds the rows of quota_conto in the order
// of their keys, as this does.
const countRecorded = `
	WITH asked AS MATERIALIZED (
		SELECT visura_id, string_to_array(chiavi, ' ') AS chiavi, string_to_array(persone, ' ', '-') AS persone, string_to_array(conti, ' ')::integer[] AS conti, string_to_array(fine, ' ')::timestamptz[] AS fine, ends_at
			FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[]) AS t(visura_id, chiavi, persone, conti, fine, ends_at)
	), added AS (
		INSERT INTO quota_richiesta (visura_id, chiavi, persone, conti, ends_at)
			SELECT visura_id, chiavi, persone, conti, ends_at FROM asked ON CONFLICT DO NOTHING RETURNING visura_id
	), lacking AS (
		SELECT a.visura_id, v.chiave, v.persona, v.conto, v.ends_at FROM asked a JOIN quota_richiesta r USING (visura_id), unnest(a.chiavi, a.persone, a.conti, a.fine) AS v(chiave, persona, conto, ends_at)
			WHERE NOT r.chiavi @> a.chiavi AND v.chiave <> ALL (r.chiavi)
	), extended AS (
		UPDATE quota_richiesta r SET chiavi = r.chiavi || l.chiavi, persone = r.persone || l.persone, conti = r.conti || l.conti, ends_at = greatest(r.ends_at, l.ends_at)
			FROM (SELECT visura_id, array_agg(chiave ORDER BY chiave) AS chiavi, array_agg(persona ORDER BY chiave) AS persone, array_agg(conto ORDER BY chiave) AS conti, max(ends_at) AS ends_at FROM lacking GROUP BY visura_id) l
			WHERE r.visura_id = l.visura_id
	), missing AS (
		SELECT a.visura_id, v.chiave, v.persona, v.ends_at FROM added JOIN asked a USING (visura_id), unnest(a.chiavi, a.persone, a.fine) AS v(chiave, persona, ends_at)
		UNION ALL SELECT visura_id, chiave, persona, ends_at FROM lacking
	), people AS (
		INSERT INTO quota_persona (persona, visura_id, ends_at) SELECT persona, visura_id, ends_at FROM missing WHERE persona IS NOT NULL ON CONFLICT DO NOTHING
	)
	INSERT INTO quota_conto AS c (chiave, n, ends_at)
		SELECT chiave, count(DISTINCT coalesce(persona, visura_id::text)) FILTER (WHERE NOT EXISTS (SELECT FROM quota_persona o WHERE o.persona = m.persona)), max(ends_at)
			FROM missing m GROUP BY chiave ORDER BY chiave
		ON CONFLICT (chiave) DO UPDATE SET n = c.n + excluded.n`

// forgetErased no longer counts people by what was asked about them in erased visure.
const forgetErased = `
	WITH gone AS (
		SELECT r.visura_id, v.chiave, v.persona FROM quota_richiesta r, unnest(r.chiavi, r.persone) AS v(chiave, persona)
			WHERE r.visura_id = ANY ($1::uuid[]) AND v.persona IS NOT NULL
	), people AS (
		DELETE FROM quota_persona p USING gone WHERE p.persona = gone.persona AND p.visura_id = gone.visura_id
	)
	UPDATE quota_conto c SET n = c.n - g.n FROM (
		SELECT chiave, count(DISTINCT persona) AS n FROM gone
			WHERE NOT EXISTS (SELECT FROM quota_persona o WHERE o.persona = gone.persona AND o.visura_id <> ALL ($1::uuid[]))
			GROUP BY chiave
	) g WHERE c.chiave = g.chiave`

// withoutErased leaves what erased visure count as where requests are counted, until the
// last of those periods ends: one that is in quota_conto no more has.
const withoutErased = `
	UPDATE quota_richiesta r SET (chiavi, persone, conti, ends_at) = (
		SELECT coalesce(array_agg(v.chiave ORDER BY i), '{}'), coalesce(array_agg(v.persona ORDER BY i), '{}'), coalesce(array_agg(v.conto ORDER BY i), '{}'), coalesce(max(c.ends_at), '-infinity')
			FROM unnest(r.chiavi, r.persone, r.conti) WITH ORDINALITY AS v(chiave, persona, conto, i) LEFT JOIN quota_conto c USING (chiave) WHERE v.persona IS NULL
	) WHERE visura_id = ANY ($1::uuid[])`
