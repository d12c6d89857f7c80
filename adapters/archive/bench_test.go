package archive_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/visure-anagrafiche/visure/domain"
)

// BenchmarkPut stores documents of 30 kB, each durable before the next of its
// writer.
func BenchmarkPut(b *testing.B) {
	doc := issue(strings.Repeat("x", 30_000))
	for _, writers := range []int{1, 16} {
		b.Run(fmt.Sprintf("%d writers", writers), func(b *testing.B) {
			d := newDirectory(b, b.TempDir(), newKeyring())
			var n atomic.Int64
			var wg sync.WaitGroup
			b.ResetTimer()
			for range writers {
				wg.Go(func() {
					for i := n.Add(1); i <= int64(b.N); i = n.Add(1) {
						id := domain.VisuraID(fmt.Sprintf("0191f3a2-7c4e-7b11-9d3a-%012x", i))
						if _, err := d.Put(b.Context(), id, doc); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			wg.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "documents/s")
		})
	}
}

func BenchmarkGet(b *testing.B) {
	d := newDirectory(b, b.TempDir(), newKeyring())
	if _, err := d.Put(b.Context(), id, issue(strings.Repeat("x", 30_000))); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, _, err := d.Get(b.Context(), id); err != nil {
			b.Fatal(err)
		}
	}
}
