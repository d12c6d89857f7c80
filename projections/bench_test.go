package projections

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
	"github.com/visure-anagrafiche/visure/projections/engine/enginetest"
)

// benchmarkLog is visure from request to document, four events each,
// interleaved a hundred at a time as they are in use.
func benchmarkLog(visure int) *enginetest.Log {
	l := enginetest.NewLog()
	parties(l)
	for from := 0; from < visure; from += 100 {
		for step := range 4 {
			for n := from; n < from+100; n++ {
				id := visuraID(n)
				l.Add(string(id.Stream()), operatore, []domain.Event{
					request(roma, inps, rossi),
					domain.VisuraApproved{Conferma: domain.Immediata, Effective: morning},
					domain.QueryStarted{Attempt: 1, IDOperazioneComune: "C1"},
					issued(id),
				}[step])
			}
		}
	}
	return l
}

// BenchmarkCatchUp is how fast all read models together follow a stored log,
// live tables and durable commits.
func BenchmarkCatchUp(b *testing.B) {
	l := benchmarkLog(5000)
	for b.Loop() {
		r, stop := enginetest.Run(b, pgtest.New(b), l, All...)
		enginetest.Await(b, r, l.Head())
		stop()
	}
	b.ReportMetric(float64(b.N*len(l.All()))/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkRebuild is how fast one read model is made anew.
func BenchmarkRebuild(b *testing.B) {
	for _, m := range []engine.Projection{Elenco{}, Dettaglio{}, Scadenze{}, Attivita{}, Statistiche{}} {
		b.Run(m.Name(), func(b *testing.B) {
			l := benchmarkLog(5000)
			r := enginetest.NewRunner(pgtest.New(b), l, All...)
			for b.Loop() {
				if err := r.Rebuild(context.Background(), m.Name()); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N*len(l.All()))/b.Elapsed().Seconds(), "events/s")
		})
	}
}

// BenchmarkVisible is how long after it was recorded one event alone can be
// seen, by who waits where it is written and on another instance.
func BenchmarkVisible(b *testing.B) {
	pool := pgtest.New(b)
	l := enginetest.NewLog()
	writer, _ := enginetest.Run(b, pool, l, All...)
	enginetest.Await(b, writer, issue(l, 0))
	standby, _ := enginetest.Run(b, pool, l, All...)
	enginetest.Await(b, standby, l.Head())
	n := 1
	for name, r := range map[string]*engine.Runner{"here": writer, "elsewhere": standby} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				enginetest.Await(b, r, l.Add(string(visuraID(n).Stream()), operatore, request(roma, inps, rossi)), "elenco")
				n++
			}
		})
	}
}

// BenchmarkSteady is what 400 events a second, of 100 visure, cost in batches.
func BenchmarkSteady(b *testing.B) {
	pool := pgtest.New(b)
	l := enginetest.NewLog()
	r, _ := enginetest.Run(b, pool, l, All...)
	enginetest.Await(b, r, issue(l, 0))
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	n := 1
	for b.Loop() {
		<-tick.C
		issue(l, n)
		n++
	}
	enginetest.Await(b, r, l.Head())
	h := r.Health()[1]
	b.ReportMetric(float64(h.Events)/float64(h.Batches), "events/batch")
	b.ReportMetric(float64(h.Writing.Microseconds())/float64(h.Batches), "µs/batch")
	b.ReportMetric(100*h.Writing.Seconds()/b.Elapsed().Seconds(), "%writing")
}

