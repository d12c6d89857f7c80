package pages

import (
	"strings"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/projections"
)

func TestTimesAreSaidAsPeopleSayThem(t *testing.T) {
	t.Parallel()
	for took, want := range map[time.Duration]string{
		0: "meno di 0,1 s", 1840 * time.Millisecond: "1,8 s", 90 * time.Second: "2 min", 119 * time.Minute: "119 min", 26 * time.Hour: "26 ore", 72 * time.Hour: "3 giorni",
	} {
		if got := lasting(took.Milliseconds()); got != want {
			t.Errorf("%v is %q, want %q", took, got, want)
		}
	}
}

func TestTheAxisOfAChartHasFiveLinesAtMost(t *testing.T) {
	t.Parallel()
	for most, want := range map[int]int{1: 1, 4: 1, 5: 2, 16: 5, 17: 5, 21: 10, 127: 50, 1_000_000: 500_000} {
		if got := axisStep(most); got != want {
			t.Errorf("up to %d the lines are %d apart, want %d", most, got, want)
		}
	}
}

func TestAChartHasABarForEachGroup(t *testing.T) {
	t.Parallel()
	rows := make([]rigaContata, 30)
	for i := range rows {
		rows[i].Text = "28/11/2026"
		rows[i].Conteggio = projections.Conteggio{Richieste: i, Emesse: i - i/2, Rifiutate: i / 2}
	}
	svg := string(stacked(rows, projections.PerGiorno))
	for part, want := range map[string]int{"<title>": 30, `class="s1"`: 29, `class="s3"`: 28, `class="s2"`: 0, `text-anchor="middle">28/11<`: 5} {
		if got := strings.Count(svg, part); got != want {
			t.Errorf("%d × %s, want %d", got, part, want)
		}
	}
}
