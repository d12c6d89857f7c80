// Command clientsuite runs the official client's own tests against the embedded
// node, without and with TLS, and prints what came of them.
//
// The tests are not part of this repository. They are copied from the module cache,
// at the version this module requires, to a module in a temporary folder; the file
// that starts servers in containers is replaced. Tests of what the node does not
// have (projections, plug-ins, clusters) are not run.
//
//	go run ./adapters/esdb/node/clientsuite [-race] [-v]
//
// The exit code is 0 when everything passed. With -race, reports without any code of
// this module do not fail the run: the client has a race of its own between
// acknowledging and closing.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
)

func main() {
	race := flag.Bool("race", false, "run with the race detector")
	verbose := flag.Bool("v", false, "print all that the tests print")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *race, *verbose); err != nil {
		fmt.Fprintln(os.Stderr, "client suite:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, race, verbose bool) error {
	dir, err := os.MkdirTemp("", "clientsuite")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	s := &scratch{dir: dir}
	if err := s.prepare(ctx); err != nil {
		return err
	}
	failed := false
	for _, secure := range []bool{false, true} {
		o, err := s.test(ctx, secure, race, verbose)
		if err != nil {
			return err
		}
		o.print(os.Stdout, secure)
		failed = failed || !o.good()
	}
	if failed {
		return errors.New("not all tests passed")
	}
	return nil
}
