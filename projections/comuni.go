package projections

import (
	"time"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// Comuni are the municipalities with their ways to ANPR, rules and instructions:
// a row each.
type Comuni struct{}

func (Comuni) Name() string { return "comuni" }

func (Comuni) Tables() []string { return []string{"comuni"} }

func (Comuni) Categories() []string { return []string{"comune"} }

// municipio is a Comune as its row keeps it.
type municipio struct {
	domain.Comune
	seen
	Connections []connessione                  // versions, oldest first
	Published   []domain.InstructionsPublished // versions, oldest first
	PublishedAt []time.Time                    // of each
	Named       map[domain.UtenteID]time.Time  // since when somebody is TOP
	Models      []Modello                      // versions, oldest first
	Calendars   []Calendario                   // versions, oldest first
}

// connessione is a version of the way to ANPR, the operator sealed.
type connessione struct {
	domain.ComuneConnected
	At     time.Time
	By     domain.UtenteID
	Sealed domain.Sealed
}

var municipi = kept[municipio]{table: "comuni", key: "comune", kind: "text", about: of("comune"), evolve: func(s municipio, r domain.Recorded) municipio {
	if s.again(r) {
		return s
	}
	s.Comune = s.Evolve(r.Event, r.Meta)
	switch e := r.Event.(type) {
	case domain.ComuneConnected:
		s.Connections = append(s.Connections, connessione{e, r.Meta.At, r.Meta.By.Utente, r.Sealed})
	case domain.InstructionsPublished:
		s.Published, s.PublishedAt = append(s.Published, e), append(s.PublishedAt, r.Meta.At)
	case domain.ModelloPublished:
		s.Models = append(s.Models, Modello{e, r.Meta.At, r.Meta.By.Utente})
	case domain.CalendarioSet:
		s.Calendars = append(s.Calendars, Calendario{e, r.Meta.At, r.Meta.By.Utente})
	case domain.TopNamed:
		if s.Named == nil {
			s.Named = map[domain.UtenteID]time.Time{}
		}
		s.Named[e.Utente] = r.Meta.At
	case domain.TopRemoved:
		delete(s.Named, e.Utente)
	}
	return s
}}

type comuneRow struct {
	Comune string    `json:"comune"`
	Nome   string    `json:"nome"`
	Stato  municipio `json:"stato"`
}

func (Comuni) Apply(w *engine.Writer, events []domain.Recorded) error {
	states, err := municipi.fold(w, events)
	if err != nil {
		return err
	}
	var comuni []comuneRow
	for _, id := range sorted(states) {
		comuni = append(comuni, comuneRow{id, states[id].Nome, states[id]})
	}
	return replace(w, "comuni", "comune", "text", sorted(states), comuni)
}
