package table_test

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
	"github.com/visure-anagrafiche/visure/adapters/web/table"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
	"github.com/visure-anagrafiche/visure/projections/engine/enginetest"
)

// asked are visure of twenty thousand people, and before them the same rows as many more times,
// as they would have come in a year.
func asked(b *testing.B, rows int) *projections.ElencoQueries {
	b.Helper()
	const people = 20_000
	pool, l := pgtest.New(b), enginetest.NewLog()
	for n := range people {
		id := domain.VisuraID(fmt.Sprintf("00000000-0000-4000-8000-%012d", n))
		l.Add(string(id.Stream()), domain.Actor{Utente: "8d1f2c3e-5a7b-4c9d-8e0f-1a2b3c4d5e6f", Role: domain.RoleStandard, Ente: "0a0c7d93-721a-851d-a2ab-cfc7006ee723"}, domain.VisuraRequested{
			Comune: "039002", Ente: "0a0c7d93-721a-851d-a2ab-cfc7006ee723", Tipo: domain.StatoFamiglia, Ambito: domain.Comunale, Conferma: domain.Immediata,
			Purpose:  domain.Purpose{Finalita: "ISEE", Descrizione: "Prestazioni agevolate", BaseGiuridica: "art. 71 D.P.R. 445/2000", NumeroPratica: fmt.Sprintf("2026/%06d", n)},
			Soggetto: domain.Soggetto{CodiceFiscale: "RSSMRA80A01H501U"}, SubjectToken: fmt.Sprint("token", n),
		})
	}
	enginetest.Apply(b, pool, l.All(), projections.Elenco{})
	if _, err := pool.Exec(context.Background(), fmt.Sprintf(`
		CREATE TEMP TABLE more AS SELECT e.* FROM elenco e, generate_series(2, %d);
		UPDATE more SET visura_id = gen_random_uuid(), requested_at = requested_at - random() * interval '1 year';
		INSERT INTO elenco SELECT * FROM more ORDER BY requested_at; ANALYZE elenco`, rows/people)); err != nil {
		b.Fatal(err)
	}
	return projections.NewElencoQueries(pool, l)
}

// BenchmarkExport is how fast the list of a Comune is written whole, persons opened, and how
// much more memory that takes than there was.
func BenchmarkExport(b *testing.B) {
	for _, rows := range []int{100_000, 1_000_000} {
		list := asked(b, rows)
		for _, format := range table.Formats {
			b.Run(fmt.Sprintf("%d/%s", rows, format.Extension), func(b *testing.B) {
				defer debug.SetGCPercent(debug.SetGCPercent(10)) // what is in use is what is needed, or nearly
				most, stop := peak()
				for b.Loop() {
					ctx, shown := b.Context(), 0
					all := table.Whole[projections.RigaElenco]{
						Format: format, Columns: table.Visure,
						Page: func(cursor string) (projections.PaginaDi[projections.RigaElenco], error) {
							return list.Whole(ctx, domain.Reach{Columns: []domain.Column{{Name: domain.ColumnComune, Values: []string{"039002"}}}, Reads: true}, projections.Filter{Cursor: cursor})
						},
						IDs: func(rows []projections.RigaElenco) (ids []string) {
							for _, r := range rows {
								ids = append(ids, string(r.ID))
							}
							return ids
						},
						Enter: func(ids ...string) error { shown += len(ids); return nil },
					}
					if err := all.Begin(""); err != nil {
						b.Fatal(err)
					}
					if err := all.Write(io.Discard, func() error { return nil }); err != nil || shown != rows {
						b.Fatal(shown, err)
					}
				}
				stop()
				b.ReportMetric(float64(b.N*rows)/b.Elapsed().Seconds(), "rows/s")
				b.ReportMetric(float64(most.Load())/(1<<20), "MiB-more")
			})
		}
	}
}

// peak looks every 10 ms how much more of the heap is in use than now, until it is stopped.
func peak() (most *atomic.Int64, stop func()) {
	inUse := func() int64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapInuse)
	}
	runtime.GC()
	most, before := &atomic.Int64{}, inUse()
	done, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				most.Store(max(most.Load(), inUse()-before))
			}
		}
	}()
	return most, func() { close(done); <-stopped }
}
