package main

import (
	"bufio"
	"encoding"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"

	"golang.org/x/term"
)

// terminal is where a person answers. A nil one is asked nothing.
type terminal struct{ lines *bufio.Reader }

// atTerminal returns the terminal the program was started from; nil when its input
// or its messages go elsewhere.
func atTerminal() *terminal {
	if !term.IsTerminal(int(os.Stdin.Fd())) || !term.IsTerminal(int(os.Stderr.Fd())) {
		return nil
	}
	return &terminal{bufio.NewReader(os.Stdin)}
}

// errInterrupted says that whoever was asked went away.
var errInterrupted = errors.New("risposte interrotte: rieseguire il comando per proseguire")

// question is what is asked, and where the answer goes: to a *string or a text
// unmarshaler.
type question struct {
	text     string
	into     any
	required bool
}

// fill asks for what has no value yet, each until the answer can be meant.
func (t *terminal) fill(questions ...question) error {
	for _, q := range questions {
		if t == nil || q.answered() {
			continue
		}
		if err := t.ask(q); err != nil {
			return err
		}
	}
	return nil
}

func (t *terminal) ask(q question) error {
	for {
		fmt.Fprintf(os.Stderr, "%s: ", q.text)
		line, err := t.lines.ReadString('\n')
		if errors.Is(err, io.EOF) {
			return errInterrupted
		}
		if err != nil {
			return err
		}
		answer := strings.TrimSpace(line)
		if answer == "" && !q.required {
			return nil
		}
		if err := q.take(answer); err != nil {
			say("%s", explain(err))
		} else if answer != "" {
			return nil
		}
	}
}

// answered says whether there is a value already.
func (q question) answered() bool {
	return !reflect.ValueOf(q.into).Elem().IsZero()
}

func (q question) take(answer string) error {
	switch into := q.into.(type) {
	case *string:
		*into = answer
		return nil
	case encoding.TextUnmarshaler:
		return into.UnmarshalText([]byte(answer))
	}
	return fmt.Errorf("no answer fits %T", q.into)
}

// secret asks for what is not to be seen: nothing is echoed from before it is asked for.
func (t *terminal) secret(text string) (string, error) {
	in := int(os.Stdin.Fd())
	was, err := term.MakeRaw(in)
	if err != nil {
		return "", err
	}
	defer term.Restore(in, was)
	fmt.Fprintf(os.Stderr, "%s: ", text)
	answer, err := term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{t.lines, os.Stderr}, "").ReadPassword("")
	if errors.Is(err, io.EOF) {
		return "", errInterrupted
	}
	return answer, err
}