// BenchmarkRecorded is the processor time of requests that only have to be
// recorded, 1,500 a second: PostgreSQL's of the session that writes, and this
// program's.
func BenchmarkRecorded(b *testing.B) {
	const requests = 4500
	l, due := enginetest.NewLog(), morning.Add(48*time.Hour)
	for n := range requests {
		l.Add(string(visuraID(n).Stream()), operatore, request(roma, inps, rossi))
		l.Add(string(visuraID(n).Stream()), operatore, domain.ConfirmationAwaited{Due: &due})
	}
	var theirs, ours time.Duration
	for b.Loop() {
		pool, start := pgtest.New(b), make(chan struct{})
		r, stop := enginetest.Run(b, pool, paced{l.All(), start}, All...)
		enginetest.Until(b, "a session writes", func() bool { return r.Health()[0].State == engine.Live })
		writer := fmt.Sprintf("/proc/%d/stat", writerOf(b, pool))
		theirs, ours = theirs-processorTime(b, writer), ours-processorTime(b, "/proc/self/stat")
		close(start)
		enginetest.Await(b, r, l.Head())
		theirs, ours = theirs+processorTime(b, writer), ours+processorTime(b, "/proc/self/stat")
		stop()
	}
	b.ReportMetric(float64(theirs.Microseconds())/float64(b.N*requests), "µs-postgres/request")
	b.ReportMetric(float64(ours.Microseconds())/float64(b.N*requests), "µs-own/request")
}

// paced is a feed that is live from the start, of 30 events each 10 ms after that.
type paced struct {
	events []domain.Recorded
	start  chan struct{}
}

func (p paced) Follow(ctx context.Context, _ []string, _ domain.Position, deliver func(engine.Delivery) error) error {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	if err := deliver(engine.Delivery{CaughtUp: true}); err != nil {
		return err
	}
	select {
	case <-p.start:
	case <-ctx.Done():
		return ctx.Err()
	}
	for burst := range slices.Chunk(p.events, 30) {
		<-tick.C
		for _, r := range burst {
			if err := deliver(engine.Delivery{Event: &r, Position: r.Position}); err != nil {
				return err
			}
		}
	}
	<-ctx.Done()
	return ctx.Err()
}

// writerOf is the process of the session that writes the read models.
func writerOf(b *testing.B, pool *pgxpool.Pool) (pid int) {
	b.Helper()
	if err := pool.QueryRow(b.Context(), `SELECT pid FROM pg_locks WHERE locktype = 'advisory'
		AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`).Scan(&pid); err != nil {
		b.Fatal(err)
	}
	return pid
}

// processorTime is what a process has used, by its file stat in /proc.
func processorTime(b *testing.B, stat string) time.Duration {
	b.Helper()
	text, err := os.ReadFile(stat)
	if err != nil {
		b.Fatal(err)
	}
	_, figures, _ := strings.Cut(string(text), ") ") // after the program's name
	fields := strings.Fields(figures)
	user, errUser := strconv.Atoi(fields[11])
	system, errSystem := strconv.Atoi(fields[12])
	if err := errors.Join(errUser, errSystem); err != nil {
		b.Fatal(err)
	}
	return time.Duration(user+system) * 10 * time.Millisecond // a tick of every Linux
}

// BenchmarkQueries is what a page and a detail cost among many.
func BenchmarkQueries(b *testing.B) {
	pool := pgtest.New(b)
	l := seed(b, pool, 5000)
	ctx := context.Background()
	b.Run("page of 50", func(b *testing.B) {
		q := NewElencoQueries(pool, l)
		for b.Loop() {
			if p, err := q.Page(ctx, theirs, Filter{}); err != nil || len(p.Items) != 50 {
				b.Fatal(len(p.Items), err)
			}
		}
	})
	b.Run("detail", func(b *testing.B) {
		q := NewDettaglioQueries(pool, l)
		for b.Loop() {
			if d, err := q.One(ctx, theirs, visuraID(4321)); err != nil || d.Status != domain.Issued {
				b.Fatal(fmt.Sprint(d), err)
			}
		}
	})
}

func seed(b *testing.B, pool *pgxpool.Pool, visure int) *enginetest.Log {
	b.Helper()
	l := benchmarkLog(visure)
	r, stop := enginetest.Run(b, pool, l, All...)
	enginetest.Await(b, r, l.Head())
	stop()
	if _, err := pool.Exec(context.Background(), `ANALYZE`); err != nil { // as autovacuum does within the minute
		b.Fatal(err)
	}
	return l
}
