package bus

import (
	"context"
	"errors"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// parkError is an error that names the code under which to park.
type parkError string

func (e parkError) Error() string      { return "cannot be handled: " + string(e) }
func (e parkError) ParkReason() string { return string(e) }

var errForeign = parkError("foreign_stream")

// parkReason returns the code under which a message that failed with err is set
// aside, or nothing if trying again may help. Errors of the adapters have a
// method ParkReason; a refusal of the domain is the same at every try.
func parkReason(err error) string {
	var own interface{ ParkReason() string }
	var refusal *domain.Error
	switch {
	case err == nil, postponed(err):
		return ""
	case errors.As(err, &own):
		return own.ParkReason()
	case errors.Is(err, commands.ErrErased):
		return "data_key_destroyed"
	case errors.As(err, &refusal) && refusal.Code != domain.Unavailable && refusal.Code != domain.Internal:
		return "refused_" + string(refusal.Code)
	}
	return ""
}

// postponed says whether the timer is to wake the process again.
func postponed(err error) bool {
	var p *commands.PostponedError
	return errors.As(err, &p)
}

// outcome is the word for err in metrics and logs.
func outcome(err error) string {
	switch {
	case err == nil:
		return "done"
	case postponed(err):
		return "postponed"
	case parkReason(err) != "":
		return "parked"
	case errors.Is(err, context.Canceled):
		return "interrupted"
	}
	return "failed"
}
