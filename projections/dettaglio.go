package projections

import (
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// Dettaglio is one visura with its timeline: a row of figures, and a row for
// each event.
type Dettaglio struct{}

func (Dettaglio) Name() string { return "dettaglio" }

func (Dettaglio) Tables() []string { return []string{"dettaglio", "dettaglio_evento"} }

func (Dettaglio) Categories() []string { return visure }

func (Dettaglio) Apply(w *engine.Writer, events []domain.Recorded) error {
	var requested [][]any
	for _, r := range events {
		if e, ok := r.Event.(domain.VisuraRequested); ok {
			requested = append(requested, dettaglioRequested(r, e))
		}
	}
	if err := add(w, "dettaglio", 1, dettaglioColumns, requested); err != nil {
		return err
	}
	if err := timeline(w, events); err != nil {
		return err
	}
	for _, r := range events {
		detail(w, r)
	}
	return nil
}

// detail updates the figures by one event.
func detail(w *engine.Writer, r domain.Recorded) {
	id, ok := domain.VisuraOf(r.Stream)
	if !ok {
		return
	}
	// set updates the figures; its own parameters begin at $6.
	set := func(assignments string, args ...any) {
		touch(w, "dettaglio", id, r, `updated_at = $3, commit_position = $4, prepare_position = $5`+assignments,
			append([]any{r.Position.Commit, r.Position.Prepare}, args...)...)
	}
	switch e := r.Event.(type) {
	case domain.VisuraRequested:
		return // Apply has added its row
	case domain.ConfirmationAwaited:
		set(`, due_at = $6`, e.Due)
	case domain.VisuraApproved:
		set(`, status = $6, approval = $7, approved_at = $8`, domain.InProgress, e.Conferma, e.Effective)
	case domain.VisuraRejected:
		testo, _ := domain.MotivoText(e.Motivo)
		set(`, status = $6, reason = $7, reason_text = $8`, domain.Rejected, e.Motivo, testo)
	case domain.VisuraWithdrawn:
		set(`, status = $6`, domain.Withdrawn)
	case domain.QueryStarted:
		set(`, attempts = $6, retry_at = NULL`, e.Attempt)
	case domain.QueryDeferred:
		set(`, retry_at = $6`, e.RetryAt)
	case domain.VisuraIssued:
		set(`, status = $6, numero = $7, issued_at = $8, sha256 = $9, size = $10, pages = $11, template = $12,
			id_operazione_anpr = $13, id_operazione_comune = $14, warnings = $15, retry_at = NULL`,
			domain.Issued, e.Numero, e.IssuedAt, e.SHA256, e.Size, e.Pages, e.Template,
			null(e.IDOperazioneANPR), null(e.IDOperazioneComune), orNone(e.Warnings))
	case domain.VisuraNotIssuable:
		set(`, status = $6, reason = $7, reason_text = $8, warnings = $9, id_operazione_anpr = $10, retry_at = NULL`,
			domain.NotIssuable, e.Reason, domain.NotIssuableText(e.Reason), orNone(e.Warnings), null(e.ANPR))
	case domain.VisuraFailed:
		set(`, status = $6, reason = $7, reason_text = $8, retry_at = NULL`, domain.Failed, e.Code, failedText(e.Code))
	case domain.VisuraDownloaded:
		set(`, downloads = downloads + 1`)
	case domain.VisuraErased:
		set(`, soggetto = NULL`)
	default:
		set(``)
	}
}

// dettaglioColumns are those a request fills, in the order of
// dettaglioRequested.
var dettaglioColumns = []string{
	"visura_id", "revision", "commit_position", "prepare_position", "status", "tipo", "comune", "ente", "convenzione",
	"profile", "requester", "ambito", "conferma", "finalita", "finalita_descrizione", "base_giuridica",
	"numero_pratica", "soggetto", "requested_at", "updated_at",
}

func dettaglioRequested(r domain.Recorded, e domain.VisuraRequested) []any {
	id, _ := domain.VisuraOf(r.Stream)
	return []any{
		uuid(id), r.Revision, r.Position.Commit, r.Position.Prepare, domain.Awaiting, e.Tipo, e.Comune, uuid(e.Ente), uuid(e.Convenzione),
		uuid(e.Profile), uuid(r.Meta.By.Utente), e.Ambito, e.Conferma, e.Purpose.Finalita, e.Purpose.Descrizione, e.Purpose.BaseGiuridica,
		e.Purpose.NumeroPratica, sealedOf(r), r.Meta.At, r.Meta.At,
	}
}

// orNone keeps an absent list from becoming NULL.
func orNone(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
