package domain

import (
	"errors"
	"fmt"
)

// Code is the kind of a refusal. Each of them has one meaning in every
// protocol that answers with it.
type Code string

const (
	Invalid     Code = "invalid"     // the request itself is wrong; repeating it cannot help
	NotFound    Code = "not_found"   // there is no such thing, or the caller may not know of it
	Conflict    Code = "conflict"    // the request is sound but the state does not admit it
	Forbidden   Code = "forbidden"   // the caller is known and may not do this
	Exhausted   Code = "exhausted"   // a quota is used up; repeating helps once its period is over
	Unavailable Code = "unavailable" // something outside is down; repeating may help
	Internal    Code = "internal"    // everything that is not a refusal
)

// Error is a refusal. Message is Italian, free of personal data and safe to
// show; Field names the offending item as a dotted path in the request
// ("soggetto.codice_fiscale"), or is empty when the whole request is meant.
type Error struct {
	Code    Code
	Field   string
	Message string
	Contact string   // whom to turn to about it, if anybody is known
	Quota   *Residuo // that is used up, of an Exhausted refusal
}

func (e *Error) Error() string {
	if e.Field == "" {
		return string(e.Code) + ": " + e.Message
	}
	return string(e.Code) + ": " + e.Field + ": " + e.Message
}

// Errorf makes a refusal about the request as a whole.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// FieldErrorf makes a refusal that names the offending item.
func FieldErrorf(code Code, field, format string, args ...any) *Error {
	return &Error{Code: code, Field: field, Message: fmt.Sprintf(format, args...)}
}

// CodeOf returns the code of the refusal in err's chain: Internal for any
// other error, empty for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var refusal *Error
	if errors.As(err, &refusal) {
		return refusal.Code
	}
	return Internal
}
