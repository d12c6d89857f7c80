// Package protocollo checks the models of protocols beside it with spin.
package protocollo

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The whole of the model is searched, with two of each of those who may get in each
// other's way; and every fault seeded in it is found.
func TestTheConfirmationHoldsInTheModel(t *testing.T) {
	for name, c := range map[string]struct {
		with  string
		fault string // what spin finds; empty: nothing
	}{
		"two officers":                           {with: "OFFICERS=2 CRASHES=0"},
		"two sweepers":                           {with: "SWEEPERS=2"},
		"two servers":                            {with: "SERVERS=2 SWEEPERS=2 OFFICERS=0"},
		"nobody but the machines, which end it":  {with: "ALONE SWEEPERS=2"},
		"a refusal after the term":               {with: "FAULT_LATE_REFUSAL", fault: "assertion violated"},
		"an append at any revision":              {with: "FAULT_NO_REVISION OFFICERS=2", fault: "assertion violated"},
		"beyond the Comune without confirmation": {with: "FAULT_UNCONFIRMED", fault: "assertion violated"},
		"a closed office counts":                 {with: "FAULT_CLOSED_COUNTS", fault: "assertion violated"},
		"a suspended term goes on":               {with: "FAULT_SUSPENDED_RUNS", fault: "assertion violated"},
		"the archive keeps the last document":    {with: "FAULT_ARCHIVE SERVERS=2 OFFICERS=0", fault: "assertion violated"},
		"nobody goes on where a server has died": {with: "FAULT_STUCK ALONE", fault: "assertion violated"},
		"a confirmation after the days":          {with: "FAULT_EXPIRED_APPROVED", fault: "assertion violated"},
		"what expires goes on":                   {with: "FAULT_EXPIRY_CONFIRMS OFFICERS=0", fault: "assertion violated"},
	} {
		t.Run(name, func(t *testing.T) {
			said := search(t, strings.Fields(c.with))
			switch ok := strings.Contains(said, "errors: 0") && !strings.Contains(said, "not completed"); {
			case c.fault == "" && !ok:
				t.Errorf("%.2000s", said)
			case c.fault != "" && !strings.Contains(said, c.fault):
				t.Errorf("not found: %.2000s", said)
			}
			t.Logf("%s", figures.FindAllString(said, -1))
		})
	}
}

var figures = regexp.MustCompile(`pan:1:.*|\d+ states, stored|elapsed time.*`)

// search has spin make a program of the model, with these names defined, and runs it: for
// assertions and dead ends, or where only machines act for progress, each going on in the
// end if it can for ever.
func search(t *testing.T, defined []string) string {
	model, err := filepath.Abs("conferma.pml")
	if err != nil {
		t.Fatal(err)
	}
	for _, tool := range []string{"spin", "gcc"} {
		if _, err := exec.LookPath(tool); err != nil && os.Getenv("CI") == "" {
			t.Skipf("needs %s", tool)
		}
	}
	dir, make, compile, run := t.TempDir(), []string{"-a"}, []string{"-O1", "-DSAFETY", "-DNOCLAIM", "-o", "pan", "pan.c"}, []string{"-m1000000"}
	for _, name := range defined {
		make = append(make, "-D"+name)
		if name == "ALONE" {
			compile, run = []string{"-O1", "-DNFAIR=3", "-o", "pan", "pan.c"}, []string{"-a", "-f", "-m1000000"}
		}
	}
	var said []byte
	for _, args := range [][]string{append(append([]string{"spin"}, make...), model), append([]string{"gcc"}, compile...), append([]string{"./pan"}, run...)} {
		cmd := exec.Command(args[0], args[1:]...)
		cmd.Dir = dir
		if said, err = cmd.CombinedOutput(); err != nil && args[0] != "./pan" {
			t.Fatalf("%s: %v\n%s", args[0], err, said)
		}
	}
	return string(said)
}
