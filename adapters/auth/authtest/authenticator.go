// Package authtest gives tests of sign-ins the devices that people hold.
package authtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"

	"github.com/fxamacker/cbor/v2"
)

// Authenticator makes passkeys as a device does (WebAuthn level 3, section 6): ES256,
// without attestation. It is for one person at a time.
type Authenticator struct {
	Private  *ecdsa.PrivateKey
	ID       []byte // of the passkey
	Handle   string // of the person, as the server calls them; base64url
	Counter  uint32
	Counts   bool   // some devices always say zero
	Unlocked bool   // the person gave the PIN
	Origin   string // of the page, as the browser sees it
	RPID     string
}

// New returns a device that has no passkey yet, before a page of an origin.
func New(t testing.TB, origin, rpID string) *Authenticator {
	t.Helper()
	id := make([]byte, 32)
	rand.Read(id)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &Authenticator{Private: key, ID: id, Counts: true, Unlocked: true, Origin: origin, RPID: rpID}
}

var b64 = base64.RawURLEncoding

// Options is what a page hands to the browser.
type Options struct {
	PublicKey struct {
		Challenge        string `json:"challenge"`
		User             struct{ ID string }
		Attestation      string
		UserVerification string
		AllowCredentials []struct{ ID string }
	} `json:"publicKey"`
}

// Read reads what a page hands to the browser.
func Read(t testing.TB, text []byte) (o Options) {
	t.Helper()
	if err := json.Unmarshal(text, &o); err != nil {
		t.Fatal(err)
	}
	return o
}

// Register answers navigator.credentials.create.
func (a *Authenticator) Register(t testing.TB, text []byte) []byte {
	t.Helper()
	o := Read(t, text)
	a.Handle = o.PublicKey.User.ID
	point := must(t)(a.Private.PublicKey.Bytes())
	cose := must(t)(cbor.Marshal(map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]}))
	data := a.data(0x40)
	data = append(data, make([]byte, 16)...)
	data = binary.BigEndian.AppendUint16(data, uint16(len(a.ID)))
	data = append(append(data, a.ID...), cose...)
	object := must(t)(cbor.Marshal(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": data}))
	return a.answer(t, map[string]any{
		"clientDataJSON": b64.EncodeToString(a.client(t, "webauthn.create", o)), "attestationObject": b64.EncodeToString(object),
		"transports": []string{"internal"},
	})
}

// Sign answers navigator.credentials.get.
func (a *Authenticator) Sign(t testing.TB, text []byte) []byte {
	t.Helper()
	if a.Counts {
		a.Counter++
	}
	data, client := a.data(0), a.client(t, "webauthn.get", Read(t, text))
	hash := sha256.Sum256(client)
	signed := sha256.Sum256(append(append([]byte{}, data...), hash[:]...))
	signature := must(t)(ecdsa.SignASN1(rand.Reader, a.Private, signed[:]))
	return a.answer(t, map[string]any{
		"clientDataJSON": b64.EncodeToString(client), "authenticatorData": b64.EncodeToString(data),
		"signature": b64.EncodeToString(signature), "userHandle": a.Handle,
	})
}

func (a *Authenticator) data(flags byte) []byte {
	rp := sha256.Sum256([]byte(a.RPID))
	flags |= 0x01 // somebody is there
	if a.Unlocked {
		flags |= 0x04
	}
	return binary.BigEndian.AppendUint32(append(rp[:], flags), a.Counter)
}

func (a *Authenticator) client(t testing.TB, kind string, o Options) []byte {
	t.Helper()
	return must(t)(json.Marshal(map[string]any{
		"type": kind, "challenge": o.PublicKey.Challenge, "origin": a.Origin, "crossOrigin": false,
	}))
}

func (a *Authenticator) answer(t testing.TB, response map[string]any) []byte {
	t.Helper()
	id := b64.EncodeToString(a.ID)
	return must(t)(json.Marshal(map[string]any{
		"id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": map[string]any{},
	}))
}

func must(t testing.TB) func([]byte, error) []byte {
	return func(v []byte, err error) []byte {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}
