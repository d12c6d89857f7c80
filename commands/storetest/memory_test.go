package storetest_test

import (
	"context"
	"errors"
	"testing"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/commands/storetest"
	"github.com/visure-anagrafiche/visure/domain"
)

func TestMemory(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(*testing.T) commands.Store { return &storetest.Memory{} })
}

func TestOneMemoryServesAll(t *testing.T) {
	t.Parallel()
	var shared storetest.Memory
	storetest.Run(t, func(*testing.T) commands.Store { return &shared })
}

// forged is an event whose type nobody registered.
type forged struct{}

func (forged) EventType() string { return "visura.forged.v1" }

func TestMemoryReadsWhatItCanDecodeOnly(t *testing.T) {
	t.Parallel()
	var s storetest.Memory
	if _, err := s.Append(t.Context(), "visura-x", commands.NoStream, []domain.Event{domain.VisuraDownloaded{}, forged{}}, domain.Meta{CommandID: "c"}); err != nil {
		t.Fatal(err)
	}
	seen := 0
	last, err := s.Load(t.Context(), "visura-x", commands.NoStream, func(domain.Recorded) { seen++ })
	if err == nil || last != 0 || seen != 1 {
		t.Errorf("last %d, %d events, %v", last, seen, err)
	}
}

func TestMemoryHeedsAnEndedCall(t *testing.T) {
	t.Parallel()
	var s storetest.Memory
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := s.Append(ended, "visura-x", commands.NoStream, []domain.Event{domain.VisuraDownloaded{}}, domain.Meta{}); !errors.Is(err, context.Canceled) {
		t.Errorf("append: %v", err)
	}
	if _, err := s.Load(ended, "visura-x", commands.NoStream, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("load: %v", err)
	}
	if last, err := s.Load(t.Context(), "visura-x", commands.NoStream, nil); last != commands.NoStream || err != nil {
		t.Errorf("what was not appended is there: %d, %v", last, err)
	}
}
