package eyes

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// patience is how long a page may take for one step of a test.
const patience = time.Minute

// Tab is what a person has before them.
type Tab struct {
	t          testing.TB
	ctx        context.Context
	keys       int
	scriptless bool
	heard
}

// Visit opens a page in a tab of its own, as wide as a desk's screen, for somebody who
// has these cookies there.
func (b *Browser) Visit(t testing.TB, url string, cookies ...*http.Cookie) *Tab {
	t.Helper()
	tab := b.Tab(t)
	for _, c := range cookies {
		tab.Do(call(network.SetCookies, network.SetCookiesParams{Cookies: []*network.CookieParam{{
			URL: url, Name: c.Name, Value: c.Value, Path: c.Path, Secure: c.Secure, HTTPOnly: c.HttpOnly,
		}}}))
	}
	tab.Go(url)
	return tab
}

// Tab opens an empty tab, as wide as a desk's screen.
func (b *Browser) Tab(t testing.TB) *Tab {
	t.Helper()
	tab := &Tab{t: t}
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext(), chromedp.WithListener(tab.hear))
	t.Cleanup(cancel)
	tab.ctx = ctx
	if err := chromedp.Do(ctx); err != nil { // the tab lives as long as the context of its first step
		t.Fatal(err)
	}
	tab.Do(call(emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}))
	return tab.At(1280)
}

// Go opens a page and waits until it is loaded.
func (tab *Tab) Go(url string) {
	tab.t.Helper()
	tab.Do(chromedp.Navigate(url))
}

// Back goes back to the page before and waits until it is loaded.
func (tab *Tab) Back() {
	tab.t.Helper()
	tab.Do(chromedp.NavigateBack())
}

// At makes the screen so wide: 1280 is a desk's, 360 a phone's, 320 the narrowest that
// must do.
func (tab *Tab) At(width int) *Tab {
	tab.t.Helper()
	height := 760
	if width > 360 {
		height = 900
	}
	tab.Do(chromedp.EmulateViewport(int64(width), int64(height)))
	return tab
}

// WithoutScript lets no page run its scripts any more. Read works all the same, Until
// does not.
func (tab *Tab) WithoutScript() *Tab {
	tab.t.Helper()
	tab.scriptless = true
	tab.scripts(false)
	return tab
}

// Status is what the page that was asked for last was answered with.
func (tab *Tab) Status() (status int) {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	if r := tab.by[tab.document]; r != nil {
		status = r.Status
	}
	return status
}

// Until waits until an expression of JavaScript holds on the page.
func (tab *Tab) Until(expression string) {
	tab.t.Helper()
	tab.Do(chromedp.Poll[chromedp.Void](expression, chromedp.WithPollingTimeout(patience)))
}

// Read returns what an expression of JavaScript gives on the page.
func Read[T any](tab *Tab, expression string) T {
	tab.t.Helper()
	return run(tab, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// Picture keeps the whole page as a PNG.
func (tab *Tab) Picture(path string) {
	tab.t.Helper()
	picture := run(tab, chromedp.FullScreenshot(100))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		tab.t.Fatal(err)
	}
	if err := os.WriteFile(path, picture, 0o644); err != nil {
		tab.t.Fatal(err)
	}
}

// Do takes other steps of the browser's protocol.
func (tab *Tab) Do(steps ...chromedp.Action[chromedp.Void]) {
	tab.t.Helper()
	run(tab, chromedp.Steps(steps...))
}

func run[T any](tab *Tab, step chromedp.Action[T]) T {
	tab.t.Helper()
	return within(tab, func(ctx context.Context) (T, error) { return chromedp.Run(ctx, step) })
}

// within does something with the page, which has so long for it.
func within[T any](tab *Tab, do func(context.Context) (T, error)) T {
	tab.t.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, patience)
	defer cancel()
	v, err := do(ctx)
	if err != nil {
		tab.t.Fatal(err)
	}
	return v
}

// call is a step that is one command of the protocol.
func call[P, R any](command cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, command, params)
		return err
	})
}
