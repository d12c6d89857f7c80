package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
)

// TestMain is also what the tests start as workers and as the peer: they are
// subcommands of this same program.
func TestMain(m *testing.M) {
	switch {
	case len(os.Args) > 1 && slices.Contains([]string{"load", "peer", "floor"}, os.Args[1]):
		main()
		return
	case os.Getenv(orphaning) != "":
		orphan()
	}
	var err error
	if built, err = os.MkdirTemp("", "visure-bench-test-"); err != nil {
		panic(err)
	}
	code := m.Run()
	os.RemoveAll(built)
	os.Exit(code)
}

// orphaning is the environment variable by which a test has another process of
// this program start a child that would run for ever.
const orphaning = "VISURE_BENCH_TEST_ORPHAN"

// orphan starts such a child, and says so.
func orphan() {
	cmd := exec.Command("sleep", "infinity")
	cmd.Stdout = os.Stdout // open as long as the child lives
	if _, err := spawn(cmd); err != nil {
		panic(err)
	}
	os.Stdout.WriteString(saysReady)
	select {}
}

// built is the folder of what the tests build.
var built string

// program builds the real program, once for all tests.
var program = sync.OnceValues(func() (string, error) {
	file := filepath.Join(built, "visure")
	said, err := exec.Command("go", "build", "-o", file, "../visure").CombinedOutput()
	if err != nil {
		err = fmt.Errorf("build: %w: %s", err, said)
	}
	return file, err
})
