package quote_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
	"github.com/visure-anagrafiche/visure/adapters/quote"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
	"github.com/visure-anagrafiche/visure/projections/engine/enginetest"
)

var (
	morning = enginetest.Morning
	mario   = domain.Actor{Utente: "00000000-0000-4000-8000-000000000001", Role: domain.RoleStandard, Ente: "00000000-0000-4000-8000-0000000000e1"}
	rita    = domain.Actor{Utente: "00000000-0000-4000-8000-000000000002", Role: domain.RoleStandard, Ente: mario.Ente}
)

// limit makes a quota.
func limit(di domain.DiChi, misura domain.Misura, per domain.Periodo, limite int) domain.Quota {
	return domain.Quota{Di: di, Misura: misura, Per: per, Limite: limite}
}

// asked is a request about a person under some quotas.
func asked(who string, quote ...domain.Quota) domain.VisuraRequested {
	r := domain.VisuraRequested{Comune: "039002", Ente: mario.Ente, SubjectToken: who, Purpose: domain.Purpose{NumeroPratica: "1/2026"}}
	for _, q := range quote {
		r.Quote = append(r.Quote, domain.QuotaContata{Quota: q})
	}
	return r
}

// counting is a ledger with the log it is held to.
type counting struct {
	*testing.T
	pool   *pgxpool.Pool
	ledger *quote.Ledger
	log    *enginetest.Log
}

func newCounting(t *testing.T) counting {
	t.Helper()
	pool := pgtest.New(t)
	return counting{t, pool, quote.New(pool), enginetest.NewLog()}
}

func newID() domain.VisuraID { return domain.VisuraID(uuid.NewString()) }

// count counts a request: the counts, or none if a quota is used up.
func (c counting) count(id domain.VisuraID, by domain.Actor, at time.Time, r domain.VisuraRequested) (conti []int) {
	c.Helper()
	got, err := c.ledger.Count(c.Context(), id, at, r.Voci(domain.Meta{At: at, By: by}))
	if err != nil {
		c.Error(err)
		return nil
	}
	for _, one := range got {
		if one.Esaurita {
			return nil
		}
		conti = append(conti, one.Conto)
	}
	return conti
}

// record puts a request into the log, a second after the one before.
func (c counting) record(id domain.VisuraID, by domain.Actor, r domain.VisuraRequested) {
	c.log.Add(string(id.Stream()), by, r)
}

// read has the read model read all of the log again.
func (c counting) read() {
	c.Helper()
	enginetest.Apply(c, c.pool, c.log.All(), projections.Quote{})
}

// counts are what each quota has counted, in the order of their keys.
func (c counting) counts() (all []int) {
	c.Helper()
	rows, err := c.pool.Query(c.Context(), `SELECT n FROM quota_conto ORDER BY chiave`)
	if err != nil {
		c.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var n int
		if err := rows.Scan(&n); err != nil {
			c.Fatal(err)
		}
		all = append(all, n)
	}
	return all
}

func (c counting) want(what string, want, got []int) {
	c.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		c.Errorf("%s:\n%s", what, diff)
	}
}

// Many who ask at once, each of them twice, are as many as the quotas allow.
func TestExactlyAsManyAreCountedAsTheQuotaAllows(t *testing.T) {
	t.Parallel()
	c := newCounting(t)
	q := []domain.Quota{limit(domain.DiUtente, domain.Richieste, domain.AlMese, 60), limit(domain.DiEnte, domain.Richieste, domain.AlGiorno, 100), limit(domain.DiComune, domain.Soggetti, domain.AlGiorno, 1000)}
	servers := []*quote.Ledger{c.ledger, quote.New(c.pool), quote.New(c.pool)}
	var mu sync.Mutex
	places := map[domain.Actor]map[int]domain.VisuraID{mario: {}, rita: {}}
	var clients sync.WaitGroup
	for n := range 64 {
		clients.Go(func() {
			c := c
			c.ledger = servers[n%len(servers)]
			by := []domain.Actor{mario, rita}[n%2]
			for range 4 {
				id := newID()
				first := c.count(id, by, morning, asked(string(id), q...))
				again := c.count(id, by, morning, asked(string(id), q...))
				if diff := cmp.Diff(first, again); diff != "" && first != nil {
					t.Errorf("counted again:\n%s", diff)
				}
				if again == nil {
					continue
				}
				mu.Lock()
				places[by][again[0]] = id
				mu.Unlock()
			}
		})
	}
	clients.Wait()
	if n := len(places[mario]) + len(places[rita]); n != 100 || len(places[mario]) > 60 || len(places[rita]) > 60 {
		t.Errorf("%d and %d were counted, each at a place of their own", len(places[mario]), len(places[rita]))
	}
}

