package archive_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/adapters/archive"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// numbered is the id of a visura, all in few folders.
func numbered(i int) domain.VisuraID {
	return domain.VisuraID(fmt.Sprintf("0191f3a2-7c4e-7b11-9d3a-%09x%03x", i, i%3))
}

// tampering draws what somebody with a disk editor could do to a file, given
// another file of the same archive.
func tampering(t *rapid.T, file, other []byte) []byte {
	out := bytes.Clone(file)
	at := rapid.IntRange(0, len(out)-1).Draw(t, "at")
	length := rapid.IntRange(1, len(out)-at).Draw(t, "length")
	switch rapid.IntRange(0, 7).Draw(t, "what") {
	case 0:
		out[at] ^= byte(rapid.IntRange(1, 255).Draw(t, "bits"))
	case 1:
		out = out[:at]
	case 2:
		out = append(out, rapid.SliceOfN(rapid.Byte(), 1, 40).Draw(t, "appended")...)
	case 3:
		out = append(out[:at], out[at+length:]...)
	case 4:
		copy(out[at:at+length], make([]byte, length))
	case 5:
		n := min(length, len(other)-min(at, len(other)))
		copy(out[at:at+n], other[len(other)-n:])
	case 6:
		out = bytes.Clone(other)
	case 7:
		out = append(bytes.Clone(out[:at]), file...)
	}
	return out
}

// Whatever is done to a file, it is noticed; the one who asks gets no part of
// it, and nothing that is put afterwards takes its place.
func TestTamperingIsAlwaysNoticed(t *testing.T) {
	t.Parallel()
	dir, keys := t.TempDir(), newKeyring()
	d := newDirectory(t, dir, keys)
	const other = domain.VisuraID("0191f3a2-7c4e-7b11-9d3a-5e8f60c1e2ab")
	key, err := keys.Key(t.Context(), string(id.Stream()))
	if err != nil {
		t.Fatal(err)
	}
	keys.keys[string(other.Stream())] = key // the hardest case: one key for both
	for _, visura := range []domain.VisuraID{id, other} {
		if _, err := d.Put(t.Context(), visura, issue("SEGRETO di "+string(visura))); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(dir, string(id[len(id)-3:]), string(id)+".visura")
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := os.ReadFile(filepath.Join(dir, string(other[len(other)-3:]), string(other)+".visura"))
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		altered := tampering(rt, whole, foreign)
		if bytes.Equal(altered, whole) {
			return
		}
		if err := os.WriteFile(file, altered, 0o600); err != nil {
			rt.Fatal(err)
		}
		got, ok, err := d.Get(t.Context(), id)
		if ok || !errors.Is(err, archive.ErrDamaged) || !cmp.Equal(got, commands.Issue{}) {
			rt.Fatalf("got %v, %v, %+v", ok, err, got.Event)
		}
		if strings.Contains(err.Error(), "SEGRETO") || strings.Contains(err.Error(), "7K3M") {
			rt.Fatalf("the error tells the content: %v", err)
		}
		if _, err := d.Put(t.Context(), id, issue("another")); !errors.Is(err, archive.ErrDamaged) {
			rt.Fatalf("another was put in its place: %v", err)
		}
		if now, err := os.ReadFile(file); err != nil || !bytes.Equal(now, altered) {
			rt.Fatalf("the evidence was changed: %v", err)
		}
	})
	if got, ok, err := d.Get(t.Context(), other); !ok || err != nil || !strings.HasSuffix(string(got.PDF), string(other)) {
		t.Errorf("the other document: %v, %v", ok, err)
	}
}

