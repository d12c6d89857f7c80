package auth_test

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

// authenticator makes passkeys as a device does (WebAuthn level 3, section 6): ES256,
// without attestation.
type authenticator struct {
	key      *ecdsa.PrivateKey
	id       []byte
	handle   string
	counter  uint32
	counts   bool   // some devices always say zero
	unlocked bool   // the person gave the PIN
	origin   string // of the page, as the browser sees it
	rpID     string
}

func newAuthenticator(t testing.TB) *authenticator {
	t.Helper()
	id := make([]byte, 32)
	rand.Read(id)
	key := must[*ecdsa.PrivateKey](t)(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	return &authenticator{key: key, id: id, counts: true, unlocked: true, origin: origin, rpID: "visure.example.it"}
}

var b64 = base64.RawURLEncoding

// options is what a page hands to the browser.
type options struct {
	PublicKey struct {
		Challenge        string `json:"challenge"`
		User             struct{ ID string }
		Attestation      string
		UserVerification string
		AllowCredentials []struct{ ID string }
	} `json:"publicKey"`
}

func read(t testing.TB, text []byte) (o options) {
	t.Helper()
	check(t, json.Unmarshal(text, &o))
	return o
}

// register answers navigator.credentials.create.
func (a *authenticator) register(t testing.TB, text []byte) []byte {
	t.Helper()
	o := read(t, text)
	a.handle = o.PublicKey.User.ID
	point := must[[]byte](t)(a.key.PublicKey.Bytes())
	cose := must[[]byte](t)(cbor.Marshal(map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]}))
	data := a.data(0x40)
	data = append(data, make([]byte, 16)...)
	data = binary.BigEndian.AppendUint16(data, uint16(len(a.id)))
	data = append(append(data, a.id...), cose...)
	object := must[[]byte](t)(cbor.Marshal(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": data}))
	return a.answer(t, map[string]any{
		"clientDataJSON": b64.EncodeToString(a.client(t, "webauthn.create", o)), "attestationObject": b64.EncodeToString(object),
		"transports": []string{"internal"},
	})
}

// sign answers navigator.credentials.get.
func (a *authenticator) sign(t testing.TB, text []byte) []byte {
	t.Helper()
	if a.counts {
		a.counter++
	}
	data, client := a.data(0), a.client(t, "webauthn.get", read(t, text))
	hash := sha256.Sum256(client)
	signed := sha256.Sum256(append(append([]byte{}, data...), hash[:]...))
	signature := must[[]byte](t)(ecdsa.SignASN1(rand.Reader, a.key, signed[:]))
	return a.answer(t, map[string]any{
		"clientDataJSON": b64.EncodeToString(client), "authenticatorData": b64.EncodeToString(data),
		"signature": b64.EncodeToString(signature), "userHandle": a.handle,
	})
}

func (a *authenticator) data(flags byte) []byte {
	rp := sha256.Sum256([]byte(a.rpID))
	flags |= 0x01 // somebody is there
	if a.unlocked {
		flags |= 0x04
	}
	return binary.BigEndian.AppendUint32(append(rp[:], flags), a.counter)
}

func (a *authenticator) client(t testing.TB, kind string, o options) []byte {
	t.Helper()
	return must[[]byte](t)(json.Marshal(map[string]any{
		"type": kind, "challenge": o.PublicKey.Challenge, "origin": a.origin, "crossOrigin": false,
	}))
}

func (a *authenticator) answer(t testing.TB, response map[string]any) []byte {
	t.Helper()
	id := b64.EncodeToString(a.id)
	return must[[]byte](t)(json.Marshal(map[string]any{
		"id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": map[string]any{},
	}))
}
