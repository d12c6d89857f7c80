package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// said is what the test command says of tests, as "test result output"; one that
// runs has no result.
func said(lines ...string) *strings.Reader {
	var b strings.Builder
	for _, line := range lines {
		parts := strings.SplitN(line, " ", 3)
		fmt.Fprintf(&b, "{\"Action\":\"run\",\"Test\":%q}\n", parts[0])
		if len(parts) > 2 {
			fmt.Fprintf(&b, "{\"Action\":\"output\",\"Test\":%q,\"Output\":%q}\n", parts[0], parts[2]+"\n")
		}
	}
	for _, line := range lines {
		if parts := strings.SplitN(line, " ", 3); parts[1] != "runs" {
			fmt.Fprintf(&b, "{\"Action\":%q,\"Test\":%q}\n", parts[1], parts[0])
		}
	}
	return strings.NewReader(b.String())
}

func TestOutcomes(t *testing.T) {
	const race = "    testing.go:1490: race detected during execution of test"
	for title, c := range map[string]struct {
		said    []string
		reports []string
		want    string
	}{
		"only the innermost tests count": {
			said: []string{"A pass", "A/b pass", "A/b/c pass", "A/b/d skip", "E pass"},
			want: "2 passed, 0 failed, 1 skipped, 0 raced",
		},
		"a test fails with those it runs": {
			said: []string{"A fail", "A/b pass", "A/c fail     x_test.go:1: no"},
			want: "1 passed, 1 failed, 0 skipped, 0 raced",
		},
		"a test fails though those it runs pass": {
			said: []string{"A fail     x_test.go:1: no", "A/b pass"},
			want: "1 passed, 1 failed, 0 skipped, 0 raced",
		},
		"a test that never ends fails": {
			said: []string{"A runs"},
			want: "0 passed, 1 failed, 0 skipped, 0 raced",
		},
		"races of others are told apart": {
			said:    []string{"A fail " + race, "B fail     x_test.go:1: no\n" + race},
			reports: []string{"WARNING: DATA RACE\n" + clientModule + "/esdb.(*PersistentSubscription).Ack()\n"},
			want:    "0 passed, 1 failed, 0 skipped, 1 raced",
		},
		"our own are failures": {
			said:    []string{"A fail " + race},
			reports: []string{"WARNING: DATA RACE\n" + ownModule + "/adapters/esdb/node.(*Node).Close()\n"},
			want:    "0 passed, 1 failed, 0 skipped, 0 raced",
		},
	} {
		t.Run(title, func(t *testing.T) {
			o := &outcome{output: map[string]string{}}
			if err := o.collect(said(c.said...), false); err != nil {
				t.Fatal(err)
			}
			reports := filepath.Join(t.TempDir(), "races")
			for i, r := range c.reports {
				if err := os.WriteFile(fmt.Sprint(reports, ".", i), []byte(r), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if err := o.judgeRaces(reports); err != nil {
				t.Fatal(err)
			}
			got := fmt.Sprintf("%d passed, %d failed, %d skipped, %d raced", len(o.passed), len(o.failed), len(o.skipped), len(o.raced))
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			if o.good() != strings.Contains(c.want, " 0 failed") {
				t.Errorf("good: %t", o.good())
			}
		})
	}
}
