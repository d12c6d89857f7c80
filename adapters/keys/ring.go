package keys

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
)

// errUnwrap says that no secret of the file opens a wrapped key.
var errUnwrap = errors.New("the key file does not open this key")

// idSize is how many bytes before a wrapped key name the key that wrapped it.
const idSize = 4

// kek is a key-encryption key.
type kek struct {
	id   []byte
	aead cipher.AEAD
}

// ring is the key-encryption keys of a file, the last of which wraps.
type ring []kek

func newRing(secrets [][]byte) (ring, error) {
	var r ring
	for _, secret := range secrets {
		key, err := derive(secret, "visure/kek", keySize)
		if err != nil {
			return nil, err
		}
		id, err := derive(secret, "visure/kek-id", idSize)
		if err != nil {
			return nil, err
		}
		block, err := aes.NewCipher(key)
		if err != nil {
			return nil, fmt.Errorf("make a cipher: %w", err)
		}
		aead, err := cipher.NewGCM(block)
		if err != nil {
			return nil, fmt.Errorf("make a cipher: %w", err)
		}
		r = append(r, kek{id, aead})
	}
	return r, nil
}

func (r ring) current() kek { return r[len(r)-1] }

// wrap returns id, nonce and sealed key. The name is sealed in, so that a
// wrapped key fits its own row only.
func (r ring) wrap(name string, key []byte) []byte {
	k := r.current()
	nonce := make([]byte, k.aead.NonceSize())
	rand.Read(nonce)
	return k.aead.Seal(append(bytes.Clone(k.id), nonce...), nonce, key, []byte(name))
}

func (r ring) unwrap(name string, wrapped []byte) ([]byte, error) {
	for _, k := range r {
		rest, ok := bytes.CutPrefix(wrapped, k.id)
		if !ok || len(rest) < k.aead.NonceSize() {
			continue
		}
		nonce, sealed := rest[:k.aead.NonceSize()], rest[k.aead.NonceSize():]
		if key, err := k.aead.Open(nil, nonce, sealed, []byte(name)); err == nil {
			return key, nil
		}
	}
	return nil, errUnwrap
}

func derive(secret []byte, purpose string, size int) ([]byte, error) {
	key, err := hkdf.Key(sha256.New, secret, nil, purpose, size)
	if err != nil {
		return nil, fmt.Errorf("derive %s: %w", purpose, err)
	}
	return key, nil
}
