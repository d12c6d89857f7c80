package anpr

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// The files of a keystore.
const (
	keysFile     = ".p12"
	passwordFile = ".password"
	draftFile    = ".draft" // what is being written, after the name it will have
)

// keptFile is the name of a file that Keep writes. Those that are laid into the
// folder by hand are named otherwise.
var keptFile = regexp.MustCompile(`^((\d{6})-[0-9a-f]{32})\.(p12|password)(\.draft)?$`)

// Keep implements commands.Connector. The password comes first: keys that are there
// can be opened.
func (c *Client) Keep(name string, k commands.Keystore) error {
	if !keptFile.MatchString(name + keysFile) {
		return fmt.Errorf("keep keystore %q: not a name of one that is kept", name)
	}
	if err := os.MkdirAll(c.config.Keystores, 0o700); err != nil {
		return fmt.Errorf("keep keystore: %w", err)
	}
	path := filepath.Join(c.config.Keystores, name)
	err := publish(path+passwordFile, []byte(k.Password+"\n"))
	if err == nil {
		err = publish(path+keysFile, k.PKCS12)
	}
	if err == nil {
		keys := keyring{folder: c.config.Keystores, password: c.config.Password, log: c.config.Log}
		_, err = keys.identity(name)
	}
	if err != nil {
		return fmt.Errorf("keep keystore %s: %w", name, err)
	}
	return nil
}

// publish makes a file appear whole, durable, for its owner alone, and never over
// another.
func publish(path string, data []byte) error {
	draft := path + draftFile
	f, err := os.OpenFile(draft, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer os.Remove(draft) // what a crash leaves is swept
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(draft, path); err != nil {
		return err
	}
	return flush(filepath.Dir(path))
}

// flush makes the names in a folder durable.
func flush(folder string) error {
	d, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Remove implements commands.Connector. The keys go first, so that none is left
// that does not open.
func (c *Client) Remove(name string) (err error) {
	if !keptFile.MatchString(name + keysFile) {
		return fmt.Errorf("remove keystore %q: not one that was kept", name)
	}
	for _, suffix := range []string{keysFile, keysFile + draftFile, passwordFile, passwordFile + draftFile} {
		failed := os.Remove(filepath.Join(c.config.Keystores, name+suffix))
		if failed != nil && !errors.Is(failed, fs.ErrNotExist) {
			err = errors.Join(err, fmt.Errorf("remove keystore: %w", failed))
		}
	}
	return err
}

// Kept implements commands.Connector.
func (c *Client) Kept() ([]commands.Kept, error) {
	entries, err := os.ReadDir(c.config.Keystores)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("list keystores: %w", err)
	}
	var kept []commands.Kept
	for _, e := range entries { // by name: the files of one keystore are together
		m := keptFile.FindStringSubmatch(e.Name())
		if m == nil {
			continue
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // removed meanwhile
		}
		if err != nil {
			return nil, fmt.Errorf("list keystores: %w", err)
		}
		if last := len(kept) - 1; last >= 0 && kept[last].Name == m[1] {
			if info.ModTime().After(kept[last].At) {
				kept[last].At = info.ModTime()
			}
			continue
		}
		kept = append(kept, commands.Kept{Name: m[1], Comune: domain.CodiceISTAT(m[2]), At: info.ModTime()})
	}
	return kept, nil
}
