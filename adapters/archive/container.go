package archive

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// ErrDamaged is returned for a file that is not what was stored: cut off,
// altered, moved from another visura, or sealed under another key.
var ErrDamaged = errors.New("stored document is damaged")

// A file is the header, a random nonce, and what AES-256-GCM makes of the
// content; header and id are authenticated with it. The content is the length
// of the event (four bytes, big endian), the event as JSON, and the PDF.
var header = []byte("VISURA\x00\x01") // the last two bytes are the version

// seal encrypts an issue for one visura.
func seal(key []byte, id domain.VisuraID, issue commands.Issue) ([]byte, error) {
	aead, err := newAEAD(key)
	if err != nil {
		return nil, err
	}
	event, err := json.Marshal(issue.Event)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, aead.NonceSize())
	rand.Read(nonce) // never fails
	file := make([]byte, 0, len(header)+len(nonce)+4+len(event)+len(issue.PDF)+aead.Overhead())
	file = append(append(file, header...), nonce...)
	start := len(file)
	file = binary.BigEndian.AppendUint32(file, uint32(len(event)))
	file = append(append(file, event...), issue.PDF...)
	return aead.Seal(file[:start], nonce, file[start:], bound(id)), nil // encrypted where it stands
}

// open decrypts what seal made and checks the document against its event.
func open(key []byte, id domain.VisuraID, file []byte) (issue commands.Issue, err error) {
	aead, err := newAEAD(key)
	if err != nil {
		return issue, err
	}
	rest, ok := bytes.CutPrefix(file, header)
	if !ok || len(rest) < aead.NonceSize() {
		return issue, fmt.Errorf("%w: no header of this version", ErrDamaged)
	}
	nonce, sealed := rest[:aead.NonceSize()], rest[aead.NonceSize():]
	content, err := aead.Open(nil, nonce, sealed, bound(id))
	if err != nil {
		return issue, fmt.Errorf("%w: not authentic", ErrDamaged)
	}
	if len(content) < 4 || uint64(len(content)-4) < uint64(binary.BigEndian.Uint32(content)) {
		return issue, fmt.Errorf("%w: no event", ErrDamaged)
	}
	end := 4 + int(binary.BigEndian.Uint32(content))
	// The parser's own words could quote the content.
	if err := json.Unmarshal(content[4:end], &issue.Event); err != nil {
		return commands.Issue{}, fmt.Errorf("%w: event unreadable", ErrDamaged)
	}
	issue.PDF = content[end:]
	if !consistent(issue) {
		return commands.Issue{}, fmt.Errorf("%w: digest differs", ErrDamaged)
	}
	return issue, nil
}

// bound is what ties a file to its format and visura.
func bound(id domain.VisuraID) []byte { return append(bytes.Clone(header), id...) }

// consistent says whether the event describes these bytes.
func consistent(issue commands.Issue) bool {
	return issue.Event.SHA256 == commands.SHA256(issue.PDF) && issue.Event.Size == len(issue.PDF)
}

func newAEAD(key []byte) (cipher.AEAD, error) {
	if len(key) != 32 {
		return nil, errors.New("data key is not of 32 bytes")
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
