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
	dettaglio := &rows{table: "dettaglio", key: visuraKey}
	for _, r := range events {
		if _, ok := domain.VisuraOf(r.Stream); ok {
			detail(dettaglio, r)
		}
	}
	if err := dettaglio.write(w); err != nil {
		return err
	}
	return timeline(w, events)
}

// detail changes the figures by one event.
func detail(dettaglio *rows, r domain.Recorded) {
	set := func(values ...value) {
		dettaglio.set(r, append(values, instant("updated_at", r.Meta.At),
			number("commit_position", r.Position.Commit), number("prepare_position", r.Position.Prepare))...)
	}
	switch e := r.Event.(type) {
	case domain.VisuraRequested:
		dettaglio.add(r,
			text("status", domain.InProgress), text("tipo", e.Tipo), text("comune", e.Comune), uuid("ente", e.Ente),
			uuid("convenzione", e.Convenzione), number("atto", e.Atto), uuid("profile", e.Profile),
			uuid("requester", r.Meta.By.Utente), uuid("postazione", r.Meta.By.Postazione),
			text("ambito", e.Ambito), text("conferma", e.Conferma),
			text("finalita", e.Purpose.Finalita), text("finalita_descrizione", e.Purpose.Descrizione),
			text("base_giuridica", e.Purpose.BaseGiuridica), text("numero_pratica", e.Purpose.NumeroPratica),
			sealed("soggetto", r.Sealed), instant("requested_at", r.Meta.At), instant("updated_at", r.Meta.At),
			number("commit_position", r.Position.Commit), number("prepare_position", r.Position.Prepare))
	case domain.ConfirmationAwaited:
		set(text("status", domain.Awaiting), instant("awaited_at", r.Meta.At), instantOrNone("due_at", e.Due), instantOrNone("expires_at", e.Scade), instantOrNone("retry_at", nil))
	case domain.ConfirmationSuspended:
		set(instant("sospesa_dal", r.Meta.At), instantOrNone("due_at", nil), instantOrNone("expires_at", e.Scade))
	case domain.ConfirmationResumed:
		set(instantOrNone("sospesa_dal", nil), instantOrNone("due_at", e.Due), instantOrNone("expires_at", e.Scade))
	case domain.ConfirmationAssigned:
		set(uuid("incaricato", e.Utente))
	case domain.VisuraApproved:
		set(text("status", domain.InProgress), text("approval", e.Conferma), instant("approved_at", e.Effective))
	case domain.VisuraRejected:
		testo, _ := domain.MotivoText(e.Motivo)
		set(text("status", domain.Rejected), text("reason", e.Motivo), text("reason_text", testo))
	case domain.VisuraWithdrawn:
		set(text("status", domain.Withdrawn))
	case domain.VisuraLapsed:
		set(text("status", domain.Lapsed), text("reason", e.Item), text("reason_text", domain.LapsedText(e.Item)), instantOrNone("retry_at", nil))
	case domain.VisuraExpired:
		set(text("status", domain.Expired), text("reason_text", domain.ExpiredText(e.Domanda)))
	case domain.ResidentSought:
		set(number("attempts", e.Attempt))
	case domain.QueryStarted:
		set(number("attempts", e.Attempt), instantOrNone("retry_at", nil))
	case domain.QueryDeferred:
		set(instant("retry_at", e.RetryAt))
	case domain.VisuraIssued:
		set(append(reached(e.Ambito), text("status", domain.Issued), text("numero", e.Numero), instant("issued_at", e.IssuedAt), textOrNone("numero_stampato", e.NumeroPratica),
			text("sha256", e.SHA256), number("size", e.Size), number("pages", e.Pages), text("template", e.Template),
			textOrNone("id_operazione_anpr", e.IDOperazioneANPR), textOrNone("id_operazione_comune", e.IDOperazioneComune),
			texts("warnings", e.Warnings), instantOrNone("retry_at", nil))...)
	case domain.VisuraNotIssuable:
		set(append(reached(e.Ambito), text("status", domain.NotIssuable), text("reason", e.Reason), text("reason_text", domain.NotIssuableText(e.Reason)),
			texts("warnings", e.Warnings), textOrNone("id_operazione_anpr", e.ANPR), instantOrNone("retry_at", nil))...)
	case domain.VisuraFailed:
		set(text("status", domain.Failed), text("reason", e.Code), text("reason_text", failedText(e.Code)), instantOrNone("retry_at", nil))
	case domain.VisuraDownloaded:
		set(onceMore("downloads"))
	case domain.PracticeCorrected:
		set(text("numero_pratica", e.NumeroPratica), last("numeri_precedenti", e.Precedente))
	case domain.VisuraRevoked:
		set(text("status", domain.Revoked), instant("revoked_at", r.Meta.At), text("revocation", e.Motivo), uuid("revoker", r.Meta.By.Utente))
	case domain.VisuraErased:
		set(sealed("soggetto", domain.Sealed{}))
	default:
		set()
	}
}
