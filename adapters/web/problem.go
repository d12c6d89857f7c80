package web

import (
	"errors"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"github.com/visure-anagrafiche/visure/domain"
)

// Problem is the answer to a request that was refused or failed (RFC 9457).
// Its texts are Italian and safe to show; nothing internal is ever in it.
type Problem struct {
	Type   string     `json:"type" example:"/docs/problemi#invalid" doc:"Riferimento alla spiegazione del tipo di problema"`
	Title  string     `json:"title" example:"Richiesta non valida" doc:"Che cosa è successo, in breve"`
	Status int        `json:"status" example:"422" doc:"Codice di stato HTTP"`
	Detail string     `json:"detail,omitempty" doc:"Spiegazione di questo caso"`
	Code   string     `json:"code" example:"invalid" doc:"Codice del problema, per i programmi"`
	Errors []Offender `json:"errors,omitempty" doc:"Gli elementi della richiesta che non vanno"`
}

// Offender names one item of a request that was refused.
type Offender struct {
	Field   string `json:"field" example:"soggetto.codice_fiscale" doc:"L'elemento della richiesta"`
	Message string `json:"message" doc:"Che cosa non va"`
}

// Error names the code only: texts are for the client.
func (p *Problem) Error() string { return "problem " + p.Code }

// GetStatus is the HTTP status of the answer.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is the media type of RFC 9457.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// kinds are the problems there are: one for each code of a refusal, and those
// of HTTP itself.
var kinds = map[string]struct {
	status int
	title  string
}{
	string(domain.Invalid):     {http.StatusUnprocessableEntity, "Richiesta non valida"},
	string(domain.NotFound):    {http.StatusNotFound, "Non trovato"},
	string(domain.Conflict):    {http.StatusConflict, "Richiesta in contrasto con lo stato attuale"},
	string(domain.Forbidden):   {http.StatusForbidden, "Operazione non consentita"},
	string(domain.Unavailable): {http.StatusServiceUnavailable, "Servizio momentaneamente non disponibile"},
	string(domain.Internal):    {http.StatusInternalServerError, "Errore interno"},
	"malformed":                {http.StatusBadRequest, "Richiesta non leggibile"},
	"unauthenticated":          {http.StatusUnauthorized, "Autenticazione necessaria"},
	"method_not_allowed":       {http.StatusMethodNotAllowed, "Metodo non ammesso"},
	"not_acceptable":           {http.StatusNotAcceptable, "Formato di risposta non disponibile"},
	"timeout":                  {http.StatusRequestTimeout, "Richiesta arrivata troppo lentamente"},
	"too_large":                {http.StatusRequestEntityTooLarge, "Richiesta troppo grande"},
	"unsupported_media_type":   {http.StatusUnsupportedMediaType, "Formato della richiesta non ammesso"},
}

// problem makes the answer of a kind, by its code.
func problem(code, detail string, offenders ...Offender) *Problem {
	kind, ok := kinds[code]
	if !ok {
		code, kind = string(domain.Internal), kinds[string(domain.Internal)]
	}
	return &Problem{Type: "/docs/problemi#" + code, Title: kind.title, Status: kind.status, Detail: detail, Code: code, Errors: offenders}
}

// refusal translates an error once, at the edge. Whatever is not a refusal
// becomes an internal error without a word of it.
func refusal(err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	var refused *domain.Error
	switch {
	case !errors.As(err, &refused):
		return problem(string(domain.Internal), "Errore interno: riprovare più tardi.")
	case refused.Field == "":
		return problem(string(refused.Code), refused.Message)
	}
	return problem(string(refused.Code), refused.Message, Offender{refused.Field, refused.Message})
}

// italianProblems replaces the texts of the HTTP library by Italian ones. The
// library keeps them in package variables, so it is done once, before any
// router is made.
func italianProblems() {
	huma.NewError = func(status int, _ string, errs ...error) huma.StatusError {
		return fromLibrary(status, errs)
	}
	huma.NewErrorWithContext = func(ctx huma.Context, status int, _ string, errs ...error) huma.StatusError {
		p := fromLibrary(status, errs)
		of(ctx.Context()).refused = p
		return p
	}
	validation.MsgUnexpectedProperty = "campo sconosciuto"
	validation.MsgExpectedRequiredProperty = "manca il campo %s"
	validation.MsgExpectedString = "ci si aspetta un testo"
	validation.MsgExpectedNumber = "ci si aspetta un numero"
	validation.MsgExpectedInteger = "ci si aspetta un numero intero"
	validation.MsgExpectedBoolean = "ci si aspetta vero o falso"
	validation.MsgExpectedObject = "ci si aspetta un oggetto"
	validation.MsgExpectedArray = "ci si aspetta un elenco"
	validation.MsgExpectedOneOf = "ci si aspetta uno tra: %s"
	validation.MsgExpectedMinLength = "lunghezza minima %d"
	validation.MsgExpectedMaxLength = "lunghezza massima %d"
	validation.MsgExpectedMinimumNumber = "ci si aspetta un numero non minore di %v"
	validation.MsgExpectedMaximumNumber = "ci si aspetta un numero non maggiore di %v"
	validation.MsgExpectedRFC3339Date = "ci si aspetta una data AAAA-MM-GG"
	validation.MsgExpectedRFC3339DateTime = "ci si aspetta una data e ora RFC 3339"
	validation.MsgExpectedRFC4122UUID = "ci si aspetta un UUID"
}

// libraryCodes are the codes of what the HTTP library itself refuses.
var libraryCodes = map[int]string{
	http.StatusBadRequest:            "malformed",
	http.StatusNotFound:              string(domain.NotFound),
	http.StatusMethodNotAllowed:      "method_not_allowed",
	http.StatusNotAcceptable:         "not_acceptable",
	http.StatusRequestTimeout:        "timeout",
	http.StatusRequestEntityTooLarge: "too_large",
	http.StatusUnsupportedMediaType:  "unsupported_media_type",
	http.StatusUnprocessableEntity:   string(domain.Invalid),
}

func fromLibrary(status int, errs []error) *Problem {
	p := problem(libraryCodes[status], libraryDetails[status])
	for _, err := range errs {
		var detail huma.ErrorDetailer
		if !errors.As(err, &detail) {
			continue
		}
		d := detail.ErrorDetail()
		_, field, ok := strings.Cut(d.Location, ".")
		if !ok {
			field = d.Location
		}
		if status == http.StatusUnprocessableEntity && field != "" {
			p.Errors = append(p.Errors, Offender{field, d.Message})
		}
	}
	return p
}

var libraryDetails = map[int]string{
	http.StatusBadRequest:            "Il corpo della richiesta non è un documento JSON ben formato.",
	http.StatusUnprocessableEntity:   "La richiesta ha elementi mancanti, sconosciuti o di forma sbagliata.",
	http.StatusRequestEntityTooLarge: "Il corpo della richiesta supera i 64 KiB.",
	http.StatusUnsupportedMediaType:  "Il corpo della richiesta deve essere application/json.",
	http.StatusRequestTimeout:        "Il corpo della richiesta non è arrivato in tempo.",
}
