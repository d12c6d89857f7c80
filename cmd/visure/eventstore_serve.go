package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
)

// eventstoreServe serves a folder to clients of EventStoreDB.
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
		metrics := prometheus.NewRegistry()
		metrics.MustRegister(n)
		stop, err := serveMetrics(c.Metrics, metrics, false, failed)
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
