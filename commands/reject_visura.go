package commands

import (
	"strings"

	"github.com/visure-anagrafiche/visure/domain"
)

// RejectVisura refuses a request that awaits confirmation. Only an officer of
// the Comune may, with a reason; the reason "altro" wants words.
type RejectVisura struct {
	Motivo string `json:"motivo" doc:"Codice del motivo" example:"finalita_non_pertinente"`
	Testo  string `json:"testo,omitempty" maxLength:"1000" doc:"Motivazione per il richiedente"`
}

// Decide refuses in time; a refusal after the term of silence comes too late.
func (c RejectVisura) Decide(g Given[domain.Visura]) ([]domain.Event, error) {
	if err := officer(g); err != nil {
		return nil, err
	}
	if err := words("testo", c.Testo); err != nil {
		return nil, err
	}
	v, ended := g.State, over(g.State, g.Meta.At)
	_, known := domain.MotivoText(c.Motivo)
	switch {
	case !known:
		return nil, domain.FieldErrorf(domain.Invalid, "motivo", "il motivo del rifiuto non è tra quelli previsti")
	case ended != nil:
		return nil, ended
	case v.Status == domain.Awaiting && c.Motivo == domain.MotivoAltro && strings.TrimSpace(c.Testo) == "":
		return nil, domain.FieldErrorf(domain.Invalid, "testo", "con il motivo «altro» la motivazione è obbligatoria")
	case v.Status == domain.Awaiting:
		return []domain.Event{domain.VisuraRejected(c)}, nil
	case v.Status == domain.Rejected:
		return nil, nil
	}
	return nil, errNotAwaiting
}
