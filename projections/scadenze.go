package projections

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// Scadenze is when each stream that a process carries on is to be advanced
// again, until it is final. Whether anything is to be done then is decided at the
// head of the stream.
type Scadenze struct{}

func (Scadenze) Name() string { return "scadenze" }

func (Scadenze) Tables() []string { return []string{"scadenze"} }

// grace is how long after an event the next one may take to follow before the
// stream is due: longer than most answers of ANPR, short for a person waiting at
// a desk. Advancing a stream too early does nothing.
const grace = 10 * time.Second

func (Scadenze) Categories() []string {
	return []string{domain.VisuraCategory, domain.ConvenzioneCategory, domain.ComuneCategory, domain.UtenteCategory, domain.RicertificazioneCategory, domain.MassivaCategory}
}

func (Scadenze) Apply(w *engine.Writer, events []domain.Recorded) error {
	scadenze := &rows{table: "scadenze", key: func(r domain.Recorded) value { return text("stream", r.Stream) }}
	for _, r := range events {
		remind(scadenze, r)
	}
	return scadenze.write(w)
}

// remind changes the row by one event.
func remind(scadenze *rows, r domain.Recorded) {
	soon := r.Meta.At.Add(grace)
	// Every event is progress: claims are counted from 0 again.
	next := func(at *time.Time, term bool) {
		scadenze.set(r, instantOrNone("due_at", at), instantOrNone("next_try", at), number("attempts", 0), truth("term", term))
	}
	due := func(at *time.Time) { next(at, false) }
	term := func(ends ...*time.Time) { // the one there is
		at := cmp.Or(ends...)
		next(at, at != nil)
	}
	switch e := r.Event.(type) {
	case domain.VisuraRequested:
		scadenze.add(r, instant("due_at", soon), instant("next_try", soon), number("attempts", 0), truth("term", false))
	case domain.ConfirmationAwaited:
		term(e.Due, e.Scade)
	case domain.ConfirmationSuspended:
		term(e.Scade)
	case domain.ConfirmationResumed:
		term(e.Due, e.Scade)
	case domain.VisuraApproved, domain.NotResident, domain.ResidentSought, domain.QueryStarted:
		due(&soon)
	case domain.QueryDeferred:
		due(&e.RetryAt)
	case domain.VisuraRevoked:
		due(&soon) // who took it is to be told
	case domain.VisuraRejected, domain.VisuraWithdrawn, domain.VisuraLapsed, domain.VisuraExpired, domain.VisuraIssued, domain.VisuraNotIssuable, domain.VisuraFailed, domain.RevocationAnnounced:
		due(nil)
	case domain.VisuraErased:
		// A request that is not final is to be closed; a final one stays final.
		scadenze.set(r, instantUnlessNone("due_at", soon), instantUnlessNone("next_try", soon), number("attempts", 0), truth("term", false))
	default:
		if at, moves := dueAfter(r); moves {
			scadenze.put(r, instantOrNone("due_at", at), instantOrNone("next_try", at), number("attempts", 0), truth("term", false))
		}
	}
}

// dueAfter returns when a stream of the access side is due after an event, nil for
// never; moves says whether the event changes that.
func dueAfter(r domain.Recorded) (at *time.Time, moves bool) {
	soon := r.Meta.At.Add(grace)
	switch e := r.Event.(type) {
	case domain.ConvenzioneActivated:
		return noticeAt(domain.NextConvenzioneNotice(e.Al, 0)), true
	case domain.ExpiryAnnounced:
		return noticeAt(domain.NextConvenzioneNotice(e.Al, e.Giorni)), true
	case domain.ConvenzioneEnded:
		return nil, true
	case domain.ComuneConnected:
		return noticeAt(domain.NextExpiryNotice(e.Expiry(), 0)), true
	case domain.CertificateExpiryAnnounced:
		return noticeAt(domain.NextExpiryNotice(e.NotAfter, e.Days)), true
	case domain.GrantApproved:
		return &soon, e.Reset
	case domain.ResetDone:
		return nil, true
	case domain.RicertificazioneOpened:
		return &soon, true
	case domain.UsersListed:
		at := domain.ConfirmationReminder(e.Entro)
		return &at, true
	case domain.ConfirmationReminded:
		at := domain.ConfirmationEnd(e.Entro)
		return &at, true
	case domain.RicertificazioneClosed:
		return nil, true
	}
	return massivaDueAfter(r)
}

