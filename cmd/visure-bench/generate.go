package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"github.com/visure-anagrafiche/visure/cmd/visure-bench/generate"
)

// generateCommand makes a history of a given size in a folder for `visure serve`.
type generateCommand struct {
	Data     string    `help:"Folder of the server, which has no history yet." default:"data" type:"path"`
	Requests int       `help:"Requests in the period." default:"1000000"`
	Comuni   int       `help:"Comuni, the largest with 5 % of all requests." default:"8000"`
	Enti     int       `help:"Enti that ask." default:"20000"`
	Users    int       `help:"Users: operators, officers, auditors." default:"200000"`
	From     time.Time `help:"First day, such as 2026-01-31; without it a year before the last." format:"2006-01-02"`
	To       time.Time `help:"Last day, until its midnight; without it the present." format:"2006-01-02"`
	Seed     uint64    `help:"Another one makes another history." default:"1"`
	Tokens   int       `help:"Operators who get a bearer token." default:"1000"`
	Out      string    `help:"File of the tokens, which only its owner may read; without it generated-tokens.json in the folder." type:"path"`
	Profile  string    `help:"File of a CPU profile." type:"path"`
}

// Run makes it and says at what rate.
func (c *generateCommand) Run(ctx context.Context) error {
	to := time.Now().UTC()
	if !c.To.IsZero() {
		to = c.To.AddDate(0, 0, 1)
	}
	if c.From.IsZero() {
		c.From = to.AddDate(-1, 0, 0)
	}
	stop, err := profile(c.Profile)
	if err != nil {
		return err
	}
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // everybody is in memory: a fifth of the time went into looking at them
	f, err := generate.Run(ctx, generate.Options{
		Data: c.Data, Requests: c.Requests, Comuni: c.Comuni, Enti: c.Enti, Users: c.Users, From: c.From, To: to, Seed: c.Seed, Tokens: c.Tokens,
		Report: func(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }, Log: slog.New(slog.NewTextHandler(os.Stderr, nil)),
	})
	stop()
	if err != nil {
		return err
	}
	requesting := (f.All - f.Parties).Seconds()
	fmt.Printf("%d requests: %d events in %d appends, %.0f s; %.0f requests/s, %.0f events/s after the parties' %.0f s\n", f.Requests, f.Events, f.Appends,
		f.All.Seconds(), float64(f.Requests)/requesting, float64(f.Events)/f.All.Seconds(), f.Parties.Seconds())
	for status, n := range f.Status {
		fmt.Printf("  %-22s %d\n", status, n)
	}
	fmt.Printf("  %-22s %d\n", "refused", f.Refused)
	return c.keep(f.Grants)
}

// keep writes the tokens down.
func (c *generateCommand) keep(grants []generate.Grant) error {
	if c.Out == "" {
		c.Out = filepath.Join(c.Data, "generated-tokens.json")
	}
	text, err := json.MarshalIndent(grants, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(c.Out, text, 0o600)
}
