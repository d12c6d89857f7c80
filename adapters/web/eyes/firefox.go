package eyes

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
)

// Firefox is another browser, as Debian has it, with one tab. It is driven by WebDriver
// BiDi (W3C) and used by one goroutine. It ends with the test.
type Firefox struct {
	t     testing.TB
	ctx   context.Context
	wire  *websocket.Conn
	last  int    // id of the command sent last
	tab   string // its browsing context
	lines []string
}

// OpenFirefox starts one with a profile of its own.
func OpenFirefox(t testing.TB) *Firefox {
	t.Helper()
	if _, err := exec.LookPath("firefox-esr"); err != nil {
		missing(t, "firefox-esr is missing: it is in the Debian package firefox-esr")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*patience)
	t.Cleanup(cancel)
	f := &Firefox{t: t, ctx: ctx}
	f.connect(f.start())
	f.call("session.new", object{"capabilities": object{"alwaysMatch": object{"acceptInsecureCerts": true}}})
	f.call("session.subscribe", object{"events": []string{"log.entryAdded"}})
	var opened struct{ Context string }
	f.read(f.call("browsingContext.create", object{"type": "tab"}), &opened)
	f.tab = opened.Context
	return f
}

type object = map[string]any

// start runs the process and returns where it is driven.
func (f *Firefox) start() (address string) {
	f.t.Helper()
	c := exec.CommandContext(f.ctx, "firefox-esr", "--headless", "--no-remote", "--profile", f.t.TempDir(), "--remote-debugging-port", "0", "about:blank")
	said, err := c.StderrPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		f.t.Fatalf("firefox does not start: %v", err)
	}
	f.t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = c.Wait()
	})
	for lines := bufio.NewScanner(said); lines.Scan(); {
		if _, at, ok := strings.Cut(lines.Text(), "WebDriver BiDi listening on "); ok {
			go io.Copy(io.Discard, said) // what it says else would hold it up
			return at
		}
	}
	f.t.Fatal("firefox does not say where it is driven")
	return ""
}

func (f *Firefox) connect(address string) {
	f.t.Helper()
	wire, _, err := websocket.Dial(f.ctx, address+"/session", nil)
	if err != nil {
		f.t.Fatalf("firefox is not reached: %v", err)
	}
	wire.SetReadLimit(64 << 20)
	f.wire = wire
	f.t.Cleanup(func() { _ = wire.CloseNow() })
}

// call gives a command and returns its result.
func (f *Firefox) call(method string, params object) json.RawMessage {
	f.t.Helper()
	result, refused := f.ask(method, params)
	if refused != "" {
		f.t.Fatalf("%s: %s", method, refused)
	}
	return result
}

// ask gives a command and returns its result, or why it is refused.
func (f *Firefox) ask(method string, params object) (result json.RawMessage, refused string) {
	f.t.Helper()
	f.last++
	if err := wsjson.Write(f.ctx, f.wire, object{"id": f.last, "method": method, "params": params}); err != nil {
		f.t.Fatalf("%s: %v", method, err)
	}
	for {
		var came struct {
			Type, Method, Error, Message string
			ID                           int
			Result, Params               json.RawMessage
		}
		if err := wsjson.Read(f.ctx, f.wire, &came); err != nil {
			f.t.Fatalf("%s: %v", method, err)
		}
		switch {
		case came.Method == "log.entryAdded":
			f.hear(came.Params)
		case came.ID == f.last && came.Type == "success":
			return came.Result, ""
		case came.ID == f.last:
			return nil, came.Error + ": " + came.Message
		}
	}
}

func (f *Firefox) read(text json.RawMessage, into any) {
	f.t.Helper()
	if err := json.Unmarshal(text, into); err != nil {
		f.t.Fatalf("%s: %v", text, err)
	}
}

// hear keeps a line of the console of our tab.
func (f *Firefox) hear(params json.RawMessage) {
	var line struct {
		Level, Text string
		Source      struct{ Context string }
	}
	f.read(params, &line)
	if line.Source.Context == f.tab && f.tab != "" {
		f.lines = append(f.lines, fmt.Sprintf("the console has a line (%s): %s", line.Level, line.Text))
	}
}

// Console are the lines of the console since the tab was opened.
func (f *Firefox) Console() []string { return f.lines }

// Have gives the browser a cookie of a server, which it sends to that server alone: a
// cookie whose SameSite it is not told is kept and never sent.
func (f *Firefox) Have(server string, c *http.Cookie) {
	f.t.Helper()
	at, err := url.Parse(server)
	if err != nil {
		f.t.Fatal(err)
	}
	f.call("storage.setCookie", object{"cookie": object{
		"name": c.Name, "value": object{"type": "string", "value": c.Value}, "domain": at.Hostname(), "path": c.Path,
		"secure": c.Secure, "httpOnly": c.HttpOnly, "sameSite": "lax",
	}})
}

// Go opens a page and waits until it is loaded.
func (f *Firefox) Go(url string) {
	f.t.Helper()
	f.call("browsingContext.navigate", object{"context": f.tab, "url": url, "wait": "complete"})
}

// Read returns the text that an expression of JavaScript gives on the page; of a promise
// what it is settled with.
func (f *Firefox) Read(expression string) string {
	f.t.Helper()
	var got struct {
		Type   string
		Result struct {
			Type  string
			Value json.RawMessage
		}
		ExceptionDetails struct{ Text string }
	}
	f.read(f.call("script.evaluate", object{"expression": "(async () => String(await (" + expression + ")))()", "target": object{"context": f.tab}, "awaitPromise": true}), &got)
	var text string
	if got.Type != "success" {
		f.t.Fatalf("%s: %s", expression, got.ExceptionDetails.Text)
	}
	f.read(got.Result.Value, &text)
	return text
}

// Until waits until an expression of JavaScript holds on the page that is shown, which
// may become another meanwhile.
func (f *Firefox) Until(expression string) {
	f.t.Helper()
	for {
		var got struct {
			Result struct{ Value json.RawMessage }
		}
		text, between := f.ask("script.evaluate", object{"expression": "!!(" + expression + ")", "target": object{"context": f.tab}, "awaitPromise": false})
		if between == "" {
			f.read(text, &got)
		}
		if string(got.Result.Value) == "true" {
			return
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-f.ctx.Done():
			f.t.Fatalf("never: %s", expression)
		}
	}
}

// keys of WebDriver that write nothing.
var webDriverKeys = map[string]string{"Tab": "\uE004", "Enter": "\uE007", "Space": " "}

// Press presses keys one after the other: "Tab", "r".
func (f *Firefox) Press(keys ...string) {
	f.t.Helper()
	var actions []object
	for _, k := range keys {
		if written, ok := webDriverKeys[k]; ok {
			k = written
		}
		actions = append(actions, object{"type": "keyDown", "value": k}, object{"type": "keyUp", "value": k})
	}
	f.call("input.performActions", object{"context": f.tab, "actions": []object{{"type": "key", "id": "keyboard", "actions": actions}}})
}

// Type writes a text into what has the focus.
func (f *Firefox) Type(text string) {
	f.t.Helper()
	f.Press(strings.Split(text, "")...)
}
