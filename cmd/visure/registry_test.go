package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

var update = flag.Bool("update", false, "write the golden documents of testdata/registry")

// registryCase is one request and what must become of it when the registry
// answers with the files answer-1.xml, answer-2.xml… of its folder, in the order
// of the questions; the last is repeated. {ID} in them is the id of the question.
type registryCase struct {
	Tipo     domain.Tipo                `json:"tipo"`
	Soggetto commands.SoggettoRichiesto `json:"soggetto"`
	Ambito   domain.Ambito              `json:"ambito"` // comunale when empty
	Walk     bool                       `json:"walk"`   // histories by the walk of 3002
	ending

	id      string   // of the request; "" is one that all cases share
	folder  string   // where the answers are
	answers []string // their names; none: the registry must not be asked
}

// ending is what becomes of a request.
type ending struct {
	// Status is issued or not_issuable; refused when the command is; else the
	// class of the failure: retry, configuration, unknown.
	Status   domain.Status `json:"status"`
	Reason   string        `json:"reason"`   // of not_issuable: its code; of refused: the field
	Warnings []string      `json:"warnings"` // codes, in the order printed
	Contains []string      `json:"contains"` // texts of the document
	Lacks    []string      `json:"lacks"`    // texts the document must not have
	Asks     []string      `json:"asks"`     // texts of the questions to the registry
}

// refused is the status of a request that the command turns away.
const refused domain.Status = "refused"

// Answers as the registry really gives them lead to the right document or the
// right reason. Each folder of testdata/registry is a case; the document of an
// issued one is document.txt:
// go test ./cmd/visure -run TestAnswersOfTheRegistry -update, and read what changed.
func TestAnswersOfTheRegistry(t *testing.T) {
	t.Parallel()
	o := newRegistryOffice(t)
	files, err := filepath.Glob(filepath.Join("testdata", "registry", "*", "case.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		folder := filepath.Dir(file)
		t.Run(filepath.Base(folder), func(t *testing.T) {
			t.Parallel()
			c := readRegistryCase(t, folder)
			p := o.play(t, c)
			p.check(t, c.ending)
			p.golden(t, filepath.Join(folder, "document.txt"))
		})
	}
}

func readRegistryCase(t *testing.T, folder string) registryCase {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, "case.json"))
	if err != nil {
		t.Fatal(err)
	}
	c := registryCase{folder: folder}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		t.Fatalf("%s: %v", folder, err)
	}
	answers, err := filepath.Glob(filepath.Join(folder, "answer-*.xml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range answers {
		c.answers = append(c.answers, filepath.Base(a))
	}
	return c
}

// check holds what became of the request against what must.
func (p played) check(t *testing.T, want ending) {
	t.Helper()
	if p.status != want.Status || p.reason != want.Reason {
		t.Fatalf("ended as %q %q, want %q %q: %s", p.status, p.reason, want.Status, want.Reason, p.detail)
	}
	if !slices.Equal(p.warnings, want.Warnings) {
		t.Errorf("warns of %q, want %q", p.warnings, want.Warnings)
	}
	for _, s := range want.Contains {
		if !strings.Contains(p.words(), s) {
			t.Errorf("the document does not say %q:\n%s", s, p.text)
		}
	}
	for _, s := range want.Lacks {
		if strings.Contains(p.words(), s) {
			t.Errorf("the document says %q:\n%s", s, p.text)
		}
	}
	for _, s := range want.Asks {
		if !strings.Contains(strings.Join(p.asked, "\n"), s) {
			t.Errorf("the registry is not asked %q: %s", s, p.asked)
		}
	}
}

// words is the document's text with single blanks.
func (p played) words() string { return strings.Join(strings.Fields(p.text), " ") }

// golden holds the document's text against its file, or writes the file when
// asked to. Versions of pdftotext differ in how many blanks they put.
func (p played) golden(t *testing.T, file string) {
	t.Helper()
	if p.status != domain.Issued {
		return
	}
	if *update {
		if err := os.WriteFile(file, []byte(p.text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (write it with -update)", err)
	}
	if diff := cmp.Diff(squeezed(string(want)), squeezed(p.text)); diff != "" {
		t.Errorf("differs from %s (-want +got):\n%s", file, diff)
	}
}

func squeezed(text string) (lines []string) {
	for line := range strings.Lines(text) {
		if words := strings.Fields(line); len(words) > 0 {
			lines = append(lines, strings.Join(words, " "))
		}
	}
	return lines
}
