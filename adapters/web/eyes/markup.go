package eyes

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"os/exec"
	"slices"
	"testing"
)

// validator is html-validate as its lock file says, and the script that runs it.
//
//go:embed testdata/html-validate
var validator embed.FS

// Markup says what is wrong with the HTML of documents, each in a sentence that begins
// with the document's name.
func Markup(t testing.TB, documents map[string]string) (faults []string) {
	t.Helper()
	for program, in := range map[string]string{"node": "nodejs", "npm": "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			missing(t, fmt.Sprintf("%s is missing: it is in the Debian package %s", program, in))
		}
	}
	folder, err := install()
	if err != nil {
		t.Fatal(err)
	}
	given, err := json.Marshal(documents)
	if err != nil {
		t.Fatal(err)
	}
	// What it has for browsers does without modules that old releases of Node lack.
	node := exec.CommandContext(t.Context(), "node", "--conditions=browser", "validate.mjs")
	var said bytes.Buffer
	node.Dir, node.Stdin, node.Stderr = folder, bytes.NewReader(given), &said
	out, err := node.Output()
	if err != nil {
		t.Fatalf("validate.mjs: %v\n%s", err, &said)
	}
	var messages []struct {
		Document, Rule, Message string
		Line                    int
	}
	if err := json.Unmarshal(out, &messages); err != nil {
		t.Fatal(err)
	}
	for _, m := range messages {
		faults = append(faults, fmt.Sprintf("%s, line %d: %s (html-validate: %s)", m.Document, m.Line, m.Message, m.Rule))
	}
	slices.Sort(faults)
	return faults
}
