package anpr_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/visure-anagrafiche/visure/adapters/anpr"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// crowd is a registry that answers when as many calls as it expects have come,
// and keeps account of the connections they came over.
type crowd struct {
	mu       sync.Mutex
	expected int
	waiting  []chan struct{}
	resumed  map[string]bool // by address of the client: whether its handshake was a short one
}

func (c *crowd) answer(w http.ResponseWriter, req *http.Request) {
	here := make(chan struct{})
	c.mu.Lock()
	c.resumed[req.RemoteAddr] = req.TLS.DidResume
	if c.waiting = append(c.waiting, here); len(c.waiting) == c.expected {
		for _, other := range c.waiting {
			close(other)
		}
		c.waiting = nil
	}
	c.mu.Unlock()
	<-here
	reply(w, req, ok3002(soggetto("")))
}

// call has n calls under way at once.
func (c *crowd) call(t *testing.T, client *anpr.Client, n int) {
	t.Helper()
	c.expected = n
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() {
			q := query(t, domain.Nascita, func(q *commands.Query) { q.IDOperazione = fmt.Sprint("N", i) })
			if _, err := client.Consult(t.Context(), q); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
}

func (c *crowd) connections() (all, full int) {
	for _, resumed := range c.resumed {
		if all++; !resumed {
			full++
		}
	}
	return all, full
}

func TestConnectionsAreKeptAndSessionsResumed(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*anpr.Config){
		"without a certificate": func(*anpr.Config) {},
		"with the Comune's":     func(c *anpr.Config) { c.ClientTLS = true },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			registry := &crowd{resumed: map[string]bool{}}
			client := client(t, newRegistry(t, registry.answer), change)
			for range 20 {
				registry.call(t, client, 1)
			}
			if all, full := registry.connections(); all != 1 || full != 1 {
				t.Errorf("20 calls in a row took %d connections with %d full handshakes, want 1 and 1", all, full)
			}
			for range 3 {
				registry.call(t, client, 128)
			}
			all, full := registry.connections()
			if all != 128 || full != 1 {
				t.Errorf("3 times 128 calls at once took %d connections with %d full handshakes, want 128 and 1", all, full)
			}
			client.Close()
			registry.call(t, client, 1)
			if all, full := registry.connections(); all != 129 || full != 1 {
				t.Errorf("when all were closed a call made it %d connections with %d full handshakes, want 129 and 1", all, full)
			}
		})
	}
}
