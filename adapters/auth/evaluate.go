package auth

import (
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"time"

	"github.com/alexedwards/argon2id"
)

// question is a password to compare with a PHC string; without one, one is made with
// Params.
type question struct {
	Password string
	PHC      string
	Params   argon2id.Params
}

// verdict answers a question.
type verdict struct {
	Right  bool            // the password is the one of the PHC string,
	Params argon2id.Params // which was made with these
	PHC    string          // that was made
	Fault  string          // why there is no answer; nothing of the password is in it
}

func (q question) answer() (v verdict) {
	var err error
	if q.PHC == "" {
		v.PHC, err = argon2id.CreateHash(q.Password, &q.Params)
	} else {
		var made *argon2id.Params
		if v.Right, made, err = argon2id.CheckHash(q.Password, q.PHC); err == nil {
			v.Params = *made
		}
	}
	if err != nil {
		v.Fault = err.Error()
	}
	return v
}

// niceness is how far evaluating yields to all else. At 19, the most, people would
// wait for minutes while the processors are busy.
const niceness = 10

// restAfter is after how long without a question the memory of the last is given
// back: doing so between two makes each three times as costly.
const restAfter = 5 * time.Second

// EvaluatePasswords answers, one at a time, what the process asks that started this
// one by Options.Evaluator, until in ends. Whatever else runs goes first.
func EvaluatePasswords(in io.Reader, out io.Writer) error {
	yield()
	questions, verdicts := gob.NewDecoder(in), gob.NewEncoder(out)
	pause := time.AfterFunc(restAfter, debug.FreeOSMemory)
	for {
		var q question
		switch err := questions.Decode(&q); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("read what to evaluate: %w", err)
		}
		pause.Stop()
		if err := verdicts.Encode(q.answer()); err != nil {
			return fmt.Errorf("answer: %w", err)
		}
		pause.Reset(restAfter)
	}
}
