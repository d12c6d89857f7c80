package admin

import (
	"errors"

	"github.com/visure-anagrafiche/visure/domain"
)

// answer is what an operation brought, or one of two kinds of failure.
type answer[A any] struct {
	Result  A             `json:"result"`
	Refusal *domain.Error `json:"refusal,omitempty"`
	Failure string        `json:"failure,omitempty"` // whole: who reads it keeps the machine
}

func answerOf[A any](result A, err error) answer[A] {
	a := answer[A]{Result: result}
	switch {
	case err == nil:
	case errors.As(err, &a.Refusal):
	default:
		a.Failure = err.Error()
	}
	return a
}

// err is what was failed with, as it is known here.
func (a answer[A]) err() error {
	switch {
	case a.Refusal != nil:
		return a.Refusal
	case a.Failure != "":
		return errors.New(a.Failure)
	}
	return nil
}
