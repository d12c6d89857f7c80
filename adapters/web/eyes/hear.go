package eyes

import (
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
)

// heard is what the browser told of a tab since it was opened.
type heard struct {
	mu       sync.Mutex
	lines    []string
	requests []*Request
	by       map[network.RequestID]*Request // the last of an id: a redirection keeps its id
	document network.RequestID              // the one that is shown
	quiet    chan struct{}                  // closed when it has loaded all that it needs
	looked   int                            // how many requests Faults has judged
	news     chan struct{}                  // closed at the next event
}

// hear takes in one event. It must not ask the browser anything.
func (h *heard) hear(event any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.news != nil {
		close(h.news)
		h.news = nil
	}
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		h.asked(e)
	case *network.EventResponseReceived:
		if r := h.by[e.RequestID]; r != nil {
			r.Status = int(e.Response.Status)
		}
	case *network.EventLoadingFinished:
		if r := h.by[e.RequestID]; r != nil {
			r.Bytes = int(e.EncodedDataLength)
		}
	case *network.EventLoadingFailed:
		if r := h.by[e.RequestID]; r != nil {
			r.blocked = e.BlockedReason != ""
		}
		if e.RequestID == h.document {
			h.rest() // a download, for instance, is no page
		}
	case *page.EventLifecycleEvent:
		if e.Name == "networkAlmostIdle" && string(e.LoaderID) == string(h.document) {
			h.rest()
		}
	case *log.EventEntryAdded:
		// The browser says so much of every page that is not answered 200.
		if e.Entry.Source != log.EntrySourceNetwork || e.Entry.NetworkRequestID == "" || e.Entry.NetworkRequestID != h.document {
			h.line(string(e.Entry.Level), e.Entry.Text, e.Entry.URL, e.Entry.LineNumber)
		}
	case *runtime.EventConsoleAPICalled:
		words := make([]string, len(e.Args))
		for i, a := range e.Args {
			words[i] = said(a)
		}
		h.line(string(e.Type), strings.Join(words, " "), "", 0)
	case *runtime.EventExceptionThrown:
		d := e.ExceptionDetails
		text := d.Text
		if d.Exception != nil {
			text += " " + said(d.Exception)
		}
		h.line("error", text, d.URL, d.LineNumber)
	}
}

func (h *heard) asked(e *network.EventRequestWillBeSent) {
	if !strings.HasPrefix(e.Request.URL, "http") {
		return // what is written in the page itself is asked of nobody
	}
	if r := h.by[e.RequestID]; r != nil && e.RedirectResponse != nil {
		r.Status, r.Bytes = int(e.RedirectResponse.Status), int(e.RedirectResponse.EncodedDataLength)
	}
	r := &Request{URL: e.Request.URL, Document: e.Type == network.ResourceTypeDocument}
	h.requests = append(h.requests, r)
	if h.by == nil {
		h.by = map[network.RequestID]*Request{}
	}
	h.by[e.RequestID] = r
	if r.Document {
		h.rest()
		h.document, h.quiet = e.RequestID, make(chan struct{})
	}
}

// rest lets go whoever waits for the document that was shown.
func (h *heard) rest() {
	if h.quiet != nil {
		close(h.quiet)
		h.quiet = nil
	}
}

func (h *heard) line(level, text, url string, line int64) {
	if url != "" {
		text += fmt.Sprintf(" (%s:%d)", url, line+1)
	}
	h.lines = append(h.lines, fmt.Sprintf("the console has a line (%s): %s", level, text))
}

// said is a value as the console shows it, of an error its first line.
func said(o *runtime.RemoteObject) string {
	text := o.Description
	if text == "" {
		text = string(o.Value)
		if plain, err := strconv.Unquote(text); err == nil {
			text = plain
		}
	}
	first, _, _ := strings.Cut(text, "\n")
	return first
}
