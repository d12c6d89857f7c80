package esdb

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"strings"
	"time"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

// configuration reads a connection string and overrides the settings that Client
// depends on. A unix socket is written unix:///path/to/socket.
func configuration(connection string, log *slog.Logger) (*es.Configuration, error) {
	conf := &es.Configuration{
		DisableTLS:        true,
		DiscoveryInterval: 100,
		GossipTimeout:     5,
		KeepAliveInterval: 10 * time.Second,
		KeepAliveTimeout:  10 * time.Second,
		NodePreference:    es.NodePreferenceLeader,
	}
	if strings.HasPrefix(connection, "unix://") {
		conf.Address = connection
	} else {
		parsed, err := es.ParseConnectionString(connection)
		if err != nil {
			return nil, fmt.Errorf("parse event store connection string: %w", redact(err, connection))
		}
		conf = parsed
	}
	// After this many failed attempts the official client refuses every later call.
	conf.MaxDiscoverAttempts = math.MaxInt32
	if conf.DefaultDeadline != nil && *conf.DefaultDeadline <= 0 {
		conf.DefaultDeadline = nil // an unreadable value is parsed as 0: every call would fail
	}
	conf.Logger = clientLog(log)
	return conf, nil
}

// redact keeps passwords out of error texts: a parse error quotes its input.
func redact(err error, connection string) error {
	return fmt.Errorf("%s", strings.ReplaceAll(err.Error(), connection, "…"))
}

// clientLog turns the client's own log into debug lines: it has failures that the
// caller gets as errors anyway, and every attempt of an outage. Client itself logs
// once when the store is lost and once when it answers again.
func clientLog(log *slog.Logger) es.LoggingFunc {
	return func(level es.LogLevel, format string, args ...any) {
		if !log.Enabled(context.Background(), slog.LevelDebug) {
			return
		}
		log.Debug("event store client: "+fmt.Sprintf(format, args...), "client_level", level)
	}
}
