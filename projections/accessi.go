package projections

import (
	"cmp"
	"slices"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// Accessi is the journal of reads and refusals: a row an entry. A role at an Ente
// is given by Comuni, which see what is done by it: an entry is of the Comune of
// the capacity, else of the one that was asked, else of the one Comune that gave
// the role then. What somebody does for several Comuni at once without naming one
// is with the Ente.
type Accessi struct{}

func (Accessi) Name() string { return "accessi" }

func (Accessi) Tables() []string { return []string{"accesso", "accesso_utente"} }

func (Accessi) Categories() []string { return []string{"accesso", "utente"} }

// ruoli are the roles of a person at Enti.
type ruoli struct {
	seen
	Roles []domain.RoleGiven
}

// givers are kept for whoever is in the journal or is given a role.
var givers = kept[ruoli]{
	table: "accesso_utente", key: "utente", kind: "uuid", about: actedOrGiven,
	evolve: func(s ruoli, r domain.Recorded) ruoli {
		switch r.Event.(type) {
		case domain.RoleGiven, domain.RoleTaken:
			if !s.again(r) {
				s.Roles = domain.Utente{Roles: s.Roles}.Evolve(r.Event, r.Meta).Roles
			}
		}
		return s
	},
}

// actedOrGiven is whose roles an event changes, or is to be told by.
func actedOrGiven(r domain.Recorded) string {
	switch r.Event.(type) {
	case domain.RoleGiven, domain.RoleTaken:
		return idOf(r)
	case domain.AccessRecorded:
		if r.Meta.By.Ente != "" {
			return string(r.Meta.By.Utente)
		}
	}
	return ""
}

func (Accessi) Apply(w *engine.Writer, events []domain.Recorded) error {
	var people []string
	for _, r := range events {
		if id := givers.about(r); id != "" {
			people = append(people, id)
		}
	}
	states, err := givers.read(w, people)
	if err != nil {
		return err
	}
	accesso := &rows{table: "accesso", key: func(r domain.Recorded) value { return text("stream", r.Stream) }}
	changed := map[string]ruoli{}
	for _, r := range events {
		id := givers.about(r)
		if e, ok := r.Event.(domain.AccessRecorded); ok {
			journal(accesso, r, e, states[id])
			continue
		}
		if id != "" {
			states[id] = givers.evolve(states[id], r)
			changed[id] = states[id]
		}
	}
	type row struct {
		Utente string `json:"utente"`
		Stato  ruoli  `json:"stato"`
	}
	var kept []row
	for _, id := range sorted(changed) {
		kept = append(kept, row{id, changed[id]})
	}
	if err := replace(w, "accesso_utente", "utente", "uuid", sorted(changed), kept); err != nil {
		return err
	}
	return accesso.write(w)
}

// journal enters one entry.
func journal(accesso *rows, r domain.Recorded, e domain.AccessRecorded, roles ruoli) {
	by := r.Meta.By
	accesso.enter(r, instant("at", r.Meta.At), uuid("utente", by.Utente), text("role", by.Role), uuid("ente", by.Ente),
		textOrNone("comune", cmp.Or(by.Comune, e.Asked.Comune, roles.only(by))), text("postazione", by.Postazione), uuid("via", by.Via),
		text("address", e.Address), text("action", e.Action), text("object", e.Object), text("outcome", e.Outcome),
		text("field", e.Field), text("tipo", e.Asked.Tipo), text("ambito", e.Asked.Ambito), text("purpose", e.Purpose),
		number("shown", len(e.Shown)), number("count", e.Count))
}

// only is the Comune that gave a capacity at an Ente, if one alone did.
func (s ruoli) only(by domain.Actor) domain.CodiceISTAT {
	var comuni []domain.CodiceISTAT
	for _, r := range s.Roles {
		if r.Role == by.Role && r.Ente == by.Ente && !slices.Contains(comuni, r.Comune) {
			comuni = append(comuni, r.Comune)
		}
	}
	if len(comuni) != 1 {
		return ""
	}
	return comuni[0]
}
