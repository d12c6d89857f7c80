package commands

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// Keystore is a PKCS#12 file as it was handed over, with what opens it. It is a
// secret: printed or logged it shows nothing, and no event holds it.
type Keystore struct {
	PKCS12   []byte
	Password string
}

// Empty says that no file was handed over.
func (k Keystore) Empty() bool { return len(k.PKCS12) == 0 }

// Format writes nothing of the keystore, whatever the verb.
func (Keystore) Format(f fmt.State, _ rune) { fmt.Fprint(f, "keystore") }

// LogValue logs nothing of the keystore.
func (Keystore) LogValue() slog.Value { return slog.StringValue("keystore") }

// MarshalJSON refuses: a keystore is written nowhere but where Keep keeps it.
func (Keystore) MarshalJSON() ([]byte, error) { return nil, errKeystore }

var errKeystore = errors.New("a keystore is not written out")

// Connector tries and keeps the keys of Comuni. It is safe for concurrent
// use, by other processes too.
type Connector interface {
	// Try makes one call to ANPR that reads nobody's data, and says what it brought;
	// Version is left to the caller. The error is ctx's.
	Try(ctx context.Context, t Trial) (domain.ConnectionTested, error)
	// Keep stores k under a name no other keystore has, durably and whole, and reads
	// it back.
	Keep(name string, k Keystore) error
	// Remove removes a keystore that Keep stored; it is no error if there is none.
	Remove(name string) error
	// Kept lists those that Keep stored, or began to.
	Kept() ([]Kept, error)
	// Circuit tells how the calls of a Comune in an environment (tipoInvio) stand.
	Circuit(comune domain.CodiceISTAT, tipoInvio string) Circuit
}

// Circuit is how a Comune's calls to ANPR stand, as this instance has known since
// it started.
type Circuit struct {
	OpenUntil time.Time // calls are held back until then, since several in a row brought no answer; zero: they are made
	Answered  time.Time // the last answer, a refusal too; zero before the first
	Operation string    // the id ANPR gave its last answer, if it gave one
	Failed    time.Time // the last call that brought no answer; zero before the first
	Down      time.Time // the first such call since the last answer, once calls were held back for it; zero: ANPR answers, as far as is known
}

// KeystoreRole is whose certificate a keystore holds.
type KeystoreRole string

const (
	MachineRole    KeystoreRole = "CO" // the Comune's machine, as ANPR writes it in the name
	PostazioneRole KeystoreRole = "PC" // a workstation; the machine may stand for one
)

// Trial is a test call: a version, and for keys that are not kept yet the keys
// themselves.
type Trial struct {
	Comune       domain.CodiceISTAT
	Collegamento domain.ComuneConnected
	Operatore    domain.CodiceFiscale // in whose name
	Machine      Keystore             // empty: the one that Collegamento names
	Postazione   Keystore             // likewise
	IDOperazione string
	At           time.Time
}

// Kept is a keystore in a Connector's keeping.
type Kept struct {
	Name   string
	Comune domain.CodiceISTAT // whose it was made for
	At     time.Time          // when it was last written to
}