func TestWhatCountsTogether(t *testing.T) {
	t.Parallel()
	c := newCounting(t)
	day, people := limit(domain.DiUtente, domain.Richieste, domain.AlGiorno, 2), limit(domain.DiEnte, domain.Soggetti, domain.AlGiorno, 2)
	c.want("the first", []int{1, 1}, c.count(newID(), mario, morning, asked("x", day, people)))
	c.want("about the same person", []int{2, 1}, c.count(newID(), mario, morning, asked("x", day, people)))
	c.want("one too many", nil, c.count(newID(), mario, morning, asked("y", day, people)))
	c.want("of another user, about another person", []int{1, 2}, c.count(newID(), rita, morning, asked("y", day, people)))
	c.want("a person too many", nil, c.count(newID(), rita, morning, asked("z", day, people)))
	c.want("which counted in neither", []int{2, 2}, c.count(newID(), rita, morning, asked("x", day, people)))
	c.want("the next day", []int{1, 1}, c.count(newID(), mario, morning.Add(24*time.Hour), asked("x", day, people)))
	c.want("once the limit is raised", []int{3}, c.count(newID(), mario, morning, asked("x", limit(domain.DiUtente, domain.Richieste, domain.AlGiorno, 3))))
}

// What was counted and never recorded is released; what was recorded stays.
func TestWhatWasNeverRecordedIsReleased(t *testing.T) {
	t.Parallel()
	c := newCounting(t)
	day, people := limit(domain.DiUtente, domain.Richieste, domain.AlGiorno, 100), limit(domain.DiUtente, domain.Soggetti, domain.AlGiorno, 100)
	recorded, lost, other := newID(), newID(), newID()
	c.count(recorded, mario, morning, asked("x", day, people))
	c.record(recorded, mario, asked("x", day, people))
	c.count(lost, mario, morning, asked("x", day, people))
	c.count(other, mario, morning, asked("y", day, people))
	c.want("counted", []int{3, 2}, c.counts())
	awaited, later := 0, morning.Add(time.Minute)
	caught := func(context.Context) error {
		awaited++
		c.read()
		return nil
	}
	for _, again := range []struct {
		before  time.Time
		want    []int
		awaited int
	}{{morning, []int{3, 2}, 0}, {later, []int{1, 1}, 1}, {later, []int{1, 1}, 1}} {
		if _, err := c.ledger.Reconcile(t.Context(), again.before, caught); err != nil || awaited != again.awaited {
			t.Fatalf("the read model was awaited %d times, %v", awaited, err)
		}
		c.want("released", again.want, c.counts())
	}
	c.record(lost, mario, asked("x", day, people)) // its append was under way all the while
	c.read()
	c.read()
	c.want("recorded after all", []int{2, 1}, c.counts())
}

// A request that is decided again in another minute counts there, too.
func TestWhatIsDecidedAgainInAnotherPeriod(t *testing.T) {
	t.Parallel()
	q := []domain.Quota{limit(domain.DiEnte, domain.Soggetti, domain.AlGiorno, 100), limit(domain.DiEnte, domain.Richieste, domain.AlMinuto, 100)}
	later := morning.Add(time.Minute)
	counted := func(c counting) domain.VisuraID {
		c.Helper()
		id := newID()
		c.want("first", []int{1, 1}, c.count(id, mario, morning, asked("x", q...)))
		return id
	}
	all := func(context.Context) error { return nil }
	t.Run("and is never recorded", func(t *testing.T) {
		c := newCounting(t)
		id := counted(c)
		c.want("again", []int{1, 1}, c.count(id, mario, later, asked("x", q...)))
		c.want("in three periods", []int{1, 1, 1}, c.counts())
		if n, err := c.ledger.Reconcile(t.Context(), later, all); err != nil || n != 0 {
			t.Errorf("%d were released that are decided now, %v", n, err)
		}
		if n, err := c.ledger.Reconcile(t.Context(), later.Add(time.Second), all); err != nil || n != 1 {
			t.Errorf("%d were released, %v", n, err)
		}
		c.want("released", []int{0, 0, 0}, c.counts())
	})
	t.Run("having been recorded", func(t *testing.T) {
		c := newCounting(t)
		id := counted(c)
		c.record(id, mario, asked("x", q...))
		c.read()
		c.want("again", []int{1, 1}, c.count(id, mario, later, asked("x", q...)))
		if n, err := c.ledger.Reconcile(t.Context(), later.Add(time.Second), all); err != nil || n != 1 {
			t.Errorf("%d were released, %v", n, err)
		}
		c.want("of which only that is released", []int{1, 0, 1}, c.counts()) // the minutes by their hash
		c.read()
		c.want("read again", []int{1, 0, 1}, c.counts())
	})
	t.Run("which the ledger then lost", func(t *testing.T) {
		c := newCounting(t)
		id := counted(c)
		c.record(id, mario, asked("x", append(q, limit(domain.DiEnte, domain.Richieste, domain.AlGiorno, 100))...))
		c.read()
		c.read()
		c.want("counted", []int{1, 1, 1}, c.counts())
	})
}

