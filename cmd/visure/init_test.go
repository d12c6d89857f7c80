package main

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/domain"
)

// beginning is the command that begins the office's installation, given all it asks
// for.
func (o *office) beginning() []string {
	o.t.Helper()
	keys := o.t.TempDir()
	if err := deliverKeys(o.kit, keys); err != nil {
		o.t.Fatal(err)
	}
	machine := filepath.Join(keys, string(demoComune)+"-CO-9999")
	return append(o.administered("init"), "--anpr-url", o.config.ANPR.URL, "--anpr-ca", o.config.ANPR.CA,
		"--comune-istat", string(demoComune), "--comune-nome", "Bagnacavallo", "--comune-provincia", "RA",
		"--collegamento-certificato", machine+".p12", "--collegamento-password-file", machine+".password", "--collegamento-ambiente", "TEST",
		"--collegamento-operatore", people.Operator(string(demoComune)),
		"--top-codice-fiscale", "NREGLI68R20A547C", "--top-cognome", "Neri", "--top-nome", "Giulio")
}

// administered is a command about the office's folder.
func (o *office) administered(words ...string) []string {
	return append(words, "--data", o.config.Data, "--log-level", "error")
}

// history are the types of the events that say how the installation was begun, in
// their order; without test calls, of which each who begins it may make one.
func (o *office) history() []string {
	return slices.DeleteFunc(o.stored("installazione", "comune", "utente"), func(name string) bool { return name == (domain.ConnectionTested{}).EventType() })
}

// stored are the types of the events in the streams of some categories, in their order.
func (o *office) stored(categories ...string) (types []string) {
	o.t.Helper()
	for line := range strings.Lines(mustRun(o.t, "eventstore", "export", "--data", filepath.Join(o.config.Data, "events"))) {
		var e struct{ Type, Stream string }
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			o.t.Fatal(err)
		}
		category, _, _ := strings.Cut(e.Stream, "-")
		if slices.Contains(categories, category) {
			types = append(types, e.Type)
		}
	}
	return types
}

// begun is the history of an installation that was begun once, whatever came
// between.
var begun = []string{
	domain.InstallazioneInitialised{}.EventType(), domain.AdministratorNamed{}.EventType(),
	domain.ComuneRegistered{}.EventType(), domain.ComuneConnected{}.EventType(),
	domain.UtenteRegistered{}.EventType(), domain.UtenteAppointed{}.EventType(), domain.TopNamed{}.EventType(),
}

// kill -9 after each step of init, and in the middle of the call to ANPR: run again
// it goes on, and nothing is done twice.
func TestInitThatIsKilledFinishesWhenRunAgain(t *testing.T) {
	t.Parallel()
	o := newOffice(t, 50)
	command := o.beginning()
	killed(t, command, "installazione ")
	killed(t, command, "Comune ")
	mute, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer mute.Close()
	killedAtCall(t, append(command, "--anpr-url", "https://"+mute.Addr().String()), mute)
	killed(t, command, "ANPR ")
	killed(t, command, "TOP ")
	said := mustRun(t, command...)
	for _, told := range []string{"Bagnacavallo, già registrato", "il Comune è già collegato", "TOP             U-", "/invito/"} {
		if !strings.Contains(said, told) {
			t.Errorf("the last says no %q:\n%s", told, said)
		}
	}
	if strings.Contains(said, "manca") {
		t.Errorf("something is missing:\n%s", said)
	}
	if done := o.history(); !slices.Equal(done, begun) {
		t.Errorf("done: %q, want %q", done, begun)
	}
}

// killed starts the program and kills it as soon as it says a line.
func killed(t *testing.T, args []string, line string) {
	t.Helper()
	cmd, said := started(t, args)
	lines := bufio.NewScanner(said)
	var all []string
	for lines.Scan() {
		all = append(all, lines.Text())
		if strings.HasPrefix(lines.Text(), line) {
			cmd.Process.Kill()
			cmd.Wait()
			return
		}
	}
	t.Fatalf("it ended without saying %q: %v\n%s", line, cmd.Wait(), strings.Join(all, "\n"))
}

// killedAtCall starts the program and kills it as soon as it calls somebody, who
// says nothing.
func killedAtCall(t *testing.T, args []string, callee net.Listener) {
	t.Helper()
	cmd, said := started(t, args)
	ended := make(chan string, 1)
	go func() {
		text, _ := io.ReadAll(said)
		callee.Close()
		ended <- string(text)
	}()
	conn, err := callee.Accept()
	if err != nil {
		t.Fatalf("it ended without a call: %v\n%s", cmd.Wait(), <-ended)
	}
	defer conn.Close()
	cmd.Process.Kill()
	<-ended
	cmd.Wait()
}

// started is the real program, and what it says on standard error.
func started(t *testing.T, args []string) (*exec.Cmd, io.Reader) {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), "VISURE_TEST_MAIN=1")
	said, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	return cmd, said
}

// Two who begin the same installation at the same time begin one, and both are told
// how it stands.
func TestTwoWhoBeginAtOnceBeginOneInstallation(t *testing.T) {
	t.Parallel()
	o := newOffice(t, 50)
	command := o.beginning()
	said := together(t, command, command)
	for _, told := range said {
		if !strings.Contains(told, "installazione ") || !strings.Contains(told, "TOP             U-") {
			t.Errorf("one of them says\n%s", told)
		}
	}
	if done := o.history(); !slices.Equal(done, begun) {
		t.Errorf("done: %q, want %q", done, begun)
	}
	together(t, append(o.administered("admin", "comune", "add"), "--istat", "039007", "--nome", "Faenza", "--provincia", "RA"),
		append(o.administered("admin", "comune", "add"), "--istat", "039014", "--nome", "Ravenna", "--provincia", "RA"))
	shown := mustRun(t, o.administered("admin", "comune", "show")...)
	for _, nome := range []string{"Bagnacavallo", "Faenza", "Ravenna"} {
		if !strings.Contains(shown, nome) {
			t.Errorf("%s is not there:\n%s", nome, shown)
		}
	}
}

// together runs the program several times at once; each must succeed.
func together(t *testing.T, commands ...[]string) []string {
	t.Helper()
	said, errs := make([]string, len(commands)), make([]error, len(commands))
	done := make(chan struct{})
	for i, args := range commands {
		go func() {
			said[i], errs[i] = program(t, args...)
			done <- struct{}{}
		}()
	}
	for range commands {
		<-done
	}
	for i, err := range errs {
		if err != nil {
			t.Fatalf("visure %s: %v\n%s", strings.Join(commands[i], " "), err, said[i])
		}
	}
	return said
}
