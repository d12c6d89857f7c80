// Package eyes gives tests of pages a real browser, chromium as Debian has it, that
// says what people would trip over.
package eyes

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

// Browser is one process. Every tab in it has cookies and a cache of its own.
type Browser struct {
	ctx context.Context
}

// program is chromium without a window of its own: the pages are drawn by the same code,
// and nothing else is drawn beside them.
const program = "chromium-headless-shell"

// opened is the browser of the package whose tests run.
var opened *Browser

var open = sync.OnceValue(func() (err error) {
	opened, err = start()
	return err
})

// Open gives the browser, which the first test of a package that opens it starts and
// Main ends.
func Open(t testing.TB) *Browser {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		missing(t, program+" is missing: it is in the Debian package of that name")
	}
	if err := open(); err != nil {
		t.Fatal(err)
	}
	return opened
}

// Main runs the tests of a package whose TestMain it is, and ends the browser.
func Main(m *testing.M) (code int) {
	code = m.Run()
	if opened == nil {
		return code
	}
	ctx, cancel := context.WithTimeout(opened.ctx, patience)
	defer cancel()
	if err := chromedp.Cancel(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "the browser does not end:", err)
		return 1
	}
	return code
}

// missing skips a test on a machine that lacks what it needs. CI must have it.
func missing(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatal(what)
	}
	t.Skip(what)
}

func start() (*Browser, error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.IgnoreCertErrors, // those of the servers of tests are signed by nobody
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		// Nothing leaves the machine, and nothing moves while it is looked at.
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"),
		chromedp.Flag("force-prefers-reduced-motion", true),
	)
	allocator, _ := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, _ := chromedp.NewContext(allocator)
	if err := chromedp.Do(ctx); err != nil {
		return nil, fmt.Errorf("chromium does not start: %w", err)
	}
	return &Browser{ctx}, nil
}
