// Command visure-bench measures the system from outside: emissions, by sending
// requests to the real program, and the event store, through the official client.
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
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
)

// cli is what can be measured.
type cli struct {
	Emission   emissionCommand   `cmd:"" help:"From the request to the document."`
	Eventstore eventstoreCommand `cmd:"" help:"The event store alone, through the official client."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var c cli
	parsed := kong.Parse(&c, kong.Name("visure-bench"), kong.UsageOnError(),
		kong.Description("Measures emissions and the event store."), kong.BindTo(ctx, (*context.Context)(nil)))
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
func (c *collected) quantile(q float64) float64 {
	if len(c.took) == 0 {
		return 0
	}
	slices.Sort(c.took)
	return milliseconds(c.took[int(q*float64(len(c.took)-1))].Seconds())
}

// milliseconds has three decimals.
func milliseconds(seconds float64) float64 { return math.Round(seconds*1e6) / 1e3 }

// publish writes the figures to the file, as JSON, and on the screen.
func publish(figures any, file string) error {
	text, err := json.MarshalIndent(figures, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(file, append(text, '\n'), 0o644); err != nil {
		return err
	}
	fmt.Printf("%s\n\n", text)
	return nil
}
