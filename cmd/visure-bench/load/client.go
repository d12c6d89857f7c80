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
	c.head = " HTTP/1.1\r\nHost: " + plan.Address + "\r\nContent-Type: application/json\r\n"
	if plan.Prefer != "" {
		c.head += "Prefer: " + plan.Prefer + "\r\n"
	}
	context.AfterFunc(ctx, func() { conn.Close() })
	return c, nil
}

// send asks with the next body and reads the answer to its end.
func (c *client) send() error {
	next := (c.plan.First + int(c.number.Add(1))) % len(c.plan.Bodies)
	body, token := c.plan.Bodies[next], c.plan.Token
	if len(c.plan.Tokens) > 0 {
		token = c.plan.Tokens[next]
	}
	c.out = append(c.out[:0], "PUT "...)
	c.out = append(c.out, c.plan.Path...)
	c.out = append(c.out, uuid.NewString()...)
	c.out = append(c.out, c.head...)
	c.out = fmt.Appendf(c.out, "Authorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s", token, len(body), body)
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
