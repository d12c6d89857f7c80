package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/pki"
	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
	"github.com/visure-anagrafiche/visure/domain"
)

// TestMain lets the tests start the real program: the test binary is it when
// told so, or asked to evaluate passwords. Most of the time these tests wait (for a breaker, a term, a process to
// start), so more of them run at once than there are processors.
func TestMain(m *testing.M) {
	if os.Getenv("VISURE_TEST_MAIN") != "" || slices.Contains(os.Args, evaluateName) {
		main()
		os.Exit(0)
	}
	flag.Parse()
	if err := flag.Set("test.parallel", strconv.Itoa(max(8, runtime.GOMAXPROCS(0)))); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// office is a Comune on one machine: the ANPR simulator in this process, data in a
// folder, and the server as a process of its own.
type office struct {
	t         *testing.T
	config    Config
	simulator *simulator.Server
	kit       *pki.Kit
	users     map[domain.Role]credential

	server  *exec.Cmd
	url     string
	metrics string // where they are read; empty: nowhere
}

// newData is a folder for everything, in which PostgreSQL finds its own already made.
func newData(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	pgtest.Fill(t, filepath.Join(dir, "postgres"))
	return dir
}

// newOffice is an office in which nothing was entered yet.
func newOffice(t *testing.T, people int) *office {
	t.Helper()
	o := &office{t: t, users: map[domain.Role]credential{}}
	o.config = Config{Stores: Stores{Data: newData(t), LogLevel: slog.LevelWarn}, Listen: "127.0.0.1:0", Workers: 16}
	var err error
	if o.kit, err = pki.OpenKit(filepath.Join(o.config.Data, "simulator"), "", string(demoComune)); err != nil {
		t.Fatal(err)
	}
	if o.simulator, err = simulator.Start(simulator.Config{People: people, Seed: 1, Kit: o.kit}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { o.simulator.Close() })
	o.config.ANPR.URL, o.config.ANPR.CA = o.simulator.URL(), o.kit.CAFile()
	return o
}

// openOffice sets the Comune up and leaves the server down.
func openOffice(t *testing.T, people int) *office {
	t.Helper()
	o := newOffice(t, people)
	if err := deliverKeys(o.kit, o.config.keystores()); err != nil {
		t.Fatal(err)
	}
	s, err := open(t.Context(), o.config, t.Logf)
	defer s.close()
	if err != nil {
		t.Fatal(err)
	}
	users, err := s.settle(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range users {
		o.users[u.Role] = u
	}
	return o
}

// start runs `visure serve` and waits until it says where it listens.
func (o *office) start() {
	o.t.Helper()
	o.server = exec.Command(os.Args[0], "serve")
	o.server.Env = append(os.Environ(), "VISURE_TEST_MAIN=1", "VISURE_DATA="+o.config.Data, "VISURE_LISTEN="+o.config.Listen,
		"VISURE_METRICS="+o.config.Metrics, "VISURE_ANPR_URL="+o.config.ANPR.URL, "VISURE_ANPR_CA="+o.config.ANPR.CA, "VISURE_SWEEP=500ms", "VISURE_ANPR_BREAK=1s", "VISURE_LOG_LEVEL=warn")
	out, err := o.server.StderrPipe()
	if err != nil {
		o.t.Fatal(err)
	}
	if err := o.server.Start(); err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(o.end)
	said := bufio.NewScanner(out)
	for said.Scan() {
		if url, ok := strings.CutPrefix(said.Text(), "metrics      "); ok {
			o.metrics = url
		}
		if url, ok := strings.CutPrefix(said.Text(), "server       "); ok {
			o.url = url
			go io.Copy(io.Discard, out)
			return
		}
		o.t.Log(said.Text())
	}
	o.t.Fatal("the server ended before it listened")
}

// kill is kill -9: nothing is finished, nothing is said.
func (o *office) kill() {
	if o.server != nil && o.server.Process != nil {
		o.server.Process.Kill()
		o.server.Wait()
		o.server = nil
	}
}

// end stops what still runs: PostgreSQL must have left the folder before it is
// removed.
func (o *office) end() {
	if o.server == nil {
		return
	}
	if err := o.stop(); err != nil {
		o.t.Errorf("the server did not stop cleanly: %v", err)
	}
}

// stop is what an administrator does.
func (o *office) stop() error {
	defer func() { o.server = nil }()
	if err := o.server.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return o.server.Wait()
}

// as speaks to the server as the user who has the role.
func (o *office) as(role domain.Role) *caller { return newCaller(o.url, o.users[role].Token) }

// each runs work for 0..n-1 at once and fails the test with the first error.
func each(t *testing.T, n int, work func(ctx context.Context, i int) error) {
	t.Helper()
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { errs[i] = work(t.Context(), i) })
	}
	wg.Wait()
	for i, err := range errs {
		if err != nil {
			t.Fatalf("number %d of %d: %v", i, n, err)
		}
	}
}

// tool runs an independent checker, which CI must have.
func tool(t *testing.T, name string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("%s is missing", name)
		}
		t.Skipf("%s is missing", name)
	}
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Errorf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

func visuraPath(format string, args ...any) string {
	return "/api/v1/visure" + fmt.Sprintf(format, args...)
}
