package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/postgres"
	"github.com/visure-anagrafiche/visure/cmd/visure-bench/peer"
	"github.com/visure-anagrafiche/visure/domain"
)

// peerCommand serves the plain service that ours is measured against, over a
// private PostgreSQL with the settings of ours. It says what `visure run` says.
type peerCommand struct {
	Data   string `help:"Folder of its database, which must be new." required:"" type:"path"`
	Listen string `help:"Address of the HTTP server." default:"127.0.0.1:0"`
}

// Run serves until the context ends.
func (c *peerCommand) Run(ctx context.Context) (err error) {
	cluster, err := postgres.Start(ctx, postgres.Options{Dir: filepath.Join(c.Data, "postgres"), Log: slog.Default()})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cluster.Stop()) }()
	p, err := peer.Open(ctx, cluster.URL())
	if err != nil {
		return err
	}
	defer p.Close()
	token, err := p.Settle(ctx, comune)
	if err != nil {
		return err
	}
	text, err := json.Marshal(map[domain.Role]string{domain.RoleStandard: token})
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(c.Data, tokensFile), text, 0o600); err != nil {
		return err
	}
	return serve(ctx, c.Listen, p.Handler())
}

// serve answers until ctx ends, with the bounds of our own server.
func serve(ctx context.Context, address string, handler http.Handler) error {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second,
		WriteTimeout: 90 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 32 << 10,
	}
	defer context.AfterFunc(ctx, func() { server.Shutdown(context.WithoutCancel(ctx)) })()
	fmt.Printf("%shttp://%s\n%shttp://%s/metrics\n%s\n", saysServer, l.Addr(), saysMetrics, l.Addr(), saysReady)
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
