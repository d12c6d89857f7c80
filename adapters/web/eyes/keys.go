package eyes

import (
	"context"
	"strconv"
	"strings"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// named are the keys that write nothing, or nothing one sees.
var named = map[string]string{
	"Tab": kb.Tab, "Enter": kb.Enter, "Escape": kb.Escape, "Space": " ", "Backspace": kb.Backspace, "Delete": kb.Delete,
	"ArrowUp": kb.ArrowUp, "ArrowDown": kb.ArrowDown, "ArrowLeft": kb.ArrowLeft, "ArrowRight": kb.ArrowRight,
	"Home": kb.Home, "End": kb.End, "PageUp": kb.PageUp, "PageDown": kb.PageDown,
}

var modifiers = map[string]chromedp.Modifier{"Shift": chromedp.ModifierShift, "Control": chromedp.ModifierCtrl, "Alt": chromedp.ModifierAlt}

// Press presses keys one after the other: "Tab", "Shift+Tab", "n".
func (tab *Tab) Press(keys ...string) {
	tab.t.Helper()
	for _, k := range keys {
		tab.Do(tab.key(k))
		tab.keys++
	}
}

// settled says that a page which gives the focus to a field has done so: it does after it
// is loaded.
const settled = `document.activeElement !== document.body || !document.querySelector("[autofocus]")`

// Focus gives an element the focus, once the page has given it to its own.
func (tab *Tab) Focus(selector string) {
	tab.t.Helper()
	tab.Until(settled)
	Read[bool](tab, "(document.querySelector("+strconv.Quote(selector)+").focus(), true)")
}

// Type writes a text into what has the focus, once the page has given it to a field.
func (tab *Tab) Type(text string) {
	tab.t.Helper()
	tab.Until(settled)
	tab.Do(chromedp.KeyEvent(text))
	tab.keys += len([]rune(text))
}

// Follow presses keys of which the last leads to another page, and waits until that is
// loaded.
func (tab *Tab) Follow(keys ...string) {
	tab.t.Helper()
	last := len(keys) - 1
	tab.Press(keys[:last]...)
	tab.keys++
	within(tab, func(ctx context.Context) (*network.Response, error) {
		return chromedp.RunResponse(ctx, tab.key(keys[last]))
	})
}

// Keys is how many keys were pressed in the tab. Those held down beside another, as for
// a capital letter, are not counted.
func (tab *Tab) Keys() int { return tab.keys }

// key is a step that presses one.
func (tab *Tab) key(name string) chromedp.Action[chromedp.Void] {
	tab.t.Helper()
	var held []chromedp.Modifier
	for {
		before, after, more := strings.Cut(name, "+")
		modifier, ok := modifiers[before]
		if !more || !ok {
			break
		}
		name, held = after, append(held, modifier)
	}
	if written, ok := named[name]; ok {
		name = written
	} else if len([]rune(name)) != 1 {
		tab.t.Fatalf("there is no key %q", name)
	}
	return chromedp.KeyEvent(name, chromedp.KeyModifiers(held...))
}
