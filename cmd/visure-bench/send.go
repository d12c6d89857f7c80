package main

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/visure-anagrafiche/visure/cmd/visure-bench/load"
)

// send carries a plan out at a server, and says what it gave and what that cost:
// all the cost until the read models show the last request.
func (s *server) send(ctx context.Context, sender *worker, plan load.Plan) (r rate, err error) {
	plan.Address, plan.Path, plan.Token = strings.TrimPrefix(s.url, "http://"), "/api/v1/visure/", s.token
	before, err := s.account(ctx)
	if err != nil {
		return r, err
	}
	var result load.Result
	if err := sender.do(plan, &result); err != nil {
		return r, err
	}
	ended := time.Now()
	var caughtUp time.Duration
	if result.Position != "" {
		if err := s.shows(ctx, result.Position); err != nil {
			return r, err
		}
		caughtUp = time.Since(ended)
	}
	after, err := s.account(ctx)
	if err != nil {
		return r, err
	}
	return rate{
		Requests: result.Requests, PerSecond: result.PerSecond(), P50: result.P50, P95: result.P95, P99: result.P99, Max: result.Max,
		CaughtUp: milliseconds(caughtUp.Seconds()), ServerP99: after.answered.minus(before.answered).quantile(.99),
		Cost: after.since(before, time.Duration(result.Processor*float64(time.Second)), result.Requests),
	}, nil
}

// shows returns when the server's read models show what was written up to a
// position. The server gives up by itself after some seconds, and is asked again.
func (s *server) shows(ctx context.Context, position string) error {
	for {
		_, err := get(ctx, s.url+"/api/v1/visure?limit=1&at_least="+url.QueryEscape(position), s.token)
		var a *answered
		if !errors.As(err, &a) || a.status != http.StatusServiceUnavailable || ctx.Err() != nil {
			return err
		}
	}
}
