package anpr

import (
	"errors"

	"github.com/visure-anagrafiche/visure/commands"
)

// consulted returns the data of an answer to operation 3002, or its refusal.
func (a *wireAnswer) consulted(id string, nazionale bool) (*wireOK3002, error) {
	switch r := a.R3002; {
	case r == nil:
		return nil, misdelivered()
	case r.OK != nil:
		if r.OK.Testata.other(id) {
			return nil, misdelivered()
		}
		if len(r.OK.Soggetti) == 0 && r.OK.Famiglia == nil && blocking(r.OK.Anomalie) {
			return nil, refusal(r.OK.Testata, r.OK.Anomalie, nazionale)
		}
		return r.OK, nil
	case r.KO != nil:
		return nil, r.KO.refused(id, nazionale)
	}
	return nil, refusal(wireTestata{}, nil, nazionale)
}

// certified returns the data of an answer to operation 6001, or its refusal.
func (a *wireAnswer) certified(id string, nazionale bool) (*wireOK6001, error) {
	switch r := a.R6001; {
	case r == nil:
		return nil, misdelivered()
	case r.OK != nil:
		if r.OK.Testata.other(id) {
			return nil, misdelivered()
		}
		if r.OK.Dati == nil && blocking(r.OK.Errori) {
			return nil, refusal(r.OK.Testata, r.OK.Errori, nazionale)
		}
		return r.OK, nil
	case r.KO != nil:
		return nil, r.KO.refused(id, nazionale)
	}
	return nil, refusal(wireTestata{}, nil, nazionale)
}

func (ko *wireKO) refused(id string, nazionale bool) error {
	if ko.Testata.other(id) {
		return misdelivered()
	}
	return refusal(ko.Testata, ko.Errori, nazionale)
}

// other says that the header echoes another request's id. Personal data of one
// person must never be taken for another's.
func (t wireTestata) other(id string) bool {
	echoed := trim(t.IDComune)
	return echoed != "" && echoed != id
}

// blocking says whether any entry is an error rather than a warning.
func blocking(errori []wireErrore) bool {
	for _, e := range errori {
		if trim(e.Tipo) == "E" {
			return true
		}
	}
	return false
}

var errOtherAnswer = errors.New("the answer is to another request")

// misdelivered is an answer that is not to what was asked: nothing is known of
// our request, so it is asked again with the same id.
func misdelivered() *commands.AnagrafeError {
	return &commands.AnagrafeError{Class: unknown, Err: errOtherAnswer}
}

// asFailure returns the registry's failure in err's chain, nil if there is none.
func asFailure(err error) *commands.AnagrafeError {
	var failure *commands.AnagrafeError
	if errors.As(err, &failure) {
		return failure
	}
	return nil
}
