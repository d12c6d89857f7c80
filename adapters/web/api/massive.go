package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// massiva names a request about many people in an address.
var massiva = named(massive, "/api/v1/massive/", domain.ParseMassivaID)

// peopleTime is how long a file of people may take to arrive.
const peopleTime = 20 * time.Second

const xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// aboutMassiva is what both ways to ask have in common.
const aboutMassiva = " Vuole che il Comune le abbia ammesse per l'atto in vigore, con un tetto di righe. Senza `preview=false` è una prova: dice gli errori di ogni riga e non scrive nulla. " +
	"Altrimenti, se una riga ha errori nulla è chiesto; se nessuna ne ha, una visura è chiesta per ogni persona, una dopo l'altra, con le regole e le quote di ogni richiesta. " +
	"Chi non è del Comune, se l'ambito è nazionale, attende sempre la conferma dell'Anagrafe. Ripetuta con lo stesso identificativo, non ha altro effetto. " +
	"L'elenco è conservato cifrato, sotto una chiave sua che è distrutta quando tutte le righe sono chieste."

var requestMassiva = func() operation {
	o := massiva.operation("request-massiva", http.MethodPut, "", commands.RequestMassiva{
		Comune: "042002", Tipo: string(domain.Residenza), Finalita: "ISEE", NumeroPratica: "2026/004711", Soggetti: []commands.SoggettoRichiesto{{CodiceFiscale: "RSSMRA80A01H501U"}},
	}, "Chiede una visura per ognuna di molte persone", "Con le persone in JSON."+aboutMassiva)
	o.most, o.answers = edge.MostPeople, answersPreview
	return o
}()

var requestMassivaFile = func() operation {
	o := massiva.operation("request-massiva-file", http.MethodPut, "/file", commands.RequestMassiva{}, "Chiede una visura per ognuna delle persone di un file",
		"CSV (`;` o `,`) o XLSX, 2 MiB e 5.000 righe al più, con le colonne codice_fiscale, oppure cognome, nome, sesso e data_nascita (AAAA-MM-GG o GG/MM/AAAA); "+
			"senza_cognome o senza_nome, non vuote, di chi non ne ha."+aboutMassiva)
	o.upload = &upload{types: []string{csvType, xlsxType}, most: edge.MostPeople, within: peopleTime, about: "Il file"}
	o.answers = answersPreview
	return o
}()

// answersPreview says that an operation may answer with what it would do.
func answersPreview(op *huma.Operation) {
	shown := *op.Responses["202"]
	op.Responses["200"] = &shown
}

// massive routes what is done with requests about many people.
func (a *API) massive() {
	handle(a, requestMassiva, a.requestMassiva)
	handle(a, requestMassivaFile, a.requestMassivaFile)
	command(a, massiva, "resume-massiva", http.MethodPost, "/resumption", commands.ResumeMassiva{},
		"Fa proseguire una richiesta massiva fermata", "Spetta a chi l'ha fatta, entro 30 giorni, quando ciò che l'ha fermata non vale più.")
	command(a, massiva, "withdraw-massiva", http.MethodPost, "/withdrawal", commands.WithdrawMassiva{},
		"Ritira una richiesta massiva", "Spetta a chi l'ha fatta e a chi lo amministra: nessun'altra riga è chiesta. Le visure già chieste proseguono.")
	handle(a, get("list-massive", "/api/v1/massive", massive, "Elenca le richieste massive",
		"Dalla più recente, quelle che chi chiama può vedere, senza le persone. Le loro visure si elencano con `massiva` in `list-visure`."), a.listMassive)
	reading(a, massiva, "read-massiva", "Legge una richiesta massiva", "Con quante righe sono chieste e quante visure sono in ogni stato.", []engine.Projection{projections.Massive{}, projections.Elenco{}},
		func(ctx context.Context, reach domain.Reach, id string) (projections.MassivaDettaglio, uint64, error) {
			d, err := a.Massive.One(ctx, reach, domain.MassivaID(id))
			edge.Of(ctx).Concerns(d.Comune)
			return d, d.Revision, err
		})
	handle(a, downloadMassiva, a.downloadMassiva)
}

// Tried says whether a list is only tried.
type Tried struct {
	// The library takes false for nothing where there is a body, and the default for it.
	Preview string `query:"preview" enum:"true,false" default:"true" doc:"true: non scrive nulla e dice gli errori"`
}

type massivaInput struct {
	Named
	Tried
	Body commands.RequestMassiva
}

// Resolve implements huma.Resolver.
func (in *massivaInput) Resolve(ctx huma.Context) []error { return noteAsked(ctx, in.Body) }

type massivaFileInput struct {
	Named
	Tried
	Comune        string `query:"comune" required:"true" doc:"Codice ISTAT del Comune che dà accesso" example:"042002"`
	Tipo          string `query:"tipo" required:"true" doc:"Tipo di visura" example:"residenza"`
	Ambito        string `query:"ambito" doc:"comunale (predefinito) o nazionale" example:"comunale"`
	Finalita      string `query:"finalita" required:"true" doc:"Codice della finalità, fra quelle della convenzione" example:"ISEE"`
	NumeroPratica string `query:"numero_pratica" required:"true" doc:"Protocollo, fascicolo o pratica per cui si chiede" example:"2026/004711"`
	RawBody       []byte `contentType:"text/csv"`
}

