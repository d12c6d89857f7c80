package web

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// Problem is the answer to a request that was refused or failed (RFC 9457).
// Its texts are Italian and safe to show; nothing internal and no value of the
// request is ever in it.
type Problem struct {
	Type     string     `json:"type" example:"/docs/problemi#invalid"`
	Title    string     `json:"title" example:"Richiesta non valida"`
	Status   int        `json:"status" example:"422"`
	Detail   string     `json:"detail,omitempty" example:"il codice fiscale non supera il controllo"`
	Instance string     `json:"instance,omitempty" example:"urn:uuid:0b0c4f5e-6f1e-4c43-a9a5-2b4a7f1c9d10"`
	Code     string     `json:"code" example:"invalid"`
	Errors   []Offender `json:"errors,omitempty"`

	headers http.Header
}

// Offender names one item of a request that was refused.
type Offender struct {
	Field   string `json:"field" example:"soggetto.codice_fiscale"`
	Message string `json:"message" example:"il codice fiscale non supera il controllo"`

	foreign bool // Field is the caller's own word: an item the API does not know
}

// Error names the code only: texts are for the client.
func (p *Problem) Error() string { return "problem " + p.Code }

// GetStatus is the HTTP status of the answer.
func (p *Problem) GetStatus() int { return p.Status }

// GetHeaders are the headers HTTP wants beside the status.
func (p *Problem) GetHeaders() http.Header { return p.headers }

// ContentType is the media type of RFC 9457.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// kind is a kind of problem.
type kind struct {
	status int
	title  string
}

// The codes of problems beyond those of refusals are those of HTTP itself.
const (
	malformed        = "malformed"
	unauthenticated  = "unauthenticated"
	methodNotAllowed = "method_not_allowed"
	timedOut         = "timeout"
	tooLarge         = "too_large"
	unsupportedMedia = "unsupported_media_type"
	tooMany          = "too_many_requests"
)

var kinds = map[string]kind{
	string(domain.Invalid):     {http.StatusUnprocessableEntity, "Richiesta non valida"},
	string(domain.NotFound):    {http.StatusNotFound, "Non trovato"},
	string(domain.Conflict):    {http.StatusConflict, "Richiesta in contrasto con lo stato attuale"},
	string(domain.Forbidden):   {http.StatusForbidden, "Operazione non consentita"},
	string(domain.Unavailable): {http.StatusServiceUnavailable, "Servizio momentaneamente non disponibile"},
	string(domain.Internal):    {http.StatusInternalServerError, "Errore interno"},
	malformed:                  {http.StatusBadRequest, "Richiesta non leggibile"},
	unauthenticated:            {http.StatusUnauthorized, "Autenticazione necessaria"},
	methodNotAllowed:           {http.StatusMethodNotAllowed, "Metodo non ammesso"},
	timedOut:                   {http.StatusRequestTimeout, "Richiesta arrivata troppo lentamente"},
	tooLarge:                   {http.StatusRequestEntityTooLarge, "Richiesta troppo grande"},
	unsupportedMedia:           {http.StatusUnsupportedMediaType, "Formato della richiesta non ammesso"},
	tooMany:                    {http.StatusTooManyRequests, "Troppe richieste"},
}

// pause is how long a client is asked to wait before it tries again, in
// seconds.
const pause = 5

const unexpected = "Errore interno: riprovare più tardi."

// problem makes the answer of a kind, by its code.
func problem(code, detail string, offenders ...Offender) *Problem {
	kind, ok := kinds[code]
	if !ok {
		code, kind = string(domain.Internal), kinds[string(domain.Internal)]
	}
	p := &Problem{Type: "/docs/problemi#" + code, Title: kind.title, Status: kind.status, Detail: detail, Code: code, Errors: offenders}
	if kind.status == http.StatusServiceUnavailable {
		p.set("Retry-After", strconv.Itoa(pause))
	}
	return p
}

func (p *Problem) set(header, value string) {
	if p.headers == nil {
		p.headers = http.Header{}
	}
	p.headers.Set(header, value)
}

// refusal translates an error once, at the edge. Whatever is not a refusal
// becomes an internal error without a word of it.
func refusal(err error) *Problem {
	var p *Problem
	var refused *domain.Error
	switch {
	case errors.As(err, &p):
		return p
	case errors.As(err, &refused) && refused.Field != "":
		return problem(string(refused.Code), sentence(refused.Message), Offender{Field: refused.Field, Message: refused.Message})
	case refused != nil:
		return problem(string(refused.Code), sentence(refused.Message))
	case outage(err):
		return problem(string(domain.Unavailable), "Una parte del sistema non risponde: riprovare tra poco.")
	}
	return problem(string(domain.Internal), unexpected)
}

// sentence makes a refusal, which is written to follow a colon, stand by itself.
func sentence(message string) string {
	first, size := utf8.DecodeRuneInString(message)
	message = string(unicode.ToUpper(first)) + message[size:]
	if !strings.HasSuffix(message, ".") {
		message += "."
	}
	return message
}

// outage says whether something the server needs does not answer: the same
// request may succeed when it does again.
func outage(err error) bool {
	var network net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, projections.ErrDetached) || errors.As(err, &network)
}

// at names the item of the request a refusal is about, where the rule that
// refused it cannot know.
func at(field string, err error) error {
	var refused *domain.Error
	if !errors.As(err, &refused) {
		return err
	}
	return &domain.Error{Code: refused.Code, Field: field, Message: refused.Message}
}

// write answers with a problem.
func write(w http.ResponseWriter, p *Problem) {
	for name, values := range p.headers {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // a client who left needs no answer
}
