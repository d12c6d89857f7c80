package api

import (
	"archive/zip"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/adapters/web/table"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

const zipType = "application/zip"

var downloadMassiva = func() operation {
	o := get("download-massiva", massiva.path+"{id}/documents", massive, "Scarica i documenti di una richiesta massiva",
		"Un file ZIP con i documenti emessi finora e `indice.csv`, che di ogni riga chiesta dice la persona, lo stato e il documento. Spetta a chi ha fatto la richiesta e agli incaricati del suo Ente. "+
			"Ogni documento è registrato come scaricato prima di essere consegnato.", http.StatusForbidden, http.StatusNotFound, http.StatusConflict)
	o.object = massiva.object
	o.answers = func(op *huma.Operation) {
		op.Responses["200"].Content = map[string]*huma.MediaType{zipType: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}
		op.Responses["200"].Headers = nil
	}
	return o
}()

func (a *API) downloadMassiva(ctx context.Context, in *Named) (*huma.StreamResponse, error) {
	if _, err := massiva.stream(in.ID); err != nil {
		return nil, err
	}
	documents, err := a.Documents(ctx, domain.MassivaID(in.ID))
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(h huma.Context) {
		r, w := humachi.Unwrap(h)
		if r.Method == http.MethodHead {
			w.Header().Set("Content-Type", zipType)
			return
		}
		documents.Write(w, r)
	}}, nil
}

// handedOut is a row of the index.
type handedOut struct {
	projections.RigaElenco
	file, hindered string
}

// index are the columns of the index of what is handed out.
var index = []table.Column[handedOut]{
	{Title: "Riga", Of: func(r handedOut) string { return strconv.Itoa(r.Riga) }},
	{Title: "Persona", Of: func(r handedOut) string { return r.Soggetto.Testo }},
	{Title: "Codice fiscale", Of: func(r handedOut) string { return string(r.Soggetto.CodiceFiscale) }},
	{Title: "Stato", Of: func(r handedOut) string { return string(r.Status) }},
	{Title: "Numero", Of: func(r handedOut) string { return string(r.Numero) }},
	{Title: "File", Of: func(r handedOut) string { return r.file }},
	{Title: "Non consegnata perché", Of: func(r handedOut) string { return r.hindered }},
	{Title: "Visura", Of: func(r handedOut) string { return string(r.ID) }},
}

// Documents returns the documents that a request about many people has come to, for whoever
// may obtain them without a reason; that they are asked for is entered in the journal.
func (a *API) Documents(ctx context.Context, id domain.MassivaID) (d edge.Documents, err error) {
	reach, err := a.Reach(ctx)
	if err != nil {
		return d, err
	}
	of, err := a.Massive.One(ctx, reach, id)
	if err != nil {
		return d, err
	}
	edge.Of(ctx).Concerns(of.Comune)
	by := edge.Of(ctx).Caller.Utente
	switch collects := slices.Contains(reach.Collects, domain.Pair{Ente: of.Ente, Comune: of.Comune}); {
	case reach.Masked || !reach.Downloads || of.Requester != by && !collects:
		return d, domain.Errorf(domain.Forbidden, "i documenti insieme spettano a chi ha fatto la richiesta e agli incaricati del suo Ente")
	case of.Visure[domain.Issued] == 0:
		return d, domain.Errorf(domain.Conflict, "nessuna visura della richiesta è emessa e scaricabile")
	}
	rows, err := a.rowsOf(ctx, reach, id)
	if err != nil {
		return d, err
	}
	if err := a.handsOut(ctx, rows); err != nil {
		return d, err
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = string(r.ID)
	}
	if err := a.JournalRead(ctx, ids...); err != nil {
		return d, err
	}
	d.Name = "massiva-" + string(id) + ".zip"
	d.Write = func(w http.ResponseWriter, r *http.Request) {
		lasting, done := a.Lasting(ctx)
		defer done()
		lasting, end := context.WithTimeout(lasting, longestHandOut)
		defer end()
		w.Header().Set("Content-Type", zipType)
		w.Header().Set("Content-Disposition", `attachment; filename="`+d.Name+`"`)
		if err := a.writeDocuments(lasting, w, r, rows); err != nil {
			a.Log.Warn("documents not handed out whole", "massiva", id, "request", edge.RequestID(ctx), "err", err)
			panic(http.ErrAbortHandler) // an answer cut short must not look complete
		}
	}
	return d, nil
}

