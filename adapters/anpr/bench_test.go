package anpr_test

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/visure-anagrafiche/visure/adapters/anpr"
	"github.com/visure-anagrafiche/visure/domain"
)

// BenchmarkCall is a whole call against the simulator, whose own work, in the
// same process, is most of it.
func BenchmarkCall(b *testing.B) {
	_, c := simulated(b)
	p := residents(domain.Residenza, 1)[0]
	q := about(b, domain.Residenza, p, "B")
	var n atomic.Int64
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			q := q
			q.IDOperazione = fmt.Sprint("B", n.Add(1))
			if _, err := c.Consult(b.Context(), q); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

// BenchmarkClient is a call to a server that answers without looking: what the
// client itself costs, TLS included.
func BenchmarkClient(b *testing.B) {
	for name, reuse := range map[string]func(*anpr.Config){
		"assertion reused":           func(*anpr.Config) {},
		"assertion for each message": func(c *anpr.Config) { c.AssertionReuse = -1 },
	} {
		b.Run(name, func(b *testing.B) {
			message := ok3002(soggetto(residenza("DELLE ROSE", "2015-09-01")))
			r := newRegistry(b, func(w http.ResponseWriter, req *http.Request) { reply(w, req, message) })
			c := client(b, r, reuse)
			q := query(b, domain.Residenza)
			for b.Loop() {
				if _, err := c.Consult(b.Context(), q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
