package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const (
	clientModule = "github.com/EventStore/EventStore-Client-Go/v4"
	ownModule    = "github.com/visure-anagrafiche/visure"
)

// What the client's tests need besides the client, at the versions it names.
var testModules = []string{
	"github.com/stretchr/testify v1.9.0",
	"github.com/goombaio/namegenerator v0.0.0-20181006234301-989e774b106e",
}

//go:embed testdata/containers_test.go
var containers []byte

// scratch is a module in a temporary folder: the client's tests in esdb, their data
// in resources and certs, and a database in populated.
type scratch struct{ dir string }

func (s *scratch) path(elements ...string) string {
	return filepath.Join(append([]string{s.dir}, elements...)...)
}

func (s *scratch) prepare(ctx context.Context) error {
	own, err := moduleDir(ctx, ownModule)
	if err != nil {
		return err
	}
	client, err := moduleDir(ctx, clientModule)
	if err != nil {
		return err
	}
	if err := s.writeModule(own); err != nil {
		return err
	}
	if err := s.copyTests(client); err != nil {
		return err
	}
	if err := writeCertificates(s.path("certs")); err != nil {
		return err
	}
	return populate(ctx, s.path("populated"), os.DirFS(s.path("resources", "test")))
}

// moduleDir is the folder of a module in the module cache.
func moduleDir(ctx context.Context, module string) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	if err != nil {
		return "", fmt.Errorf("look for %s: %w", module, withOutput(err))
	}
	dir := strings.TrimSpace(string(out))
	if dir == "" {
		return "", fmt.Errorf("%s is not in the module cache", module)
	}
	return dir, nil
}

func withOutput(err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return fmt.Errorf("%w: %s", err, exit.Stderr)
	}
	return err
}

// writeModule writes a go.mod with the requirements of ours, so that the tests run
// with the versions that are shipped.
func (s *scratch) writeModule(own string) error {
	mod, err := os.ReadFile(filepath.Join(own, "go.mod"))
	if err != nil {
		return err
	}
	text := strings.Replace(string(mod), "module "+ownModule, "module conformance", 1)
	text += fmt.Sprintf("\nrequire %s v0.0.0\nreplace %s => %s\n", ownModule, ownModule, own)
	for _, m := range testModules {
		text += "require " + m + "\n"
	}
	if err := os.WriteFile(s.path("go.mod"), []byte(text), 0o600); err != nil {
		return err
	}
	sum, err := os.ReadFile(filepath.Join(own, "go.sum"))
	if err != nil {
		return err
	}
	return os.WriteFile(s.path("go.sum"), sum, 0o600)
}

// copyTests copies the client's tests and their data, and replaces the file that
// starts servers.
func (s *scratch) copyTests(client string) error {
	tests, err := filepath.Glob(filepath.Join(client, "esdb", "*_test.go"))
	if err != nil || len(tests) == 0 {
		return errors.Join(errors.New("the client has no tests"), err)
	}
	if err := os.MkdirAll(s.path("esdb"), 0o700); err != nil {
		return err
	}
	for _, from := range tests {
		if err := copyFile(from, s.path("esdb", filepath.Base(from))); err != nil {
			return err
		}
	}
	if err := os.WriteFile(s.path("esdb", "containers_test.go"), containers, 0o600); err != nil {
		return err
	}
	resources := filepath.Join(client, "resources")
	return filepath.WalkDir(resources, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(resources, path)
		if err != nil {
			return err
		}
		to := s.path("resources", relative)
		if d.IsDir() {
			return os.MkdirAll(to, 0o700)
		}
		return copyFile(path, to)
	})
}

// copyFile makes a writable copy; files of the module cache are read-only.
func copyFile(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o600)
}
