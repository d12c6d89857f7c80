package archive_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// BenchmarkPut stores documents of 30 kB, each durable before the next of its
// writer, all in folders of their own: made for them, as in a young archive, or
// there before.
func BenchmarkPut(b *testing.B) {
	doc := issue(strings.Repeat("x", 30_000))
	for _, writers := range []int{1, 32} {
		for _, folders := range []string{"made", "there"} {
			b.Run(fmt.Sprintf("%d writers, folders %s", writers, folders), func(b *testing.B) {
				dir := b.TempDir()
				for i := range 1 << 12 {
					if folders == "made" {
						break
					}
					if err := os.Mkdir(filepath.Join(dir, fmt.Sprintf("%03x", i)), 0o700); err != nil {
						b.Fatal(err)
					}
				}
				d := newDirectory(b, dir, newKeyring())
				took := make([]time.Duration, b.N)
				var n atomic.Int64
				var wg sync.WaitGroup
				b.ResetTimer()
				for range writers {
					wg.Go(func() {
						for i := n.Add(1) - 1; i < int64(b.N); i = n.Add(1) - 1 {
							began := time.Now()
							id := domain.VisuraID(fmt.Sprintf("0191f3a2-7c4e-7b11-9d3a-%012x", i))
							if _, err := d.Put(b.Context(), id, doc); err != nil {
								b.Error(err)
								return
							}
							took[i] = time.Since(began)
						}
					})
				}
				wg.Wait()
				slices.Sort(took)
				b.ReportMetric(took[len(took)/2].Seconds()*1e3, "p50-ms")
				b.ReportMetric(took[len(took)*99/100].Seconds()*1e3, "p99-ms")
			})
		}
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
