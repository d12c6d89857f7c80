package domain

// Sealed is personal data as an event holds it: encrypted under the data key it
// names and bound to the event it was written with. A read model keeps it as it
// is; once the key has been destroyed nobody can open it, wherever it lies. The
// zero value seals nothing.
type Sealed struct {
	Key   string `json:"key"`   // name of the data key
	Bound []byte `json:"bound"` // SHA-256 of what it is authenticated with: the event's stream, type, id and open fields
	Box   string `json:"box"`   // base64 of version, nonce, ciphertext and tag
}
