package postgres

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// ErrMissing is returned by Start when no PostgreSQL server is installed. Its
// text is the command that installs one.
var ErrMissing = errors.New("no PostgreSQL server is installed; on Debian or Ubuntu type: sudo apt-get update && sudo apt-get install -y postgresql")

// binaries is a folder with initdb and postgres, and their major version.
type binaries struct {
	dir   string
	major int
}

// Version says what Start makes in an empty folder: the major version of
// PostgreSQL and a sum of how the data are initialised, in characters fit for a
// file's name. Folders made under one version can stand for each other. It
// returns ErrMissing when PostgreSQL is not installed.
func Version(ctx context.Context) (string, error) {
	bin, err := choose(installed(ctx), 0)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(strings.Join(recipe, " ")))
	return fmt.Sprintf("%d-%x", bin.major, sum[:4]), nil
}

// choose returns the newest installed server, or the one that can read a data
// folder of the given major version when that is not zero.
func choose(installed []binaries, major int) (binaries, error) {
	var best binaries
	for _, b := range installed {
		if major != 0 && b.major == major {
			return b, nil
		}
		if b.major > best.major {
			best = b
		}
	}
	switch {
	case best.dir == "":
		return binaries{}, ErrMissing
	case major != 0:
		return binaries{}, fmt.Errorf("the data folder was made by PostgreSQL %d and only %d is installed; on Debian or Ubuntu type: sudo apt-get install -y postgresql-%d", major, best.major, major)
	}
	return best, nil
}

// installed returns the servers on this machine.
func installed(ctx context.Context) []binaries {
	var found []binaries
	for _, dir := range binaryFolders(ctx) {
		if b, ok := inspect(ctx, dir); ok {
			found = append(found, b)
		}
	}
	return found
}

// binaryFolders lists where distributions put the server, which is seldom in
// the PATH.
func binaryFolders(ctx context.Context) []string {
	var dirs []string
	for _, pattern := range []string{"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin"} {
		found, _ := filepath.Glob(pattern) // the patterns are well formed
		dirs = append(dirs, found...)
	}
	if path, err := exec.LookPath("postgres"); err == nil {
		dirs = append(dirs, filepath.Dir(path))
	}
	if out, err := exec.CommandContext(ctx, "pg_config", "--bindir").Output(); err == nil {
		dirs = append(dirs, strings.TrimSpace(string(out)))
	}
	return dirs
}

func inspect(ctx context.Context, dir string) (binaries, bool) {
	if _, err := os.Stat(filepath.Join(dir, "initdb")); err != nil {
		return binaries{}, false
	}
	out, err := exec.CommandContext(ctx, filepath.Join(dir, "postgres"), "--version").Output()
	fields := strings.Fields(string(out)) // postgres (PostgreSQL) 15.18 (Debian …)
	if err != nil || len(fields) < 3 {
		return binaries{}, false
	}
	major, err := strconv.Atoi(strings.SplitN(fields[2], ".", 2)[0])
	return binaries{dir, major}, err == nil
}

// dataVersion returns the major version that made a data folder, zero when
// there is none yet.
func dataVersion(data string) (int, error) {
	text, err := os.ReadFile(filepath.Join(data, "PG_VERSION"))
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read the version of the data folder: %w", err)
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0, fmt.Errorf("read the version of the data folder: %w", err)
	}
	return major, nil
}
