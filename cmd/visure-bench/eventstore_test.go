package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestTheBenchmarkOfTheEventStoreMeasuresEverything(t *testing.T) {
	out := filepath.Join(t.TempDir(), "figures.json")
	c := eventstoreCommand{Out: out, Duration: 10 * time.Millisecond, Backlog: 2 * batch}
	if err := c.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var f eventstoreFigures
	if err := json.Unmarshal(text, &f); err != nil {
		t.Fatal(err)
	}
	if len(f.Measures) != 14 || f.ReopenMS <= 0 {
		t.Errorf("%s", text)
	}
	for _, m := range f.Measures {
		if m.PerSecond <= 0 || m.Mark <= 0 || m.MarkP99 > 0 && m.P99 <= 0 {
			t.Errorf("%+v", m)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(out), "events-*")); len(left) > 0 {
		t.Errorf("it leaves %v", left)
	}
}

func TestSharesAreReadFromTheReportOfLabels(t *testing.T) {
	const report = ` output-level: Total 610ms of 1.59s (38.36%)
               420ms (26.42%): L6
               190ms (11.95%): L0

 pebble: Total 700ms of 1.59s (44.03%)
         420ms (26.42%): compact
          90ms ( 5.66%): wal-sync

 side: Total 510ms of 1.59s (32.08%)
       310ms (19.50%): node
       200ms (12.58%): client
`
	if got := parseShares(report, 2*time.Second).String(); got != "13 / 52 / 36 % of 0.8 cores" {
		t.Error(got)
	}
}
