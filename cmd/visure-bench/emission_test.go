package main

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// The real program is built, started, measured and stopped.
func TestEmissionsAreMeasuredFromOutside(t *testing.T) {
	program := filepath.Join(t.TempDir(), "visure")
	if said, err := exec.Command("go", "build", "-o", program, "../visure").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, said)
	}
	out := filepath.Join(t.TempDir(), "figures.json")
	c := emissionCommand{Visure: program, Out: out, Rate: 10, Clients: 2, Duration: time.Second}
	if err := c.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var f figures
	if err := json.Unmarshal(text, &f); err != nil {
		t.Fatal(err)
	}
	if f.Latency.Requests != 10 || f.Latency.P50 <= 0 || f.Sustained.Issued == 0 || f.Sustained.PerSecond <= 0 {
		t.Errorf("%s", text)
	}
	if len(f.Steps) != len(steps) {
		t.Errorf("%d steps of %d: %+v", len(f.Steps), len(steps), f.Steps)
	}
	for _, s := range f.Steps {
		if s.Count < 10 || s.P50 <= 0 || s.P99 < s.P50 {
			t.Errorf("%+v", s)
		}
	}
	if p := f.Sustained.Processor; p.Server <= 0 || p.PostgreSQL <= 0 || p.Load <= 0 {
		t.Errorf("%+v", p)
	}
}

func TestAProgramThatDoesNotComeUpIsTold(t *testing.T) {
	_, err := startServer(t.Context(), "/bin/false", t.TempDir(), false)
	var ended *exec.ExitError
	if !errors.As(err, &ended) {
		t.Errorf("start: %v", err)
	}
}

func TestQuantilesAreReadFromTheDifferenceOfTwoReadings(t *testing.T) {
	const metrics = `# HELP visure_port_seconds Time of a call.
# TYPE visure_port_seconds histogram
visure_port_seconds_bucket{call="since",port="store",le="0.001"} 100
visure_port_seconds_bucket{call="since",port="store",le="0.002"} 100
visure_port_seconds_bucket{call="since",port="store",le="+Inf"} 100
visure_port_seconds_sum{call="since",port="store"} 0.05
visure_port_seconds_count{call="since",port="store"} 100
`
	before, err := parseReading([]byte(metrics))
	if err != nil {
		t.Fatal(err)
	}
	after := reading{step{"store", "since"}: {bounds: before[step{"store", "since"}].bounds, counts: []uint64{150, 198, 200}}}
	got := after.since(before)
	if len(got) != 1 {
		t.Fatalf("%+v", got)
	}
	// Of the 100 new calls 50 took a millisecond at most, 48 two, 2 longer.
	if want := (stepFigures{Name: "look at the end of the log", Count: 100, P50: 1, P95: 1.938, P99: 2}); got[0] != want {
		t.Errorf("%+v, not %+v", got[0], want)
	}
}

func TestTheLineOfAProcessIsReadWhateverItsName(t *testing.T) {
	p, err := parseStat("42 (a) name (odd) S 7 42 42 0 -1 4194304 100 200 0 0 150 50 30 20 20 0 1 0 12345 1000 100")
	if want := (process{pid: 42, parent: 7, own: 2 * time.Second, children: time.Second / 2}); err != nil || p != want {
		t.Errorf("%+v, %v", p, err)
	}
	if _, err := parseStat("42 (short) S 7"); err == nil {
		t.Error("half a line is read")
	}
}
