package projections

import (
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// Elenco is the list of visure: a row each, with what a page shows and filters
// by.
type Elenco struct{}

func (Elenco) Name() string { return "elenco" }

func (Elenco) Tables() []string { return []string{"elenco"} }

func (Elenco) Categories() []string { return visure }

func (Elenco) Apply(w *engine.Writer, events []domain.Recorded) error {
	var requested [][]any
	for _, r := range events {
		if e, ok := r.Event.(domain.VisuraRequested); ok {
			requested = append(requested, elencoRequested(r, e))
		}
	}
	if err := add(w, "elenco", 1, elencoColumns, requested); err != nil {
		return err
	}
	for _, r := range events {
		list(w, r)
	}
	return nil
}

func list(w *engine.Writer, r domain.Recorded) {
	id, _ := domain.VisuraOf(r.Stream)
	status := func(s domain.Status) {
		touch(w, "elenco", id, r, `status = $4, updated_at = $3`, s)
	}
	switch e := r.Event.(type) {
	case domain.ConfirmationAwaited:
		touch(w, "elenco", id, r, `due_at = $4, updated_at = $3`, e.Due)
	case domain.VisuraApproved:
		status(domain.InProgress)
	case domain.VisuraRejected:
		status(domain.Rejected)
	case domain.VisuraWithdrawn:
		status(domain.Withdrawn)
	case domain.VisuraNotIssuable:
		touch(w, "elenco", id, r, `status = $4, updated_at = $3, subject_token = coalesce($5, subject_token)`,
			domain.NotIssuable, null(e.SubjectToken))
	case domain.VisuraFailed:
		status(domain.Failed)
	case domain.VisuraIssued:
		touch(w, "elenco", id, r, `status = $4, updated_at = $3, numero = $5, issued_at = $6, sha256 = $7, size = $8,
			subject_token = coalesce($9, subject_token)`, domain.Issued, e.Numero, e.IssuedAt, e.SHA256, e.Size, null(e.SubjectToken))
	case domain.VisuraErased:
		touch(w, "elenco", id, r, `updated_at = $3, soggetto = NULL, subject_token = NULL`)
	}
}

// elencoColumns are those a request fills, in the order of elencoRequested.
var elencoColumns = []string{
	"visura_id", "revision", "status", "tipo", "comune", "ente", "requester", "ambito", "conferma", "finalita",
	"numero_pratica", "soggetto", "subject_token", "requested_at", "updated_at",
}

func elencoRequested(r domain.Recorded, e domain.VisuraRequested) []any {
	id, _ := domain.VisuraOf(r.Stream)
	return []any{
		uuid(id), r.Revision, domain.Awaiting, e.Tipo, e.Comune, uuid(e.Ente), uuid(r.Meta.By.Utente), e.Ambito, e.Conferma,
		e.Purpose.Finalita, e.Purpose.NumeroPratica, sealedOf(r), null(e.SubjectToken), r.Meta.At, r.Meta.At,
	}
}
