package main

import (
	"context"
	"time"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// alarmsGather is for how long what is found may gather, so that it is claimed at once: a
// case is opened well within a second.
const alarmsGather = 250 * time.Millisecond

// runAlarms opens cases for what was found to meet rules of alarms, where processes are
// carried on: after each batch that was read, and after every sweep.
func (s *stack) runAlarms(context.Context) error {
	if s.config.Workers == 0 {
		return nil
	}
	alarms := s.alarms()
	s.background("alarms", func(ctx context.Context) error {
		moved, stop := s.runner.Moves(projections.Allarmi{}.Name())
		defer stop()
		ticker := time.NewTicker(s.config.Sweep)
		defer ticker.Stop()
		for {
			if err := alarms.Raise(ctx); err != nil && ctx.Err() == nil {
				s.log.Error("alarms are not raised", "err", err)
			}
			select {
			case <-moved:
			case <-ticker.C:
			case <-ctx.Done():
				return nil
			}
			select {
			case <-time.After(alarmsGather):
			case <-ctx.Done():
				return nil
			}
		}
	})
	return nil
}

// alarms makes what opens cases.
func (s *stack) alarms() *commands.Alarms {
	found := projections.NewAllarmiQueries(s.pool)
	return &commands.Alarms{
		Handler: s.handler,
		Claim: func(ctx context.Context, now time.Time, limit int) (all []commands.Finding, err error) {
			claimed, err := found.Claim(ctx, now, limit, s.config.Sweep)
			for _, r := range claimed {
				all = append(all, commands.Finding(r))
			}
			return all, err
		},
		Holding: func(ctx context.Context, f commands.Finding) (map[domain.VisuraID]commands.Held, error) {
			known, err := found.Holding(ctx, f.Fatto)
			held := make(map[domain.VisuraID]commands.Held, len(known))
			for _, k := range known {
				held[k.Visura] = commands.Held{Caso: k.Caso, Closed: k.Closed}
			}
			return held, err
		},
		Settle: func(ctx context.Context, f commands.Finding) error { return found.Settle(ctx, projections.Rilievo(f)) },
	}
}
