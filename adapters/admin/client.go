package admin

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"sync"
)

// Client asks the server that runs on a folder. It is safe for concurrent use.
type Client struct {
	http http.Client

	mu    sync.Mutex
	first net.Conn // made by Dial, until a request takes it
}

// Dial connects to the server that listens in a folder: ErrNotRunning if there is
// none. A server that stops answers first what is asked over that connection.
func Dial(dir string) (*Client, error) {
	conn, err := dial(context.Background(), dir)
	if err != nil {
		return nil, err
	}
	c := &Client{first: conn}
	c.http.Transport = &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		c.mu.Lock()
		defer c.mu.Unlock()
		if first := c.first; first != nil {
			c.first = nil
			return first, nil
		}
		return dial(ctx, dir)
	}}
	return c, nil
}

// Close ends the connection.
func (c *Client) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.first != nil {
		c.first.Close()
		c.first = nil
	}
	c.http.CloseIdleConnections()
}

// Ask has the operation carried out. A refusal is a *domain.Error.
func (o Operation[Q, A]) Ask(ctx context.Context, c *Client, q Q) (A, error) {
	var none A
	body, err := json.Marshal(q)
	if err != nil {
		return none, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://visure"+o.path(), bytes.NewReader(body))
	if err != nil {
		return none, err
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return none, fmt.Errorf("ask the server: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return none, fmt.Errorf("ask the server: %s: it may be of another version", resp.Status)
	}
	var a answer[A]
	if err := json.NewDecoder(resp.Body).Decode(&a); err != nil {
		return none, fmt.Errorf("ask the server: %w", err)
	}
	return a.Result, a.err()
}
