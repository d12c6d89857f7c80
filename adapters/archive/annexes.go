package archive

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// OwnKeys gives each file a data key of its own. Implementations are safe for
// concurrent use.
type OwnKeys interface {
	// Draw returns 32 bytes that nobody was given before, and their name, a UUID.
	Draw(ctx context.Context) (name string, key []byte, err error)
	// Key returns them by the name, or commands.ErrErased once they have been
	// destroyed.
	Key(ctx context.Context, name string) ([]byte, error)
}

// Annexes implements commands.Annexes in a directory of the file system, as Directory
// keeps documents. An annex is <dir>/<last three digits of its id>/<act>-<id>.annex.
type Annexes struct {
	*files
	keys OwnKeys
}

var _ commands.Annexes = (*Annexes)(nil)

// NewAnnexes opens the annexes in dir, made if there is none, and clears it of what a
// crash left unfinished.
func NewAnnexes(dir string, keys OwnKeys) (*Annexes, error) {
	kept, err := openFiles(dir)
	if err != nil {
		return nil, fmt.Errorf("open annexes: %w", err)
	}
	return &Annexes{kept, keys}, nil
}

// A file is the header, the name of its key, a random nonce, and what AES-256-GCM
// makes of the bytes; what comes before the nonce, the act and the id are
// authenticated with them.
var annexHeader = []byte("ANNEX\x00\x00\x01") // the last byte is the version

// keyNameLength is that of a UUID.
const keyNameLength = 36

// Put implements commands.Annexes: who comes first is kept.
func (a *Annexes) Put(ctx context.Context, of domain.ConvenzioneID, annex domain.AnnexAttached, file []byte) error {
	path, err := a.path(of, annex)
	if err != nil {
		return err
	}
	if !describes(annex, file) {
		return fmt.Errorf("annex %s: its hash is another", annex.ID)
	}
	name, key, err := a.keys.Draw(ctx)
	if err != nil {
		return fmt.Errorf("annex %s: %w", annex.ID, err)
	}
	aead, err := newAEAD(key)
	if err != nil {
		return fmt.Errorf("annex %s: %w", annex.ID, err)
	}
	sealed := append(bytes.Clone(annexHeader), name...)
	tied := tie(sealed, of, annex)
	nonce := make([]byte, aead.NonceSize())
	rand.Read(nonce) // never fails
	sealed = aead.Seal(append(sealed, nonce...), nonce, file, tied)
	err = a.publish(sealed, path)
	if errors.Is(err, fs.ErrExist) {
		_, err = a.Get(ctx, of, annex)
	}
	if err == nil {
		err = a.folder(path).flush()
	}
	if err != nil {
		return fmt.Errorf("annex %s: %w", annex.ID, err)
	}
	return nil
}

// Get implements commands.Annexes. The error is commands.ErrErased when the key has
// been destroyed, and ErrDamaged when the file is not what was put.
func (a *Annexes) Get(ctx context.Context, of domain.ConvenzioneID, annex domain.AnnexAttached) ([]byte, error) {
	path, err := a.path(of, annex)
	if err != nil {
		return nil, err
	}
	sealed, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("annex %s: %w", annex.ID, err)
	}
	file, err := a.unseal(ctx, of, annex, sealed)
	if err == nil && !describes(annex, file) {
		err = fmt.Errorf("%w: digest differs", ErrDamaged)
	}
	if err != nil {
		return nil, fmt.Errorf("annex %s: %w", annex.ID, err)
	}
	return file, nil
}

func (a *Annexes) unseal(ctx context.Context, of domain.ConvenzioneID, annex domain.AnnexAttached, sealed []byte) ([]byte, error) {
	start := len(annexHeader) + keyNameLength
	if !bytes.HasPrefix(sealed, annexHeader) || len(sealed) < start {
		return nil, fmt.Errorf("%w: no header of this version", ErrDamaged)
	}
	key, err := a.keys.Key(ctx, string(sealed[len(annexHeader):start]))
	if err != nil {
		return nil, err
	}
	aead, err := newAEAD(key)
	if err != nil {
		return nil, err
	}
	if len(sealed) < start+aead.NonceSize() {
		return nil, fmt.Errorf("%w: cut off", ErrDamaged)
	}
	nonce, rest := sealed[start:start+aead.NonceSize()], sealed[start+aead.NonceSize():]
	file, err := aead.Open(nil, nonce, rest, tie(sealed[:start], of, annex))
	if err != nil {
		return nil, fmt.Errorf("%w: not authentic", ErrDamaged)
	}
	return file, nil
}

// tie is what ties a file to its format and key, to the act and to its place there.
func tie(beginning []byte, of domain.ConvenzioneID, annex domain.AnnexAttached) []byte {
	return append(bytes.Clone(beginning), string(of)+"/"+annex.ID...)
}

// describes says whether an act means these bytes.
func describes(annex domain.AnnexAttached, file []byte) bool {
	return annex.SHA256 == commands.SHA256(file) && annex.Size == len(file)
}

// path refuses what is no id, before it becomes part of one.
func (a *Annexes) path(of domain.ConvenzioneID, annex domain.AnnexAttached) (string, error) {
	_, act := domain.ParseConvenzioneID(string(of))
	_, own := domain.ParseConvenzioneID(annex.ID) // which has the form of any id
	if act != nil || own != nil {
		return "", errors.New("annex: not an id")
	}
	return filepath.Join(a.dir, annex.ID[len(annex.ID)-3:], string(of)+"-"+annex.ID+".annex"), nil
}
