// Command visure-bench measures the system from outside: requests and emissions,
// by sending them to the real program, and the event store, through the official
// client.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"github.com/visure-anagrafiche/visure/cmd/visure-bench/measure"
)

// cli is what can be measured.
type cli struct {
	Recorded   recordedCommand   `cmd:"" help:"Requests that are only recorded, beside a plain service on PostgreSQL."`
	Emission   emissionCommand   `cmd:"" help:"From the request to the document."`
	Eventstore eventstoreCommand `cmd:"" help:"The event store alone, through the official client."`
	Facts      factsCommand      `cmd:"" help:"The same requests with ten times the users, Enti, Comuni and agreements."`
	Storm      stormCommand      `cmd:"" help:"Requests that are only recorded, while many people sign in at once."`
	Silence    silenceCommand    `cmd:"" help:"Ends of terms, one after the other and all at once, and requests made meanwhile."`
	Massive    massiveCommand    `cmd:"" help:"Single requests, while many people are asked about by one."`
	Pages      pagesCommand      `cmd:"" help:"Pages, read at a rate by who has signed in."`
	Audit      auditCommand      `cmd:"" help:"Lighthouse's scores of the pages an operator works with."`
	Generate   generateCommand   `cmd:"" help:"Make a history of a given size, in a folder for visure serve."`

	Peer  peerCommand  `cmd:"" hidden:"" help:"Serve the plain service."`
	Load  loadCommand  `cmd:"" hidden:"" help:"Send requests, as lines of JSON on the input say."`
	Floor floorCommand `cmd:"" hidden:"" help:"Make documents with the parts alone, as lines of JSON on the input say."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var c cli
	parsed := kong.Parse(&c, kong.Name("visure-bench"), kong.UsageOnError(),
		kong.Description("Measures requests, emissions and the event store."), kong.BindTo(ctx, (*context.Context)(nil)))
	if err := parsed.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "visure-bench:", err)
		os.Exit(1)
	}
}

// collected gathers what many clients measure.
type collected struct {
	mu   sync.Mutex
	took []time.Duration
	errs []error
}

func (c *collected) add(took time.Duration, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		c.errs = append(c.errs, err)
		return
	}
	c.took = append(c.took, took)
}

// err returns what went wrong; nil when nothing did.
func (c *collected) err() error { return errors.Join(c.errs...) }

// quantile returns milliseconds.
func (c *collected) quantile(q float64) float64 { return measure.Quantile(c.took, q) }

// milliseconds has three decimals.
func milliseconds(seconds float64) float64 { return math.Round(seconds*1e6) / 1e3 }

// write keeps the figures in a file, as JSON.
func write(figures any, file string) error {
	text, err := json.MarshalIndent(figures, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o644)
}
