package archive_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/archive"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// drawn gives out keys, and forgets those that are destroyed.
type drawn map[string][]byte

func (d drawn) Draw(context.Context) (string, []byte, error) {
	name := uuid.NewString()
	d[name] = bytes.Repeat([]byte{byte(len(d) + 1)}, 32)
	return name, d[name], nil
}

func (d drawn) Key(_ context.Context, name string) ([]byte, error) {
	if key, ok := d[name]; ok {
		return key, nil
	}
	return nil, commands.ErrErased
}

// annexes are those of one act with a file put, and where it is kept.
func annexes(t *testing.T) (a *archive.Annexes, keys drawn, act domain.ConvenzioneID, annex domain.AnnexAttached, path string) {
	t.Helper()
	dir := t.TempDir()
	keys, act = drawn{}, domain.ConvenzioneID(uuid.NewString())
	a, err := archive.NewAnnexes(dir, keys)
	if err != nil {
		t.Fatal(err)
	}
	annex = domain.AnnexAttached(commands.AnnexOf("atto.pdf", signed))
	if err := a.Put(t.Context(), act, annex, signed); err != nil {
		t.Fatal(err)
	}
	paths, _ := filepath.Glob(filepath.Join(dir, "*", "*.annex"))
	if len(paths) != 1 {
		t.Fatalf("kept in %v", paths)
	}
	return a, keys, act, annex, paths[0]
}

var signed = []byte("%PDF-1.4 the act between the two, signed")

func TestAnAnnexComesBackAsItWasPutAndIsReadableNowhere(t *testing.T) {
	t.Parallel()
	a, _, act, annex, path := annexes(t)
	got, err := a.Get(t.Context(), act, annex)
	if err != nil || !bytes.Equal(got, signed) {
		t.Errorf("%q, %v", got, err)
	}
	kept, err := os.ReadFile(path)
	if err != nil || bytes.Contains(kept, []byte("signed")) || bytes.Contains(kept, []byte("atto")) {
		t.Errorf("kept in clear, or %v", err)
	}
	if err := a.Put(t.Context(), act, annex, signed); err != nil {
		t.Errorf("put again: %v", err)
	}
	if err := a.Put(t.Context(), act, annex, []byte("something else")); err == nil {
		t.Error("something else is kept under the same id")
	}
}

func TestAnAnnexThatIsNotWhatWasPutIsDamaged(t *testing.T) {
	t.Parallel()
	a, _, act, annex, path := annexes(t)
	kept, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for at := range kept {
		altered := bytes.Clone(kept)
		altered[at] ^= 1
		if err := os.WriteFile(path, altered, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Get(t.Context(), act, annex); err == nil {
			t.Fatalf("byte %d is altered and nobody notices", at)
		}
		if err := os.WriteFile(path, kept[:at], 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Get(t.Context(), act, annex); !errors.Is(err, archive.ErrDamaged) {
			t.Fatalf("cut off at byte %d: %v", at, err)
		}
	}
}

func TestAnAnnexIsOfItsActAlone(t *testing.T) {
	t.Parallel()
	a, _, act, annex, path := annexes(t)
	other := domain.ConvenzioneID(uuid.NewString())
	moved := filepath.Join(filepath.Dir(path), string(other)+"-"+annex.ID+".annex")
	if err := os.Link(path, moved); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Get(t.Context(), other, annex); !errors.Is(err, archive.ErrDamaged) {
		t.Errorf("%v", err)
	}
	annex.ID = "../../etc"
	if _, err := a.Get(t.Context(), act, annex); err == nil {
		t.Error("a path is taken for an id")
	}
}

func TestAnAnnexWhoseKeyIsDestroyedIsErased(t *testing.T) {
	t.Parallel()
	a, keys, act, annex, _ := annexes(t)
	clear(keys)
	if _, err := a.Get(t.Context(), act, annex); !errors.Is(err, commands.ErrErased) {
		t.Errorf("%v", err)
	}
	if err := a.Put(t.Context(), act, annex, signed); !errors.Is(err, commands.ErrErased) {
		t.Errorf("put again: %v", err)
	}
}