// handsOut refuses who may not obtain documents, before the first is written.
func (a *API) handsOut(ctx context.Context, rows []handedOut) error {
	for _, r := range rows {
		if r.Status != domain.Issued {
			continue
		}
		_, err := rehearsed(ctx, a, r.ID.Stream(), commands.RecordDownload{})
		if domain.CodeOf(err) != domain.Conflict {
			return err
		}
	}
	return domain.Errorf(domain.Conflict, "nessuna visura della richiesta è più scaricabile")
}

// rowsOf returns the visure of a request about many people, in the order of its rows.
func (a *API) rowsOf(ctx context.Context, reach domain.Reach, id domain.MassivaID) (rows []handedOut, _ error) {
	filter := projections.Filter{Massiva: id, Limit: projections.MaxPage}
	for {
		page, err := a.Elenco.Page(ctx, reach, filter)
		if err != nil {
			return nil, err
		}
		for _, r := range page.Items {
			rows = append(rows, handedOut{RigaElenco: r})
		}
		if filter.Cursor = page.Next; filter.Cursor == "" {
			slices.SortFunc(rows, func(a, b handedOut) int { return cmp.Compare(a.Riga, b.Riga) })
			return rows, nil
		}
	}
}

// How long a client may take for one document, and for all of them; and how many are handed
// out before the caller is looked at anew.
const (
	takenWithin    = 30 * time.Second
	longestHandOut = time.Hour
	looksAfter     = 20
)

// writeDocuments writes the documents and then the index. A document that cannot be handed
// out is named in the index with the reason; any other error, and the end of what the caller
// came in with, ends the file where it is.
func (a *API) writeDocuments(ctx context.Context, w http.ResponseWriter, r *http.Request, rows []handedOut) error {
	control := http.NewResponseController(w)
	file := zip.NewWriter(w)
	for i := range rows {
		if i%looksAfter == looksAfter-1 {
			if _, err := a.Again(ctx, r); err != nil {
				return err
			}
		}
		if err := control.SetWriteDeadline(time.Now().Add(takenWithin)); err != nil {
			return err
		}
		if err := a.writeDocument(ctx, file, &rows[i]); err != nil {
			return err
		}
	}
	written := table.New(table.CSV, index)
	written.Add(rows...)
	text, err := written.Bytes()
	if err != nil {
		return err
	}
	if err := enter(file, "indice.csv", zip.Deflate, text); err != nil {
		return err
	}
	return file.Close()
}

// writeDocument records that a document is handed out, and writes it.
func (a *API) writeDocument(ctx context.Context, file *zip.Writer, r *handedOut) error {
	if r.Status != domain.Issued {
		return nil
	}
	_, err := commands.Handle(ctx, a.Commands, r.ID.Stream(), edge.Meta(ctx), commands.RecordDownload{})
	if refused := (*domain.Error)(nil); errors.As(err, &refused) && refused.Code == domain.Conflict {
		r.hindered = refused.Message
		return nil
	}
	if err != nil {
		return err
	}
	issue, ok, err := a.Archive.Get(ctx, r.ID)
	if err == nil && !ok {
		err = fmt.Errorf("document of %s is not in the archive", r.ID)
	}
	if err != nil {
		return err
	}
	r.file = fmt.Sprintf("%05d-%s.pdf", r.Riga, issue.Event.Numero)
	return enter(file, r.file, zip.Store, issue.PDF)
}

// enter writes a file into another.
func enter(file *zip.Writer, name string, method uint16, content []byte) error {
	w, err := file.CreateHeader(&zip.FileHeader{Name: name, Method: method, Modified: time.Now()})
	if err != nil {
		return err
	}
	_, err = w.Write(content)
	return err
}
