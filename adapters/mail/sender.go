// Package mail sends mail that the system writes: each message is put into an outbox
// in PostgreSQL, sealed, and from there handed to an SMTP server, or to a folder in
// a demo, until it is taken.
package mail

import (
	"context"
	"fmt"
)

// Sender hands a message over. It is called by several at once. An error is a
// *Failure; after any, the message may have been taken all the same if the answer
// was lost.
type Sender interface {
	Send(ctx context.Context, l Letter) error
}

// Letter is a message and its envelope.
type Letter struct {
	From, To string // addresses alone
	Raw      []byte // RFC 5322
}

// Failure is why a message was not taken. Its text names neither the recipient nor
// anything the server wrote, which often does.
type Failure struct {
	// Refused: this message will never be taken.
	Refused bool
	// Down: nothing was said about the message; others would not be taken either.
	Down bool
	Code int // what the server answered; 0: nothing
	Err  error
}

func (f *Failure) Error() string {
	if f.Code != 0 {
		return fmt.Sprintf("%v: the server answered %d", f.Err, f.Code)
	}
	return f.Err.Error()
}

func (f *Failure) Unwrap() error { return f.Err }
