package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/web/api"
	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// caller speaks to the HTTP API as any other program would.
type caller struct {
	base, token string
	client      *http.Client
}

// newCaller returns a caller that may have many requests open at once.
func newCaller(base, token string) *caller {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 64
	return &caller{base: base, token: token, client: &http.Client{Transport: transport, Timeout: time.Minute}}
}

// request asks for a visura and waits for its outcome as long as the server
// lets it; the answer's Visura is nil if there is none by then.
func (c *caller) request(ctx context.Context, id domain.VisuraID, ask commands.RequestVisura, wait time.Duration) (api.Requested, error) {
	var answer api.Requested
	body, err := json.Marshal(ask)
	if err != nil {
		return answer, err
	}
	text, err := c.do(ctx, http.MethodPut, "/api/v1/visure/"+string(id), body, fmt.Sprintf("wait=%d", int(wait.Seconds())))
	if err != nil {
		return answer, err
	}
	return answer, json.Unmarshal(text, &answer)
}

// document downloads the PDF.
func (c *caller) document(ctx context.Context, id domain.VisuraID) ([]byte, error) {
	return c.do(ctx, http.MethodGet, "/api/v1/visure/"+string(id)+"/document", nil, "")
}

func (c *caller) do(ctx context.Context, method, path string, body []byte, prefer string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	req.Header.Set("Content-Type", "application/json")
	if prefer != "" {
		req.Header.Set("Prefer", prefer)
	}
	resp, err := c.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode >= 300 {
		var p edge.Problem
		if json.Unmarshal(text, &p) != nil {
			return nil, fmt.Errorf("%s %s: %s", method, path, resp.Status)
		}
		return nil, fmt.Errorf("%s %s: %s: %s %v", method, path, resp.Status, p.Detail, p.Errors)
	}
	return text, nil
}
