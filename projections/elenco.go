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
	elenco := &rows{table: "elenco", key: visuraKey}
	for _, r := range events {
		list(elenco, r)
	}
	return elenco.write(w)
}

// list changes the row by one event.
func list(elenco *rows, r domain.Recorded) {
	set := func(values ...value) {
		elenco.set(r, append(values, instant("updated_at", r.Meta.At))...)
	}
	switch e := r.Event.(type) {
	case domain.VisuraRequested:
		massiva, riga := rowOf(e.Massiva)
		elenco.add(r,
			text("status", domain.InProgress), text("tipo", e.Tipo), text("comune", e.Comune), uuid("ente", e.Ente), textOrNone("ufficio", e.Ufficio),
			uuid("requester", r.Meta.By.Utente), text("ambito", e.Ambito), text("conferma", e.Conferma),
			text("finalita", e.Purpose.Finalita), text("numero_pratica", e.Purpose.NumeroPratica),
			sealed("soggetto", r.Sealed), textOrNone("subject_token", e.SubjectToken), massiva, riga,
			instant("requested_at", r.Meta.At), instant("updated_at", r.Meta.At))
	case domain.ConfirmationAwaited:
		set(text("status", domain.Awaiting), instant("awaited_at", r.Meta.At), instantOrNone("due_at", e.Due), instantOrNone("expires_at", e.Scade))
	case domain.ConfirmationSuspended:
		set(instant("sospesa_dal", r.Meta.At), instantOrNone("due_at", nil), instantOrNone("expires_at", e.Scade))
	case domain.ConfirmationResumed:
		set(instantOrNone("sospesa_dal", nil), instant("awaited_at", r.Meta.At), instantOrNone("due_at", e.Due), instantOrNone("expires_at", e.Scade))
	case domain.ConfirmationAssigned:
		set(uuid("incaricato", e.Utente))
	case domain.VisuraApproved:
		set(text("status", domain.InProgress))
	case domain.VisuraRejected:
		set(text("status", domain.Rejected))
	case domain.VisuraWithdrawn:
		set(text("status", domain.Withdrawn))
	case domain.VisuraLapsed:
		set(text("status", domain.Lapsed))
	case domain.VisuraExpired:
		set(text("status", domain.Expired))
	case domain.VisuraNotIssuable:
		set(append(append(personFound(e.SubjectToken), reached(e.Ambito)...), text("status", domain.NotIssuable))...)
	case domain.VisuraFailed:
		set(text("status", domain.Failed))
	case domain.VisuraIssued:
		set(append(append(personFound(e.SubjectToken), reached(e.Ambito)...), text("status", domain.Issued), text("numero", e.Numero),
			instant("issued_at", e.IssuedAt), text("sha256", e.SHA256), number("size", e.Size),
			textOrNone("ambiente", string(e.Ambiente)))...)
	case domain.VisuraDownloaded:
		set(instant("downloaded_at", r.Meta.At))
	case domain.PracticeCorrected:
		set(text("numero_pratica", e.NumeroPratica), last("numeri_precedenti", e.Precedente))
	case domain.VisuraRevoked:
		set(text("status", domain.Revoked), instant("revoked_at", r.Meta.At), uuid("revoker", r.Meta.By.Utente))
	case domain.VisuraErased:
		set(sealed("soggetto", domain.Sealed{}), textOrNone("subject_token", ""))
	}
}

// reached is how far ANPR was asked; nothing where the event is of before it was kept: it
// was asked as far as was requested.
func reached(ambito domain.Ambito) []value {
	if ambito == "" {
		return nil
	}
	return []value{text("ambito", ambito)}
}

// personFound is the token of the person ANPR found, if it found one; otherwise
// the row keeps that of the person who was asked for.
func personFound(token string) []value {
	if token == "" {
		return nil
	}
	return []value{text("subject_token", token)}
}

// rowOf is the row of a request about many people that a visura was asked for by: none,
// and 0, where it was asked for by itself.
func rowOf(r *domain.RigaMassiva) (massiva, riga value) {
	if r == nil {
		r = &domain.RigaMassiva{}
	}
	return uuid("massiva", r.Massiva), number("riga", r.Riga)
}
