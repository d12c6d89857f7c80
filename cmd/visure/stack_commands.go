package main

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/archive"
	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/commands"
)

// openArchive opens the folder of issued documents.
func (s *stack) openArchive(context.Context) (err error) {
	s.report("documents    encrypted, in %s", s.config.path("documents"))
	s.archive, err = archive.NewDirectory(s.config.path("documents"), s.keys)
	return err
}

// openCommands makes the handler of every command, and what erases.
func (s *stack) openCommands(context.Context) error {
	s.handler = &commands.Handler{
		Store: esdb.NewStore(s.client, s.keys), Secrets: s.keys,
		Now: time.Now, NewID: uuid.NewString,
	}
	s.erasure = commands.Erasure{Handler: s.handler, DestroyKey: s.keys.Destroy, DeleteDocument: s.archive.Delete}
	return nil
}
