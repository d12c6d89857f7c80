package main

import (
	"context"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/auth"
	"github.com/visure-anagrafiche/visure/adapters/keys"
)

// openKeys opens the data keys, and the tokens of who may call.
func (s *stack) openKeys(ctx context.Context) (err error) {
	s.report("keys         wrapped by %s, which no backup of the database may hold", s.config.keyFile())
	s.keys, err = keys.Open(ctx, s.pool, s.config.keyFile())
	s.tokens = &auth.Tokens{DB: s.pool, Now: time.Now}
	return err
}
