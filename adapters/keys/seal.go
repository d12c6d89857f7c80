package keys

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"errors"
	"fmt"
)

// secretsKey is the data key of small secrets that are no person's data, such as
// those of one-time passwords. It is wrapped anew with the others.
const secretsKey = "_secrets"

// errSealed says that sealed bytes are not those of the name.
var errSealed = errors.New("the sealed secret does not open")

// Seal returns a secret sealed (AES-256-GCM) for a name: it opens under the same
// name only. Sealing the same twice gives different bytes.
func (k *Keys) Seal(ctx context.Context, name string, secret []byte) ([]byte, error) {
	aead, err := k.secrets(ctx)
	if err != nil {
		return nil, fmt.Errorf("seal %s: %w", name, err)
	}
	return aead.Seal(nil, nil, secret, []byte(name)), nil
}

// Unseal opens what Seal returned for the name.
func (k *Keys) Unseal(ctx context.Context, name string, sealed []byte) ([]byte, error) {
	aead, err := k.secrets(ctx)
	if err != nil {
		return nil, fmt.Errorf("unseal %s: %w", name, err)
	}
	secret, err := aead.Open(nil, nil, sealed, []byte(name))
	if err != nil {
		return nil, fmt.Errorf("unseal %s: %w", name, errSealed)
	}
	return secret, nil
}

func (k *Keys) secrets(ctx context.Context) (cipher.AEAD, error) {
	key, err := k.create(ctx, secretsKey)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}
