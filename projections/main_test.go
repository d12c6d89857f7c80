package projections

import (
	"flag"
	"os"
	"testing"
)

// TestMain asks the properties for fewer cases than rapid would, since each
// goes to PostgreSQL, unless -rapid.checks says how many.
func TestMain(m *testing.M) {
	flag.Parse()
	asked := false
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == "rapid.checks" })
	if !asked {
		if err := flag.Set("rapid.checks", "20"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
