package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
)

// eventstoreCommand runs the embedded event store as a server of its own, or looks
// after its folder: under the server's --data that is "events". All but serve,
// restore and import work whether or not a process has the folder open.
type eventstoreCommand struct {
	Serve    eventstoreServe    `cmd:"" help:"Serve a folder to clients of EventStoreDB."`
	Verify   eventstoreVerify   `cmd:"" help:"Read and compare everything; name the first fault."`
	Backup   eventstoreBackup   `cmd:"" help:"Copy the store, as it is at one moment, into a new folder."`
	Restore  eventstoreRestore  `cmd:"" help:"Make a store of a backup that is found sound."`
	Export   eventstoreExport   `cmd:"" help:"Write every event and every group as lines of JSON."`
	Import   eventstoreImport   `cmd:"" help:"Make a store of an export: same positions, ids and times."`
	Scavenge eventstoreScavenge `cmd:"" help:"Remove for ever what was truncated, aged or deleted."`
	Stats    eventstoreStats    `cmd:"" help:"Count events and streams by category, and say how far groups are."`
}

// folder is where a store is.
type folder struct {
	Data string `help:"Folder of the event store." required:"" type:"path" placeholder:"DIR"`
}

// keep calls f with the data of the folder, or with the node that has it open.
func (f folder) keep(readOnly bool, do func(node.Keeper) error) error {
	k, err := node.Keep(f.Data, readOnly)
	if err != nil {
		return err
	}
	return errors.Join(do(k), k.Close())
}

type eventstoreServe struct {
	folder   `embed:""`
	Listen   string     `help:"Address of the gRPC server." default:"127.0.0.1:2113"`
	Metrics  string     `help:"Address at which Prometheus finds /metrics; empty: nowhere." placeholder:"HOST:PORT"`
	TLSCert  string     `help:"Certificate of the server (PEM); with none there is no TLS." type:"existingfile" placeholder:"FILE" and:"tls"`
	TLSKey   string     `help:"Its key (PEM)." type:"existingfile" placeholder:"FILE" and:"tls"`
	Users    string     `help:"File of who may call, with TLS: [{\"Name\":…,\"Password\":…,\"Groups\":[\"$admins\"]}]." type:"existingfile" placeholder:"FILE"`
	LogLevel slog.Level `help:"debug, info, warn or error." default:"info" env:"VISURE_LOG_LEVEL"`
}

// Run serves until the context ends.
func (c *eventstoreServe) Run(ctx context.Context) (err error) {
	o := node.Options{Dir: c.Data, Logger: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: c.LogLevel}))}
	if c.TLSCert != "" {
		certificate, err := tls.LoadX509KeyPair(c.TLSCert, c.TLSKey)
		if err != nil {
			return fmt.Errorf("read certificate: %w", err)
		}
		o.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	}
	if c.Users != "" {
		text, err := os.ReadFile(c.Users)
		if err != nil {
			return fmt.Errorf("read users: %w", err)
		}
		if json.Unmarshal(text, &o.Users) != nil {
			return fmt.Errorf("read users: %s is not a list of users", c.Users) // nothing of what stands there
		}
	}
	n, err := node.Open(o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, n.Close()) }()
	if err := errors.Join(n.Administer(), n.Start(c.Listen)); err != nil {
		return err
	}
	failed := make(chan error, 1)
	if c.Metrics != "" {
		registry := prometheus.NewRegistry()
		registry.MustRegister(n)
		stop, err := serveMetrics(c.Metrics, registry, failed)
		if err != nil {
			return err
		}
		defer stop()
	}
	say("event store  %s", n.ConnectionString())
	select {
	case <-ctx.Done():
		return nil
	case err := <-failed:
		return err
	}
}

type eventstoreVerify struct{ folder }

// Run says what was found sound, or returns the first fault.
func (c *eventstoreVerify) Run(ctx context.Context) error {
	return c.keep(true, func(k node.Keeper) error {
		v, err := k.Verify(ctx)
		if err == nil {
			say("sound: %d events in %d streams; the log ends at %d", v.Events, v.Streams, v.End)
		}
		return err
	})
}

type eventstoreBackup struct {
	folder
	To string `arg:"" help:"Folder to make." type:"path"`
}

// Run makes the copy.
func (c *eventstoreBackup) Run(ctx context.Context) error {
	return c.keep(false, func(k node.Keeper) error {
		err := k.Backup(ctx, c.To)
		if err == nil {
			say("backup in %s; copy it elsewhere: on the same disk it shares files with the store", c.To)
		}
		return err
	})
}

type eventstoreRestore struct {
	folder
	From string `arg:"" help:"Folder of the backup." type:"existingdir"`
}

// Run verifies the backup and copies it.
func (c *eventstoreRestore) Run(ctx context.Context) error {
	v, err := node.Restore(ctx, c.From, c.Data)
	if err == nil {
		say("restored %d events in %d streams", v.Events, v.Streams)
	}
	return err
}

type eventstoreExport struct {
	folder
	To string `arg:"" optional:"" help:"File to make; empty: standard output." type:"path"`
}

// Run writes the export; a file is there when it is whole.
func (c *eventstoreExport) Run(ctx context.Context) error {
	return c.keep(true, func(k node.Keeper) error {
		if c.To == "" {
			return k.Export(ctx, os.Stdout)
		}
		f, err := os.CreateTemp(filepath.Dir(c.To), filepath.Base(c.To)+".partial-")
		if err != nil {
			return err
		}
		if err := errors.Join(k.Export(ctx, f), f.Sync(), f.Close()); err != nil {
			return errors.Join(err, os.Remove(f.Name()))
		}
		return os.Rename(f.Name(), c.To)
	})
}

type eventstoreImport struct {
	folder
	From string `arg:"" optional:"" help:"File of the export; empty: standard input." type:"existingfile"`
}

// Run makes the store.
func (c *eventstoreImport) Run(ctx context.Context) error {
	var from io.Reader = os.Stdin
	if c.From != "" {
		f, err := os.Open(c.From)
		if err != nil {
			return err
		}
		defer f.Close()
		from = f
	}
	lines, err := node.Import(ctx, c.Data, from)
	if err == nil {
		say("imported %d lines", lines)
	}
	return err
}

type eventstoreScavenge struct{ folder }

// Run removes what no read shows.
func (c *eventstoreScavenge) Run(ctx context.Context) error {
	return c.keep(false, func(k node.Keeper) error {
		s, err := k.Scavenge(ctx)
		say("removed %d events of %d streams, %d bytes before compression", s.Events, s.Streams, s.Bytes)
		return err
	})
}

type eventstoreStats struct {
	folder
	JSON bool `name:"json" help:"Print JSON."`
}

// Run prints the figures.
func (c *eventstoreStats) Run(ctx context.Context) error {
	return c.keep(true, func(k node.Keeper) error {
		s, err := k.Stats(ctx)
		if err != nil {
			return err
		}
		if c.JSON {
			return json.NewEncoder(os.Stdout).Encode(s)
		}
		return printStats(os.Stdout, s)
	})
}
