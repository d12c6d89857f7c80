package main

import (
	"context"
	"path/filepath"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/archive"
	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/adapters/quote"
	"github.com/visure-anagrafiche/visure/commands"
)

// openCommands makes the store of events and the handler of every command.
func (s *stack) openCommands(context.Context) error {
	s.store = esdb.NewStore(s.client, s.keys)
	s.quote = quote.New(s.pool)
	s.handler = &commands.Handler{Store: s.store, Secrets: s.keys, Quote: s.quote, Now: time.Now, NewID: uuid.NewString}
	return nil
}

// openArchive opens the folder of issued documents, each encrypted under its
// visura's data key, that of the annexes of acts within it, and makes what erases.
func (s *stack) openArchive(context.Context) (err error) {
	s.report("documents    encrypted, in %s", s.config.path("documents"))
	s.archive, err = archive.NewDirectory(s.config.path("documents"), s.store)
	if err != nil {
		return err
	}
	s.annexes, err = archive.NewAnnexes(filepath.Join(s.config.path("documents"), "annexes"), s.keys)
	s.erasure = commands.Erasure{Handler: s.handler, DestroyKey: s.destroyKey, DeleteDocument: s.archive.Delete}
	return err
}

// destroyKey destroys a stream's data key; a stream without one has nothing that
// could be read.
func (s *stack) destroyKey(ctx context.Context, stream string) error {
	name, err := s.store.KeyName(ctx, stream)
	if err != nil || name == "" {
		return err
	}
	return s.keys.Destroy(ctx, name)
}
