package pages

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// assetManifest is what every source and output of the assets was when they were built:
// SHA-256, by name.
type assetManifest struct {
	Sources map[string]string `json:"sources"`
	Outputs map[string]string `json:"outputs"`
}

func readManifest(t *testing.T) (m assetManifest) {
	t.Helper()
	text, err := os.ReadFile("assets/manifest.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// present is what is there now: all but the manifest itself and what is not built.
func present(t *testing.T) assetManifest {
	t.Helper()
	m := assetManifest{Sources: map[string]string{}, Outputs: map[string]string{}}
	err := fs.WalkDir(os.DirFS("assets"), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name == "node_modules":
			return fs.SkipDir
		case d.IsDir() || name == "manifest.json" || name == "pages.css" || name == ".npmrc":
			return nil
		}
		content, err := os.ReadFile(filepath.Join("assets", name))
		hash := sha256.Sum256(content)
		if strings.HasPrefix(name, "src/") || strings.HasPrefix(name, "package") {
			m.Sources[name] = hex.EncodeToString(hash[:])
		} else {
			m.Outputs[name] = hex.EncodeToString(hash[:])
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestNoSourceOrOutputChangedSinceTheAssetsWereBuilt(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff(readManifest(t), present(t)); diff != "" {
		t.Errorf("run `go generate ./adapters/web/pages`: since then this changed:\n%s", diff)
	}
}

func TestEveryOutputIsServedAndNothingElse(t *testing.T) {
	t.Parallel()
	served := map[string]string{}
	for name, f := range assets {
		hash := sha256.Sum256(f.plain)
		served[name] = hex.EncodeToString(hash[:])
	}
	if diff := cmp.Diff(readManifest(t).Outputs, served); diff != "" {
		t.Errorf("built and served differ:\n%s", diff)
	}
}

func TestNoAssetRefersToAnotherHost(t *testing.T) {
	t.Parallel()
	elsewhere := regexp.MustCompile(`(?i)https?://[^\s"'<>)]*|["'(]//[a-z0-9][^\s"'<>)]*`)
	for name, f := range assets {
		if f.gzip == nil || name == "LICENSES.txt" {
			continue
		}
		for _, address := range elsewhere.FindAllString(string(f.plain), -1) {
			if !strings.HasPrefix(address, "http://www.w3.org/") { // a namespace
				t.Errorf("%s refers to %s", name, address)
			}
		}
	}
}

func TestAssetsNameEachOtherByTheirVersions(t *testing.T) {
	t.Parallel()
	names := regexp.MustCompile(`[\w-]+\.(?:svg|png|woff2)(\?v=[0-9a-f]*)?`)
	for from, least := range map[string]int{"visure.css": 3, "app.webmanifest": 4} {
		references := names.FindAllString(string(assets[from].plain), -1)
		if len(references) < least {
			t.Errorf("%s refers to %v only", from, references)
		}
		for _, reference := range references {
			name, _, _ := strings.Cut(reference, "?")
			if "/assets/"+reference != assetPath(name) {
				t.Errorf("%s refers to %s, which pages load from %s", from, reference, assetPath(name))
			}
		}
	}
}

func TestTheLockHoldsExactVersionsAndNoAddresses(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("assets/package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	var lock struct {
		Packages map[string]struct {
			Version, Resolved, Integrity string
			DevDependencies              map[string]string
		}
	}
	if err := json.Unmarshal(text, &lock); err != nil {
		t.Fatal(err)
	}
	for at, p := range lock.Packages {
		if at != "" && (p.Integrity == "" || p.Resolved != "") {
			t.Errorf("%s has integrity %q and is fetched from %q", at, p.Integrity, p.Resolved)
		}
	}
	for name, version := range lock.Packages[""].DevDependencies {
		if got := lock.Packages["node_modules/"+name].Version; got != version {
			t.Errorf("%s is wanted as %s and locked as %s", name, version, got)
		}
	}
}

// handmade are outputs that are written by hand where they are served.
var handmade = []string{"giu.svg", "icona.svg", "passkey.js", "visure.js"}

func TestAssetsBuiltElsewhereAreTheSameByteForByte(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("node"); err != nil || os.Getenv("CI") == "" {
		t.Skip("CI is not set, or there is no Node")
	}
	m, elsewhere := readManifest(t), t.TempDir()
	for name := range m.Sources {
		copyAsset(t, name, elsewhere)
	}
	for _, name := range append(handmade, ".npmrc") {
		copyAsset(t, name, elsewhere)
	}
	run := func(folder, means string, command ...string) {
		t.Helper()
		c := exec.CommandContext(t.Context(), command[0], command[1:]...)
		c.Dir = folder
		if said, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%s (%v: %v):\n%s", means, command, err, said)
		}
	}
	run(elsewhere, "the packages of the lock could not be fetched: is the npm registry within reach?", "npm", "ci", "--ignore-scripts")
	run(".", "what draws the icons does not compile", "go", "build", "-o", elsewhere, "./assets/src/png")
	run(elsewhere, "the icons could not be drawn", filepath.Join(elsewhere, "png"))
	run(elsewhere, "the assets could not be built", "npm", "run", "build")
	for name := range m.Outputs {
		again, err := os.ReadFile(filepath.Join(elsewhere, name))
		if err != nil || !bytes.Equal(again, assets[name].plain) {
			t.Errorf("built elsewhere %s is another (%v)", name, err)
		}
	}
}

func copyAsset(t *testing.T, name, to string) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("assets", name))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(filepath.Join(to, name)), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(to, name), content, 0o600); err != nil {
		t.Fatal(err)
	}
}
