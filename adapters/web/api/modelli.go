package api

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
)

// The media types of coats of arms.
const (
	pngType  = "image/png"
	jpegType = "image/jpeg"
)

// someStemma is the hash of the examples.
const someStemma = "0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d"

// modelli routes what the documents of a Comune bear of its own.
func (a *API) modelli() {
	example := commands.PublishModello{
		Precedente: 1, Intestazione: []string{"Servizi Demografici – Ufficio Anagrafe", "Piazza della Libertà 12, 48012 Bagnacavallo (RA)"},
		Stemma: someStemma, Descrizione: "Stemma del Comune di Bagnacavallo", Piede: []string{"Orario al pubblico: dal lunedì al venerdì, 9–13."},
	}
	handle(a, keepStemma, a.receiveStemma)
	handle(a, readStemma, a.stemma)
	command(a, comune, "publish-modello", http.MethodPut, "/model", example, "Pubblica il modello dei documenti",
		"Intestazione, stemma e frasi in fondo ai documenti, in versioni: vale per le richieste inoltrate ad ANPR da allora in poi, i documenti già emessi non cambiano. "+
			"Le frasi che la legge vuole restano, prima di quelle aggiunte. Se nel frattempo è stata pubblicata un'altra versione la risposta è 409.", stepUp)
	preview := post("preview-modello", comune.path+"{id}/model/preview", comuni, "Mostra un documento con un altro modello",
		"Un PDF di dati inventati, senza valore e di nessuno, com'è stampato ogni documento. Nulla è scritto; ciò che non si può pubblicare è rifiutato.")
	preview.object, preview.example, preview.answers = comune.object, example, answersDocument
	handle(a, preview, a.preview)
}

var keepStemma = func() operation {
	o := comune.operation("keep-stemma", http.MethodPost, "/arms", commands.KeepStemma{}, "Carica uno stemma",
		"Un'immagine PNG o JPEG di 2 MB e 2048 punti per lato al più. È ridisegnata su bianco, in 384 punti per lato al più: altro non se ne conserva. "+
			"Nessun documento cambia finché un modello non la indica, con l'impronta che è nella risposta.")
	o.upload = &upload{types: []string{pngType, jpegType}, most: 2 << 20, within: time.Minute, about: "L'immagine"}
	return o
}()

type stemmaInput struct {
	Named
	Versioned
	RawBody []byte `contentType:"image/png"`
}

// receiveStemma brings a coat of arms in, and answers with its hash.
func (a *API) receiveStemma(ctx context.Context, in *stemmaInput) (*commandOutput[Accepted], error) {
	if _, err := comune.stream(in.ID); err != nil {
		return nil, err
	}
	at, err := revision(in.IfMatch)
	if err != nil {
		return nil, err
	}
	done, sha256, err := a.KeepStemma(ctx, domain.CodiceISTAT(in.ID), at, in.RawBody)
	if err != nil {
		return nil, err
	}
	out := comune.accepted(in.ID, done.Position)
	out.Location += "/arms/" + sha256
	out.Body.ID = sha256
	return out, nil
}

// KeepStemma draws the coat of arms of a file anew and brings it in, at a revision as for
// commands.HandleAt; it returns its hash too. Who may not has nothing drawn.
func (a *API) KeepStemma(ctx context.Context, id domain.CodiceISTAT, at int64, file []byte) (commands.Outcome, string, error) {
	if _, err := rehearsed(ctx, a, id.Stream(), commands.KeepStemma{}); domain.CodeOf(err) != domain.Invalid {
		return commands.Outcome{}, "", err
	}
	png, err := a.draw(file)
	if err != nil {
		return commands.Outcome{}, "", err
	}
	done, err := commands.HandleAt(ctx, a.Commands, id.Stream(), at, edge.Meta(ctx), commands.KeepStemma{PNG: png})
	return done, commands.SHA256(png), err
}

// draw draws one coat of arms at a time: a large one wants much memory for a moment.
func (a *API) draw(file []byte) ([]byte, error) {
	a.drawing.Lock()
	defer a.drawing.Unlock()
	return a.DrawStemma(file)
}

var readStemma = func() operation {
	o := get("read-stemma", comune.path+"{id}/arms/{stemma}", comuni, "Mostra uno stemma caricato",
		"A chi opera presso il Comune. L'immagine è quella che i documenti portano.", http.StatusForbidden, http.StatusNotFound)
	o.object = comune.object
	o.answers = func(op *huma.Operation) {
		ok := op.Responses["200"]
		ok.Content = map[string]*huma.MediaType{pngType: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}
		delete(ok.Headers, "Content-Type")
	}
	return o
}()

