package mail

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Folder is a Sender for a demo: each message becomes a file .eml that only its owner
// may read, whole or not at all. The same message handed over again is the same file.
// What is written there is in clear.
type Folder struct{ Dir string }

// Send implements Sender.
func (f Folder) Send(_ context.Context, l Letter) error {
	if err := f.write(l.Raw); err != nil {
		return &Failure{Down: true, Err: fmt.Errorf("write a message: %w", err)}
	}
	return nil
}

func (f Folder) write(raw []byte) error {
	if err := os.MkdirAll(f.Dir, 0o700); err != nil {
		return err
	}
	draft, err := os.CreateTemp(f.Dir, ".mail-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(draft.Name()) // gone already, once it is renamed
	_, err = draft.Write(raw)
	if err = errors.Join(err, draft.Sync(), draft.Close()); err != nil {
		return err
	}
	name := sha256.Sum256(raw)
	return os.Rename(draft.Name(), filepath.Join(f.Dir, fmt.Sprintf("%x.eml", name[:16])))
}
