package projections

import (
	"slices"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// Postazioni are the workstations of Enti: a row each, and one for each Comune it
// was proposed to.
type Postazioni struct{}

func (Postazioni) Name() string { return "postazioni" }

func (Postazioni) Tables() []string { return []string{"postazioni", "postazione_comune"} }

func (Postazioni) Categories() []string { return []string{"postazione"} }

// stazione is a workstation as its row keeps it.
type stazione struct {
	domain.Postazione
	seen
	Proposals map[domain.CodiceISTAT]time.Time // when, to each Comune
}

var stazioni = kept[stazione]{table: "postazioni", key: "postazione", kind: "uuid", about: of("postazione"), evolve: func(s stazione, r domain.Recorded) stazione {
	if s.again(r) {
		return s
	}
	s.Postazione = s.Evolve(r.Event, r.Meta)
	if e, ok := r.Event.(domain.PostazioneProposed); ok {
		if s.Proposals == nil {
			s.Proposals = map[domain.CodiceISTAT]time.Time{}
		}
		if _, before := s.Proposals[e.Comune]; !before {
			s.Proposals[e.Comune] = r.Meta.At
		}
	}
	return s
}}

// Condizione is where a workstation stands with a Comune.
type Condizione string

const (
	PostazioneProposta   Condizione = "proposta"    // awaits the Comune
	PostazioneApprovata  Condizione = "approvata"   // may be enrolled
	PostazioneAttiva     Condizione = "attiva"      // enrolled and authorised
	PostazioneSenzaProva Condizione = "senza_prova" // authorised, and its certificate proves another
	PostazioneRevocata   Condizione = "revocata"
)

// condition is where the workstation stands with a Comune.
func (s stazione) condition(c domain.PostazioneComune) Condizione {
	switch {
	case c.Revoked:
		return PostazioneRevocata
	case !c.Approved:
		return PostazioneProposta
	case s.Unproven:
		return PostazioneSenzaProva
	case s.Enrolled:
		return PostazioneAttiva
	}
	return PostazioneApprovata
}

type postazioneRow struct {
	Postazione string   `json:"postazione"`
	Stato      stazione `json:"stato"`
}

type postazioneComuneRow struct {
	Postazione string             `json:"postazione"`
	Comune     domain.CodiceISTAT `json:"comune"`
	Ente       domain.EnteID      `json:"ente,omitempty"`
	Condizione Condizione         `json:"condizione"`
	ProposedAt time.Time          `json:"proposed_at"`
}

func (Postazioni) Apply(w *engine.Writer, events []domain.Recorded) error {
	states, err := stazioni.fold(w, events)
	if err != nil {
		return err
	}
	var stations []postazioneRow
	var comuni []postazioneComuneRow
	for _, id := range sorted(states) {
		s := states[id]
		stations = append(stations, postazioneRow{id, s})
		for i, c := range s.Comuni {
			if slices.ContainsFunc(s.Comuni[:i], func(b domain.PostazioneComune) bool { return b.Comune == c.Comune }) {
				continue // proposed again: it stands where it stood
			}
			comuni = append(comuni, postazioneComuneRow{id, c.Comune, s.Ente, s.condition(c), s.Proposals[c.Comune]})
		}
	}
	if err := replace(w, "postazioni", "postazione", "uuid", sorted(states), stations); err != nil {
		return err
	}
	return replace(w, "postazione_comune", "postazione", "uuid", sorted(states), comuni)
}
