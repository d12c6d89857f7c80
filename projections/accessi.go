package projections

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// Accessi is the journal of reads and refusals: a row an entry. An entry by a role at
// a Comune is of that Comune. A role at an Ente is given by Comuni, which see what is
// done by it: an entry is of the one it was about, if that gave the role then, else of
// the one Comune that did; where none did, of the one that was asked. What somebody
// does for several Comuni at once without naming one of them is with the Ente. What is
// done in no capacity, and names no Comune, is of every pair that the person had a role
// at, or was TOP of, when it was done.
type Accessi struct{}

func (Accessi) Name() string { return "accessi" }

func (Accessi) Tables() []string { return []string{"accesso", "accesso_presso", "accesso_utente"} }

func (Accessi) Categories() []string { return []string{"accesso", "utente", "comune"} }

// ruoli are the roles of a person.
type ruoli struct {
	seen
	Roles []domain.RoleHeld
	Tops  []sede
}

// sede is a Comune that names the person TOP, or did.
type sede struct {
	Comune  domain.CodiceISTAT
	Since   *time.Time // nil: it did
	Counted uint64     // events of the Comune's stream up to the last that named or removed the person
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
		case domain.TopNamed:
			return s.top(r, &r.Meta.At)
		case domain.TopRemoved:
			return s.top(r, nil)
		}
		return s
	},
}

// top notes since when a Comune names the person TOP; nil: it does no more.
func (s ruoli) top(r domain.Recorded, since *time.Time) ruoli {
	comune := domain.CodiceISTAT(idOf(r))
	i := slices.IndexFunc(s.Tops, func(t sede) bool { return t.Comune == comune })
	if i < 0 {
		i, s.Tops = len(s.Tops), append(s.Tops, sede{Comune: comune})
	}
	if t := &s.Tops[i]; r.Revision >= t.Counted {
		t.Since, t.Counted = since, r.Revision+1
	}
	return s
}

// actedOrGiven is whose roles an event changes, or is to be told by.
func actedOrGiven(r domain.Recorded) string {
	switch e := r.Event.(type) {
	case domain.RoleGiven, domain.RoleTaken:
		return idOf(r)
	case domain.TopNamed:
		return string(e.Utente)
	case domain.TopRemoved:
		return string(e.Utente)
	case domain.AccessRecorded:
		if r.Meta.By.Ente != "" || unassigned(r.Meta.By, e) {
			return string(r.Meta.By.Utente)
		}
	}
	return ""
}

// unassigned says whether an entry is of no Ente and of no Comune by itself.
func unassigned(by domain.Actor, e domain.AccessRecorded) bool {
	return by.Utente != "" && by.Role == "" && by.Ente == "" && by.Comune == "" && e.Asked.Comune == ""
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
	presso := &rows{table: "accesso_presso", key: func(r domain.Recorded) value { return text("stream", r.Stream) }}
	changed := map[string]ruoli{}
	for _, r := range events {
		id := givers.about(r)
		if e, ok := r.Event.(domain.AccessRecorded); ok {
			journal(accesso, r, e, states[id])
			supervised(presso, r, e, states[id])
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
	if err := presso.write(w); err != nil {
		return err
	}
	return accesso.write(w)
}

// supervised enters what a person did in no capacity, for each pair they were at. It has
// nothing that tells of other pairs: neither the workstation nor the object.
func supervised(presso *rows, r domain.Recorded, e domain.AccessRecorded, roles ruoli) {
	if !unassigned(r.Meta.By, e) {
		return
	}
	for _, p := range roles.pairs(r.Meta.At) {
		presso.enter(r, text("posto", string(p.Ente)+"/"+string(p.Comune)), instant("at", r.Meta.At), uuid("utente", r.Meta.By.Utente),
			uuid("ente", p.Ente), textOrNone("comune", p.Comune), text("address", e.Address), text("action", e.Action),
			text("outcome", e.Outcome), text("field", e.Field), text("purpose", e.Purpose), number("count", e.Count))
	}
}

// pairs are those at which the person had a role at an instant, or was TOP: a role that
// was over by then is none, one that had not begun is. What happened to them after it
// makes no difference, also to an entry that comes again.
func (s ruoli) pairs(at time.Time) (pairs []domain.Pair) {
	add := func(p domain.Pair) {
		if !slices.Contains(pairs, p) {
			pairs = append(pairs, p)
		}
	}
	day := domain.ItalianDay(at)
	for _, r := range s.Roles {
		if over := r.Al.Complete() && r.Al.Compare(day) < 0; !over && !r.Since.After(at) {
			add(r.Pair())
		}
	}
	for _, t := range s.Tops {
		if t.Since != nil && !t.Since.After(at) {
			add(domain.Pair{Comune: t.Comune})
		}
	}
	return pairs
}

// journal enters one entry.
func journal(accesso *rows, r domain.Recorded, e domain.AccessRecorded, roles ruoli) {
	by := r.Meta.By
	accesso.enter(r, instant("at", r.Meta.At), uuid("utente", by.Utente), text("role", by.Role), uuid("ente", by.Ente),
		textOrNone("comune", roles.concerned(by, e.Asked.Comune)), text("postazione", by.Postazione), uuid("via", by.Via),
		text("address", e.Address), text("action", e.Action), text("object", e.Object), text("outcome", e.Outcome),
		text("field", e.Field), text("tipo", e.Asked.Tipo), text("ambito", e.Asked.Ambito), text("purpose", e.Purpose),
		text("filters", strings.Join(e.Filters, " ")), number("shown", len(e.Shown)), number("count", e.Count))
}

// concerned is the Comune that sees what is done in a capacity, of which a Comune may
// have been asked. Whoever acts may ask any: only those that gave the role count.
func (s ruoli) concerned(by domain.Actor, asked domain.CodiceISTAT) domain.CodiceISTAT {
	if by.Ente == "" {
		return cmp.Or(by.Comune, asked)
	}
	var gave []domain.CodiceISTAT
	for _, r := range s.Roles {
		if r.Role == by.Role && r.Ente == by.Ente && !slices.Contains(gave, r.Comune) {
			gave = append(gave, r.Comune)
		}
	}
	switch {
	case len(gave) == 0 || slices.Contains(gave, asked):
		return asked
	case len(gave) == 1:
		return gave[0]
	}
	return ""
}
