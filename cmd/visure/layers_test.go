package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/visure-anagrafiche/visure"

// layers says who may import what (docs/design.md): the folder, the packages of
// the module it may import ("domain/..." means domain and all below it), and the
// foreign modules. A package belongs to the innermost folder that holds it.
// Adapters may besides import the technology they adapt, but never each other.
var layers = []layer{
	{folder: "batch"}, // knows nothing of anything
	{folder: "unixsocket"},
	{folder: "domain", foreign: []string{"golang.org/x/text/unicode/norm"}}, // which letter has which marks
	{folder: "domain/scheda", own: []string{"domain"}},
	{folder: "domain/documento", own: []string{"domain", "domain/scheda"}},
	{folder: "domain/lettera", own: []string{"domain", "domain/documento"}},
	{folder: "commands", own: []string{"batch", "domain/..."}},
	{folder: "projections", own: []string{"projections/engine", "domain", "domain/documento"}, foreign: []string{"github.com/jackc/pgx/"}},
	{folder: "projections/engine", own: []string{"domain"}, foreign: []string{"github.com/jackc/pgx/"}},
	{folder: "docs/manuale"}, // what is read on the pages too
	{folder: "migrations", foreign: []string{"github.com/jackc/pgx/", "github.com/pressly/goose/"}},
	{folder: "adapters", own: []string{"adapters/...", "batch", "unixsocket", "domain/...", "commands", "projections/..."}, any: true},
	{folder: "adapters/web", own: []string{"adapters/web/edge", "adapters/web/api", "adapters/web/pages"}, any: true},
	{folder: "adapters/web/edge", own: []string{"domain", "commands", "projections/engine"}, any: true},
	{folder: "adapters/web/changes", own: []string{"domain", "projections"}},
	{folder: "adapters/web/table", own: []string{"domain", "projections"}, foreign: []string{"github.com/klauspost/compress/"}},
	{folder: "adapters/web/api", own: []string{"adapters/web/changes", "adapters/web/edge", "adapters/web/table", "domain", "domain/documento", "domain/lettera", "commands", "projections/..."}, any: true},
	{folder: "adapters/web/pages", own: []string{"adapters/web/edge", "adapters/web/table", "docs/manuale", "domain", "domain/documento", "commands", "projections/..."}, any: true},
	{folder: "adapters/web/eyes", any: true}, // what only tests import: it knows any page, and none of ours
	{folder: "cmd/visure", own: []string{"domain/...", "commands", "projections/...", "migrations", "adapters/...", "unixsocket"}, any: true},
	// Measurements stand outside: they know what is sent and answered, and whom the
	// simulator invents. What the program is compared with stands on the same parts.
	{folder: "cmd/visure-bench", own: []string{"cmd/visure-bench/...", "domain", "commands", "adapters/web/api", "adapters/anpr/simulator/people", "adapters/postgres", "adapters/esdb/node"}, any: true},
	{folder: "cmd/visure-bench/measure"},
	{folder: "cmd/visure-bench/load", own: []string{"cmd/visure-bench/measure", "domain"}, any: true},
	{folder: "cmd/visure-bench/floor", own: []string{"cmd/visure-bench/measure", "domain/...", "commands", "adapters/anpr/...", "adapters/archive",
		"adapters/esdb/node/journal", "adapters/pdf"}, any: true},
	{folder: "cmd/visure-bench/peer", own: []string{"domain", "domain/documento", "adapters/auth", "migrations"}, any: true},
	// What makes a history for the server to go on with writes as the server does.
	{folder: "cmd/visure-bench/generate", own: []string{"domain/...", "commands", "migrations", "adapters/anpr/simulator/people",
		"adapters/auth", "adapters/bus", "adapters/esdb", "adapters/esdb/node", "adapters/keys", "adapters/postgres"}, any: true},
}

type layer struct {
	folder  string
	own     []string
	foreign []string
	any     bool // any foreign module
}

// layerOf returns the layer of a package, named by its folder; ok is false when
// there is none.
func layerOf(from string) (l layer, ok bool) {
	for _, candidate := range layers {
		if within(from, candidate.folder) && len(candidate.folder) > len(l.folder) {
			l, ok = candidate, true
		}
	}
	return l, ok
}

