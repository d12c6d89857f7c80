package keys

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"

	"github.com/visure-anagrafiche/visure/domain"
)

// pseudonyms are the keys of the hashes that stand for people, and of the
// numbers of documents. They follow from the first secret of the file and never
// change: streams are named by them.
type pseudonyms struct{ subject, utente, address, numero []byte }

func newPseudonyms(secret []byte) (p pseudonyms, err error) {
	if p.subject, err = derive(secret, "visure/subject-token", keySize); err != nil {
		return p, err
	}
	if p.utente, err = derive(secret, "visure/utente-id", keySize); err != nil {
		return p, err
	}
	if p.address, err = derive(secret, "visure/mail-address", keySize); err != nil {
		return p, err
	}
	p.numero, err = derive(secret, "visure/numero", keySize)
	return p, err
}

// SubjectToken returns the keyed hash that stands beside sealed subject data:
// 64 hexadecimal digits, the same for the same person for ever, telling
// nothing to who has not the key file.
func (k *Keys) SubjectToken(s domain.Soggetto) string {
	return hex.EncodeToString(keyed(k.pseudonyms.subject, s.Key()))
}

// UtenteID returns the id of the person with a codice fiscale: a version 8
// UUID (RFC 9562) made of a keyed hash, so that one natural person is one
// stream and the stream's name tells nobody who it is.
func (k *Keys) UtenteID(cf domain.CodiceFiscale) domain.UtenteID {
	return domain.UtenteID(domain.UUID8([16]byte(keyed(k.pseudonyms.utente, string(cf))[:16])))
}

// AddressHash returns the keyed hash, of 32 bytes, by which a mail address is
// found again. Who writes one address in two ways has to choose one before.
func (k *Keys) AddressHash(address string) []byte { return keyed(k.pseudonyms.address, address) }

// Numero returns a fresh number for the document of an aggregate: eighty bits of
// a keyed hash of its id and of sixteen random bytes. Who chooses the id cannot
// compute it, and who draws twice gets two.
func (k *Keys) Numero(id string) domain.CIUV {
	draw := make([]byte, 16)
	rand.Read(draw)
	return domain.NewCIUV([10]byte(keyed(k.pseudonyms.numero, id+"/"+string(draw))[:10]))
}

func keyed(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}
