package api

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
)

const (
	documentPath = "/api/v1/openapi.json"
	jsonType     = "application/json"
	// How a caller is known: by a token alone, never by the cookie of a browser.
	tokenScheme = "token"
)

func (a *API) config() huma.Config {
	config := huma.DefaultConfig("Visure anagrafiche", a.Version)
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = "", "", ""
	config.CreateHooks = nil
	config.RejectUnknownQueryParameters = true
	format := huma.Format{Marshal: huma.DefaultJSONFormat.Marshal, Unmarshal: unmarshal}
	config.Formats = map[string]huma.Format{jsonType: format, "json": format}
	config.Info.Description = "Visure anagrafiche ai sensi dell'art. 43, comma 4, del D.P.R. 445/2000: richiesta, conferma, documento.\n\n" +
		"Ogni risposta di errore è un problema RFC 9457 in italiano; i codici sono spiegati in [/docs/problemi](/docs/problemi). " +
		"Ciò che non si può vedere risponde 404. Ogni comando restituisce `Visura-Position`: passata in `at_least`, fa attendere a una lettura l'effetto del comando."
	config.Info.Contact = &huma.Contact{Name: "Visure anagrafiche"}
	config.Servers = []*huma.Server{{URL: "/", Description: "Questo servizio"}}
	config.Tags = []*huma.Tag{
		{Name: accesso, Description: "Come si entra e con che cosa: password, secondo fattore, sessioni, capacità"},
		{Name: visure, Description: "Le richieste di visura, dalla domanda al documento"},
		{Name: utenti, Description: "Le persone: chi sono, che ruoli e che profili hanno, e dove"},
		{Name: enti, Description: "Gli Enti che chiedono, con i loro uffici"},
		{Name: convenzioni, Description: "Gli atti tra Enti e Comuni, con gli allegati"},
		{Name: profili, Description: "Gli insiemi di abilitazioni che un Comune attribuisce"},
		{Name: postazioni, Description: "Le postazioni autorizzate"},
		{Name: applicativi, Description: "Il software che chiede per conto di persone"},
		{Name: comuni, Description: "Le scelte di un Comune"},
		{Name: registro, Description: "Il registro degli accessi: chi ha letto che cosa, e che cosa è stato rifiutato"},
		{Name: statistiche, Description: "Quante richieste, con che esito e in quanto tempo"},
		{Name: servizio, Description: "Come sta il servizio"},
	}
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		tokenScheme: {Type: "http", Scheme: "bearer", Description: "Token di una sessione, di un applicativo, o rilasciato dall'installazione"},
	}
	return config
}

// publish completes the document made from the code and serves it.
func (a *API) publish(doc *huma.OpenAPI) http.HandlerFunc {
	explain(doc)
	for _, item := range doc.Paths {
		for _, op := range []*huma.Operation{item.Get, item.Put, item.Post} {
			if op != nil {
				a.completeResponses(op)
			}
		}
	}
	text, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		panic("the OpenAPI document cannot be written: " + err.Error())
	}
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/openapi+json")
		_, _ = w.Write(text) // a client who left needs no document
	}
}

// successes say in Italian how an operation may end well.
var successes = map[string]string{
	"200": "Ecco quanto chiesto",
	"204": "Fatto",
	"202": "Accolta: l'effetto si legge alla posizione indicata",
	"304": "Nulla è cambiato rispetto alla versione indicata in If-None-Match",
}

// completeResponses words the answers of an operation, and adds those the
// library cannot know of.
func (a *API) completeResponses(op *huma.Operation) {
	if complete := a.answers[op.OperationID]; complete != nil {
		complete(op)
	}
	for code, response := range op.Responses {
		for _, header := range response.Headers {
			header.Description = header.Schema.Description
		}
		status, _ := strconv.Atoi(code)
		if text, ok := successes[code]; ok {
			response.Description = text
			continue
		}
		response.Description = titleOf(status)
		switch status {
		case http.StatusTooManyRequests:
			response.Description = "Troppe richieste, o quota esaurita"
			fallthrough
		case http.StatusServiceUnavailable:
			response.Headers = map[string]*huma.Param{"Retry-After": {Description: "Secondi dopo i quali riprovare", Schema: &huma.Schema{Type: huma.TypeInteger}}}
		case http.StatusUnauthorized:
			response.Headers = map[string]*huma.Param{"WWW-Authenticate": {Description: "Come autenticarsi (RFC 6750)", Schema: &huma.Schema{Type: huma.TypeString}}}
		}
	}
}

// titleOf words a status: of several kinds of problem that share one, by the first.
func titleOf(status int) string {
	for _, code := range slices.Sorted(maps.Keys(edge.Kinds)) {
		if edge.Kinds[code].Status == status {
			return edge.Kinds[code].Title
		}
	}
	return http.StatusText(status)
}

// explain gives every property of every schema its description, from the
// glossary, and lets what the server sends grow without breaking who reads it
// strictly: only what it receives is closed.
func explain(doc *huma.OpenAPI) {
	received := map[string]bool{}
	for _, item := range doc.Paths {
		for _, op := range []*huma.Operation{item.Put, item.Post} {
			if op != nil && op.RequestBody != nil {
				for _, body := range op.RequestBody.Content {
					closed(doc.Components.Schemas, body.Schema, received)
				}
			}
		}
	}
	for name, schema := range doc.Components.Schemas.Map() {
		if !received[name] {
			schema.AdditionalProperties = nil
		}
		for property, s := range schema.Properties {
			term := glossary[property]
			if special, ok := glossary[name+"."+property]; ok {
				term = special
			}
			term.describe(s)
		}
	}
	for _, schema := range doc.Components.Schemas.Map() {
		schema.PrecomputeMessages()
	}
}

// closed notes the schemas a body is made of.
func closed(all huma.Registry, s *huma.Schema, received map[string]bool) {
	if s.Items != nil {
		closed(all, s.Items, received)
	}
	if s.Ref == "" {
		return
	}
	received[strings.TrimPrefix(s.Ref, "#/components/schemas/")] = true
	for _, property := range all.SchemaFromRef(s.Ref).Properties {
		closed(all, property, received)
	}
}

// term is what a property means wherever it appears.
type term struct {
	about  string
	values []string // all it may be
	format string
}

func (t term) describe(s *huma.Schema) {
	if s.Ref != "" {
		return // its own schema describes it
	}
	if s.Description == "" {
		s.Description = t.about
	}
	if t.format != "" {
		s.Format = t.format
	}
	for _, value := range t.values {
		s.Enum = append(s.Enum, value)
	}
}

func typeCodes() (codes []string) {
	for _, tipo := range documento.Tipi() {
		codes = append(codes, string(tipo))
	}
	return codes
}

func motivoCodes(grounds []domain.Motivo) (codes []string) {
	for _, reason := range grounds {
		codes = append(codes, reason.Code)
	}
	return codes
}
