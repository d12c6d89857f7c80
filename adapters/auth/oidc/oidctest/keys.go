package oidctest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"sync"
	"testing"

	jose "github.com/go-jose/go-jose/v4"
)

// SigningKey is a key of a gateway, under a name; published its public half.
type SigningKey struct {
	Name    string
	alg     jose.SignatureAlgorithm
	Private any // *rsa.PrivateKey or *ecdsa.PrivateKey
}

// ID implements op.SigningKey.
func (k SigningKey) ID() string { return k.Name }

// SignatureAlgorithm implements op.SigningKey.
func (k SigningKey) SignatureAlgorithm() jose.SignatureAlgorithm { return k.alg }

// Key implements op.SigningKey.
func (k SigningKey) Key() any { return k.Private }

type published struct{ SigningKey }

func (p published) Algorithm() jose.SignatureAlgorithm { return p.alg }
func (p published) Use() string                        { return "sig" }
func (p published) Key() any {
	if rsaKey, ok := p.Private.(*rsa.PrivateKey); ok {
		return &rsaKey.PublicKey
	}
	return &p.Private.(*ecdsa.PrivateKey).PublicKey
}

// FirstKey returns the key, of RS256, that every gateway begins with. It is made once:
// making it takes long.
var FirstKey = sync.OnceValue(func() SigningKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return SigningKey{"first", jose.RS256, key}
})

// NewKey makes a key of ES256.
func NewKey(t testing.TB, name string) SigningKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return SigningKey{name, jose.ES256, key}
}

// PublicKey is the public half of a key as who has it could take it for a shared secret.
func PublicKey(t testing.TB, k SigningKey) []byte {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(published{k}.Key())
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
}

// Signed makes a token of claims, signed with a key that it says has a name.
func Signed(t testing.TB, claims map[string]any, alg jose.SignatureAlgorithm, key any, name string) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, (&jose.SignerOptions{}).WithHeader("kid", name))
	if err != nil {
		t.Error(err)
		return ""
	}
	payload, _ := json.Marshal(claims)
	token, err := signer.Sign(payload)
	if err != nil {
		t.Error(err)
		return ""
	}
	text, _ := token.CompactSerialize()
	return text
}