// Any document comes back as it went in, with its event.
func TestAnyDocumentComesBackAsItWentIn(t *testing.T) {
	t.Parallel()
	d, n := newDirectory(t, t.TempDir(), newKeyring()), 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		want := issue(string(rapid.SliceOfN(rapid.Byte(), 0, 5000).Draw(rt, "content")))
		want.Event.Numero = domain.CIUV(rapid.StringMatching(`[0-9A-Z-]{0,20}`).Draw(rt, "number"))
		want.Event.Warnings = rapid.SliceOfN(rapid.StringMatching(`[a-z_]{1,10}`), 1, 4).Draw(rt, "warnings")
		want.Event.Pages = rapid.IntRange(1, 99).Draw(rt, "pages")
		kept, err := d.Put(t.Context(), numbered(n), want)
		if diff := cmp.Diff(want, kept); diff != "" || err != nil {
			rt.Fatalf("put: %v\n%s", err, diff)
		}
		got, ok, err := d.Get(t.Context(), numbered(n))
		if diff := cmp.Diff(want, got); diff != "" || !ok || err != nil {
			rt.Fatalf("got: %v, %v\n%s", ok, err, diff)
		}
	})
}

// Each state that a power cut between two steps of a Put can leave on the disk,
// in the order of the steps. Whatever it is, the archive opens, nothing is half
// there, and the Put is repeated.
func TestAPowerCutBetweenAnyTwoStepsLeavesAllOrNothing(t *testing.T) {
	t.Parallel()
	folder, name := string(id[len(id)-3:]), string(id)+".visura"
	for cut, tc := range map[string]struct {
		left func(dir string, sealed []byte) error
		kept bool
	}{
		"before the first step": {func(string, []byte) error { return nil }, false},
		"when the folder was made": {func(dir string, _ []byte) error {
			return os.Mkdir(filepath.Join(dir, folder), 0o700)
		}, false},
		"when the draft was made": {func(dir string, _ []byte) error {
			return errors.Join(os.Mkdir(filepath.Join(dir, folder), 0o700), os.WriteFile(filepath.Join(dir, "drafts", "1"), nil, 0o600))
		}, false},
		"when half of the draft was written": {func(dir string, sealed []byte) error {
			return errors.Join(os.Mkdir(filepath.Join(dir, folder), 0o700), os.WriteFile(filepath.Join(dir, "drafts", "1"), sealed[:len(sealed)/2], 0o600))
		}, false},
		"when the draft has its length but not its bytes": {func(dir string, sealed []byte) error {
			return errors.Join(os.Mkdir(filepath.Join(dir, folder), 0o700), os.WriteFile(filepath.Join(dir, "drafts", "1"), make([]byte, len(sealed)), 0o600))
		}, false},
		"when the draft was durable": {func(dir string, sealed []byte) error {
			return errors.Join(os.Mkdir(filepath.Join(dir, folder), 0o700), os.WriteFile(filepath.Join(dir, "drafts", "1"), sealed, 0o600))
		}, false},
		"when it was linked": {func(dir string, sealed []byte) error {
			draft := filepath.Join(dir, "drafts", "1")
			return errors.Join(os.Mkdir(filepath.Join(dir, folder), 0o700), os.WriteFile(draft, sealed, 0o600), os.Link(draft, filepath.Join(dir, folder, name)))
		}, true},
		"when the draft was removed": {func(dir string, sealed []byte) error {
			return errors.Join(os.Mkdir(filepath.Join(dir, folder), 0o700), os.WriteFile(filepath.Join(dir, folder, name), sealed, 0o600))
		}, true},
	} {
		t.Run(cut, func(t *testing.T) {
			t.Parallel()
			keys, first := newKeyring(), issue("first")
			sealed := sealedBy(t, keys, first)
			dir := t.TempDir()
			newDirectory(t, dir, keys)
			if err := tc.left(dir, sealed); err != nil {
				t.Fatal(err)
			}
			d := newDirectory(t, dir, keys)
			if _, ok, err := d.Get(t.Context(), id); ok != tc.kept || err != nil {
				t.Errorf("kept %v, %v; want %v", ok, err, tc.kept)
			}
			want := issue("second")
			if tc.kept {
				want = first
			}
			kept, err := d.Put(t.Context(), id, issue("second"))
			if diff := cmp.Diff(want, kept); diff != "" || err != nil {
				t.Errorf("repeated: %v\n%s", err, diff)
			}
			if files := documents(t, dir); len(files) != 1 {
				t.Errorf("left: %v", files)
			}
		})
	}
}

