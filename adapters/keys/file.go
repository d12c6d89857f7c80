package keys

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// errNoFile says that there is no key file yet.
var errNoFile = errors.New("no key file")

// header explains the file to whoever finds it.
const header = `# Keys of Visure. Keep a copy apart from the database and its backups: without
# this file no personal data can be read, with both of them all can.
# One secret a line, 64 hexadecimal digits. The first names people and subjects
# and must stay for ever; the last wraps new keys.
`

// readFile returns the secrets of a key file, oldest first.
func readFile(path string) ([][]byte, error) {
	info, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, errNoFile
	}
	if err != nil {
		return nil, fmt.Errorf("read the key file: %w", err)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return nil, fmt.Errorf("the key file %s may be read by others (mode %04o): type chmod 600 %s", path, mode, path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the key file: %w", err)
	}
	var secrets [][]byte
	for i, line := range strings.Split(string(text), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		secret, err := hex.DecodeString(line)
		if err != nil || len(secret) != keySize {
			return nil, fmt.Errorf("the key file %s: line %d is not %d hexadecimal digits", path, i+1, 2*keySize)
		}
		secrets = append(secrets, secret)
	}
	if len(secrets) == 0 {
		return nil, fmt.Errorf("the key file %s holds no secret", path)
	}
	return secrets, nil
}

// makeFile makes a key file with one fresh secret, durably, and returns what
// the file holds: of two processes that make it at once, both use one.
func makeFile(path string) ([][]byte, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make the key file: %w", err)
	}
	fresh, err := writeBeside(path, header+newSecret())
	if err != nil {
		return nil, err
	}
	defer os.Remove(fresh)
	if err := os.Link(fresh, path); err != nil && !errors.Is(err, os.ErrExist) {
		return nil, fmt.Errorf("make the key file: %w", err)
	}
	if err := syncFolder(path); err != nil {
		return nil, err
	}
	return readFile(path)
}

// AddSecret appends a fresh secret to a key file. Instances that open the file
// afterwards wrap new keys with it; Rewrap brings the others after. Every
// instance needs the new file before the first one uses it.
func AddSecret(path string) error {
	if _, err := readFile(path); err != nil {
		return fmt.Errorf("add a secret: %w", err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("add a secret: %w", err)
	}
	fresh, err := writeBeside(path, strings.TrimRight(string(text), "\n")+"\n"+newSecret())
	if err != nil {
		return err
	}
	if err := os.Rename(fresh, path); err != nil {
		return fmt.Errorf("add a secret: %w", err)
	}
	return syncFolder(path)
}

func newSecret() string {
	secret := make([]byte, keySize)
	rand.Read(secret)
	return hex.EncodeToString(secret) + "\n"
}

// writeBeside writes a file only its owner may read next to path, durably.
func writeBeside(path, text string) (name string, err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".keys-*") // mode 0600
	if err != nil {
		return "", fmt.Errorf("write the key file: %w", err)
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		_ = os.Remove(f.Name())
		return "", fmt.Errorf("write the key file: %w", err)
	}
	return f.Name(), nil
}

func syncFolder(path string) error {
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("write the key file: %w", err)
	}
	defer folder.Close()
	if err := folder.Sync(); err != nil {
		return fmt.Errorf("write the key file: %w", err)
	}
	return nil
}
