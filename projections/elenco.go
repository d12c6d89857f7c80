package projections

import (
	"github.com/jackc/pgx/v5"

	"github.com/visure-anagrafiche/visure/domain"
)

// Elenco is the list of visure: one row each, with what a list shows and is
// searched by.
type Elenco struct{}

func (Elenco) Name() string { return "elenco" }

func (Elenco) Tables() []string { return []string{"elenco"} }

func (Elenco) Apply(q *pgx.Batch, r domain.Recorded) error {
	id, ok := domain.VisuraOf(r.Stream)
	if !ok {
		return nil
	}
	status := func(s domain.Status) {
		touch(q, "elenco", id, r, `status = $4, updated_at = $3`, s)
	}
	switch e := r.Event.(type) {
	case domain.VisuraRequested:
		elencoRequested(q, id, r, e)
	case domain.ConfirmationAwaited:
		touch(q, "elenco", id, r, `due_at = $4, updated_at = $3`, e.Due)
	case domain.VisuraApproved:
		status(domain.InProgress)
	case domain.VisuraRejected:
		status(domain.Rejected)
	case domain.VisuraWithdrawn:
		status(domain.Withdrawn)
	case domain.VisuraNotIssuable:
		status(domain.NotIssuable)
	case domain.VisuraFailed:
		status(domain.Failed)
	case domain.VisuraIssued:
		touch(q, "elenco", id, r, `status = $4, updated_at = $3, numero = $5, issued_at = $6, sha256 = $7, size = $8`,
			domain.Issued, e.Numero, e.IssuedAt, e.SHA256, e.Size)
	case domain.VisuraErased:
		touch(q, "elenco", id, r, `updated_at = $3, soggetto = NULL, subject_token = NULL`)
	}
	return nil
}

func elencoRequested(q *pgx.Batch, id domain.VisuraID, r domain.Recorded, e domain.VisuraRequested) {
	token := null(e.SubjectToken)
	if e.Soggetto.Erased() {
		token = nil // who was erased is not to be found either
	}
	q.Queue(`INSERT INTO elenco (visura_id, revision, status, tipo, comune, ente, requester, ambito, conferma, finalita,
			numero_pratica, soggetto, subject_token, requested_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14) ON CONFLICT (visura_id) DO NOTHING`,
		id, r.Revision, domain.Awaiting, e.Tipo, e.Comune, null(e.Ente), null(r.Meta.By.Utente), e.Ambito, e.Conferma,
		e.Purpose.Finalita, e.Purpose.NumeroPratica, stored(e.Soggetto), token, r.Meta.At)
}
