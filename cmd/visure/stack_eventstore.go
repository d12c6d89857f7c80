package main

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
	"github.com/visure-anagrafiche/visure/unixsocket"
)

// openEventStore connects to the configured EventStoreDB, or serves the
// embedded node on a socket nobody else may enter.
func (s *stack) openEventStore(ctx context.Context) error {
	connection := s.config.EventStore
	if connection != "" {
		s.report("event store  the configured one")
	} else {
		n, err := node.Open(node.Options{Dir: s.config.path("events"), Logger: s.log})
		if err != nil {
			return err
		}
		s.readOnly = n.ReadOnly
		s.onClose(func() {
			if err := n.Close(); err != nil {
				s.log.Error("did not stop cleanly", "part", "event store", "err", err)
			}
		})
		if err := errors.Join(n.Administer(), s.metrics.Register(n)); err != nil {
			return err
		}
		socket, err := s.socket()
		if err != nil {
			return err
		}
		if err := n.Start("unix://" + socket); err != nil {
			return err
		}
		connection = n.ConnectionString()
		s.report("event store  embedded, in %s", s.config.path("events"))
	}
	client, err := esdb.Connect(connection, s.log)
	if err != nil {
		return err
	}
	s.client = client
	s.onClose(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := client.Close(ctx); err != nil {
			s.log.Error("did not stop cleanly", "part", "event store client", "err", err)
		}
	})
	return client.Register(s.metrics)
}

// socket is where the embedded event store listens: in a folder of the owner's
// under Data. The node holds its folder's lock, so a socket that is there is a
// killed process's.
func (s *stack) socket() (string, error) {
	dir := s.config.path("run")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	path, remove, err := unixsocket.Place(dir, "events")
	s.onClose(remove)
	return path, err
}
