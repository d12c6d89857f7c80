package domain

import "strings"

// Stream names the stream of one aggregate whose folded state is S. Only ids
// make streams, so the compiler refuses a command sent to another aggregate.
type Stream[S any] string

// The ids of the aggregates: UUIDs in canonical lower-case text. They name
// streams and appear in URLs and logs, so none is derived from personal data
// in a way that can be reversed.
type (
	VisuraID      string
	UtenteID      string
	EnteID        string
	ConvenzioneID string
	ProfileID     string
)

// Stream returns the stream that holds one request from asking to document.
func (id VisuraID) Stream() Stream[Visura] { return Stream[Visura](VisuraCategory + id) }

// Stream returns the stream of one natural person who may sign in.
func (id UtenteID) Stream() Stream[Utente] { return Stream[Utente]("utente-" + id) }

// Stream returns the stream of one body.
func (id EnteID) Stream() Stream[Ente] { return Stream[Ente]("ente-" + id) }

// Stream returns the stream of one agreement between an Ente and a Comune.
func (id ConvenzioneID) Stream() Stream[Convenzione] {
	return Stream[Convenzione]("convenzione-" + id)
}

// Stream returns the stream of one named set of grants.
func (id ProfileID) Stream() Stream[Profile] { return Stream[Profile]("profile-" + id) }

// VisuraCategory is the prefix of every visura's stream name; process
// and read models filter by it on the server.
const VisuraCategory = "visura-"

// ParseVisuraID reads the id of a visura as chosen by the client.
func ParseVisuraID(s string) (VisuraID, error) { return parseID[VisuraID](s, "visura") }

// ParseUtenteID reads the id of a user.
func ParseUtenteID(s string) (UtenteID, error) { return parseID[UtenteID](s, "utente") }

// ParseEnteID reads the id of a body.
func ParseEnteID(s string) (EnteID, error) { return parseID[EnteID](s, "ente") }

// VisuraOf returns the id of the visura a stream belongs to, and whether the
// stream is a visura's at all.
func VisuraOf(stream string) (VisuraID, bool) {
	id, ok := strings.CutPrefix(stream, VisuraCategory)
	return VisuraID(id), ok
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
