package commands

import (
	"strings"

	"github.com/visure-anagrafiche/visure/domain"
)

// GrantMassive lets who may ask under an act ask about many people at once, so many at
// most; sent again with other words it changes them.
type GrantMassive struct {
	Atto          int    `json:"atto" minimum:"1" doc:"Numero dell'atto attivato, da 1: vale per quello, non per i rinnovi"`
	Tetto         int    `json:"tetto" minimum:"1" maximum:"5000" doc:"Righe di una richiesta al più"`
	BaseGiuridica string `json:"base_giuridica" maxLength:"400" doc:"Base giuridica che ammette le richieste massive"`
}

// Decide grants it for an act that is in force or to come; not who asks under it themself.
func (c GrantMassive) Decide(g Given[domain.Convenzione]) ([]domain.Event, error) {
	if err := agreed(g); err != nil {
		return nil, err
	}
	atto := g.State.Atto(c.Atto)
	if atto.Numero == 0 {
		return nil, domain.FieldErrorf(domain.NotFound, "atto", "nessun atto attivato ha questo numero")
	}
	granted := domain.MassiveGranted(c)
	granted.BaseGiuridica = strings.TrimSpace(c.BaseGiuridica)
	switch {
	case atto.Ended || atto.Al.Compare(domain.ItalianDay(g.Meta.At)) < 0:
		return nil, domain.FieldErrorf(domain.Conflict, "atto", "l'atto non è più in vigore")
	case asks(g, g.State.Pair):
		return nil, errOwnRights
	case c.Tetto < 1 || c.Tetto > domain.RigheMassime:
		return nil, domain.FieldErrorf(domain.Invalid, "tetto", "il tetto è un numero di righe da 1 a %d", domain.RigheMassime)
	case granted.BaseGiuridica == "" || len(granted.BaseGiuridica) > 400:
		return nil, domain.FieldErrorf(domain.Invalid, "base_giuridica", "va indicata la base giuridica, in 400 caratteri al più")
	case atto.Massive != nil && *atto.Massive == granted:
		return nil, nil
	}
	if err := words("base_giuridica", c.BaseGiuridica); err != nil {
		return nil, err
	}
	return []domain.Event{granted}, nil
}
