package keys

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/visure-anagrafiche/visure/domain"
)

// pseudonyms are the keys of the hashes that stand for people. They follow
// from the first secret of the file and never change: streams are named by
// them.
type pseudonyms struct{ subject, utente []byte }

func newPseudonyms(secret []byte) (p pseudonyms, err error) {
	if p.subject, err = derive(secret, "visure/subject-token", keySize); err != nil {
		return p, err
	}
	p.utente, err = derive(secret, "visure/utente-id", keySize)
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
	u := keyed(k.pseudonyms.utente, string(cf))[:16]
	u[6] = u[6]&0x0f | 0x80
	u[8] = u[8]&0x3f | 0x80
	return domain.UtenteID(fmt.Sprintf("%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:]))
}

func keyed(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}
