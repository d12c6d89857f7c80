package commands

import (
	"context"
	"fmt"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

// Anagrafe asks the national registry. A call may be repeated with the same
// IDOperazione: the registry answers what it answered before. It is safe for
// concurrent use. Failures are of type *AnagrafeError.
type Anagrafe interface {
	Consult(ctx context.Context, q Query) (scheda.Scheda, error)
}

// Query is one question to the registry.
type Query struct {
	IDOperazione string
	Comune       domain.CodiceISTAT
	Collegamento domain.ComuneConnected
	Soggetto     domain.Soggetto
	Entry        documento.Entry // what to ask for
	Ambito       domain.Ambito
	Richiedente  string      // the public body that asks, in its own words
	Pratica      string      // protocol number of the Comune's header
	Day          domain.Date // the day the answer is about
	At           time.Time   // of sending
}

// AnagrafeError is a call that brought no usable answer. Codes are all those
// the registry named, the cause first; Text is the registry's own and may hold
// personal data: it is never logged. Reason is why no document can be made, where
// it is not what the codes say of the requester's own data.
type AnagrafeError struct {
	Class            domain.FailureClass
	Codes            []string
	Reason           string
	Text             string
	IDOperazioneANPR string
	RetryAfter       time.Duration // hint, zero when there is none
	Err              error         // technical cause, without personal data
}

func (e *AnagrafeError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("registry: %s %v: %v", e.Class, e.Codes, e.Err)
	}
	return fmt.Sprintf("registry: %s %v", e.Class, e.Codes)
}

func (e *AnagrafeError) Unwrap() error { return e.Err }

// Renderer turns words into a PDF. Equal documents make equal bytes.
type Renderer interface {
	Render(documento.Documento) (pdf []byte, pages int, err error)
}

// Issue is a document with the event that will announce it.
type Issue struct {
	Event domain.VisuraIssued
	PDF   []byte
}

// Archive keeps issued documents, encrypted under the visura's data key.
type Archive interface {
	// Put stores the issue durably unless the visura has one already, and returns
	// the one that is kept: of two that try at once, both get the same.
	Put(ctx context.Context, id domain.VisuraID, issue Issue) (Issue, error)
	// Get returns the issue kept for the visura; ok is false when there is none.
	Get(ctx context.Context, id domain.VisuraID) (issue Issue, ok bool, err error)
}
