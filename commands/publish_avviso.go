package commands

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/visure-anagrafiche/visure/domain"
)

// PublishAvviso shows a notice of the Comune at the head of the pages of those it is
// for.
type PublishAvviso struct {
	Testo string        `json:"testo" maxLength:"500" doc:"Che cosa si legge in testa alle pagine, su una riga e senza dati di persone"`
	Dal   time.Time     `json:"dal,omitzero" doc:"Da quando; assente: da subito"`
	Al    time.Time     `json:"al" doc:"Fino a quando, al più un anno dopo"`
	Ruoli []domain.Role `json:"ruoli,omitempty" doc:"Per chi opera in uno di questi ruoli: standard, admin, anagrafe, top, auditor; assenti: per tutti"`
	Ente  domain.EnteID `json:"ente,omitempty" doc:"Per gli operatori e gli amministratori di questo Ente; assente: per tutti"`
}

const (
	// maxAvviso is how long a notice may be, in characters.
	maxAvviso = 500
	// maxAvvisi is how many of a Comune may be in force or to come.
	maxAvvisi = 10
	// avvisoFor is for how long one may be shown at most.
	avvisoFor = 366 * 24 * time.Hour
)

// readers are the roles of people who are shown pages.
var readers = []domain.Role{domain.RoleAdmin, domain.RoleAnagrafe, domain.RoleAuditor, domain.RoleStandard, domain.RoleTop}

// Refs names the act with the Ente it is for.
func (c PublishAvviso) Refs(g Given[domain.Comune]) Refs {
	if c.Ente == "" {
		return Refs{}
	}
	return actWith(string(c.Ente), domain.CodiceISTAT(g.ID))
}

// Decide numbers the notice. One that says the same to the same people at the same
// time, and is not over, is none.
func (c PublishAvviso) Decide(g Given[domain.Comune]) ([]domain.Event, error) {
	if err := own(g); err != nil {
		return nil, err
	}
	if err := c.shown(g.Meta.At); err != nil {
		return nil, err
	}
	if err := c.read(g.Parties.Convenzione); err != nil {
		return nil, err
	}
	next := domain.AvvisoPublished{
		Numero: g.State.Avvisi.Last + 1, Testo: c.Testo, Dal: c.Dal.UTC(), Al: c.Al.UTC(),
		Ruoli: slices.Compact(slices.Sorted(slices.Values(c.Ruoli))), Ente: c.Ente,
	}
	open := g.State.Avvisi.Open(g.Meta.At)
	switch {
	case slices.ContainsFunc(open, func(a domain.Avviso) bool { return says(a.AvvisoPublished, next) }):
		return nil, nil
	case len(open) >= maxAvvisi:
		return nil, domain.Errorf(domain.Conflict, "ci sono già %d avvisi in vigore o in arrivo: prima se ne ritira uno", maxAvvisi)
	}
	return []domain.Event{next}, nil
}

// says tells whether two notices differ in nothing but their number.
func says(a, b domain.AvvisoPublished) bool {
	return a.Testo == b.Testo && a.Dal.Equal(b.Dal) && a.Al.Equal(b.Al) && slices.Equal(a.Ruoli, b.Ruoli) && a.Ente == b.Ente
}

// shown refuses what cannot be read in a line, or at no time from an instant on.
func (c PublishAvviso) shown(at time.Time) error {
	begins := c.Dal
	if begins.Before(at) {
		begins = at
	}
	switch {
	case strings.TrimSpace(c.Testo) == "" || utf8.RuneCountInString(c.Testo) > maxAvviso:
		return domain.FieldErrorf(domain.Invalid, "testo", "il testo dell'avviso manca o supera i %d caratteri", maxAvviso)
	case !printable(c.Testo) || strings.ContainsAny(c.Testo, "\n\r\t"):
		return domain.FieldErrorf(domain.Invalid, "testo", "il testo dell'avviso sta su una riga, senza caratteri che non si possono stampare")
	case !c.Al.After(begins):
		return domain.FieldErrorf(domain.Invalid, "al", "l'avviso finisce dopo l'inizio e dopo adesso")
	case c.Al.Sub(begins) > avvisoFor:
		return domain.FieldErrorf(domain.Invalid, "al", "l'avviso finisce al più un anno dopo l'inizio")
	}
	return nil
}

// read refuses a notice for nobody; act is that with the Ente it is for.
func (c PublishAvviso) read(act domain.Convenzione) error {
	atEnte := len(c.Ruoli) == 0
	for _, role := range c.Ruoli {
		if !slices.Contains(readers, role) {
			return domain.FieldErrorf(domain.Invalid, "ruoli", "un avviso è per chi opera come standard, admin, anagrafe, top o auditor")
		}
		atEnte = atEnte || role == domain.RoleStandard || role == domain.RoleAdmin
	}
	switch {
	case c.Ente == "":
		return nil
	case act.Comune == "":
		return domain.FieldErrorf(domain.NotFound, "ente", "l'Ente non risulta per questo Comune")
	case !atEnte:
		return domain.FieldErrorf(domain.Invalid, "ruoli", "di un Ente un avviso raggiunge operatori e amministratori: indicarne il ruolo, o nessuno")
	}
	return nil
}
