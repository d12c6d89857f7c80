package projections

import (
	"time"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// Massive are the requests about many people: a row each, without the people.
type Massive struct{}

func (Massive) Name() string { return "massive" }

func (Massive) Tables() []string { return []string{"massive"} }

func (Massive) Categories() []string { return []string{domain.MassivaCategory} }

func (Massive) Apply(w *engine.Writer, events []domain.Recorded) error {
	massive := &rows{table: "massive", key: func(r domain.Recorded) value { return uuid("massiva", idOf(r)) }}
	for _, r := range events {
		listMassiva(massive, r)
	}
	return massive.write(w)
}

// listMassiva changes the row by one event. How many rows it has, and so whether all of
// them were asked for, the row says: it is read where that counts.
func listMassiva(massive *rows, r domain.Recorded) {
	set := func(values ...value) { massive.set(r, append(values, instant("updated_at", r.Meta.At))...) }
	onward := func(stato domain.StatoMassiva, until *time.Time, quota string) {
		set(text("stato", stato), instantOrNone("resume_at", until), textOrNone("quota", quota))
	}
	switch e := r.Event.(type) {
	case domain.MassivaRequested:
		massive.add(r,
			text("stato", domain.StatoInProgress), text("comune", e.Comune), uuid("ente", e.Ente), textOrNone("ufficio", e.Ufficio), uuid("requester", r.Meta.By.Utente),
			text("tipo", e.Tipo), text("ambito", e.Ambito), text("finalita", e.Purpose.Finalita), text("numero_pratica", e.Purpose.NumeroPratica),
			text("base_giuridica", e.BaseGiuridica), number("righe", e.Righe), number("chieste", 0),
			instant("requested_at", r.Meta.At), instant("updated_at", r.Meta.At))
	case domain.RowsAsked:
		set(number("chieste", e.To), instantOrNone("resume_at", nil), textOrNone("quota", ""))
	case domain.MassivaDelayed:
		onward(domain.StatoInProgress, &e.Until, e.Quota)
	case domain.MassivaResumed:
		onward(domain.StatoInProgress, nil, "")
	case domain.MassivaStopped:
		set(text("stato", domain.StatoStopped), text("item", e.Item), text("testo", e.Testo), instantOrNone("resume_at", nil), textOrNone("quota", ""))
	case domain.MassivaWithdrawn:
		onward(domain.StatoWithdrawn, nil, "")
	case domain.PeopleDestroyed:
		set()
	case domain.MassivaRequesterTold:
		massive.set(r) // the request stands as it did
	}
}
