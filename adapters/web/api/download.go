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

// handOut answers with the document.
func (a *API) handOut(ctx context.Context, id string, at int64, record commands.RecordDownload) (*documentOutput, error) {
	if _, err := visura.stream(id); err != nil {
		return nil, err
	}
	d, err := a.HandOut(ctx, domain.VisuraID(id), at, record)
	if err != nil {
		return nil, err
	}
	return &documentOutput{
		ContentType: "application/pdf", Length: len(d.PDF), Disposition: d.Disposition(), ETag: `"` + d.SHA256 + `"`, Position: d.Position.String(), Body: d.PDF,
	}, nil
}

// HandOut records that a document is handed out, enters it in the caller's journal, and
// returns it. At is as for commands.HandleAt.
func (a *API) HandOut(ctx context.Context, id domain.VisuraID, at int64, record commands.RecordDownload) (edge.Document, error) {
	done, err := commands.HandleAt(ctx, a.Commands, id.Stream(), at, edge.Meta(ctx), record)
	if err != nil {
		return edge.Document{}, err
	}
	issue, ok, err := a.Archive.Get(ctx, id)
	switch {
	case err != nil:
		return edge.Document{}, err
	case !ok:
		return edge.Document{}, fmt.Errorf("document of %s is not in the archive", id)
	}
	v, err := commands.Fact(ctx, a.Commands, id.Stream())
	if err != nil {
		return edge.Document{}, err
	}
	edge.Of(ctx).Concerns(v.Request.Comune)
	if err := a.JournalRead(ctx); err != nil {
		return edge.Document{}, err
	}
	return edge.Document{PDF: issue.PDF, Numero: string(issue.Event.Numero), SHA256: issue.Event.SHA256, Position: done.Position}, nil
}