// sealedBy is the file of a document, as an archive with these keys makes it.
func sealedBy(t *testing.T, keys *keyring, document commands.Issue) []byte {
	t.Helper()
	dir := t.TempDir()
	if _, err := newDirectory(t, dir, keys).Put(t.Context(), id, document); err != nil {
		t.Fatal(err)
	}
	sealed, err := os.ReadFile(documents(t, dir)[0])
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

// A process that puts documents is killed, again and again: all it has announced
// are there, none is damaged, and what it left unfinished is cleared.
func TestWhatAKilledProcessHasAnnouncedIsThere(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("ARCHIVE_TEST_PUT_IN")
	keys := newKeyring()
	for i := range 3000 { // both processes have the same keys
		keys.keys[string(numbered(i).Stream())] = bytes.Repeat([]byte{7}, 32)
	}
	if dir != "" {
		d := newDirectory(t, dir, keys)
		for i := range 3000 {
			if _, err := d.Put(t.Context(), numbered(i), issue(strings.Repeat("x", 20_000))); err != nil {
				t.Fatal(err)
			}
			fmt.Printf("kept %d\n", i)
		}
		return
	}
	dir = t.TempDir()
	announced := 0
	for round := range 5 {
		child := exec.Command(os.Args[0], "-test.run=^TestWhatAKilledProcessHasAnnouncedIsThere$")
		child.Env = append(os.Environ(), "ARCHIVE_TEST_PUT_IN="+dir)
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		said, last := bufio.NewScanner(out), 10+20*round
		for said.Scan() { // also what it said just before it was killed
			if _, err := fmt.Sscanf(said.Text(), "kept %d", &announced); err != nil {
				t.Fatalf("the process says %q", said.Text())
			}
			if announced == last {
				if err := child.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		_ = child.Wait() // it was killed
		d := newDirectory(t, dir, keys)
		for i := range announced + 1 {
			if _, ok, err := d.Get(t.Context(), numbered(i)); !ok || err != nil {
				t.Errorf("round %d: document %d: %v, %v", round, i, ok, err)
			}
		}
	}
	if announced < 90 {
		t.Errorf("only %d documents were announced, so this proves little", announced)
	}
	if left, err := os.ReadDir(filepath.Join(dir, "drafts")); err != nil || len(left) > 0 {
		t.Errorf("drafts are left: %v, %v", left, err)
	}
}

// Where no folder can be, the error says what was attempted.
func TestAnArchiveThatCannotBeOpenedSaysWhy(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{file, filepath.Join(file, "below")} {
		if _, err := archive.NewDirectory(dir, newKeyring()); err == nil || !strings.HasPrefix(err.Error(), "open archive: ") {
			t.Errorf("%q: %v", dir, err)
		}
	}
}

// A folder where a document's file should be, or a file where a folder should
// be, is an error and is left alone.
func TestWhatIsInTheWayIsAnError(t *testing.T) {
	t.Parallel()
	for name, block := range map[string]func(folder, file string) error{
		"a folder of the document's name": func(_, file string) error { return os.MkdirAll(file, 0o700) },
		"a file of the folder's name":     func(folder, _ string) error { return os.WriteFile(folder, []byte("x"), 0o600) },
		"a link to nowhere": func(folder, file string) error {
			return errors.Join(os.Mkdir(folder, 0o700), os.Symlink("/nowhere/at/all", file))
		},
	} {
		dir := t.TempDir()
		d := newDirectory(t, dir, newKeyring())
		folder := filepath.Join(dir, string(id[len(id)-3:]))
		if err := block(folder, filepath.Join(folder, string(id)+".visura")); err != nil {
			t.Fatal(err)
		}
		if kept, err := d.Put(t.Context(), id, issue("x")); err == nil {
			t.Errorf("%s: put is %v", name, kept.Event.Numero)
		}
		if left, err := os.ReadDir(filepath.Join(dir, "drafts")); err != nil || len(left) > 0 {
			t.Errorf("%s: drafts are left: %v, %v", name, left, err)
		}
		if _, err := os.Lstat(folder); errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: it was removed", name)
		}
	}
}
