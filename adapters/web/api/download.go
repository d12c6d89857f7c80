package api

import (
	"context"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

var downloadVisura = func() operation {
	o := get("download-visura", "/api/v1/visure/{id}/document", visure, "Scarica il documento",
		"Ogni scaricamento è registrato nella storia della visura, prima che il documento sia consegnato.",
		http.StatusForbidden, http.StatusNotFound, http.StatusConflict)
	o.object = visura.object
	o.answers = func(op *huma.Operation) {
		ok := op.Responses["200"]
		ok.Content = map[string]*huma.MediaType{"application/pdf": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}
		delete(ok.Headers, "Content-Type")
	}
	return o
}()

type documentOutput struct {
	ContentType string `header:"Content-Type"`
	Length      int    `header:"Content-Length" doc:"Dimensione in byte"`
	Disposition string `header:"Content-Disposition" doc:"Nome del file"`
	ETag        string `header:"ETag" doc:"SHA-256 del documento"`
	Position    string `header:"Visura-Position" doc:"Posizione in cui lo scaricamento è registrato"`
	Body        []byte
}

// download hands the document out, after recording that it does.
func (a *API) download(ctx context.Context, in *Named) (*documentOutput, error) {
	done, err := send(ctx, a, visura, in.ID, commands.AnyRevision, commands.RecordDownload{})
	if err != nil {
		return nil, err
	}
	issue, ok, err := a.Archive.Get(ctx, domain.VisuraID(in.ID))
	switch {
	case err != nil:
		return nil, err
	case !ok:
		return nil, fmt.Errorf("document of %s is not in the archive", in.ID)
	}
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
