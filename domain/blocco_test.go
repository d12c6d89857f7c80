package domain_test

import (
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// A block ends at the midnight after, by the clocks of Italy: also on the nights on which
// they change, on the last day of a year and on a leap day.
func TestABlockEndsAtTheNextMidnightInItaly(t *testing.T) {
	for name, c := range map[string]struct{ at, end string }{
		"in the morning":                   {"2026-11-28T09:00:00Z", "2026-11-28T23:00:00Z"},
		"a moment before midnight":         {"2026-11-28T22:59:59.999999999Z", "2026-11-28T23:00:00Z"},
		"at midnight":                      {"2026-11-28T23:00:00Z", "2026-11-29T23:00:00Z"},
		"in summer":                        {"2026-07-01T12:00:00Z", "2026-07-01T22:00:00Z"},
		"on the day clocks go forward":     {"2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"},
		"before they do, the night before": {"2026-03-28T22:59:59Z", "2026-03-28T23:00:00Z"},
		"on the day they go back":          {"2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"},
		"in the hour that comes twice":     {"2026-10-25T00:30:00Z", "2026-10-25T23:00:00Z"},
		"and the second time":              {"2026-10-25T01:30:00Z", "2026-10-25T23:00:00Z"},
		"on the last day of the year":      {"2026-12-31T22:30:00Z", "2026-12-31T23:00:00Z"},
		"before a leap day":                {"2028-02-28T20:00:00Z", "2028-02-28T23:00:00Z"},
		"on a leap day":                    {"2028-02-29T20:00:00Z", "2028-02-29T23:00:00Z"},
	} {
		at, err := time.Parse(time.RFC3339Nano, c.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := domain.BlockEnd(at).Format(time.RFC3339); got != c.end {
			t.Errorf("%s: ends %s, want %s", name, got, c.end)
		}
	}
}

func TestABlockHoldsUntilItEndsOrIsLifted(t *testing.T) {
	pair, other := domain.Pair{Ente: enteID, Comune: "039002"}, domain.Pair{Ente: enteID, Comune: "039014"}
	end := time.Date(2026, 11, 28, 23, 0, 0, 0, time.UTC)
	u := domain.Utente{}.Evolve(domain.UtenteBlocked{Ente: enteID, Comune: "039002", Allarme: domain.AllarmeEsito, Count: 10, Limit: 10, Until: end}, domain.Meta{})
	lifted := u.Evolve(domain.UtenteUnblocked{Ente: enteID, Comune: "039002", Motivo: "verificato"}, domain.Meta{})
	for name, c := range map[string]struct {
		u    domain.Utente
		pair domain.Pair
		at   time.Time
		want bool
	}{
		"before it ends":    {u, pair, end.Add(-1), true},
		"when it ends":      {u, pair, end, false},
		"at another pair":   {u, other, end.Add(-time.Hour), false},
		"once it is lifted": {lifted, pair, end.Add(-time.Hour), false},
	} {
		if _, got := c.u.Blocked(c.pair, c.at); got != c.want {
			t.Errorf("%s: blocked %t", name, got)
		}
	}
	if !lifted.BlockedFor(domain.AllarmeEsito, pair, end) || lifted.BlockedFor(domain.AllarmeVolume, pair, end) {
		t.Error("what a person was blocked for that day is not remembered")
	}
}
