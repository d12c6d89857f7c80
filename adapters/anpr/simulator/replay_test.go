package simulator_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/soaptest"
)

// withID gives a message another idOperazioneComune.
func withID(message, id string) string {
	at := strings.Index(message, "<idOperazioneComune>") + len("<idOperazioneComune>")
	return message[:at] + id + message[strings.Index(message, "</idOperazioneComune>"):]
}

// sentBy gives a message another sender.
func sentBy(message, istat string) string {
	return strings.Replace(message, "<codMittente>"+bagnacavallo, "<codMittente>"+istat, 1)
}

// lastCall is the newest entry of the log.
func (r *registry) lastCall() simulator.Call {
	calls := r.Calls()
	return calls[len(calls)-1]
}

func keptIn(dir string) func(*simulator.Config) {
	return func(c *simulator.Config) { c.Data = dir }
}

// Two Comuni ask with few ids, now and then after a restart; a list of what was
// answered first says what each must get.
func TestAnIDHasOneAnswerForEver(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	dice := rand.New(rand.NewPCG(11, 7))
	r := start(t, keptIn(dir))
	signers := map[string]soaptest.Signer{bagnacavallo: r.signer(bagnacavallo), cesena: r.signer(cesena)}
	subjects := []string{luca, sara, pietro, "ZZZZZZ78C14A547X"}
	type first struct{ operation, body, anprID string }
	given := map[string]first{}
	anprIDs := map[string]bool{}
	for step := range 70 {
		if dice.IntN(15) == 0 {
			if err := r.Close(); err != nil {
				t.Fatal(err)
			}
			r = start(t, keptIn(dir))
		}
		istat := []string{bagnacavallo, cesena}[dice.IntN(2)]
		id := fmt.Sprintf("S%d", dice.IntN(9))
		operation := []string{"3002", "3002", "6001"}[dice.IntN(3)]
		cf := subjects[dice.IntN(len(subjects))]
		message := question{criteria: byCode(cf), codes: []int{2, 10}, more: national}.String()
		if operation == "6001" {
			message = certificate{holder: &people.Person{CodiceFiscale: cf, Surname: "VERDEMARE", Name: "LUCA"}, types: []int{8}}.String()
		}
		a := r.ask(signers[istat], operation, sentBy(withID(message, id), istat))
		before, known := given[istat+id]
		call := r.lastCall()
		switch {
		case !known:
			given[istat+id] = first{operation, string(a.body), a.text("//idOperazioneANPR")}
			if call.Replay || anprIDs[call.ANPRID] || call.ANPRID != a.text("//idOperazioneANPR") || len(call.ANPRID) < 11 {
				t.Errorf("step %d: a new id is logged as %+v", step, call)
			}
			anprIDs[call.ANPRID] = true
		case before.operation != operation:
			if a.outcome() != "KO EN079" || call.Replay || a.text("//idOperazioneANPR") != "0" {
				t.Errorf("step %d: the id of another operation got %s", step, a.outcome())
			}
		default:
			if diff := cmp.Diff(before.body, string(a.body)); diff != "" || !call.Replay || call.ANPRID != before.anprID {
				t.Errorf("step %d: another answer for %s (%+v): %s", step, id, call, diff)
			}
		}
	}
}

func TestWhatIsRefusedByItsHeaderLeavesTheIDFree(t *testing.T) {
	t.Parallel()
	r := start(t)
	s := r.signer(bagnacavallo)
	for i, bad := range []question{{recipient: "ANPR04"}, {operation: "6001"}, {mode: "PROD"}, {kind: "V"}, {sent: "2020-01-01T00:00:00"}, {sender: cesena}, {card: "x"}} {
		bad.id, bad.criteria, bad.codes = fmt.Sprintf("FREE%d", i), byCode(luca), []int{2}
		if a := r.ask(s, "3002", bad.String()); !strings.HasPrefix(a.outcome(), "KO") || a.text("//idOperazioneANPR") != "0" {
			t.Errorf("%d: %s", i, a.outcome())
		}
		a := r.ask(s, "3002", question{id: bad.id, criteria: byCode(luca), codes: []int{2}}.String())
		if a.outcome() != "OK" || r.lastCall().Replay {
			t.Errorf("%d: then %s", i, a.outcome())
		}
	}
}

func TestARefusalIsStoredLikeAnyAnswer(t *testing.T) {
	t.Parallel()
	r := start(t)
	s := r.signer(bagnacavallo)
	ask := func(q question) reply {
		q.id, q.codes = "REFUSED", []int{2}
		return r.ask(s, "3002", q.String())
	}
	nobody := ask(question{criteria: byCode("ZZZZZZ78C14A547X")})
	again := ask(question{criteria: byCode(luca)})
	if nobody.outcome() != "KO EN122" || string(again.body) != string(nobody.body) {
		t.Errorf("%s, then %s", nobody.outcome(), again.outcome())
	}
	if err := r.Reset(); err != nil {
		t.Fatal(err)
	}
	if a := ask(question{criteria: byCode(luca)}); a.outcome() != "OK" {
		t.Errorf("after everything is forgotten: %s", a.outcome())
	}
}

