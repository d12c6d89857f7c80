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
	c := eventsBenchCommand{Out: out, Duration: 10 * time.Millisecond, Backlog: 2 * batch}
	if err := c.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var f eventFigures
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
