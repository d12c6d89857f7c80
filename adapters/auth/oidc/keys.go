package oidc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	jose "github.com/go-jose/go-jose/v4"
)

// keys are those by which a gateway signs, as it published them last.
type keys struct {
	jose.JSONWebKeySet
	algorithms []jose.SignatureAlgorithm
}

// errNoKey is a signature that no key made.
var errNoKey = errors.New("no key made the signature")

// VerifySignature implements gooidc.KeySet: errNoKey if none of the keys of the name that
// the token says, or of all if it says none, made its signature.
func (k keys) VerifySignature(_ context.Context, jwt string) ([]byte, error) {
	signed, err := jose.ParseSignedCompact(jwt, k.algorithms)
	if err != nil {
		return nil, fmt.Errorf("read a token: %w", err)
	}
	candidates := k.Keys
	if name := signed.Signatures[0].Header.KeyID; name != "" {
		candidates = k.Key(name)
	}
	for _, key := range candidates {
		if payload, err := signed.Verify(&key); err == nil && key.IsPublic() {
			return payload, nil
		}
	}
	return nil, errNoKey
}

// fetch reads the keys that a gateway publishes.
func (p *Provider) fetch(ctx context.Context, address string) (k keys, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return k, fmt.Errorf("%w: its keys have no address", ErrMetadata)
	}
	answer, err := p.http.Do(request)
	if err != nil {
		return k, unavailable(err)
	}
	defer answer.Body.Close()
	if err := json.NewDecoder(answer.Body).Decode(&k.JSONWebKeySet); err != nil || answer.StatusCode != http.StatusOK {
		return k, fmt.Errorf("%w: its keys cannot be read", ErrMetadata)
	}
	for _, name := range p.config.Algorithms {
		k.algorithms = append(k.algorithms, jose.SignatureAlgorithm(name))
	}
	return k, nil
}
