package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

const root = "../.."

// page is a text for people, with what it shows as code.
type page struct {
	name, text string
	code       []string // spans, and lines of blocks
}

// docs are the README and all of docs.
func docs(t *testing.T) (all []page) {
	t.Helper()
	read := func(path string) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, page{strings.TrimPrefix(path, root+"/"), string(text), codeOf(string(text))})
	}
	read(root + "/README.md")
	err := filepath.WalkDir(root+"/docs", func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".md") {
			read(path)
		}
		return err
	})
	if err != nil || len(all) < 8 {
		t.Fatalf("%d pages: %v", len(all), err)
	}
	return all
}

var span = regexp.MustCompile("`([^`\n]+)`")

func codeOf(text string) (code []string) {
	block := false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.HasPrefix(line, "```"):
			block = !block
		case block || strings.HasPrefix(line, "    "):
			code = append(code, line)
		default:
			for _, m := range span.FindAllStringSubmatch(line, -1) {
				code = append(code, m[1])
			}
		}
	}
	return code
}

var (
	ours = regexp.MustCompile(`(?:^|[\s(])((?:\.ci|adapters|cmd|commands|docs|domain|migrations|projections)/[\w./<>-]*|Makefile|compose\.yaml|go\.mod)`)
	link = regexp.MustCompile(`\]\(([^)#:]+)(?:#[^)]*)?\)`)
	hole = regexp.MustCompile(`<[^>]*>`) // what the reader fills in
)

func TestEveryPathThatIsNamedExists(t *testing.T) {
	checked := 0
	exists := func(page, path string) {
		t.Helper()
		checked++
		if found, _ := filepath.Glob(hole.ReplaceAllString(path, "*")); len(found) == 0 {
			t.Errorf("%s names %s, which is not there", page, strings.TrimPrefix(path, root+"/"))
		}
	}
	for _, p := range docs(t) {
		for _, code := range p.code {
			for _, m := range ours.FindAllStringSubmatch(code, -1) {
				exists(p.name, filepath.Join(root, m[1]))
			}
		}
		for _, m := range link.FindAllStringSubmatch(p.text, -1) {
			exists(p.name, filepath.Join(root, filepath.Dir(p.name), m[1]))
		}
	}
	if checked < 100 {
		t.Errorf("only %d paths were found", checked)
	}
}

func TestEveryMakeTargetThatIsNamedExists(t *testing.T) {
	text, err := os.ReadFile(root + "/Makefile")
	if err != nil {
		t.Fatal(err)
	}
	target, named := regexp.MustCompile(`(?m)^([a-z-]+):`), regexp.MustCompile(`(?:^|[\s;])make ([a-z-]+)`)
	var targets []string
	for _, m := range target.FindAllStringSubmatch(string(text), -1) {
		targets = append(targets, m[1])
	}
	checked := 0
	for _, p := range docs(t) {
		for _, code := range p.code {
			for _, m := range named.FindAllStringSubmatch(code, -1) {
				checked++
				if !slices.Contains(targets, m[1]) {
					t.Errorf("%s: make %s", p.name, m[1])
				}
			}
		}
	}
	if checked < 10 {
		t.Errorf("only %d were found", checked)
	}
}

func TestEveryCommandAndFlagThatIsNamedExists(t *testing.T) {
	var c cli
	parser, err := kong.New(&c, options(t.Context())...)
	if err != nil {
		t.Fatal(err)
	}
	named, flag := regexp.MustCompile(`\bvisure ([a-z]\S*)(?: ([a-z]\S*))?(?: ([a-z]\S*))?`), regexp.MustCompile(` --([a-z-]+)`)
	bench := regexp.MustCompile(`\bvisure-bench ([a-z]+)`)
	checked := 0
	for _, p := range docs(t) {
		for _, code := range p.code {
			for _, m := range bench.FindAllStringSubmatch(code, -1) {
				if _, err := os.Stat(root + "/cmd/visure-bench/" + m[1] + ".go"); err != nil {
					t.Errorf("%s: visure-bench %s", p.name, m[1])
				}
			}
			m := named.FindStringSubmatch(code)
			if m == nil {
				continue
			}
			checked++
			nodes := subcommands(parser.Model.Node, m[1], m[2], m[3])
			if nodes == nil {
				t.Errorf("%s: %s", p.name, code)
			}
			for _, n := range nodes {
				for _, f := range flag.FindAllStringSubmatch(code, -1) {
					if !hasFlag(n, f[1]) {
						t.Errorf("%s: %s has no --%s", p.name, n.Path(), f[1])
					}
				}
			}
		}
	}
	if checked < 10 {
		t.Errorf("only %d were found", checked)
	}
}

// subcommands returns what some words call: "eventstore verify|backup" calls
// two; nil when one of them is no command.
func subcommands(n *kong.Node, words ...string) (called []*kong.Node) {
	if len(n.Children) == 0 {
		return []*kong.Node{n} // the other words are arguments
	}
	if words[0] == "" {
		return []*kong.Node{n}
	}
	for word := range strings.SplitSeq(words[0], "|") {
		i := slices.IndexFunc(n.Children, func(c *kong.Node) bool { return c.Name == word })
		if i < 0 {
			return nil
		}
		below := subcommands(n.Children[i], append(slices.Clone(words[1:]), "")...)
		if below == nil {
			return nil
		}
		called = append(called, below...)
	}
	return called
}

func hasFlag(n *kong.Node, name string) bool {
	for _, flags := range n.AllFlags(false) {
		for _, f := range flags {
			if f.Name == name {
				return true
			}
		}
	}
	return false
}

// A reader who follows a request opens few files: to the stored event and back
// to the row.
func TestTheJourneyOfARequestIsShort(t *testing.T) {
	text, err := os.ReadFile(root + "/README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, journey, _ := strings.Cut(string(text), "\n## One request's journey\n")
	journey, _, _ = strings.Cut(journey, "\n## ")
	for _, way := range []struct {
		arrow string
		most  int
		ends  map[string]string // what stands in the first file and in the last
	}{
		{" → ", 4, map[string]string{"adapters/web/api/visure.go": `"request-visura"`, "adapters/esdb/store.go": "AppendToStream("}},
		{" ← ", 3, map[string]string{"projections/elenco.go": "domain.VisuraRequested", "adapters/esdb/feed.go": "SubscribeToAll("}},
	} {
		var files []string
		for line := range strings.Lines(journey) {
			steps := strings.Split(strings.TrimSpace(line), way.arrow)
			if len(steps) > 1 && !slices.ContainsFunc(steps, func(s string) bool { return !strings.HasPrefix(s, "`") || !strings.HasSuffix(s, ".go`") }) {
				files = steps
			}
		}
		if len(files) < 2 || len(files) > way.most {
			t.Errorf("%d files by%s: %v", len(files), way.arrow, files)
			continue
		}
		for _, end := range []string{files[0], files[len(files)-1]} {
			file := strings.Trim(end, "`")
			source, err := os.ReadFile(filepath.Join(root, file))
			if want := way.ends[file]; err != nil || want == "" || !strings.Contains(string(source), want) {
				t.Errorf("%s is no end of the way: %v", file, err)
			}
		}
	}
}
