package pdf_test

import (
	"testing"

	"github.com/visure-anagrafiche/visure/domain/documento"
)

func BenchmarkRender(b *testing.B) {
	for name, d := range map[string]documento.Documento{"one page": residenza(), "family of twelve": famiglia(12), "with a model": modello()} {
		b.Run(name, func(b *testing.B) {
			r := newRenderer(b)
			b.ReportAllocs()
			var size int
			for b.Loop() {
				out, _, err := r.Render(d)
				if err != nil {
					b.Fatal(err)
				}
				size = len(out)
			}
			b.ReportMetric(float64(size), "bytes/doc")
		})
	}
}
