package edge

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

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
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
	Contatto string     `json:"contatto,omitempty" example:"Ufficio Anagrafe, tel. 0545 000000"`
	Errors   []Offender `json:"errors,omitempty"`

	headers http.Header
}

// Offender names one item of a request that was refused.
type Offender struct {
	Field   string `json:"field" example:"soggetto.codice_fiscale"`
	Message string `json:"message" example:"il codice fiscale non supera il controllo"`

	Foreign bool `json:"-"` // Field is the caller's own word: an item the API does not know
}

// Error names the code only: texts are for the client.
func (p *Problem) Error() string { return "problem " + p.Code }

// GetStatus is the HTTP status of the answer.
func (p *Problem) GetStatus() int { return p.Status }

// GetHeaders are the headers HTTP wants beside the status.
func (p *Problem) GetHeaders() http.Header { return p.headers }

// ContentType is the media type of RFC 9457.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// Kind is a kind of problem.
type Kind struct {
	Status int
	Title  string
}

// The codes of problems beyond those of refusals are those of HTTP itself.
const (
	Malformed        = "malformed"
	NoCapacity       = "no_capacity"
	Unauthenticated  = "unauthenticated"
	MethodNotAllowed = "method_not_allowed"
	TimedOut         = "timeout"
	TooLarge         = "too_large"
	UnsupportedMedia = "unsupported_media_type"
	TooMany          = "too_many_requests"
	// Precondition is a resource that is no longer as the caller has seen it.
	Precondition = "precondition_failed"
	// StepUpRequired is an operation that wants a second factor given a short while ago.
	StepUpRequired = "step_up_required"
)

// Kinds are all problems there are, by code.
var Kinds = map[string]Kind{
	string(domain.Invalid):     {http.StatusUnprocessableEntity, "Richiesta non valida"},
	string(domain.NotFound):    {http.StatusNotFound, "Non trovato"},
	string(domain.Conflict):    {http.StatusConflict, "Richiesta in contrasto con lo stato attuale"},
	string(domain.Forbidden):   {http.StatusForbidden, "Operazione non consentita"},
	string(domain.Exhausted):   {http.StatusTooManyRequests, "Quota esaurita"},
	string(domain.Unavailable): {http.StatusServiceUnavailable, "Servizio momentaneamente non disponibile"},
	string(domain.Internal):    {http.StatusInternalServerError, "Errore interno"},
	NoCapacity:                 {http.StatusForbidden, "Capacità non scelta"},
	Malformed:                  {http.StatusBadRequest, "Richiesta non leggibile"},
	Unauthenticated:            {http.StatusUnauthorized, "Autenticazione necessaria"},
	MethodNotAllowed:           {http.StatusMethodNotAllowed, "Metodo non ammesso"},
	TimedOut:                   {http.StatusRequestTimeout, "Richiesta arrivata troppo lentamente"},
	TooLarge:                   {http.StatusRequestEntityTooLarge, "Richiesta troppo grande"},
	UnsupportedMedia:           {http.StatusUnsupportedMediaType, "Formato della richiesta non ammesso"},
	TooMany:                    {http.StatusTooManyRequests, "Troppe richieste"},
	Precondition:               {http.StatusPreconditionFailed, "Cambiato nel frattempo"},
	StepUpRequired:             {http.StatusForbidden, "Serve il secondo fattore"},
}

// Pause is how long a client is asked to wait before it tries again, in
// seconds.
const Pause = 5

// Unexpected is what is said of a fault, whatever it was.
const Unexpected = "Errore interno: riprovare più tardi."

// NewProblem makes the answer of a kind, by its code.
func NewProblem(code, detail string, offenders ...Offender) *Problem {
	kind, ok := Kinds[code]
	if !ok {
		code, kind = string(domain.Internal), Kinds[string(domain.Internal)]
	}
	p := &Problem{Type: "/docs/problemi#" + code, Title: kind.Title, Status: kind.Status, Detail: detail, Code: code, Errors: offenders}
	if kind.Status == http.StatusServiceUnavailable {
		p.Set("Retry-After", strconv.Itoa(Pause))
	}
	return p
}

// Set adds a header to the answer.
func (p *Problem) Set(header, value string) {
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
	case errors.Is(err, commands.ErrRefused):
		return refusal(commands.SignInRefused(err))
	case errors.As(err, &refused):
		p = NewProblem(string(refused.Code), Sentence(refused.Message))
		if refused.Quota != nil {
			p.exhausted(*refused.Quota)
		}
		if p.Contatto = refused.Contact; refused.Field != "" {
			p.Errors = []Offender{{Field: refused.Field, Message: refused.Message}}
		}
		return p
	case errors.Is(err, commands.ErrMoved):
		return NewProblem(Precondition, "Ciò su cui si opera è cambiato da quando è stato letto: rileggerlo e ripetere.", Offender{Field: "If-Match", Message: "non è la versione attuale"})
	case errors.Is(err, commands.ErrErased):
		return NewProblem(string(domain.Conflict), "I dati di questa richiesta sono stati cancellati.")
	case outage(err):
		return NewProblem(string(domain.Unavailable), "Una parte del sistema non risponde: riprovare tra poco.")
	}
	return NewProblem(string(domain.Internal), Unexpected)
}

// Sentence makes a refusal, which is written to follow a colon, stand by itself.
func Sentence(message string) string {
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
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, engine.ErrDetached) || errors.As(err, &network)
}

// At names the item of the request a refusal is about, where the rule that
// refused it cannot know.
func At(field string, err error) error {
	var refused *domain.Error
	if !errors.As(err, &refused) {
		return err
	}
	at := *refused
	at.Field = field
	return &at
}

// Write answers a request with a problem, its headers and its status, and has it entered.
func Write(w http.ResponseWriter, r *http.Request, p *Problem) {
	Of(r.Context()).Refused = p
	for name, values := range p.headers {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // a client who left needs no answer
}

// fault is the answer to who met one, with the name under which the log has it.
func fault(ctx context.Context) *Problem {
	p := NewProblem(string(domain.Internal), Unexpected)
	if id := RequestID(ctx); id != "" {
		p.Instance = "urn:uuid:" + id
	}
	return p
}

// UnknownCaller asks for a token, and says so if there was one that is no good
// (RFC 6750 section 3).
func UnknownCaller(authorization string) *Problem {
	p := NewProblem(Unauthenticated, "Serve un token valido nell'intestazione Authorization.", Offender{Field: "Authorization", Message: "token assente o non valido"})
	challenge := `Bearer realm="visure"`
	if authorization != "" {
		challenge += `, error="invalid_token"`
	}
	p.Set("WWW-Authenticate", challenge)
	return p
}

// Superseded tells who was signed out by a sign-in elsewhere that they were.
func Superseded() *Problem {
	p := NewProblem(Unauthenticated, "La sessione è stata chiusa perché lo stesso utente ha fatto accesso da un'altra postazione.")
	p.Set("WWW-Authenticate", `Bearer realm="visure", error="invalid_token"`)
	return p
}
