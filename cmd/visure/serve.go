package main

import "context"

// serveCommand runs the server against the configured ANPR.
type serveCommand struct {
	Config `embed:""`
}

// Run serves until the context ends.
func (c *serveCommand) Run(ctx context.Context) error {
	s, err := serve(ctx, c.Config, say)
	defer s.close()
	if err != nil {
		return err
	}
	s.tellMissing(ctx)
	say("ready        %s   documentation %s/docs   state %s/status", s.url, s.url, s.url)
	return s.waitThenDrain(ctx)
}

// waitThenDrain is wait, and says what the closing that follows takes its time
// for.
func (s *stack) waitThenDrain(ctx context.Context) error {
	err := s.wait(ctx)
	say("\nstopping     open requests may finish, within %s", s.config.Drain)
	return err
}