// AskedAboutMany is what a request about many people led to, or would, and up to where that
// is written; empty if nothing is.
type AskedAboutMany struct {
	edge.Massiva
	ID       string `json:"id,omitempty"`
	Position string `json:"position,omitempty" example:"48211-48211"`
}

func (a *API) requestMassiva(ctx context.Context, in *massivaInput) (*commandOutput[AskedAboutMany], error) {
	return a.askMany(ctx, in.ID, in.Body, nil, in.Preview == "true")
}

func (a *API) requestMassivaFile(ctx context.Context, in *massivaFileInput) (*commandOutput[AskedAboutMany], error) {
	if _, err := massiva.stream(in.ID); err != nil {
		return nil, err
	}
	c := commands.RequestMassiva{Comune: in.Comune, Tipo: in.Tipo, Ambito: in.Ambito, Finalita: in.Finalita, NumeroPratica: in.NumeroPratica}
	if err := a.mayAsk(ctx, domain.MassivaID(in.ID), c); err != nil {
		return nil, err
	}
	var lines []int
	var err error
	if c.Soggetti, lines, err = a.ReadPeople(in.RawBody); err != nil {
		return nil, err
	}
	return a.askMany(ctx, in.ID, c, lines, in.Preview == "true")
}

// mayAsk refuses a request, before its people are read, by what is the same whoever they are.
func (a *API) mayAsk(ctx context.Context, id domain.MassivaID, c commands.RequestMassiva) error {
	edge.Of(ctx).Asked = c.Asked()
	_, err := rehearsed(ctx, a, id.Stream(), c)
	if refused := (*domain.Error)(nil); errors.As(err, &refused) && (refused.Field == "soggetti" || refused.Field == "id") {
		return nil // which the people will tell
	}
	return err
}

func (a *API) askMany(ctx context.Context, id string, c commands.RequestMassiva, lines []int, preview bool) (*commandOutput[AskedAboutMany], error) {
	if _, err := massiva.stream(id); err != nil {
		return nil, err
	}
	asked, err := a.RequestMassiva(ctx, domain.MassivaID(id), c, lines, preview)
	if err != nil {
		return nil, err
	}
	out := &commandOutput[AskedAboutMany]{Status: http.StatusOK, Body: AskedAboutMany{Massiva: asked}}
	if !preview {
		out.Status, out.Location, out.Position = http.StatusAccepted, massiva.path+id, asked.Position.String()
		out.Body.ID, out.Body.Position = id, out.Position
	}
	return out, nil
}

// RequestMassiva asks about many people, if none of them is wrong; a preview asks about
// nobody and tells what is wrong with each. Lines are where each of them stands in a file,
// nil where there is none. A refusal of the request as a whole is the error.
func (a *API) RequestMassiva(ctx context.Context, id domain.MassivaID, c commands.RequestMassiva, lines []int, preview bool) (out edge.Massiva, _ error) {
	_, wrong := c.Rows(lines)
	out = edge.Massiva{Preview: preview, Righe: len(c.Soggetti), Errori: make([]edge.WrongRow, len(wrong))}
	for i, w := range wrong {
		out.Errori[i] = edge.WrongRow(w)
	}
	if preview || len(wrong) > 0 {
		if _, err := rehearsed(ctx, a, id.Stream(), c); err != nil && !ofARow(err) {
			return out, err
		}
		if preview {
			return out, nil
		}
		return out, wrongRows(out.Errori, lines != nil)
	}
	done, err := commands.Handle(ctx, a.Commands, id.Stream(), edge.Meta(ctx), c)
	out.Position = done.Position
	return out, err
}

// ofARow says whether a refusal is by one of the people.
func ofARow(err error) bool {
	var refused *domain.Error
	return errors.As(err, &refused) && strings.HasPrefix(refused.Field, "soggetti[")
}

// wrongRows refuses a list by all that is wrong with it.
func wrongRows(wrong []edge.WrongRow, file bool) *edge.Problem {
	offenders := make([]edge.Offender, len(wrong))
	for i, w := range wrong {
		offenders[i] = edge.Offender{Field: fmt.Sprintf("soggetti[%d].%s", w.Riga-1, w.Field), Message: w.Message}
		if file {
			offenders[i].Field = rowField(w.Riga, w.Field)
		}
	}
	return edge.NewProblem(string(domain.Invalid), "L'elenco ha righe con errori: nulla è stato chiesto.", offenders...)
}

type listMassiveInput struct {
	Paged
	OfPair
}

func (a *API) listMassive(ctx context.Context, in *listMassiveInput) (*bodied[projections.PaginaDi[projections.RigaMassiva]], error) {
	var filter projections.FiltroMassive
	var err error
	if filter.Comune, filter.Ente, err = in.parse(ctx); err != nil {
		return nil, err
	}
	return show(ctx, a, register[projections.RigaMassiva]{
		rests: []engine.Projection{projections.Massive{}},
		id:    func(r projections.RigaMassiva) string { return string(r.ID) },
		page: func(ctx context.Context, reach domain.Reach, cursor string, limit int) (projections.PaginaDi[projections.RigaMassiva], error) {
			filter.Cursor, filter.Limit = cursor, limit
			return a.Massive.Page(ctx, reach, filter)
		},
	}, in.Paged)
}
