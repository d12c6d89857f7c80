package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// The real program is built, started on two histories, and asked by their operators.
func TestTheCostOfFactsIsMeasuredAtTwoSizes(t *testing.T) {
	program := filepath.Join(t.TempDir(), "visure")
	if said, err := exec.Command("go", "build", "-o", program, "../visure").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, said)
	}
	out := filepath.Join(t.TempDir(), "figures.json")
	c := factsCommand{Visure: program, Out: out, Users: 5000, Requests: 300, Operators: 100, Clients: 4, Rounds: 1, Duration: time.Second}
	if err := c.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var f factsFigures
	if err := json.Unmarshal(text, &f); err != nil {
		t.Fatal(err)
	}
	if len(f.Sizes) != 2 || f.Sizes[0].Users != 500 || f.Sizes[1].Users != 5000 {
		t.Fatalf("%s", text)
	}
	for _, s := range f.Sizes {
		if s.Operators == 0 || s.Recorded.P50 <= 0 || s.Issued.Cost.Server <= 0 || s.Memory.Server <= 0 {
			t.Errorf("%+v", s)
		}
	}
}