// A crash may cut the file anywhere, or leave it longer than what was written.
func TestAnAnswerCutOffByACrashIsMadeAgain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	r := start(t, keptIn(dir))
	s := r.signer(bagnacavallo)
	ask := func(r *registry, id, cf string) string {
		return string(r.ask(s, "3002", question{id: id, criteria: byCode(cf), codes: []int{2}}.String()).body)
	}
	one := ask(r, "ONE", luca)
	path := filepath.Join(dir, "answers.log")
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	ask(r, "TWO", sara)
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	end := int(info.Size())
	for name, left := range map[string][]byte{
		"after the first answer":       whole[:end],
		"within the length":            whole[:end+2],
		"after the length":             whole[:end+4],
		"within the second answer":     whole[:end+40],
		"a byte before the end":        whole[:len(whole)-1],
		"followed by nothing written":  append(whole[:end:end], make([]byte, 64)...),
		"followed by what was there":   append(whole[:end:end], "\xff\xff\xff\xffresto"...),
		"followed by half of an older": append(whole[:end:end], whole[end/2:end]...),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "answers.log"), left, 0o600); err != nil {
				t.Fatal(err)
			}
			r := start(t, keptIn(dir))
			if got := ask(r, "ONE", sara); got != one {
				t.Errorf("the whole answer is lost: %s", got)
			}
			two := ask(r, "TWO", pietro)
			if !strings.Contains(two, pietro) {
				t.Errorf("the answer cut off is not made again: %s", two)
			}
			if err := r.Close(); err != nil {
				t.Fatal(err)
			}
			r = start(t, keptIn(dir))
			if got := ask(r, "TWO", luca); got != two {
				t.Error("the answer made again is lost")
			}
		})
	}
}

// send posts an envelope on its own and waits until the only rule is spent,
// that is until the call has come. Leaving cuts the call off.
func (r *registry) send(operation string, envelope []byte) (leave func(), answered <-chan bool) {
	r.t.Helper()
	ctx, cancel := context.WithCancel(r.t.Context())
	done := make(chan bool, 1)
	go func() {
		status, _, _, err := r.postUntil(ctx, operation, envelope)
		done <- err == nil && status == 200
	}()
	for len(done) == 0 && strings.Contains(r.admin("GET", "/script", "").body, "kind") {
	}
	return cancel, done
}

func TestACallerWhoLeftFindsTheAnswerLater(t *testing.T) {
	t.Parallel()
	r := start(t, withAdmin)
	s := r.signer(bagnacavallo)
	script(t, r, simulator.Rule{Kind: simulator.Delay, Delay: 200 * time.Millisecond, Count: 1})
	message := question{id: "LEFT", criteria: byCode(luca), codes: []int{2}}.String()
	env, err := s.Envelope(message)
	if err != nil {
		t.Fatal(err)
	}
	leave, answered := r.send("3002", env)
	leave()
	if <-answered {
		t.Error("answered before its time")
	}
	for {
		a := r.ask(s, "3002", message)
		if a.outcome() == "OK" {
			break
		}
		if a.text("//testoErroreAnomalia") != "La richiesta e' ancora in elaborazione" || a.outcome() != "KO EN122" || a.text("//idOperazioneANPR") != "0" {
			t.Fatalf("while it is being made: %s\n%s", a.outcome(), a.body)
		}
	}
	if !r.lastCall().Replay {
		t.Errorf("made twice: %+v", r.Calls())
	}
}

func TestACallThatHangsLeavesItsAnswer(t *testing.T) {
	t.Parallel()
	r := start(t, withAdmin)
	s := r.signer(bagnacavallo)
	script(t, r, simulator.Rule{Kind: simulator.Hang, Count: 1})
	message := question{id: "HANG", criteria: byCode(luca), codes: []int{2}}.String()
	env, err := s.Envelope(message)
	if err != nil {
		t.Fatal(err)
	}
	leave, answered := r.send("3002", env)
	for r.ask(s, "3002", message).outcome() != "OK" {
	}
	if !r.lastCall().Replay {
		t.Errorf("%+v", r.lastCall())
	}
	leave()
	if <-answered {
		t.Error("answered")
	}
	for !slices.ContainsFunc(r.Calls(), func(c simulator.Call) bool { return c.Rule == simulator.Hang && c.Outcome == "hang OK" && !c.Replay }) {
		runtime.Gosched() // until the call is logged: it ends when the server sees its caller gone
	}
}

// The rule is spent once the call has come; asking again says how far it is.
func TestStoppingCutsOffWhatHangs(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rule   simulator.Rule
		reach  string
		stored bool
	}{
		"after the answer":  {simulator.Rule{Kind: simulator.Hang}, "OK", true},
		"before the answer": {simulator.Rule{Kind: simulator.Delay, Delay: time.Hour}, "KO EN122", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			r := start(t, keptIn(dir), withAdmin)
			s := r.signer(bagnacavallo)
			message := question{id: "STOP", criteria: byCode(luca), codes: []int{2}}.String()
			env, err := s.Envelope(message)
			if err != nil {
				t.Fatal(err)
			}
			c.rule.Count = 1
			script(t, r, c.rule)
			_, answered := r.send("3002", env)
			for r.ask(s, "3002", message).outcome() != c.reach {
			}
			if err := r.Close(); err != nil {
				t.Error(err)
			}
			if <-answered {
				t.Error("answered all the same")
			}
			again := start(t, keptIn(dir))
			if a := again.ask(s, "3002", message); a.outcome() != "OK" || again.lastCall().Replay != c.stored {
				t.Errorf("after a restart: %s %+v", a.outcome(), again.lastCall())
			}
		})
	}
}
