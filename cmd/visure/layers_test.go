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

// layers says who may import what (docs/design.md): the folder, what it may
// import of the module, and which foreign modules. Adapters may besides import
// the technology they adapt, but never each other.
var layers = []struct {
	folder  string
	own     []string
	foreign []string
	any     bool // any foreign module
}{
	{folder: "domain"},
	{folder: "commands", own: []string{"domain"}},
	{folder: "projections", own: []string{"domain"}, foreign: []string{"github.com/jackc/pgx/"}},
	{folder: "migrations", foreign: []string{"github.com/jackc/pgx/", "github.com/pressly/goose/"}},
	{folder: "adapters", own: []string{"domain", "commands", "projections"}, any: true},
	{folder: "cmd", own: []string{"domain", "commands", "projections", "migrations", "adapters"}, any: true},
}

func TestImportsFollowTheLayers(t *testing.T) {
	checked := 0
	for _, layer := range layers {
		err := filepath.WalkDir("../../"+layer.folder, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.IsDir() && strings.HasSuffix(d.Name(), "test") {
				return fs.SkipDir // what only tests import may stand anything up
			}
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
			if err != nil {
				return err
			}
			checked++
			from := filepath.ToSlash(filepath.Dir(strings.TrimPrefix(path, "../../")))
			for _, spec := range file.Imports {
				to, _ := strconv.Unquote(spec.Path.Value)
				if !allowed(from, to, layer.own, layer.foreign, layer.any) {
					t.Errorf("%s may not import %s", strings.TrimPrefix(path, "../../"), to)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if checked < 50 {
		t.Errorf("only %d files were looked at", checked)
	}
}

func allowed(from, to string, own, foreign []string, any bool) bool {
	if rest, ok := strings.CutPrefix(to, module+"/"); ok {
		top, _, _ := strings.Cut(rest, "/")
		if top == "adapters" && strings.HasPrefix(from, "adapters/") {
			return adapter(from) == adapter(rest)
		}
		for _, o := range own {
			if top == o {
				return true
			}
		}
		return rest == from || strings.HasPrefix(rest, from+"/")
	}
	if first, _, _ := strings.Cut(to, "/"); any || !strings.Contains(first, ".") {
		return true
	}
	for _, f := range foreign {
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
		layer    int
		want     bool
	}{
		{"domain", "time", 0, true},
		{"domain", module + "/commands", 0, false},
		{"domain", "github.com/google/uuid", 0, false},
		{"commands", module + "/projections", 1, false},
		{"projections", "github.com/jackc/pgx/v5", 2, true},
		{"projections", module + "/commands", 2, false},
		{"adapters/web", module + "/adapters/pdf", 4, false},
		{"adapters/esdb", module + "/adapters/esdb/node", 4, true},
		{"adapters/pdf", "github.com/jung-kurt/gofpdf", 4, true},
	} {
		l := layers[c.layer]
		if got := allowed(c.from, c.to, l.own, l.foreign, l.any); got != c.want {
			t.Errorf("%s importing %s: allowed %v", c.from, c.to, got)
		}
	}
}
