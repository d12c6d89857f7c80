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
	f := measured[emissionFigures](t, func(program, out string) error {
		return (&emissionCommand{Visure: program, Out: out, Rate: 10, Latency: time.Second, Clients: []int{2}, Duration: time.Second, Rounds: 1}).Run(t.Context())
	})
	if f.Latency.Requests != 10 || f.Latency.P50 <= 0 || len(f.Sustained) != 1 {
		t.Errorf("%+v", f)
	}
	looksReal(t, f.Sustained[0].Ours)
	if l := f.Sustained[0].Floor; l.PerSecond <= 0 || l.P50 <= 0 || l.Processor <= 0 || l.Registry <= 0 || l.Render <= 0 || l.Archive <= 0 || l.Appends <= 0 {
		t.Errorf("the floor: %+v", l)
	}
	if r := f.Rest; r.FirstMS <= 0 || r.StartMS <= 0 || r.Memory.Server <= 0 || r.Memory.PostgreSQL <= 0 {
		t.Errorf("at rest: %+v", r)
	}
	if len(f.Steps) != len(steps) {
		t.Errorf("%d steps of %d: %+v", len(f.Steps), len(steps), f.Steps)
	}
	for _, s := range f.Steps {
		if s.Count < 10 || s.P50 <= 0 || s.P99 < s.P50 {
			t.Errorf("%+v", s)
		}
	}
}

// measured runs a command on the real program and reads its figures.
func measured[F any](t *testing.T, run func(program, out string) error) (f F) {
	t.Helper()
	file, err := program()
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "figures.json")
	if err := run(file, out); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &f); err != nil {
		t.Fatal(err)
	}
	return f
}

// looksReal fails if a figure of a server's is missing.
func looksReal(t *testing.T, r rate) {
	t.Helper()
	c := r.Cost
	if r.Requests == 0 || r.PerSecond <= 0 || r.P50 <= 0 || r.P99 < r.P50 || r.Max < r.P99 ||
		c.Server <= 0 || c.PostgreSQL <= 0 || c.Load <= 0 || c.Bytes <= 0 || c.Objects <= 0 {
		t.Errorf("%+v", r)
	}
}

func TestAProgramThatDoesNotComeUpIsTold(t *testing.T) {
	_, err := demo{program: "/bin/false", data: t.TempDir()}.start(t.Context())
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
	read, err := parseMetrics([]byte(metrics))
	if err != nil {
		t.Fatal(err)
	}
	before := stepsOf(read)
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
