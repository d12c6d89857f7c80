package api

import (
	"bytes"
	"context"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// The media types of annexes.
const (
	pdfType = "application/pdf"
	p7mType = "application/pkcs7-mime"
)

var attachAnnex = func() operation {
	o := convenzione.operation("attach-annex", http.MethodPost, "/annexes", commands.AttachAnnex{}, "Allega un file all'atto",
		"Un PDF, o un PDF firmato (P7M) in forma binaria, di 10 MiB al più. È conservato cifrato, con la sua impronta. Lo stesso file si allega una volta.", stepUp)
	o.problems = []int{http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusPreconditionFailed}
	o.upload = &upload{types: []string{pdfType, p7mType}, most: 10 << 20, within: time.Minute, about: "Il file"}
	return o
}()

type annexInput struct {
	Named
	Versioned
	Disposition string `header:"Content-Disposition" required:"true" doc:"Il nome del file (RFC 6266)" example:"attachment; filename=\"convenzione.pdf\""`
	RawBody     []byte `contentType:"application/pdf"`
}

// attach keeps a file, and then records it. Who may not attach it has nothing kept.
func (a *API) attach(ctx context.Context, in *annexInput) (*commandOutput[Accepted], error) {
	if _, err := convenzione.stream(in.ID); err != nil {
		return nil, err
	}
	at, err := revision(in.IfMatch)
	if err != nil {
		return nil, err
	}
	name, err := fileName(in.Disposition)
	if err != nil {
		return nil, err
	}
	done, attached, err := a.Attach(ctx, domain.ConvenzioneID(in.ID), at, name, in.RawBody)
	if err != nil {
		return nil, err
	}
	out := convenzione.accepted(in.ID, done.Position)
	out.Location += "/annexes/" + attached
	out.Body.ID = attached
	return out, nil
}

// Attach keeps a file under an act and records it, at a revision as for
// commands.HandleAt; it returns the file's id too.
func (a *API) Attach(ctx context.Context, id domain.ConvenzioneID, at int64, name string, file []byte) (commands.Outcome, string, error) {
	if annexType(file) == "" {
		return commands.Outcome{}, "", edge.NewProblem(edge.UnsupportedMedia, "L'allegato è un PDF o un PDF firmato (P7M).", edge.Offender{Field: "body", Message: "non è un PDF né un P7M"})
	}
	attached := commands.AnnexOf(name, file)
	_, err := rehearsed(ctx, a, id.Stream(), attached)
	if err == nil {
		err = a.Annexes.Put(ctx, id, domain.AnnexAttached(attached), file)
	}
	if err != nil {
		return commands.Outcome{}, "", err
	}
	done, err := send(ctx, a, convenzione, string(id), at, attached)
	return done, attached.ID, err
}

// fileName reads the name of a file; folders are none of it.
func fileName(disposition string) (string, error) {
	_, params, err := mime.ParseMediaType(disposition)
	name := params["filename"]
	if err != nil || name == "" || strings.ContainsAny(name, `/\`) {
		return "", domain.FieldErrorf(domain.Invalid, "Content-Disposition", `il nome del file ha la forma attachment; filename="nome.pdf", senza cartelle`)
	}
	return name, nil
}

// signedData is the object identifier of what is signed by PKCS#7, as it is encoded.
var signedData = []byte{0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02}

// annexType tells by its content what a file is; empty for what is not admitted.
func annexType(file []byte) string {
	const beginning = 32
	switch begin := file[:min(len(file), beginning)]; {
	case bytes.HasPrefix(begin, []byte("%PDF-")):
		return pdfType
	case bytes.HasPrefix(begin, []byte{0x30}) && bytes.Contains(begin, signedData):
		return p7mType
	}
	return ""
}

var downloadAnnex = func() operation {
	o := get("download-annex", convenzione.path+"{id}/annexes/{annex}", convenzioni, "Scarica un allegato dell'atto",
		"Il file com'è stato allegato: l'impronta è verificata. La lettura resta nel registro degli accessi.", http.StatusForbidden, http.StatusNotFound)
	o.object = convenzione.object
	o.answers = func(op *huma.Operation) {
		file := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
		ok := op.Responses["200"]
		ok.Content = map[string]*huma.MediaType{pdfType: file, p7mType: file}
		delete(ok.Headers, "Content-Type")
	}
	return o
}()

type annexNamed struct {
	Named
	Annex string `path:"annex" doc:"Identificativo dell'allegato" example:"5b1f6a4e-7f0c-4a54-9a53-3f2f0a9d2c11"`
}

type annexOutput struct {
	ContentType string `header:"Content-Type"`
	Length      int    `header:"Content-Length" doc:"Dimensione in byte"`
	Disposition string `header:"Content-Disposition" doc:"Nome del file"`
	ETag        string `header:"ETag" doc:"SHA-256 del file"`
	Body        []byte
}

var errNoAnnex = domain.Errorf(domain.NotFound, "allegato inesistente")

// annex hands a file out to who may know of the act.
func (a *API) annex(ctx context.Context, in *annexNamed) (*annexOutput, error) {
	if _, err := convenzione.stream(in.ID); err != nil {
		return nil, err
	}
	file, err := a.Annex(ctx, domain.ConvenzioneID(in.ID), in.Annex)
	if err != nil {
		return nil, err
	}
	return &annexOutput{ContentType: file.Type, Length: len(file.Bytes), Disposition: file.Disposition(), ETag: `"` + file.SHA256 + `"`, Body: file.Bytes}, nil
}

// Annex returns a file of an act to who may know of the act, and enters in their
// journal that they had it.
func (a *API) Annex(ctx context.Context, id domain.ConvenzioneID, annex string) (edge.Annex, error) {
	reach, err := a.Reach(ctx)
	if err != nil {
		return edge.Annex{}, err
	}
	act, err := commands.Fact(ctx, a.Commands, id.Stream())
	if err != nil {
		return edge.Annex{}, err
	}
	attached, ok := act.Annex(annex)
	if !ok || !reach.Covers(act.Pair.Object()) {
		return edge.Annex{}, errNoAnnex
	}
	edge.Of(ctx).Concerns(act.Comune)
	file, err := a.Annexes.Get(ctx, id, attached)
	if err != nil {
		return edge.Annex{}, err
	}
	return edge.Annex{AnnexAttached: attached, Type: annexType(file), Bytes: file}, a.JournalRead(ctx, attached.ID)
}
