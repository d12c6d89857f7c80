package oidc

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	gooidc "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// Lifetime is how long somebody may take to sign in at the gateway.
const Lifetime = 15 * time.Minute

// Ceremony is what is kept of a sign-in that was begun until the browser comes
// back: on the server, sealed as its members are secrets, and for one answer, which
// takes it away whatever becomes of it. Binding finds it again.
type Ceremony struct {
	Issuer   string    `json:"issuer"`
	Binding  string    `json:"binding"` // what BindingOf makes of the browser's cookie
	State    string    `json:"state"`
	Nonce    string    `json:"nonce"`
	Verifier string    `json:"verifier"` // of PKCE
	Begun    time.Time `json:"begun"`
}

// Start is a sign-in that was begun. The browser is sent to Location with Cookie set
// (HttpOnly, Secure, SameSite=Lax, for Lifetime): the answer counts only with the
// cookie, so nobody can be signed in by a link that another prepared.
type Start struct {
	Location string
	Cookie   string // 43 characters, of 256 random bits
	Ceremony Ceremony
}

// Begin makes a request to the gateway: ErrUnavailable or ErrMetadata if the gateway
// is not known yet and cannot be asked.
func (p *Provider) Begin(ctx context.Context) (Start, error) {
	g, err := p.gateway(ctx)
	if err != nil {
		return Start{}, fmt.Errorf("begin a sign-in: %w", err)
	}
	cookie := secret()
	kept := Ceremony{
		Issuer: p.config.Issuer, Binding: BindingOf(cookie),
		State: secret(), Nonce: secret(), Verifier: oauth2.GenerateVerifier(), Begun: p.config.Now(),
	}
	location := g.oauth2.AuthCodeURL(kept.State, gooidc.Nonce(kept.Nonce), oauth2.S256ChallengeOption(kept.Verifier),
		oauth2.SetAuthURLParam("acr_values", strings.Join(p.config.ACR, " ")),
		oauth2.SetAuthURLParam("max_age", strconv.Itoa(int(p.config.MaxAge/time.Second))))
	return Start{Location: location, Cookie: cookie, Ceremony: kept}, nil
}

// BindingOf returns the hash of a cookie, by which its ceremony is known.
func BindingOf(cookie string) string {
	sum := sha256.Sum256([]byte(cookie))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func secret() string {
	random := make([]byte, 32)
	rand.Read(random)
	return base64.RawURLEncoding.EncodeToString(random)
}

// same compares secrets in a time that does not tell where they differ.
func same(a, b string) bool { return a != "" && subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
