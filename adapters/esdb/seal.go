package esdb

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
)

// sealVersion opens every sealed value: AES-256-GCM, nonce of 12 bytes.
const sealVersion = 1

var errSeal = errors.New("sealed data does not open")

// seal encrypts plain for one place. The result is the base64 text of
// version | nonce | ciphertext | tag.
func seal(key []byte, nonces io.Reader, place, plain []byte) (string, error) {
	aead, err := newAEAD(key)
	if err != nil {
		return "", err
	}
	box := make([]byte, 1+aead.NonceSize(), 1+aead.NonceSize()+len(plain)+aead.Overhead())
	box[0] = sealVersion
	if _, err := io.ReadFull(nonces, box[1:]); err != nil {
		return "", fmt.Errorf("make nonce: %w", err)
	}
	return base64.StdEncoding.EncodeToString(aead.Seal(box, box[1:], plain, place)), nil
}

// unseal opens what seal made for the same place.
func unseal(key []byte, place []byte, sealed string) ([]byte, error) {
	box, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil {
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
	plain, err := aead.Open(text[:0], nonce, text, place)
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

// place binds sealed data to the one event it belongs to: moved to another
// event or stream it does not open. No part can hold the separator.
func place(stream, eventType, eventID string) []byte {
	return []byte(strings.Join([]string{stream, eventType, eventID}, "\n"))
}