type stemmaNamed struct {
	Named
	Stemma string `path:"stemma" doc:"Impronta SHA-256 dello stemma" example:"0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d"`
}

type stemmaOutput struct {
	ContentType string `header:"Content-Type"`
	Length      int    `header:"Content-Length" doc:"Dimensione in byte"`
	ETag        string `header:"ETag" doc:"SHA-256 dell'immagine"`
	Body        []byte
}

func (a *API) stemma(ctx context.Context, in *stemmaNamed) (*stemmaOutput, error) {
	if _, err := comune.stream(in.ID); err != nil {
		return nil, err
	}
	png, err := a.Stemma(ctx, domain.CodiceISTAT(in.ID), in.Stemma)
	if err != nil {
		return nil, err
	}
	return &stemmaOutput{ContentType: pngType, Length: len(png), ETag: `"` + in.Stemma + `"`, Body: png}, nil
}

// Stemma returns a coat of arms to those at the Comune that brought it in, as PNG.
func (a *API) Stemma(ctx context.Context, id domain.CodiceISTAT, sha256 string) ([]byte, error) {
	if _, err := a.atOffice(ctx, id); err != nil {
		return nil, err
	}
	return commands.Stemma(ctx, a.Commands, id, sha256)
}

// errNoComune is told to who may not know of what is a Comune's office's alone.
var errNoComune = domain.Errorf(domain.NotFound, "Comune inesistente")

// atOffice returns a Comune to those whose role is at the Comune itself.
func (a *API) atOffice(ctx context.Context, id domain.CodiceISTAT) (domain.Comune, error) {
	reach, err := a.Reach(ctx)
	if err != nil {
		return domain.Comune{}, err
	}
	if reach.Outside || !reach.Covers(domain.Object{Comune: id}) {
		return domain.Comune{}, errNoComune
	}
	return commands.Fact(ctx, a.Commands, id.Stream())
}

type previewModelloInput struct {
	Named
	Body commands.PublishModello
}

func (a *API) preview(ctx context.Context, in *previewModelloInput) (*letterOutput, error) {
	if _, err := comune.stream(in.ID); err != nil {
		return nil, err
	}
	pdf, err := a.PreviewModello(ctx, domain.CodiceISTAT(in.ID), in.Body)
	if err != nil {
		return nil, err
	}
	return &letterOutput{ContentType: pdfType, Length: len(pdf), Body: pdf, Disposition: `inline; filename="anteprima.pdf"`}, nil
}

// PreviewModello prints a document of nobody as it would be made once a model was
// published, to who may publish it.
func (a *API) PreviewModello(ctx context.Context, id domain.CodiceISTAT, next commands.PublishModello) ([]byte, error) {
	if _, err := rehearsed(ctx, a, id.Stream(), next); err != nil {
		return nil, err
	}
	var png []byte
	if next.Stemma != "" {
		var err error
		if png, err = commands.Stemma(ctx, a.Commands, id, next.Stemma); err != nil {
			return nil, err
		}
	}
	comune, err := commands.Fact(ctx, a.Commands, id.Stream())
	if err != nil {
		return nil, err
	}
	return a.printOf(comune, documento.ModelloOf(next.After(comune.Modelli.InForce), png))
}

// PrintModello prints a document of nobody as it is made with a version of the model, 0 for
// none, to those at the Comune.
func (a *API) PrintModello(ctx context.Context, id domain.CodiceISTAT, versione int) ([]byte, error) {
	comune, err := a.atOffice(ctx, id)
	if err != nil {
		return nil, err
	}
	if versione < 0 || versione > comune.Modelli.InForce.Versione {
		return nil, domain.FieldErrorf(domain.NotFound, "versione", "il Comune non ha pubblicato un modello con questa versione")
	}
	modello, err := commands.Modello(ctx, a.Commands, id, versione)
	if err != nil {
		return nil, err
	}
	return a.printOf(comune, modello)
}

// printOf prints a document of nobody.
func (a *API) printOf(comune domain.Comune, modello documento.Modello) ([]byte, error) {
	pdf, _, err := a.Print(documento.Anteprima(comune, modello, a.Commands.Now(), a.VerifyURL))
	if err != nil {
		return nil, fmt.Errorf("print a preview for %s: %w", comune.ISTAT.Stream(), err)
	}
	return pdf, nil
}
