package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// settleTokens gives every user a token. Those of the demo are kept in a file
// nobody else may read, so that a second start prints the same ones.
func (s *stack) settleTokens(ctx context.Context, users []credential, ente domain.EnteID) error {
	file := s.config.path("demo-tokens.json")
	known, err := readKept[string](file)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	for i, u := range users {
		token := known[u.Role]
		if _, err := s.tokens.Authenticate(ctx, "Bearer "+token); err != nil {
			if token, err = s.tokens.Issue(ctx, u.actor(ente), "demo", 365*24*time.Hour); err != nil {
				return fmt.Errorf("demo: %w", err)
			}
		}
		known[u.Role], users[i].Token = token, token
	}
	if err := writeKept(file, known); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	return nil
}

// readKept reads what the demo keeps of each of its users; nothing where there is no
// file.
func readKept[V any](file string) (map[domain.Role]V, error) {
	known := map[domain.Role]V{}
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return known, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &known)
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w; remove it and what it held is made anew", file, err)
	}
	return known, nil
}

// writeKept replaces the file whole: a start that is interrupted leaves the old
// one. Nobody else may read it.
func writeKept[V any](file string, known map[domain.Role]V) error {
	text, err := json.MarshalIndent(known, "", "  ")
	if err != nil {
		return err
	}
	fresh := file + ".new"
	if err := os.WriteFile(fresh, text, 0o600); err != nil {
		return err
	}
	return os.Rename(fresh, file)
}
