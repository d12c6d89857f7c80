package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/creack/pty"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
)

// reply is what a person writes when they are asked something.
type reply struct{ asked, answer string }

// Who sits at a terminal is asked for what they did not give, and again for what cannot
// be meant; a password is not shown.
func TestInitAsksAtTheTerminalForWhatIsNotGiven(t *testing.T) {
	t.Parallel()
	o := newOffice(t, 50)
	keys := t.TempDir()
	if err := deliverKeys(o.kit, keys); err != nil {
		t.Fatal(err)
	}
	machine := filepath.Join(keys, string(demoComune)+"-CO-9999")
	password, err := os.ReadFile(machine + ".password")
	if err != nil {
		t.Fatal(err)
	}
	secret := strings.TrimSpace(string(password))
	said := conversation(t, append(o.administered("init"), "--anpr-url", o.config.ANPR.URL, "--anpr-ca", o.config.ANPR.CA, "--collegamento-ambiente", "TEST"),
		reply{"Codice ISTAT del Comune (vuoto: nessuno per ora)", "12"},
		reply{"Codice ISTAT del Comune (vuoto: nessuno per ora)", string(demoComune)},
		reply{"Nome del Comune", ""},
		reply{"Nome del Comune", "Bagnacavallo"},
		reply{"Sigla della provincia", "RA"},
		reply{"PEC del Comune (vuoto: nessuna)", ""},
		reply{"Santo patrono, MM-GG (vuoto: nessuno)", "09-29"},
		reply{"File PKCS#12 del certificato ANPR della macchina (vuoto: il collegamento si fa dopo)", machine + ".p12"},
		reply{"Codice fiscale dell'operatore abilitato in ANPR", people.Operator(string(demoComune))},
		reply{"Password di " + machine + ".p12", secret},
		reply{"Codice fiscale del responsabile (TOP) del Comune (vuoto: nessuno per ora)", "NREGLI68R20A547C"},
		reply{"Cognome", "Neri"},
		reply{"Nome", "Giulio"},
		reply{"Indirizzo di posta elettronica (vuoto: nessuno)", ""},
		reply{"Atto di nomina (vuoto: nessuno)", "Decreto 1/2026"},
	)
	for _, told := range []string{"Bagnacavallo, registrato", "TOP             U-", "/invito/"} {
		if !strings.Contains(said, told) {
			t.Errorf("it says no %q:\n%s", told, said)
		}
	}
	if strings.Contains(said, secret) {
		t.Error("the password is shown")
	}
	if done := o.history(); !slices.Equal(done, begun) {
		t.Errorf("done: %q, want %q", done, begun)
	}
}

// conversation runs the real program at a terminal, where somebody answers what it asks,
// in its order, with the key that ends a line, and returns all that was to be read there.
func conversation(t *testing.T, args []string, replies ...reply) string {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), "VISURE_TEST_MAIN=1")
	at, err := pty.Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	defer at.Close()
	var said bytes.Buffer
	read := 0 // of what was said, until the last answer
	for piece := make([]byte, 4096); ; {
		n, err := at.Read(piece)
		said.Write(piece[:n])
		if len(replies) > 0 && strings.HasSuffix(said.String()[read:], replies[0].asked+": ") {
			if _, err := io.WriteString(at, replies[0].answer+"\r"); err != nil {
				t.Fatal(err)
			}
			replies, read = replies[1:], said.Len()
		}
		if errors.Is(err, io.EOF) || errors.Is(err, syscall.EIO) { // Linux says so at the end
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := cmd.Wait(); err != nil || len(replies) > 0 {
		t.Fatalf("it ended before it asked for %v: %v\n%s", replies, err, &said)
	}
	return said.String()
}
