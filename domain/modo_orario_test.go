package domain_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/domain"
)

func TestHoursAreThoseOfItalianClocks(t *testing.T) {
	t.Parallel()
	mornings := domain.Orario{{Giorni: []int{1, 2, 3, 4, 5}, Dalle: "08:00", Alle: "14:00"}}
	late := domain.Orario{{Giorni: []int{7}, Dalle: "02:00", Alle: "03:00"}, {Giorni: []int{6}, Dalle: "22:00", Alle: "24:00"}}
	for _, c := range []struct {
		name  string
		hours domain.Orario
		at    string
		want  bool
	}{
		{"none sets no limit", nil, "2026-11-22T03:00:00Z", true},
		{"a minute before", mornings, "2026-11-23T06:59:59Z", false},
		{"the first", mornings, "2026-11-23T07:00:00Z", true},
		{"the last", mornings, "2026-11-23T12:59:59Z", true},
		{"when they end", mornings, "2026-11-23T13:00:00Z", false},
		{"on a Sunday", mornings, "2026-11-22T09:00:00Z", false},
		{"in summer an hour sooner", mornings, "2026-07-20T06:00:00Z", true},
		{"and over an hour sooner", mornings, "2026-07-20T12:00:00Z", false},
		{"Saturday up to midnight", late, "2026-11-21T22:59:59Z", true},
		{"not beyond", late, "2026-11-21T23:00:00Z", false},
		{"an hour that comes twice, first", late, "2026-10-25T00:30:00Z", true},
		{"and then", late, "2026-10-25T01:30:00Z", true},
		{"an hour that does not come", late, "2026-03-29T01:00:00Z", false},
	} {
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.hours.Admits(at); got != c.want {
			t.Errorf("%s: at %s %v", c.name, c.at, got)
		}
	}
}

func TestHoursThatNoInstantIsInAreRefused(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]domain.Fascia{
		"no day":         {Dalle: "08:00", Alle: "14:00"},
		"day 0":          {Giorni: []int{0}, Dalle: "08:00", Alle: "14:00"},
		"day 8":          {Giorni: []int{1, 8}, Dalle: "08:00", Alle: "14:00"},
		"no length":      {Giorni: []int{1}, Dalle: "08:00", Alle: "08:00"},
		"backwards":      {Giorni: []int{1}, Dalle: "14:00", Alle: "08:00"},
		"a short hour":   {Giorni: []int{1}, Dalle: "8:00", Alle: "14:00"},
		"hour 25":        {Giorni: []int{1}, Dalle: "08:00", Alle: "25:00"},
		"past midnight":  {Giorni: []int{1}, Dalle: "08:00", Alle: "24:01"},
		"from 24:00 on":  {Giorni: []int{1}, Dalle: "24:00", Alle: "24:00"},
		"words":          {Giorni: []int{1}, Dalle: "alba", Alle: "tramonto"},
		"nothing at all": {},
	} {
		err := domain.Orario{f}.Check("orario")
		if refusal, ok := err.(*domain.Error); !ok || refusal.Code != domain.Invalid || refusal.Field != "orario" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := (domain.Orario{{Giorni: []int{1, 7}, Dalle: "00:00", Alle: "24:00"}}).Check("orario"); err != nil {
		t.Error(err)
	}
}

func TestModesAreReadWidestFirst(t *testing.T) {
	t.Parallel()
	none, byOfficer, atOnce := domain.Modo{}, domain.Modo{Conferma: domain.Manuale}, domain.Modo{Conferma: domain.Immediata}
	silence := func(hours int) domain.Modo { return domain.Modo{Conferma: domain.SilenzioAssenso, Ore: hours} }
	const term = 12
	widest := []domain.Modo{atOnce, silence(6), silence(0), silence(24), byOfficer, none} // 0: the Comune's term
	for i, wide := range widest {
		for j, narrow := range widest {
			if got := wide.Wider(narrow, term); got != (i < j) {
				t.Errorf("%+v wider than %+v: %v", wide, narrow, got)
			}
			if got := wide.AtMost(narrow, term); got != widest[max(i, j)] {
				t.Errorf("%+v at most %+v is %+v", wide, narrow, got)
			}
		}
	}
	if silence(0).Wider(silence(12), term) || silence(12).Wider(silence(0), term) {
		t.Error("the Comune's term is not its hours")
	}
	if got := silence(0).AtMost(silence(24), 0); got != silence(0) {
		t.Errorf("where silence never consents it does after %d hours", got.Ore)
	}
}

// Of any two modes neither or one is wider, and what is at most another is no wider
// than either.
func TestAtMostIsNeverWider(t *testing.T) {
	t.Parallel()
	mode := rapid.Custom(func(t *rapid.T) domain.Modo {
		m := domain.Modo{Conferma: rapid.SampledFrom([]domain.Conferma{"", domain.Manuale, domain.SilenzioAssenso, domain.Immediata}).Draw(t, "mode")}
		if m.Conferma == domain.SilenzioAssenso {
			m.Ore = rapid.IntRange(0, 50).Draw(t, "hours")
		}
		return m
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b, term := mode.Draw(t, "a"), mode.Draw(t, "b"), rapid.IntRange(0, 50).Draw(t, "term")
		if a.Wider(b, term) && b.Wider(a, term) {
			t.Fatalf("%+v and %+v are each wider", a, b)
		}
		if most := a.AtMost(b, term); most.Wider(a, term) || most.Wider(b, term) || most != a && most != b {
			t.Fatalf("%+v at most %+v is %+v", a, b, most)
		}
	})
}