// massivaDueAfter is dueAfter for requests about many people.
func massivaDueAfter(r domain.Recorded) (at *time.Time, moves bool) {
	soon := r.Meta.At.Add(grace)
	switch e := r.Event.(type) {
	case domain.MassivaRequested, domain.RowsAsked, domain.MassivaResumed, domain.MassivaWithdrawn:
		return &soon, true
	case domain.MassivaDelayed:
		return &e.Until, true
	case domain.MassivaStopped:
		end := r.Meta.At.AddDate(0, 0, domain.GiorniFermata)
		return &end, true
	case domain.PeopleDestroyed:
		return nil, true
	}
	return nil, false
}

// noticeAt is when the next of some notices is due, nil if none is left.
func noticeAt(_ int, at time.Time, ok bool) *time.Time {
	if !ok {
		return nil
	}
	return &at
}

// ScadenzeQueries claims what is due. It is safe for concurrent use.
type ScadenzeQueries struct{ pool *pgxpool.Pool }

// NewScadenzeQueries returns the queries over a database.
func NewScadenzeQueries(pool *pgxpool.Pool) *ScadenzeQueries { return &ScadenzeQueries{pool} }

// ClaimDue returns streams that are due at now for anything but the end of a term,
// at most limit, those whose next try is oldest, in the order they fell due, and
// puts each off by backoff, twice that at the next claim, and so on up to 8 times.
// A row stays due until an event of its stream changes it, so a claim that comes
// to nothing is repeated. Concurrent calls get different rows.
func (q *ScadenzeQueries) ClaimDue(ctx context.Context, now time.Time, limit int, backoff time.Duration) ([]string, error) {
	return q.claim(ctx, false, now, limit, backoff)
}

// ClaimTerms is ClaimDue for streams whose term ends: that only has to be recorded,
// and waits for nobody outside.
func (q *ScadenzeQueries) ClaimTerms(ctx context.Context, now time.Time, limit int, backoff time.Duration) ([]string, error) {
	return q.claim(ctx, true, now, limit, backoff)
}

func (q *ScadenzeQueries) claim(ctx context.Context, terms bool, now time.Time, limit int, backoff time.Duration) ([]string, error) {
	rows, err := q.pool.Query(ctx, claims[terms], now, limit, backoff)
	if err != nil {
		return nil, fmt.Errorf("claim what is due: %w", err)
	}
	streams, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("claim what is due: %w", err)
	}
	return streams, nil
}

// claims are the statements that claim, by whether it is for terms: the condition
// is that of an index.
var claims = map[bool]string{false: claim("NOT term"), true: claim("term")}

func claim(which string) string {
	return `
		WITH due AS (
			SELECT stream FROM scadenze WHERE ` + which + ` AND next_try <= $1 ORDER BY next_try LIMIT $2 FOR UPDATE SKIP LOCKED
		), claimed AS (
			UPDATE scadenze s SET attempts = s.attempts + 1, next_try = $1::timestamptz + $3::interval * power(2, least(s.attempts, 3))
			  FROM due WHERE s.stream = due.stream RETURNING s.stream, s.due_at
		)
		SELECT stream FROM claimed ORDER BY due_at`
}

// NextTerm returns when ClaimTerms next has something to return, as far as rows say
// now; ok is false when no term runs.
func (q *ScadenzeQueries) NextTerm(ctx context.Context) (at time.Time, ok bool, err error) {
	err = q.pool.QueryRow(ctx, `SELECT next_try FROM scadenze WHERE term AND next_try IS NOT NULL ORDER BY next_try LIMIT 1`).Scan(&at)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return at, false, nil
	case err != nil:
		return at, false, fmt.Errorf("find when a term ends next: %w", err)
	}
	return at, true, nil
}
