package domain_test

import (
	"testing"

	"github.com/visure-anagrafiche/visure/domain"
)

func TestANameIsNoReference(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]bool{
		"BIANCHI-1":     true,
		"MARIO1BIANCHI": true,
		"bianchi_mario": true,
		"Mario/2026":    true,
		"MB-2026/1":     false,
		"2026/000123":   false,
		"BIANCHINI-7":   false,
		"PG-BIANCHI-1":  false,
	} {
		if got := domain.NumeroPratica(in).Names("Bianchi", "MARIO"); got != want {
			t.Errorf("%s: %v", in, got)
		}
	}
	if domain.NumeroPratica("A1").Names("", "") {
		t.Error("nobody's name is a reference's")
	}
}
