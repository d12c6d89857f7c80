package archive_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/adapters/archive"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

const id = domain.VisuraID("0191f3a2-7c4e-7b11-9d3a-5e8f60c1d2ab")

// keyring holds a key a stream, made when first asked for.
type keyring struct {
	mu        sync.Mutex
	keys      map[string][]byte
	destroyed map[string]bool
}

func newKeyring() *keyring {
	return &keyring{keys: map[string][]byte{}, destroyed: map[string]bool{}}
}

func (k *keyring) Key(_ context.Context, stream string) ([]byte, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.destroyed[stream] {
		return nil, fmt.Errorf("key %s: %w", stream, commands.ErrErased)
	}
	if k.keys[stream] == nil {
		k.keys[stream] = make([]byte, 32)
		rand.Read(k.keys[stream])
	}
	return k.keys[stream], nil
}

func (k *keyring) destroy(stream string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.destroyed[stream] = true
}

func newDirectory(t testing.TB, dir string, keys archive.Keys) *archive.Directory {
	t.Helper()
	d, err := archive.NewDirectory(dir, keys)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func issue(text string) commands.Issue {
	pdf := []byte("%PDF-1.7 " + text)
	sum := sha256.Sum256(pdf)
	return commands.Issue{PDF: pdf, Event: domain.VisuraIssued{
		Numero: "7K3M-9QXT-0V2B-HD5Z8", SHA256: hex.EncodeToString(sum[:]), Size: len(pdf), Pages: 1, IDOperazioneANPR: "42",
		IssuedAt: time.Date(2025, 3, 14, 9, 42, 7, 0, time.UTC), Template: "visura-v1", Warnings: []string{"w"}, SubjectToken: "9f2c",
	}}
}

// documents lists the files under dir, drafts included.
func documents(t *testing.T, dir string) (files []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestWhatIsPutIsGotAlsoAfterReopening(t *testing.T) {
	t.Parallel()
	dir, keys, want := t.TempDir(), newKeyring(), issue("MARIA ROSSI")
	d := newDirectory(t, dir, keys)
	if _, ok, err := d.Get(t.Context(), id); ok || err != nil {
		t.Fatalf("an empty archive answers %v, %v", ok, err)
	}
	kept, err := d.Put(t.Context(), id, want)
	if diff := cmp.Diff(want, kept); diff != "" || err != nil {
		t.Fatalf("put: %v %s", err, diff)
	}
	got, ok, err := newDirectory(t, dir, keys).Get(t.Context(), id)
	if diff := cmp.Diff(want, got); diff != "" || !ok || err != nil {
		t.Fatalf("get: %v %v %s", ok, err, diff)
	}
	files := documents(t, dir)
	if len(files) != 1 {
		t.Fatalf("files: %v", files)
	}
	data, _ := os.ReadFile(files[0])
	if bytes.Contains(data, []byte("ROSSI")) || bytes.Contains(data, []byte("7K3M")) || bytes.Contains(data, []byte("9f2c")) {
		t.Error("the file is readable")
	}
	if info, _ := os.Stat(files[0]); info.Mode().Perm() != 0o600 {
		t.Errorf("others may read the file: %v", info.Mode())
	}
}

func TestTheFirstPutIsKept(t *testing.T) {
	t.Parallel()
	d := newDirectory(t, t.TempDir(), newKeyring())
	first, second := issue("first"), issue("second")
	for _, put := range []commands.Issue{first, second, first} {
		kept, err := d.Put(t.Context(), id, put)
		if diff := cmp.Diff(first, kept); diff != "" || err != nil {
			t.Fatalf("%v %s", err, diff)
		}
	}
}

// Two processes, as two Directories, of eight workers each.
func TestOfManyPutsAtOnceAllGetTheSame(t *testing.T) {
	t.Parallel()
	dir, keys := t.TempDir(), newKeyring()
	for round := range 20 {
		id := domain.VisuraID(fmt.Sprintf("0191f3a2-7c4e-7b11-9d3a-5e8f60c1d%03x", round))
		var wg sync.WaitGroup
		kept := make([]commands.Issue, 16)
		for i := range kept {
			d := newDirectory(t, dir, keys)
			wg.Go(func() {
				var err error
				if kept[i], err = d.Put(t.Context(), id, issue(fmt.Sprint("writer ", i))); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		for i := range kept {
			if diff := cmp.Diff(kept[0], kept[i]); diff != "" {
				t.Fatalf("writer %d got another document: %s", i, diff)
			}
		}
	}
	if files := documents(t, dir); len(files) != 20 {
		t.Errorf("%d files for 20 documents: %v", len(files), files)
	}
}

func TestAnyDamageIsNoticedAndNamedWithoutContent(t *testing.T) {
	t.Parallel()
	dir, keys := t.TempDir(), newKeyring()
	d := newDirectory(t, dir, keys)
	if _, err := d.Put(t.Context(), id, issue("MARIA ROSSI")); err != nil {
		t.Fatal(err)
	}
	file := documents(t, dir)[0]
	whole, _ := os.ReadFile(file)
	check := func(what string, data []byte) {
		t.Helper()
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		got, ok, err := d.Get(t.Context(), id)
		if !errors.Is(err, archive.ErrDamaged) || ok || got.PDF != nil {
			t.Errorf("%s: ok %v, error %v", what, ok, err)
		} else if !strings.Contains(err.Error(), string(id)) || strings.Contains(err.Error(), "ROSSI") {
			t.Errorf("%s: error is %q", what, err)
		}
		if _, err := d.Put(t.Context(), id, issue("another")); !errors.Is(err, archive.ErrDamaged) {
			t.Errorf("%s: put over it: %v", what, err)
		}
	}
	for n := range whole {
		check(fmt.Sprintf("cut at %d", n), whole[:n])
		flipped := bytes.Clone(whole)
		flipped[n] ^= 1 << (n % 8)
		check(fmt.Sprintf("bit of byte %d flipped", n), flipped)
	}
	check("longer", append(bytes.Clone(whole), 0))
	if err := os.WriteFile(file, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := d.Get(t.Context(), id); !ok || err != nil {
		t.Errorf("restored: %v, %v", ok, err)
	}
}

func TestADocumentCannotPassForAnotherVisura(t *testing.T) {
	t.Parallel()
	const other = domain.VisuraID("0191f3a2-7c4e-7b11-9d3a-5e8f60c1e2ab")
	dir, keys := t.TempDir(), newKeyring()
	d := newDirectory(t, dir, keys)
	key, _ := keys.Key(t.Context(), string(id.Stream()))
	keys.keys[string(other.Stream())] = key // even under the same key
	if _, err := d.Put(t.Context(), id, issue("x")); err != nil {
		t.Fatal(err)
	}
	file := documents(t, dir)[0]
	if err := os.Rename(file, strings.Replace(file, string(id), string(other), 1)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.Get(t.Context(), other); !errors.Is(err, archive.ErrDamaged) {
		t.Errorf("moved file: %v", err)
	}
}

func TestADestroyedKeyErasesTheDocument(t *testing.T) {
	t.Parallel()
	keys := newKeyring()
	d := newDirectory(t, t.TempDir(), keys)
	if _, err := d.Put(t.Context(), id, issue("x")); err != nil {
		t.Fatal(err)
	}
	keys.destroy(string(id.Stream()))
	if _, ok, err := d.Get(t.Context(), id); ok || !errors.Is(err, commands.ErrErased) {
		t.Errorf("get: %v, %v", ok, err)
	}
	if _, err := d.Put(t.Context(), id, issue("x")); !errors.Is(err, commands.ErrErased) {
		t.Errorf("put: %v", err)
	}
	if err := d.Delete(t.Context(), id); err != nil {
		t.Errorf("delete without the key: %v", err)
	}
}

func TestADeletedDocumentIsGoneAndDeletingAgainIsNoError(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	d := newDirectory(t, dir, newKeyring())
	if _, err := d.Put(t.Context(), id, issue("x")); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := d.Delete(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		if _, ok, err := d.Get(t.Context(), id); ok || err != nil {
			t.Fatalf("get: %v, %v", ok, err)
		}
	}
	if files := documents(t, dir); len(files) != 0 {
		t.Errorf("left: %v", files)
	}
}

func TestDraftsOfACrashAreClearedAndLivingOnesStay(t *testing.T) {
	t.Parallel()
	dir, keys := t.TempDir(), newKeyring()
	d := newDirectory(t, dir, keys)
	dead, alive := filepath.Join(dir, "drafts", "1"), filepath.Join(dir, "drafts", "2")
	for _, name := range []string{dead, alive} {
		if err := os.WriteFile(name, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	writer, err := os.Open(alive)
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close()
	if err := syscall.Flock(int(writer.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Put(t.Context(), id, issue("x")); err != nil {
		t.Fatalf("beside drafts: %v", err)
	}
	newDirectory(t, dir, keys)
	if _, err := os.Stat(dead); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("draft of a crash is still there: %v", err)
	}
	if _, err := os.Stat(alive); err != nil {
		t.Errorf("draft being written was removed: %v", err)
	}
}

func TestWhatIsNotSoundIsNotStored(t *testing.T) {
	t.Parallel()
	dir, keys := t.TempDir(), newKeyring()
	d := newDirectory(t, dir, keys)
	wrong := issue("x")
	wrong.PDF = append(wrong.PDF, '!')
	if _, err := d.Put(t.Context(), id, wrong); err == nil {
		t.Error("a document its event does not describe was stored")
	}
	for _, id := range []domain.VisuraID{"", "../../../../etc/passwd", "0191F3A2-7C4E-7B11-9D3A-5E8F60C1D2AB"} {
		if _, err := d.Put(t.Context(), id, issue("x")); err == nil {
			t.Errorf("put under %q", id)
		}
		if _, _, err := d.Get(t.Context(), id); err == nil {
			t.Errorf("get of %q", id)
		}
		if err := d.Delete(t.Context(), id); err == nil {
			t.Errorf("delete of %q", id)
		}
	}
	keys.keys[string(id.Stream())] = make([]byte, 16)
	if _, err := d.Put(t.Context(), id, issue("x")); err == nil {
		t.Error("a short key was taken")
	}
	if files := documents(t, dir); len(files) != 0 {
		t.Errorf("left: %v", files)
	}
}
