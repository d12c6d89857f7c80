package pages

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"

	"github.com/visure-anagrafiche/visure/domain"
)

// A person who is searched for must not stand in an address: browsers, proxies and logs
// keep those. What stands there is the codice fiscale, or the surname, sealed under the session's secret:
// nobody reads it without that, and nothing is left of it once the session has ended.

// personOf seals whom somebody searches for, for the addresses of their session.
func personOf(secret string, cf domain.CodiceFiscale) (string, error) {
	return sealOf(secret, "persona", string(cf))
}

// searched is whom an address of a session is about; false if it is none of it.
func searched(secret, key string) (domain.CodiceFiscale, bool) {
	text, ok := sealedIn(secret, "persona", key)
	return domain.CodiceFiscale(text), ok
}

// sealOf seals a text of a kind for the addresses of a session.
func sealOf(secret, kind, text string) (string, error) {
	seal, err := sealFor(secret, kind)
	if err != nil {
		return "", err
	}
	nonce := make([]byte, seal.NonceSize())
	rand.Read(nonce)
	return base64.RawURLEncoding.EncodeToString(seal.Seal(nonce, nonce, []byte(text), nil)), nil
}

// sealedIn is the text of a kind in an address of a session; false if it is none of it.
func sealedIn(secret, kind, key string) (string, bool) {
	seal, err := sealFor(secret, kind)
	if err != nil {
		return "", false
	}
	sealed, err := base64.RawURLEncoding.DecodeString(key)
	if err != nil || len(sealed) < seal.NonceSize() {
		return "", false
	}
	text, err := seal.Open(nil, sealed[:seal.NonceSize()], sealed[seal.NonceSize():], nil)
	return string(text), err == nil
}

func sealFor(secret, kind string) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, []byte(secret), nil, "visure/"+kind, 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
