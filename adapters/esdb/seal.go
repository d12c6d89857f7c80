package esdb

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// sealVersion is the first byte of every box: AES-256-GCM, nonce of 12 bytes.
const sealVersion = 1

var errSeal = errors.New("sealed data does not open")

// seal encrypts plain, authenticated together with bound. The result is the
// base64 text of version | nonce | ciphertext | tag.
func seal(aead cipher.AEAD, nonces io.Reader, bound, plain []byte) (string, error) {
	box := make([]byte, 1+aead.NonceSize(), 1+aead.NonceSize()+len(plain)+aead.Overhead())
	box[0] = sealVersion
	if _, err := io.ReadFull(nonces, box[1:]); err != nil {
		return "", fmt.Errorf("make nonce: %w", err)
	}
	return base64.StdEncoding.EncodeToString(aead.Seal(box, box[1:], plain, bound)), nil
}

// unseal opens what seal made with the same bound.
func unseal(key, bound []byte, sealed string) ([]byte, error) {
	box, err := base64.StdEncoding.Strict().DecodeString(sealed)
	if err != nil || base64.StdEncoding.EncodedLen(len(box)) != len(sealed) { // the decoder ignores line breaks
		return nil, errSeal
	}
	aead, err := newAEAD(key)
	if err != nil {
		return nil, err
	}
	if len(box) < 1+aead.NonceSize() || box[0] != sealVersion {
		return nil, errSeal
	}
	nonce, text := box[1:1+aead.NonceSize()], box[1+aead.NonceSize():]
	plain, err := aead.Open(text[:0], nonce, text, bound)
	if err != nil {
		return nil, errSeal
	}
	return plain, nil
}

func newAEAD(key []byte) (cipher.AEAD, error) {
	if len(key) != 32 {
		return nil, fmt.Errorf("data key has %d bytes instead of 32", len(key))
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// place is the event a compartment belongs to.
type place struct {
	stream, eventType, id string
	open                  []byte // the event's JSON without its sealed half
}

// bound is what a compartment is authenticated with: the SHA-256 of stream,
// event type, event id, the compartment's name and the open half, each after
// its length in eight bytes, big endian. Moved to another event, or beside
// other open fields, a compartment does not open.
func (p place) bound(compartment string) []byte {
	h := sha256.New()
	for _, part := range [][]byte{[]byte(p.stream), []byte(p.eventType), []byte(p.id), []byte(compartment), p.open} {
		var size [8]byte
		binary.BigEndian.PutUint64(size[:], uint64(len(part)))
		h.Write(size[:])
		h.Write(part)
	}
	return h.Sum(nil)
}
