// Package pages is what people see in a browser: one file a page, its template
// in templates. Everything works without script.
package pages

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/klauspost/compress/gzip"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// Pages answers with pages. All fields must be set before Routes is called; it
// is safe for concurrent use.
type Pages struct {
	*edge.Edge
	*projections.Registers
	Elenco           *projections.ElencoQueries
	Dettagli         *projections.DettaglioQueries
	Ricertificazioni *projections.RicertificazioniQueries
	Massive          *projections.MassiveQueries
	Casi             *projections.CasiQueries
	Statistiche      *projections.StatisticheQueries
	Access           *commands.Access
	Enrolment        *commands.Enrolment
	// Comments go to whoever runs the installation; nil: people turn to their Comune.
	Comments *commands.Comments
	// HandOut records that a document is handed out, and returns it.
	HandOut func(ctx context.Context, id domain.VisuraID, at int64, record commands.RecordDownload) (edge.Document, error)
	// Effects finds whom a command about an act or a profile, named by its id, would give
	// something or take something from, and the digest by which that is confirmed.
	Effects func(ctx context.Context, id string, cmd any) ([]projections.Effetto, string, error)
	// Attach keeps a file under an act and records it.
	Attach func(ctx context.Context, id domain.ConvenzioneID, at int64, name string, file []byte) (commands.Outcome, string, error)
	// Import decides, and unless it is a preview enters, the persons of a file (CSV).
	Import func(ctx context.Context, file []byte, preview bool) (edge.Imported, error)
	// ReadPeople reads a file of people to ask about, and the line of each in it.
	ReadPeople func(file []byte) (people []commands.SoggettoRichiesto, lines []int, err error)
	// RequestMassiva asks about many people, unless one of them is wrong or it is a preview.
	RequestMassiva func(ctx context.Context, id domain.MassivaID, c commands.RequestMassiva, lines []int, preview bool) (edge.Massiva, error)
	// Documents returns the documents of a request about many people as one file.
	Documents func(ctx context.Context, id domain.MassivaID) (edge.Documents, error)
	// Annex records that a file of an act is handed out, and returns it.
	Annex func(ctx context.Context, id domain.ConvenzioneID, annex string) (edge.Annex, error)
	// Letter prints a person's letter of appointment at a pair, and enters that it was read.
	Letter func(ctx context.Context, id domain.UtenteID, pair domain.Pair) ([]byte, error)
	// ReplaceConnection makes a test call with another way to ANPR and puts it in force if
	// ANPR answers; TryConnection makes one over the way in force.
	ReplaceConnection func(ctx context.Context, comune domain.CodiceISTAT, at int64, next commands.NewConnection) (commands.ConnectionReport, error)
	TryConnection     func(ctx context.Context, comune domain.CodiceISTAT) (commands.ConnectionReport, error)
	// Circuit tells how the calls of a Comune to ANPR in an environment (tipoInvio) stand.
	Circuit func(comune domain.CodiceISTAT, tipoInvio string) commands.Circuit
	// ReadOnly says whether nothing can be recorded, since the event store's disk failed.
	ReadOnly func() bool
	// KeepStemma draws the coat of arms of a file anew and brings it in; it returns its hash.
	KeepStemma func(ctx context.Context, comune domain.CodiceISTAT, at int64, file []byte) (commands.Outcome, string, error)
	// Stemma returns a coat of arms that was brought in, as PNG.
	Stemma func(ctx context.Context, comune domain.CodiceISTAT, sha256 string) ([]byte, error)
	// PreviewModello prints a document of nobody as it would be made once a model was
	// published; PrintModello as it is made with a version, 0 for none.
	PreviewModello func(ctx context.Context, comune domain.CodiceISTAT, next commands.PublishModello) ([]byte, error)
	PrintModello   func(ctx context.Context, comune domain.CodiceISTAT, versione int) ([]byte, error)
	// PreviewCalendario returns what a calendar would change, to who may set it.
	PreviewCalendario func(ctx context.Context, comune domain.CodiceISTAT, next commands.SetCalendario) (projections.AnteprimaCalendario, error)
	// Environment says on every page why documents are of no value; empty: they are.
	Environment string
	// Demo are the users of a demonstration; elsewhere there are none.
	Demo []DemoUser
	// Idle is how long a session may be unused.
	Idle time.Duration

	polls polls
}

// Routes adds every page to a router.
func (p *Pages) Routes(r chi.Router) {
	r.Get("/assets/{name}", asset)
	r.Get("/favicon.ico", favicon)
	r.Group(func(r chi.Router) {
		r.Use(compressed())
		p.account(r)
		p.nuova(r)
		p.visura(r)
		p.richieste(r)
		p.monitoraggio(r)
		p.massive(r)
		p.attivita(r)
		p.allarmi(r)
		p.coda(r)
		p.statistiche(r)
		p.revoca(r)
		p.pratica(r)
		p.enti(r)
		p.convenzioni(r)
		p.profili(r)
		p.postazioni(r)
		p.ricertificazione(r)
		p.utenti(r)
		p.utente(r)
		p.regole(r)
		p.calendario(r)
		p.anpr(r)
		p.avvisi(r)
		p.modelli(r)
		p.verifica(r)
		p.profilo(r)
		p.accessibilita(r)
		p.privacy(r)
		p.guida(r)
		r.Get("/docs/problemi", p.public("read-problems", p.problemi))
	})
}

// compressed has pages sent as gzip to whom that is welcome, by an encoder that takes a
// third of the time of the standard library's.
func compressed() func(http.Handler) http.Handler {
	c := middleware.NewCompressor(5)
	c.SetEncoder("gzip", func(w io.Writer, level int) io.Writer {
		packer, err := gzip.NewWriterLevel(w, level)
		if err != nil {
			panic(err) // the level is ours
		}
		return packer
	})
	return c.Handler
}

// Nowhere answers for an address that does not exist.
func (p *Pages) Nowhere(w http.ResponseWriter, r *http.Request) {
	p.public("nowhere", func(w http.ResponseWriter, r *http.Request) error {
		return edge.NewProblem("not_found", edge.NothingHere)
	})(w, r)
}
