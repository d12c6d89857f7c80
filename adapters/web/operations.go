package web

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// The operations of the API. Their ids are also the actions entered in the
// journal of accesses: once used they are never renamed.
var (
	requestVisura = operation{id: "request-visura", method: http.MethodPut, path: "/api/v1/visure/{id}", status: http.StatusAccepted,
		summary: "Chiede una visura",
		about: "L'identificativo è scelto da chi chiede: ripetere la stessa richiesta con lo stesso identificativo non ha altro effetto, " +
			"una richiesta diversa con un identificativo già usato è rifiutata. Con `Prefer: wait=N` la risposta è 200 con la visura se l'esito, " +
			"o l'attesa di conferma, arriva in tempo; altrimenti 202, e la richiesta prosegue.",
		problems: []int{403, 409},
		example: commands.RequestVisura{Comune: "042002", Tipo: string(domain.Residenza), Soggetto: commands.SoggettoRichiesto{CodiceFiscale: "RSSMRA80A01H501U"},
			Finalita: "ISEE", NumeroPratica: "2026/004711"}}
	listVisure = operation{id: "list-visure", method: http.MethodGet, path: "/api/v1/visure", status: http.StatusOK,
		summary: "Elenca le visure",
		about: "Dalla più recente, quelle che chi chiama può vedere: l'operatore le proprie, l'ADMIN quelle dell'Ente, l'Anagrafe e chi verifica " +
			"quelle del Comune. Le pagine seguono il cursore `next`: ciò che arriva nel frattempo non fa saltare né ripetere nulla. La lettura resta nel registro degli accessi."}
	readVisura = operation{id: "read-visura", method: http.MethodGet, path: "/api/v1/visure/{id}", status: http.StatusOK,
		summary:  "Legge una visura con la sua storia",
		about:    "La lettura resta nel registro degli accessi. A chi verifica la persona è mostrata mascherata.",
		problems: []int{404}}
	downloadVisura = operation{id: "download-visura", method: http.MethodGet, path: "/api/v1/visure/{id}/document", status: http.StatusOK,
		summary:  "Scarica il documento",
		about:    "Ogni scaricamento è registrato nella storia della visura, prima che il documento sia consegnato.",
		problems: []int{403, 404, 409}}
	approveVisura = operation{id: "approve-visura", method: http.MethodPost, path: "/api/v1/visure/{id}/approval", status: http.StatusAccepted,
		summary:  "Conferma una richiesta in attesa",
		about:    "Spetta all'Anagrafe del Comune, mai a chi ha fatto la richiesta. Ripetuta, non ha altro effetto.",
		problems: []int{403, 404, 409}}
	rejectVisura = operation{id: "reject-visura", method: http.MethodPost, path: "/api/v1/visure/{id}/rejection", status: http.StatusAccepted,
		summary:  "Rifiuta una richiesta in attesa",
		about:    "Spetta all'Anagrafe del Comune, con un motivo. Decorso il termine del silenzio-assenso la richiesta è già confermata.",
		problems: []int{403, 404, 409},
		example:  commands.RejectVisura{Motivo: "pratica_non_riscontrata"}}
	withdrawVisura = operation{id: "withdraw-visura", method: http.MethodPost, path: "/api/v1/visure/{id}/withdrawal", status: http.StatusAccepted,
		summary:  "Ritira una propria richiesta in attesa",
		about:    "Spetta a chi ha fatto la richiesta, finché nessuno ha deciso.",
		problems: []int{403, 404, 409}}
	readStatus = operation{id: "status", method: http.MethodGet, path: "/status", status: http.StatusOK, public: true,
		summary: "Stato del servizio",
		about:   "200 se ogni parte sta bene, altrimenti 503 con lo stesso documento."}
)

// operation is one operation of the API as it is documented and routed.
type operation struct {
	id, method, path string
	status           int
	summary, about   string
	public           bool
	problems         []int // beyond those any operation of its kind may answer with
	example          any   // of its command
}

// maxBody bounds the body of a request: the largest command is a few hundred
// bytes. bodyTime bounds how long it may take to arrive.
const (
	maxBody  = 64 << 10
	bodyTime = 5 * time.Second
)

// describe makes the library's description of an operation.
func (o operation) describe() huma.Operation {
	d := huma.Operation{
		Method: o.method, Path: o.path, OperationID: o.id, Summary: o.summary, Description: o.about, DefaultStatus: o.status,
		Tags:         []string{"Servizio"},
		MaxBodyBytes: maxBody + 1, BodyReadTimeout: bodyTime, // the library refuses a body as long as the bound
		Errors: o.problems,
	}
	if o.public {
		return d
	}
	d.Tags = []string{"Visure"}
	d.Security = []map[string][]string{{tokenScheme: {}}}
	d.Errors = append(d.Errors, http.StatusUnauthorized, http.StatusUnprocessableEntity, http.StatusInternalServerError, http.StatusServiceUnavailable)
	if o.method == http.MethodGet {
		d.Errors = append(d.Errors, http.StatusBadRequest)
		return d
	}
	d.RequestBody = &huma.RequestBody{Description: "Il comando", Content: map[string]*huma.MediaType{jsonType: {Example: o.example}}}
	d.Errors = append(d.Errors, http.StatusBadRequest, http.StatusRequestTimeout, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	return d
}

// handle registers an operation whose errors are translated in one place.
func handle[I, O any](s *Server, api huma.API, o operation, answer func(context.Context, *I) (*O, error)) {
	d := o.describe()
	huma.Register(api, d, func(ctx context.Context, in *I) (*O, error) {
		out, err := answer(ctx, in)
		if err != nil {
			return nil, s.refuse(ctx, err)
		}
		return out, nil
	})
	if d.RequestBody != nil {
		// A command all of whose items may be left out may be left out itself.
		schema := api.OpenAPI().Components.Schemas.SchemaFromRef(d.RequestBody.Content[jsonType].Schema.Ref)
		d.RequestBody.Required = len(schema.Required) > 0
	}
}
