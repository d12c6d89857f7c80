package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// wanted are the tests that are run. The last needs no server.
const (
	wanted     = "^(TestStreams|TestPersistentSubscriptions|TestExpectations|TestMisc)$"
	serverless = "TestMisc"
)

// outcome is the result of one run. Tests with subtests are not counted.
type outcome struct {
	passed, failed, skipped []string
	// raced failed, but only because of races inside the client.
	raced   []string
	ownRace bool // a race report shows code of this module
	output  map[string]string
}

// test runs the suite once.
func (s *scratch) test(ctx context.Context, secure, race, verbose bool) (*outcome, error) {
	args := []string{"test", "-mod=mod", "-count=1", "-json", "-timeout=10m", "-run", wanted}
	reports := s.path("races")
	if race {
		args = append(args, "-race")
	}
	cmd := exec.CommandContext(ctx, "go", append(args, "./esdb")...)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), fmt.Sprint("EVENTSTORE_INSECURE=", !secure), "CLUSTER=false", "GORACE=log_path="+reports)
	var complaints strings.Builder
	cmd.Stderr = &complaints
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	o := &outcome{output: map[string]string{}}
	if err := o.collect(out, verbose); err != nil {
		return nil, err
	}
	err = cmd.Wait() // tests that failed are an error too
	if len(o.passed) == 0 {
		return nil, fmt.Errorf("the tests do not run: %w\n%s%s", err, complaints.String(), o.output[""])
	}
	return o, o.judgeRaces(reports)
}

// event is a line of go test -json.
type event struct{ Action, Test, Output string }

func (o *outcome) collect(out io.Reader, verbose bool) error {
	results := map[string]string{}
	var order []string
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			return fmt.Errorf("read what the tests say: %w", err)
		}
		switch e.Action {
		case "output", "build-output":
			o.output[e.Test] += e.Output
			if verbose {
				fmt.Print(e.Output)
			}
		case "run":
			order = append(order, e.Test)
		case "pass", "fail", "skip":
			results[e.Test] = e.Action
		}
	}
	for i, test := range order {
		if i+1 < len(order) && strings.HasPrefix(order[i+1], test+"/") {
			if results[test] != "fail" || o.failedBelow(test, results) {
				continue
			}
		}
		o.count(test, results[test])
	}
	return lines.Err()
}

// failedBelow reports whether one of a test's subtests failed.
func (o *outcome) failedBelow(test string, results map[string]string) bool {
	for name, result := range results {
		if strings.HasPrefix(name, test+"/") && result == "fail" {
			return true
		}
	}
	return false
}

// count adds one result; a test that never ended counts as failed.
func (o *outcome) count(test, result string) {
	switch result {
	case "pass":
		o.passed = append(o.passed, test)
	case "skip":
		o.skipped = append(o.skipped, test)
	default:
		o.failed = append(o.failed, test)
	}
}

// judgeRaces counts tests apart that failed only by races inside the client.
func (o *outcome) judgeRaces(reports string) error {
	files, err := filepath.Glob(reports + ".*")
	if err != nil {
		return err
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		o.ownRace = o.ownRace || strings.Contains(string(text), ownModule+"/adapters/")
		o.output["races"] += string(text)
		if err := os.Remove(file); err != nil {
			return err
		}
	}
	if o.ownRace {
		return nil
	}
	var failed []string
	for _, test := range o.failed {
		if len(files) > 0 && onlyRaced(o.output[test]) {
			o.raced = append(o.raced, test)
		} else {
			failed = append(failed, test)
		}
	}
	o.failed = failed
	return nil
}

// onlyRaced reports whether a test failed by a report of the race detector alone.
func onlyRaced(output string) bool {
	raced := false
	for line := range strings.Lines(output) {
		line = strings.TrimSpace(line)
		complaint := strings.Contains(line, "race detected during execution of test")
		raced = raced || complaint
		if !complaint && strings.Contains(line, "_test.go:") {
			return false
		}
	}
	return raced
}

func (o *outcome) good() bool { return len(o.failed) == 0 && !o.ownRace }

func (o *outcome) print(w io.Writer, secure bool) {
	how := "without TLS"
	if secure {
		how = "with TLS"
	}
	passed, alone := 0, 0
	for _, test := range o.passed {
		if strings.HasPrefix(test, serverless) {
			alone++
		} else {
			passed++
		}
	}
	fmt.Fprintf(w, "%s: %d passed, %d failed, %d skipped; %d more need no server\n", how, passed, len(o.failed), len(o.skipped), alone)
	for _, test := range o.failed {
		fmt.Fprintf(w, "\nFAILED %s\n%s", test, o.output[test])
	}
	for _, test := range o.raced {
		fmt.Fprintf(w, "  %s raced inside the client\n", test)
	}
	if o.ownRace {
		fmt.Fprintf(w, "\nraces in this module:\n%s", o.output["races"])
	}
}
