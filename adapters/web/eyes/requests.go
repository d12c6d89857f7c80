package eyes

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"

	"github.com/chromedp/chromedp"
)

// Request is one that a page made.
type Request struct {
	URL      string
	Document bool // it asked for a page, not for a part of one
	Status   int  // 0 as long as nothing was answered
	Bytes    int  // as they came: headers, and the body as it was encoded
	blocked  bool // by the policy of the page, before anybody was asked
}

// Requests are those of all pages since the tab was opened.
func (tab *Tab) Requests() []Request {
	tab.t.Helper()
	tab.settle()
	tab.mu.Lock()
	defer tab.mu.Unlock()
	var made []Request
	for _, r := range tab.requests {
		if !r.blocked {
			made = append(made, *r)
		}
	}
	return made
}

// Answered waits until a request for a path was answered since the tab was opened, such
// as one for what is not shown but kept.
func (tab *Tab) Answered(path string) Request {
	tab.t.Helper()
	return within(tab, func(ctx context.Context) (Request, error) {
		for {
			answered, news := tab.find(path)
			if answered != nil {
				return *answered, nil
			}
			select {
			case <-news:
			case <-ctx.Done():
				return Request{}, fmt.Errorf("no request for %s was answered", path)
			}
		}
	})
}

// find returns the last request for a path that was answered or, if there is none, what
// is closed when the browser tells of something else.
func (tab *Tab) find(path string) (*Request, <-chan struct{}) {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	for _, r := range slices.Backward(tab.requests) {
		if u, err := url.Parse(r.URL); err == nil && u.Path == path && r.Status != 0 {
			answered := *r
			return &answered, nil
		}
	}
	if tab.news == nil {
		tab.news = make(chan struct{})
	}
	return nil, tab.news
}

// settle waits until the page that is shown has loaded all that it needs. Questions
// that stay open are not waited for.
func (tab *Tab) settle() {
	tab.t.Helper()
	tab.mu.Lock()
	quiet := tab.quiet
	tab.mu.Unlock()
	if quiet == nil {
		return
	}
	within(tab, func(ctx context.Context) (chromedp.Void, error) {
		select {
		case <-quiet:
			return chromedp.Void{}, nil
		case <-ctx.Done():
			return chromedp.Void{}, errors.New("the page goes on loading")
		}
	})
}