// Of a ledger that lost something, or all, the events make what it was.
func TestTheLedgerIsMadeOfTheEvents(t *testing.T) {
	t.Parallel()
	c := newCounting(t)
	q := []domain.Quota{limit(domain.DiEnte, domain.Richieste, domain.AlMese, 1000), limit(domain.DiEnte, domain.Soggetti, domain.AlGiorno, 1000)}
	for n := range 30 {
		id, who := newID(), fmt.Sprint("person ", n%7)
		c.count(id, mario, morning, asked(who, q...))
		c.record(id, mario, asked(who, q...))
		if n == 20 {
			c.read()
		}
	}
	want := c.counts()
	c.want("counted", []int{30, 7}, want)
	for what, loss := range map[string]string{"nothing": ``, "what was not read yet": `WITH gone AS (DELETE FROM quota_richiesta r USING quota_attesa a WHERE r.visura_id = a.visura_id RETURNING r.visura_id), people AS (DELETE FROM quota_persona p USING quota_attesa a WHERE p.visura_id = a.visura_id)
		UPDATE quota_conto SET n = n - (SELECT count(*) FROM gone) WHERE chiave LIKE '%mese%'`, "all": `TRUNCATE quota_conto, quota_richiesta, quota_persona, quota_attesa`} {
		if _, err := c.pool.Exec(t.Context(), loss); err != nil {
			t.Fatal(err)
		}
		c.read()
		c.want("having lost "+what, want, c.counts())
	}
	runner, stop := enginetest.Run(t, c.pool, c.log, projections.Quote{})
	defer stop()
	enginetest.Await(t, runner, c.log.Head())
	if err := runner.Rebuild(t.Context(), projections.Quote{}.Name()); err != nil {
		t.Fatal(err)
	}
	c.want("made again", want, c.counts())
	c.want("and goes on", []int{31, 7}, c.count(newID(), mario, morning, asked("person 3", q...)))
}

// A person who is erased no longer counts, and periods that are over are gone.
func TestNothingOfAPersonStays(t *testing.T) {
	t.Parallel()
	c := newCounting(t)
	people, minute := limit(domain.DiEnte, domain.Soggetti, domain.AlGiorno, 100), limit(domain.DiEnte, domain.Richieste, domain.AlMinuto, 100)
	one, same, other := newID(), newID(), newID()
	c.record(one, mario, asked("x", people, minute))
	c.record(same, mario, asked("x", people, minute))
	c.record(other, mario, asked("y", people, minute))
	c.read()
	c.want("recorded", []int{3, 2}, c.counts())
	c.log.Add(string(one.Stream()), domain.Sistema, domain.VisuraErased{})
	c.read()
	c.want("one of two erased", []int{3, 2}, c.counts())
	c.log.Add(string(same.Stream()), domain.Sistema, domain.VisuraErased{})
	c.read()
	c.want("both erased", []int{3, 1}, c.counts())
	for range 2 * 60 * 60 { // seconds pass
		c.log.Add(string(mario.Utente.Stream()), mario, domain.InstructionsAccepted{})
	}
	c.record(newID(), mario, asked("y", people, minute))
	c.read()
	c.want("two hours later", []int{1, 1}, c.counts())
}
