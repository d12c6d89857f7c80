package domain_test

import (
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

func TestWhoIsShownAnAvviso(t *testing.T) {
	published := time.Date(2026, 11, 30, 8, 0, 0, 0, time.UTC)
	operator := domain.Actor{Role: domain.RoleStandard, Ente: enteID}
	toCome := func(a *domain.AvvisoPublished) { a.Dal = published.Add(time.Hour) }
	for name, c := range map[string]struct {
		but   func(*domain.AvvisoPublished)
		by    domain.Actor
		after time.Duration
		shown bool
	}{
		"everybody from then on":        {by: operator, shown: true},
		"up to its end":                 {by: operator, after: 2*time.Hour - 1, shown: true},
		"no longer":                     {by: operator, after: 2 * time.Hour},
		"nor before its beginning":      {but: toCome, by: operator, after: time.Hour - 1},
		"when it has come":              {but: toCome, by: operator, after: time.Hour, shown: true},
		"its role":                      {but: func(a *domain.AvvisoPublished) { a.Ruoli = []domain.Role{domain.RoleTop, domain.RoleStandard} }, by: operator, shown: true},
		"no other":                      {but: func(a *domain.AvvisoPublished) { a.Ruoli = []domain.Role{domain.RoleTop} }, by: operator},
		"its Ente":                      {but: func(a *domain.AvvisoPublished) { a.Ente = enteID }, by: operator, shown: true},
		"no other Ente":                 {but: func(a *domain.AvvisoPublished) { a.Ente = "00000000-0000-4000-8000-0000000000e9" }, by: operator},
		"nor the Comune, which is none": {but: func(a *domain.AvvisoPublished) { a.Ente = enteID }, by: domain.Actor{Role: domain.RoleTop, Comune: "039002"}},
	} {
		t.Run(name, func(t *testing.T) {
			e := domain.AvvisoPublished{Numero: 1, Testo: "Uno.", Al: published.Add(2 * time.Hour)}
			if c.but != nil {
				c.but(&e)
			}
			comune := domain.Comune{}.Evolve(e, domain.Meta{At: published})
			if shown := len(comune.Avvisi.Shown(c.by, published.Add(c.after))) == 1; shown != c.shown {
				t.Errorf("shown: %t, want %t", shown, c.shown)
			}
		})
	}
}

// TestAvvisiThatAreOverAreForgotten: what a Comune keeps of them does not grow.
func TestAvvisiThatAreOverAreForgotten(t *testing.T) {
	var comune domain.Comune
	for i := range 100 {
		at := time.Date(2026, 11, 30, i, 0, 0, 0, time.UTC)
		comune = comune.Evolve(domain.AvvisoPublished{Numero: i + 1, Al: at.Add(90 * time.Minute)}, domain.Meta{At: at})
	}
	if n := len(comune.Avvisi.All); n != 2 || comune.Avvisi.Last != 100 {
		t.Errorf("%d are kept, the last is n. %d", n, comune.Avvisi.Last)
	}
}
