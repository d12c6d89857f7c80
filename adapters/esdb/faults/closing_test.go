package faults_test

import (
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// In a child: the panic is raised on the goroutine of a caller.
func TestBareClosingUnderACallPanics(t *testing.T) {
	exit, console := child(t, "close while a server is looked for", vacant)
	if exit != 2 || !strings.Contains(console, "send on closed channel") {
		t.Errorf("exit %d: %s; closing may be safe now", exit, console)
	}
}

func TestTheHolderIsClosedUnderCallsWithoutHarm(t *testing.T) {
	for name, c := range map[string]struct {
		harm   func(*front)
		inside func(server *front, log *console) bool // the call is where it is to be
		mend   func(*front)
	}{
		"while a server is looked for": {
			harm:   (*front).vanish,
			inside: func(_ *front, log *console) bool { return strings.Contains(log.String(), "discovery attempt") },
			mend:   func(server *front) { server.appear(t) },
		},
		"under a call that then fails": {
			harm: func(server *front) {
				server.set(hooks{withhold: func(method string) bool { return method == readMethod }})
			},
			inside: func(server *front, _ *console) bool { return server.serving(readMethod) > 0 },
			mend:   func(server *front) { server.drop(readMethod, unavailable) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			server, log := startFront(t, startNode(t)), &console{}
			client, err := esdb.Connect(server.url(), slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})))
			if err != nil {
				t.Fatal(err)
			}
			c.harm(server)
			ended := make(chan error, 1)
			go func() {
				_, err := esdb.NewStore(client, noKeys{}).Load(within(t, soon), "visura-a", commands.NoStream, func(domain.Recorded) {})
				ended <- err
			}()
			eventually(t, "the call is inside", func() bool { return c.inside(server, log) })
			if err := client.Close(within(t, 50*time.Millisecond)); err == nil {
				t.Error("Close does not say that a call is still inside")
			}
			c.mend(server)
			if err := client.Close(within(t, soon)); err != nil {
				t.Errorf("when the call is through: %v", err)
			}
			if err := receive(t, ended); err != nil && !errors.Is(err, esdb.ErrClosed) {
				t.Errorf("the call: %v", err)
			}
			if text := log.String(); strings.Contains(text, "panic") {
				t.Error(text)
			}
		})
	}
}

// console keeps what is logged.
type console struct {
	mu   sync.Mutex
	text strings.Builder
}

func (c *console) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.text.Write(p)
}

func (c *console) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.text.String()
}

func TestBareADefaultClientWritesOnTheConsole(t *testing.T) {
	if _, console := child(t, "an outage with the default logger", vacant); !strings.Contains(console, "discovery") {
		t.Errorf("it is quiet now: %q", console)
	}
}

func TestTheHolderWritesToItsLoggerOnly(t *testing.T) {
	if exit, console := child(t, "an outage in the holder", vacant); exit != 0 || console != "" {
		t.Errorf("exit %d: it wrote %q", exit, console)
	}
}
