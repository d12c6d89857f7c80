// Command visure is the whole system in one program: the server, the demo, the
// ANPR simulator and the tools of whoever runs it. This folder is the only
// place that knows all the others.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// version is what the program calls itself to ANPR and in its API.
const version = "0.1.0"

type cli struct {
	Init       initCommand       `cmd:"" help:"Begin an installation: its administrator, its first Comune, its first TOP."`
	Serve      serveCommand      `cmd:"" help:"Run the server."`
	Run        runCommand        `cmd:"" help:"Run everything on this machine with a demo Comune and the ANPR simulator."`
	Demo       demoCommand       `cmd:"" help:"Ask for one visura of each type and write the documents."`
	Simulate   simulateCommand   `cmd:"" help:"Stand in for an outside system."`
	Migrate    migrateCommand    `cmd:"" help:"Bring the database to the form this version needs."`
	Admin      adminCommand      `cmd:"" help:"Administer the installation, while the server runs or not."`
	Eventstore eventstoreCommand `cmd:"" help:"Run or look after the embedded event store by itself."`
	Evaluate   evaluateCommand   `cmd:"" hidden:"" name:"evaluate-passwords" help:"Evaluate passwords for the server, which starts this itself."`
}

// options are how the command line is read.
func options(ctx context.Context) []kong.Option {
	return []kong.Option{
		kong.Name("visure"), kong.UsageOnError(),
		kong.Description("Visure anagrafiche for offices and convention bodies (DPR 445/2000 art. 43 c.4)."),
		kong.Vars{"models": strings.Join(projections.Names(), ",")}, kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Configuration(readAnswers),
	}
}

// explain says a refusal as its reader is to read it, and any other error in
// full.
func explain(err error) string {
	var refused *domain.Error
	if errors.As(err, &refused) {
		return refused.Message
	}
	return err.Error()
}

// say tells who runs the program, on standard error.
func say(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }

func main() {
	collectGarbage()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var c cli
	parsed := kong.Parse(&c, options(ctx)...)
	if err := parsed.Run(); err != nil && !errors.Is(err, context.Canceled) {
		say("visure: %s", explain(err))
		os.Exit(1)
	}
}
