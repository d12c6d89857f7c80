package projections

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// RegolaDiAllarme is a version of a rule of alarms.
type RegolaDiAllarme struct {
	domain.RegolaAllarme
	Titolo string          `json:"titolo"`
	Testo  string          `json:"testo"`         // which requests meet it, in words
	Ultima int             `json:"ultima"`        // number of the version of its code that was set last
	Dal    *time.Time      `json:"dal,omitempty"` // when it was set; none: the Comune has set none
	Al     *time.Time      `json:"al,omitempty"`  // when another took its place; none: it is in force
	By     domain.UtenteID `json:"by,omitempty"`
}

// RegoleDiAllarme are the rules of alarms of a Comune.
type RegoleDiAllarme struct {
	InVigore []RegolaDiAllarme `json:"in_vigore"`         // one of each code, for the requests of every Ente that has none of its own
	Proprie  []RegolaDiAllarme `json:"proprie,omitempty"` // in force for those of one Ente
	Prima    []RegolaDiAllarme `json:"prima,omitempty"`   // not any more, the last one first
}

// AlarmRules returns the rules of alarms of a Comune and the revision of its stream, to
// those at the Comune itself and to who administers an Ente for it, who is shown of others'
// own none; domain.NotFound to others.
func (q *ComuniQueries) AlarmRules(ctx context.Context, reach domain.Reach, comune domain.CodiceISTAT, now time.Time) (r RegoleDiAllarme, revision uint64, err error) {
	var w where
	w.add("v.comune = ?", comune)
	states, err := q.read(ctx, reach, w)
	switch {
	case err != nil:
		return r, 0, fmt.Errorf("read the rules of alarms of %s: %w", comune, err)
	case len(states) == 0 || reach.Outside && !reach.Appoints:
		return r, 0, domain.Errorf(domain.NotFound, "Comune inesistente")
	}
	s := states[0]
	for _, rule := range s.Allarmi.InForce("", now) {
		one := domain.RegolaDiComune{RegolaAllarme: rule}
		if set, ok := s.Allarmi.Own(rule.Codice, "", now); ok {
			one = set
		}
		r.InVigore = append(r.InVigore, s.regola(one))
	}
	for _, rule := range s.Allarmi {
		switch {
		case rule.Ente != "" && !reach.Covers(domain.Object{Comune: comune, Ente: rule.Ente}):
		case !rule.Al.IsZero():
			r.Prima = append(r.Prima, s.regola(rule))
		case rule.Ente != "":
			r.Proprie = append(r.Proprie, s.regola(rule))
		}
	}
	slices.Reverse(r.Prima)
	return r, s.revision(), nil
}

// regola is a version of a rule as it is shown.
func (s municipio) regola(r domain.RegolaDiComune) RegolaDiAllarme {
	shown := RegolaDiAllarme{RegolaAllarme: r.RegolaAllarme, Titolo: r.Codice.Text(), Testo: r.Text(), Ultima: s.Allarmi.Last(r.Codice), By: r.By}
	if !r.Dal.IsZero() {
		shown.Dal = &r.Dal
	}
	if !r.Al.IsZero() {
		shown.Al = &r.Al
	}
	return shown
}
