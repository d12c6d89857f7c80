package load

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/domain"
)

// client is one connection, kept. It writes bytes and reads answers by itself:
// the transport of net/http has two goroutines more for each connection.
type client struct {
	plan   *Plan
	number *atomic.Int64 // of requests, counted by all clients
	conn   net.Conn
	in     *bufio.Reader
	out    []byte       // a request, made anew in the same memory
	body   bytes.Buffer // of an answer

	head     string // of a request, after its address and before its length
	position domain.Position
}

// dial connects; what the client waits for ends with ctx.
func dial(ctx context.Context, plan *Plan, number *atomic.Int64) (*client, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", plan.Address)
	if err != nil {
		return nil, err
	}
	c := &client{plan: plan, number: number, conn: conn, in: bufio.NewReaderSize(conn, 16<<10)}
	c.head = " HTTP/1.1\r\nHost: " + plan.Address + "\r\n"
	if len(plan.Pages) > 0 {
		c.head += "Accept: text/html\r\nAccept-Encoding: gzip\r\nSec-Fetch-Site: same-origin\r\n"
	} else {
		c.head += "Content-Type: application/json\r\n"
	}
	if plan.Prefer != "" {
		c.head += "Prefer: " + plan.Prefer + "\r\n"
	}
	context.AfterFunc(ctx, func() { conn.Close() })
	return c, nil
}

// put is a request with the n-th body.
func (c *client) put(n int) []byte {
	next := n % len(c.plan.Bodies)
	body, token := c.plan.Bodies[next], c.plan.Token
	if len(c.plan.Tokens) > 0 {
		token = c.plan.Tokens[next]
	}
	request := append(c.out[:0], "PUT "...)
	request = append(request, c.plan.Path...)
	request = append(request, uuid.NewString()...)
	request = append(request, c.head...)
	return fmt.Appendf(request, "Authorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s", token, len(body), body)
}

// get is a request for the n-th page, from one network of many.
func (c *client) get(n int) []byte {
	request := append(c.out[:0], "GET "...)
	request = append(request, c.plan.Pages[n%len(c.plan.Pages)]...)
	request = append(request, c.head...)
	return fmt.Appendf(request, "Cookie: %s\r\nX-Forwarded-For: 198.18.%d.%d\r\n\r\n", c.plan.Cookies, n/250%250, n%250)
}

// send sends what is next and reads the answer to its end.
func (c *client) send() error {
	n := c.plan.First + int(c.number.Add(1))
	if len(c.plan.Pages) > 0 {
		c.out = c.get(n)
	} else {
		c.out = c.put(n)
	}
	if _, err := c.conn.Write(c.out); err != nil {
		return fmt.Errorf("send a request: %w", err)
	}
	answer, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return fmt.Errorf("read an answer: %w", err)
	}
	c.body.Reset()
	if _, err := io.Copy(&c.body, answer.Body); err != nil {
		return fmt.Errorf("read an answer: %w", err)
	}
	if answer.StatusCode != c.plan.Status || !bytes.Contains(c.body.Bytes(), []byte(c.plan.Says)) {
		return fmt.Errorf("a request was answered %s: %s", answer.Status, c.body.Bytes())
	}
	if p, err := domain.ParsePosition(answer.Header.Get("Visura-Position")); err == nil && c.position.Compare(p) < 0 {
		c.position = p
	}
	return nil
}
