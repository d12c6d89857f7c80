package eyes

import (
	_ "embed"
	"fmt"
	"net/url"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

//go:embed testdata/axe-core/axe.min.js
var axe string

//go:embed look.js
var look string

// stops is how many times the key Tab is pressed on one page at most.
const stops = 400

// Faults says what people would trip over on the page that is shown, each in a sentence
// that names the element: against the WCAG 2.0 to 2.2 AA or best practice as axe finds,
// wider than the screen, a focus that is not seen on the way through with Tab, and of
// the tab since it was last asked, lines of the console and requests to another host.
func (tab *Tab) Faults() []string {
	tab.t.Helper()
	if tab.scriptless { // axe needs the timers; the page's own scripts were not run and are not now
		tab.scripts(true)
		defer tab.scripts(false)
	}
	if !Read[bool](tab, `"eyes" in globalThis`) {
		tab.Do(chromedp.Evaluate[chromedp.Void](axe), chromedp.Evaluate[chromedp.Void](look))
	}
	faults := Read[[]string](tab, `eyes.violations()`)
	faults = append(faults, Read[[]string](tab, `eyes.overflow()`)...)
	faults = append(faults, tab.focus()...)
	tab.settle()
	faults = append(faults, tab.strangers(Read[string](tab, `location.href`))...)
	return append(faults, tab.Console()...)
}

// focus goes through the whole page with the key Tab.
func (tab *Tab) focus() (faults []string) {
	tab.t.Helper()
	Read[bool](tab, `eyes.begin()`)
	for range stops {
		tab.Do(tab.key("Tab"))
		stop := Read[struct {
			Last   bool
			Faults []string
		}](tab, `eyes.stop()`)
		faults = append(faults, stop.Faults...)
		if stop.Last {
			return faults
		}
	}
	return append(faults, fmt.Sprintf("the page is not gone through with %d times Tab", stops))
}

// strangers are requests to another host than the one that gave the page.
func (tab *Tab) strangers(page string) (faults []string) {
	own, err := url.Parse(page)
	if err != nil {
		tab.t.Fatal(err)
	}
	tab.mu.Lock()
	defer tab.mu.Unlock()
	for _, r := range tab.requests[tab.looked:] {
		if u, err := url.Parse(r.URL); !r.blocked && (err != nil || u.Host != own.Host) {
			faults = append(faults, "another host is asked: "+r.URL)
		}
	}
	tab.looked = len(tab.requests)
	return faults
}

// Console returns the lines of the console since it was last asked, once all that the page
// asks for has come.
func (tab *Tab) Console() []string {
	tab.settle()
	tab.mu.Lock()
	defer tab.mu.Unlock()
	lines := tab.lines
	tab.lines = nil
	return lines
}

func (tab *Tab) scripts(run bool) {
	tab.t.Helper()
	tab.Do(call(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !run}))
}
