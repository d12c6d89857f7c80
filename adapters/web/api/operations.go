package api

import (
	"context"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
)

// The tags of the documentation.
const (
	visure      = "Visure"
	accesso     = "Accesso"
	utenti      = "Utenti"
	enti        = "Enti"
	convenzioni = "Convenzioni"
	profili     = "Profili"
	postazioni  = "Postazioni"
	applicativi = "Applicativi"
	comuni      = "Comuni"
	registro    = "Registro"
	statistiche = "Statistiche"
	servizio    = "Servizio"

	ricertificazioni = "Ricertificazioni"
	massive          = "Richieste massive"
	sorveglianza     = "Allarmi"
)

// operation is one operation of the API as it is documented and routed.
type operation struct {
	// id is also the action entered in the journal of accesses: once used it is
	// never renamed.
	id, method, path string
	object           func(id string) string // the stream that {id} in path names, "" for what is no id
	tag              string                 // under which the documentation lists it
	status           int
	summary, about   string
	public           bool
	limited          bool                  // each address may send so many a minute
	personal         bool                  // about what is a person's own: for who signed in, in whatever capacity or none
	stepUp           bool                  // wants a second factor proven within edge.StepUp
	problems         []int                 // beyond those any operation of its kind may answer with
	example          any                   // of its command
	upload           *upload               // what it receives, if that is no JSON
	most             int64                 // bytes of its command at most; 0: maxBody
	answers          func(*huma.Operation) // completes its answers with what the library cannot know of
}

// get is an operation that reads.
func get(id, path, tag, summary, about string, problems ...int) operation {
	return operation{id: id, method: http.MethodGet, path: path, tag: tag, status: http.StatusOK, summary: summary, about: about, problems: problems}
}

// post is an operation that does what is no command of one aggregate.
func post(id, path, tag, summary, about string) operation {
	return operation{id: id, method: http.MethodPost, path: path, tag: tag, status: http.StatusOK, summary: summary, about: about,
		problems: []int{http.StatusForbidden, http.StatusNotFound, http.StatusConflict}}
}

// own is an operation about what is a person's own.
func own(o operation) operation {
	o.personal = true
	return o
}

// open is an operation for whoever is not known yet: each address may send so many of
// them a minute (edge.Edge.Arriving).
func (o operation) open() operation {
	o.public, o.limited = true, true
	return o
}

// silent is an operation that answers with nothing but its status.
func (o operation) silent() operation {
	o.status = http.StatusNoContent
	return o
}

// elevated is an operation that wants a second factor.
func (o operation) elevated() operation {
	o.stepUp = true
	return o
}

// bodied is an answer that is nothing but a body.
type bodied[B any] struct{ Body B }

func answer[B any](b B) *bodied[B] { return &bodied[B]{b} }

// done is an answer that says no more than that.
type done struct{}

// rawJSON is JSON that is passed on as it is.
type rawJSON []byte

// MarshalJSON writes it as it is.
func (r rawJSON) MarshalJSON() ([]byte, error) { return r, nil }

// UnmarshalJSON takes it as it is.
func (r *rawJSON) UnmarshalJSON(text []byte) error {
	*r = append((*r)[:0], text...)
	return nil
}

// Schema implements huma.SchemaProvider: any JSON object.
func (rawJSON) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}
}

// objectKey is where an operation's description has what names its object.
const objectKey = "object"

// personalKey and stepUpKey are where it says what it wants of who calls, limitedKey
// whether they may not call too often.
const (
	personalKey = "personal"
	stepUpKey   = "step-up"
	limitedKey  = "limited"
)

// maxBody bounds the body of a request: the largest command is a few hundred
// bytes.
const maxBody = 64 << 10

// longBody is how long a command may take to arrive that is larger.
const longBody = 20 * time.Second

// upload is a file that an operation receives as the body of the request.
type upload struct {
	types  []string // media types it may be of
	most   int64    // bytes
	within time.Duration
	about  string
}

// describe makes the library's description of an operation, which may have a body.
func (o operation) describe(bodied bool) huma.Operation {
	d := huma.Operation{
		Method: o.method, Path: o.path, OperationID: o.id, Summary: o.summary, Description: o.about, DefaultStatus: o.status,
		Tags:         []string{o.tag},
		MaxBodyBytes: maxBody + 1, BodyReadTimeout: edge.BodyTime, // the library refuses a body as long as the bound
		Errors:   o.problems,
		Metadata: map[string]any{objectKey: o.object, personalKey: o.personal, stepUpKey: o.stepUp, limitedKey: o.limited},
	}
	if o.stepUp {
		d.Extensions = map[string]any{"x-step-up": true}
	}
	if !o.public {
		d.Security = []map[string][]string{{tokenScheme: {}}}
		d.Errors = append(d.Errors, http.StatusUnauthorized)
	}
	if o.limited {
		d.Errors = append(d.Errors, http.StatusTooManyRequests)
	}
	d.Errors = append(d.Errors, http.StatusBadRequest, http.StatusUnprocessableEntity, http.StatusInternalServerError, http.StatusServiceUnavailable)
	if !bodied {
		return d
	}
	d.RequestBody = &huma.RequestBody{Description: "Il comando", Content: map[string]*huma.MediaType{jsonType: {Example: o.example}}}
	if o.most > 0 {
		d.MaxBodyBytes, d.BodyReadTimeout = o.most+1, longBody
	}
	if o.upload != nil {
		d.RequestBody = &huma.RequestBody{Description: o.upload.about, Required: true, Content: map[string]*huma.MediaType{}}
		for _, t := range o.upload.types {
			d.RequestBody.Content[t] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
		}
		d.MaxBodyBytes, d.BodyReadTimeout = o.upload.most+1, o.upload.within
	}
	d.Errors = append(d.Errors, http.StatusRequestTimeout, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	return d
}

// handle registers an operation whose errors are translated in one place.
func handle[I, O any](a *API, o operation, answer func(context.Context, *I) (*O, error)) {
	_, bodied := reflect.TypeFor[I]().FieldByName("Body")
	d := o.describe(bodied || o.upload != nil)
	a.answers[o.id] = o.answers
	huma.Register(a.huma, d, func(ctx context.Context, in *I) (*O, error) {
		out, err := answer(ctx, in)
		if err != nil {
			return nil, a.Refuse(ctx, err)
		}
		return out, nil
	})
	if d.RequestBody != nil && o.upload == nil {
		// A command all of whose items may be left out may be left out itself.
		schema := a.huma.OpenAPI().Components.Schemas.SchemaFromRef(d.RequestBody.Content[jsonType].Schema.Ref)
		d.RequestBody.Required = len(schema.Required) > 0
	}
}
