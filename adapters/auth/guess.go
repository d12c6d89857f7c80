package auth

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// limit is how guessing at one thing is slowed down: from a number of failures on,
// the next try has to wait one second, doubled at each. It never locks for good.
type limit struct {
	from    int           // the first failure with a delay
	longest time.Duration // delay
	forgive time.Duration // after which one failure is forgotten
}

// Many people may share a network, so a network has more tries than a person. Who
// tries second factors knows the password.
var (
	byNetwork  = limit{from: 20, longest: 15 * time.Minute, forgive: 10 * time.Minute}
	byPassword = limit{from: 5, longest: 15 * time.Minute, forgive: time.Hour}
	bySecond   = limit{from: 5, longest: time.Hour, forgive: time.Hour}
)

// mostBeyond bounds how far failures are counted beyond the first with a delay:
// enough for the longest delay.
const mostBeyond = 12

// Of networks that failed, the last mostNetworks are remembered; keptFailures is how
// long any failure is.
const (
	mostNetworks = 10_000
	keptFailures = 24 * time.Hour
)

// nobodies is how many rows count the tries at logins of nobody: several share one, so
// that no stranger makes more, and what they make takes the place of nothing.
const nobodies = 1 << 10

// tries is how often something was guessed at in vain, or is being guessed at.
type tries struct {
	failures int
	at       time.Time // of the last
	until    time.Time // no other before
}

// next counts one more try as failed; false while it has to wait.
func (l limit) next(t tries, now time.Time) (tries, bool) {
	if t.until.After(t.at) && now.Before(t.until) { // one of two at once may come with the earlier time
		return t, false
	}
	forgotten := max(int(now.Sub(t.at)/l.forgive), 0)
	n := min(max(t.failures-forgotten, 0)+1, l.from+mostBeyond)
	return tries{failures: n, at: now, until: now.Add(l.delay(n))}, true
}

func (l limit) delay(failures int) time.Duration {
	if failures < l.from {
		return 0
	}
	return min(time.Second<<(failures-l.from), l.longest)
}

// guess is one thing that is guessed at, under the name by which it is counted.
type guess struct {
	subject string
	limit   limit
}

// What is guessed at, and how the names of networks begin.
const (
	firstFactor   = "password"
	secondFactor  = "second"
	enrolment     = "enrolment"
	networkPrefix = "network/"
)

// network is whom an address is counted as: an IPv4 address, an IPv6 /64.
func network(from netip.Addr) netip.Prefix {
	from = from.Unmap().WithZone("")
	bits := from.BitLen()
	if from.Is6() {
		bits = 64
	}
	p, _ := from.Prefix(bits) // no error: the address has these bits
	return p
}

// guessesAt is what a try at somebody's secret is counted at. From a browser that is
// known to be theirs only the failures of that browser count, so that neither strangers
// nor those who share their network can keep them out.
func guessesAt(what string, l limit, who string, from commands.From, known bool) []guess {
	who = what + "/" + who
	if known {
		return []guess{{who + "/" + hash(from.Device).public(), l}}
	}
	return []guess{{networkPrefix + network(from.Address).String(), byNetwork}, {who, l}}
}

// nobody is what tries at a login of nobody are counted as, in the place of an id: the
// same work and the same delays as of somebody's.
func nobody(codice string, address []byte) string {
	sum := hash(codice + "/" + string(address))
	return "nobody/" + strconv.Itoa(int(binary.BigEndian.Uint32(sum[:4])%nobodies))
}

// errDelayed says that a try has to wait.
var errDelayed = errors.New("too many tries")

// reserve counts a try as failed before it is made, so that many at once do not all
// slip through; settle takes back what succeeded. False while any of the guesses has
// to wait: then none is counted.
func (a *Accounts) reserve(ctx context.Context, now time.Time, guesses []guess) (bool, error) {
	byName := map[string]limit{}
	for _, g := range guesses {
		byName[g.subject] = g.limit
	}
	err := pgx.BeginFunc(ctx, a.db, func(tx pgx.Tx) error {
		return count(ctx, tx, now, byName)
	})
	if errors.Is(err, errDelayed) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("count a try: %w", err)
	}
	return true, nil
}

func count(ctx context.Context, tx pgx.Tx, now time.Time, limits map[string]limit) error {
	fresh, err := tx.Exec(ctx, `
		INSERT INTO guess (subject, failures, counted_at, until)
		SELECT s, 0, $2, $2 FROM unnest($1::text[]) s ORDER BY s
		ON CONFLICT DO NOTHING`, subjects(limits), now)
	if err != nil {
		return err
	}
	rows, _ := tx.Query(ctx, `
		SELECT subject, failures, counted_at, until FROM guess
		WHERE subject = ANY ($1) ORDER BY subject FOR UPDATE`, subjects(limits))
	counted := &pgx.Batch{}
	var subject string
	var t tries
	_, err = pgx.ForEachRow(rows, []any{&subject, &t.failures, &t.at, &t.until}, func() error {
		next, ok := limits[subject].next(t, now)
		if !ok {
			return errDelayed
		}
		counted.Queue(`UPDATE guess SET failures = $2, counted_at = $3, until = $4 WHERE subject = $1`,
			subject, next.failures, next.at, next.until)
		return nil
	})
	if err != nil {
		return err
	}
	if fresh.RowsAffected() > 0 {
		counted.Queue(`
			DELETE FROM guess WHERE subject IN (
				SELECT subject FROM guess WHERE subject IN (
					SELECT subject FROM guess WHERE starts_with(subject, $1) ORDER BY counted_at DESC OFFSET $2)
				FOR UPDATE SKIP LOCKED)`, networkPrefix, mostNetworks)
	}
	return tx.SendBatch(ctx, counted).Close()
}

func subjects(limits map[string]limit) []string {
	var all []string
	for s := range limits {
		all = append(all, s)
	}
	slices.SortFunc(all, strings.Compare)
	return all
}

// settle takes back tries, reserved at a time, that succeeded.
func (a *Accounts) settle(ctx context.Context, at time.Time, guesses []guess) error {
	var names []string
	for _, g := range guesses {
		names = append(names, g.subject)
	}
	_, err := a.db.Exec(ctx, `
		WITH mine AS (SELECT subject FROM guess WHERE subject = ANY ($1) ORDER BY subject FOR UPDATE)
		UPDATE guess g SET failures = greatest(failures - 1, 0), until = CASE WHEN counted_at = $2 THEN $2 ELSE until END
		FROM mine WHERE g.subject = mine.subject`, names, at)
	if err != nil {
		return fmt.Errorf("settle a try: %w", err)
	}
	return nil
}

// guarded makes a try at a second factor of somebody, one that is used or enrolled:
// ErrRefused if it fails or has to wait.
func (a *Accounts) guarded(ctx context.Context, what string, id domain.UtenteID, from commands.From, try func() (bool, error)) error {
	known, err := a.knows(ctx, id, from)
	if err != nil {
		return err
	}
	now, guesses := a.now(), guessesAt(what, bySecond, string(id), from, known)
	admitted, err := a.reserve(ctx, now, guesses)
	if err != nil {
		return err
	}
	if !admitted {
		return &commands.Refusal{Utente: id}
	}
	right, err := try()
	if err != nil {
		return err
	}
	if !right {
		return &commands.Refusal{Utente: id}
	}
	return a.settle(ctx, now, guesses)
}