func within(folder, root string) bool {
	return folder == root || strings.HasPrefix(folder, root+"/")
}

func TestImportsFollowTheLayers(t *testing.T) {
	checked := 0
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && (strings.HasSuffix(d.Name(), "test") || d.Name() == "testdata") {
			return fs.SkipDir // what only tests import may stand anything up
		}
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		from := filepath.ToSlash(filepath.Dir(strings.TrimPrefix(path, "../../")))
		if _, ok := layerOf(from); !ok {
			t.Errorf("%s is in no layer", from)
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		checked++
		for _, spec := range file.Imports {
			to, _ := strconv.Unquote(spec.Path.Value)
			if !allowed(from, to) {
				t.Errorf("%s may not import %s", strings.TrimPrefix(path, "../../"), to)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if checked < 50 {
		t.Errorf("only %d files were looked at", checked)
	}
}

func allowed(from, to string) bool {
	l, _ := layerOf(from)
	if rest, ok := strings.CutPrefix(to, module+"/"); ok {
		if within(rest, "adapters") && within(from, "adapters") && adapter(from) != adapter(rest) {
			return false
		}
		for _, o := range l.own {
			if root, tree := strings.CutSuffix(o, "/..."); rest == o || tree && within(rest, root) {
				return true
			}
		}
		return false
	}
	if first, _, _ := strings.Cut(to, "/"); l.any || !strings.Contains(first, ".") {
		return true
	}
	for _, f := range l.foreign {
		if strings.HasPrefix(to, f) {
			return true
		}
	}
	return false
}

// adapter names the adapter a folder belongs to: adapters/esdb for
// adapters/esdb/node/journal.
func adapter(folder string) string {
	parts := strings.SplitN(folder, "/", 3)
	return strings.Join(parts[:min(2, len(parts))], "/")
}

func TestTheLayersAreEnforced(t *testing.T) {
	for _, c := range []struct {
		from, to string
		want     bool
	}{
		{"domain", "time", true},
		{"domain", module + "/commands", false},
		{"domain", module + "/domain/scheda", false},
		{"domain", module + "/domain/documento", false},
		{"domain", "github.com/google/uuid", false},
		{"domain", "golang.org/x/text/unicode/norm", true},
		{"domain/scheda", module + "/domain", true},
		{"domain/scheda", module + "/domain/documento", false},
		{"domain/documento", module + "/domain/scheda", true},
		{"domain/documento", "github.com/google/uuid", false},
		{"commands", module + "/domain/documento", true},
		{"commands", module + "/projections", false},
		{"projections", "github.com/jackc/pgx/v5", true},
		{"projections", module + "/commands", false},
		{"projections", module + "/domain/scheda", false},
		{"projections", module + "/projections/engine", true},
		{"projections/engine", module + "/projections", false},
		{"adapters/web", module + "/adapters/pdf", false},
		{"adapters/web", module + "/adapters/web/pages", true},
		{"adapters/web/edge", module + "/adapters/web/api", false},
		{"adapters/web/edge", module + "/projections", false},
		{"adapters/web/api", module + "/adapters/web/edge", true},
		{"adapters/web/api", module + "/adapters/web/pages", false},
		{"adapters/web/pages", module + "/adapters/web/api", false},
		{"adapters/web", module + "/adapters/web/eyes", false},
		{"adapters/web/pages", module + "/adapters/web/eyes", false},
		{"adapters/web/eyes", module + "/adapters/web/pages", false},
		{"adapters/esdb", module + "/adapters/esdb/node", true},
		{"adapters/pdf", "rsc.io/qr", true},
		{"cmd/visure", module + "/cmd/visure-bench", false},
		{"cmd/visure-bench", module + "/cmd/visure", false},
		{"cmd/visure-bench", module + "/adapters/keys", false},
	} {
		if got := allowed(c.from, c.to); got != c.want {
			t.Errorf("%s importing %s: allowed %v", c.from, c.to, got)
		}
	}
}
