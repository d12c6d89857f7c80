package domain

import (
	"fmt"
	"strings"
)

// Stream names the stream of one aggregate whose folded state is S: the
// aggregate's category, a dash, its id. Ids are UUIDs in canonical lower-case
// text; they appear in URLs and logs, so none is derived from personal data in a
// way that can be reversed. Only ids make streams, so the compiler refuses a
// command sent to another aggregate.
type Stream[S any] string

// CategoryOf returns the category of a stream.
func CategoryOf(stream string) string {
	category, _, _ := strings.Cut(stream, "-")
	return category
}

// UUID8 returns sixteen bytes as a version 8 UUID (RFC 9562 section 5.8); six of
// the bits are the version's and the variant's.
func UUID8(b [16]byte) string {
	b[6] = b[6]&0x0f | 0x80
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func parseID[ID ~string](s, field string) (ID, error) {
	if !isUUID(s) {
		return "", FieldErrorf(Invalid, field, "l'identificativo non è un UUID in lettere minuscole")
	}
	return ID(s), nil
}

// isUUID accepts the canonical form only: two spellings of one id would be two
// streams for one thing.
func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i, c := range []byte(s) {
		switch i {
		case 8, 13, 18, 23:
			if c != '-' {
				return false
			}
		default:
			if !('0' <= c && c <= '9' || 'a' <= c && c <= 'f') {
				return false
			}
		}
	}
	return true
}
