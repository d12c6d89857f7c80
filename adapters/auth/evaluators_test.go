package auth_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/visure-anagrafiche/visure/adapters/auth"
	"github.com/visure-anagrafiche/visure/commands"
)

// evaluating is the argument by which the test binary evaluates passwords.
const evaluating = "evaluate-passwords"

func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == evaluating {
		if err := auth.EvaluatePasswords(os.Stdin, os.Stdout); err != nil {
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func evaluator() *exec.Cmd { return exec.Command(os.Args[0], evaluating) }

// evaluators are the ids of the processes that evaluate for this one, also of those
// that have ended and were not waited for.
func evaluators(t *testing.T) (ids []int) {
	t.Helper()
	all, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil || len(all) == 0 {
		t.Skip("this system has no /proc")
	}
	for _, path := range all {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		_, after, _ := strings.Cut(string(text), ") ") // behind the name
		fields := strings.Fields(after)
		line, _ := os.ReadFile(filepath.Join(filepath.Dir(path), "cmdline"))
		if fields[1] == strconv.Itoa(os.Getpid()) && (fields[0] == "Z" || bytes.Contains(line, []byte(evaluating))) {
			id, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
			check(t, err)
			ids = append(ids, id)
		}
	}
	return ids
}

// Not beside other tests: what is looked at are all processes of this one.
func TestAnEvaluatorThatIsKilledFailsNoSignIn(t *testing.T) {
	h := newHouseWith(t, evaluator)
	id := h.person(t)
	kill := func() {
		for _, child := range evaluators(t) {
			check(t, syscall.Kill(child, syscall.SIGKILL))
		}
	}
	if len(evaluators(t)) == 0 {
		t.Fatal("no process evaluates")
	}
	kill() // while nobody asks
	h.signIn(t, id, home)

	var done atomic.Int32
	var all sync.WaitGroup
	for i := range 40 {
		all.Go(func() {
			if _, err := h.SignIn(t.Context(), id.Codice(), password, stranger(i)); err != nil {
				t.Error(err)
			}
			if done.Add(1)%10 == 0 { // others are under way
				kill()
			}
		})
	}
	all.Wait()
	h.guess(t, id.Codice(), home)
	h.Accounts.Close()
	if left := evaluators(t); len(left) > 0 {
		t.Errorf("processes %v are left", left)
	}
}

func TestAnEvaluatorEndsWhenNobodyCanAskItAnyMore(t *testing.T) {
	t.Parallel()
	cmd := evaluator()
	questions, err := cmd.StdinPipe()
	check(t, err)
	check(t, cmd.Start())
	check(t, questions.Close())
	if err := cmd.Wait(); err != nil {
		t.Errorf("it ended with %v", err)
	}
}

func TestWithoutEvaluatorsASignInIsAFaultAndNoFailure(t *testing.T) {
	t.Parallel()
	h := newRealHouse(t)
	id := h.person(t)
	h.EvaluateBy(func() *exec.Cmd { return exec.Command("false") })
	for i := range 6 {
		if _, err := h.SignIn(t.Context(), id.Codice(), password, stranger(i)); err == nil || errors.Is(err, commands.ErrRefused) {
			t.Errorf("%v", err)
		}
	}
	h.EvaluateBy(nil)
	if !h.admits(t, id, stranger(7)) {
		t.Error("the person is delayed")
	}
}
