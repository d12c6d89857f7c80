package api

import (
	"context"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

var downloadVisura = func() operation {
	o := get("download-visura", "/api/v1/visure/{id}/document", visure, "Scarica il documento",
		"Spetta a chi ha chiesto la visura e agli incaricati del suo Ente. Ogni scaricamento è registrato nella storia della visura, "+
			"prima che il documento sia consegnato.",
		http.StatusForbidden, http.StatusNotFound, http.StatusConflict)
	o.object, o.answers = visura.object, answersDocument
	return o
}()

var downloadWithReason = func() operation {
	o := visura.operation("download-visura-with-reason", http.MethodPost, "/document", commands.RecordDownload{Motivo: "Verifica di una segnalazione"},
		"Scarica il documento, con un motivo", "Per TOP e ADMIN, se il Comune lo consente: il motivo resta nella storia della visura.")
	o.status, o.answers = http.StatusOK, answersDocument
	return o
}()

// answersDocument says that an operation answers with a PDF.
func answersDocument(op *huma.Operation) {
	ok := op.Responses["200"]
	ok.Content = map[string]*huma.MediaType{"application/pdf": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}
	delete(ok.Headers, "Content-Type")
}

type documentOutput struct {
	ContentType string `header:"Content-Type"`
	Length      int    `header:"Content-Length" doc:"Dimensione in byte"`
	Disposition string `header:"Content-Disposition" doc:"Nome del file"`
	ETag        string `header:"ETag" doc:"SHA-256 del documento"`
	Position    string `header:"Visura-Position" doc:"Posizione in cui lo scaricamento è registrato"`
	Body        []byte
}

// download hands the document out to those who need give no reason.
func (a *API) download(ctx context.Context, in *Named) (*documentOutput, error) {
	return a.handOut(ctx, in.ID, commands.AnyRevision, commands.RecordDownload{})
}

// downloadWithReason hands the document out to who administers.
func (a *API) downloadWithReason(ctx context.Context, in *commandInput[commands.RecordDownload]) (*documentOutput, error) {
	at, err := revision(in.IfMatch)
	if err != nil {
		return nil, err
	}
	return a.handOut(ctx, in.ID, at, in.Body)
}

// handOut answers with the document, after recording that it does.
func (a *API) handOut(ctx context.Context, id string, at int64, record commands.RecordDownload) (*documentOutput, error) {
	done, err := send(ctx, a, visura, id, at, record)
	if err != nil {
		return nil, err
	}
	issue, ok, err := a.Archive.Get(ctx, domain.VisuraID(id))
	switch {
	case err != nil:
		return nil, err
	case !ok:
		return nil, fmt.Errorf("document of %s is not in the archive", id)
	}
	v, err := commands.Fact(ctx, a.Commands, domain.VisuraID(id).Stream())
	if err != nil {
		return nil, err
	}
	edge.Of(ctx).Asked.Comune = v.Request.Comune
	if err := a.JournalRead(ctx); err != nil {
		return nil, err
	}
	return &documentOutput{
		ContentType: "application/pdf",
		Length:      len(issue.PDF),
		Disposition: fmt.Sprintf(`attachment; filename="visura-%s.pdf"`, issue.Event.Numero),
		ETag:        `"` + issue.Event.SHA256 + `"`,
		Position:    done.Position.String(),
		Body:        issue.PDF,
	}, nil
}
