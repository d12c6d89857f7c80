package projections

import (
	"cmp"
	"fmt"
	"maps"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// Attivita is who did what and when: a row an act, whether an event records it or the
// journal does. An act is of the pair that it concerns. What was done in no capacity has a
// row for each pair the person was at, as the journal has it.
type Attivita struct{}

func (Attivita) Name() string { return "attivita" }

func (Attivita) Tables() []string { return []string{"attivita", "attivita_utente"} }

func (Attivita) Categories() []string {
	return []string{"visura", "massiva", "utente", "ente", "convenzione", "ricertificazione", "profile", "postazione", "applicativo", "comune", "caso", "accesso"}
}

// attore is what of a person tells which pair an act concerns: their roles, and what was
// proposed to give them.
type attore struct {
	ruoli
	Proposte map[string]domain.Pair `json:"proposte,omitempty"` // by id, also decided ones
}

// actors are kept of whom an event changes that, or whose roles an act is to be told by.
var actors = kept[attore]{
	table: "attivita_utente", key: "utente", kind: "uuid",
	about: func(r domain.Recorded) string {
		if id := changes(r); id != "" {
			return id
		}
		if _, journalled := r.Event.(domain.AccessRecorded); journalled {
			return givers.about(r)
		}
		if acted(r) == "" || ofAPair[domain.CategoryOf(r.Stream)] || pairNamed(r, attore{}).Comune != "" {
			return ""
		}
		return string(r.Meta.By.Utente)
	},
	evolve: func(s attore, r domain.Recorded) attore {
		if e, ok := r.Event.(domain.GrantProposed); ok {
			proposte := maps.Clone(s.Proposte)
			if proposte == nil {
				proposte = map[string]domain.Pair{}
			}
			proposte[e.ID] = domain.Pair{Ente: e.Ente, Comune: e.Comune}
			s.Proposte = proposte
			return s
		}
		s.ruoli = givers.evolve(s.ruoli, r)
		return s
	},
}

// changes is whom an event changes.
func changes(r domain.Recorded) string {
	switch r.Event.(type) {
	case domain.AccessRecorded:
		return ""
	case domain.GrantProposed, domain.GrantApproved, domain.GrantRejected:
		return idOf(r)
	}
	return givers.about(r)
}

func (Attivita) Apply(w *engine.Writer, events []domain.Recorded) error {
	var known []string
	for _, r := range events {
		if id := actors.about(r); id != "" {
			known = append(known, id)
		}
	}
	people, err := actors.read(w, known)
	if err != nil {
		return err
	}
	pairs, err := begun(w, events)
	if err != nil {
		return err
	}
	attivita := &rows{table: "attivita", key: func(r domain.Recorded) value { return text("stream", r.Stream) }}
	changed := map[string]attore{}
	for _, r := range events {
		if id := changes(r); id != "" {
			people[id] = actors.evolve(people[id], r)
			changed[id] = people[id]
		}
		if e, ok := r.Event.(domain.AccessRecorded); ok {
			accessed(attivita, r, e, people[string(r.Meta.By.Utente)].ruoli)
		} else if action := acted(r); action != "" {
			attivita.enter(r, act(r, "", pairOf(r, pairs, people), domain.AccessRecorded{Action: action, Object: r.Stream, Outcome: "ok"})...)
		}
	}
	type row struct {
		Utente string `json:"utente"`
		Stato  attore `json:"stato"`
	}
	var kept []row
	for _, id := range sorted(changed) {
		kept = append(kept, row{id, changed[id]})
	}
	if err := replace(w, "attivita_utente", "utente", "uuid", sorted(changed), kept); err != nil {
		return err
	}
	return attivita.write(w)
}

// accessed enters an entry of the journal. What nobody known did for no Comune is nobody's.
// What an event records of a stream is told by it: an entry of that is of what was shown on
// the way.
func accessed(attivita *rows, r domain.Recorded, e domain.AccessRecorded, roles ruoli) {
	by := r.Meta.By
	switch {
	case e.Outcome == "ok" && e.Object != "" && recordedOf[e.Action] == domain.CategoryOf(e.Object):
	case unassigned(by, e):
		e.Object, e.Shown = "", nil // they might tell of another pair
		r.Meta.By.Postazione = ""
		for _, p := range roles.pairs(r.Meta.At) {
			attivita.enter(r, act(r, string(p.Ente)+"/"+string(p.Comune), p, e)...)
		}
	case by.Utente != "" || by.Comune != "" || e.Asked.Comune != "":
		attivita.enter(r, act(r, "", domain.Pair{Ente: by.Ente, Comune: roles.concerned(by, e.Asked.Comune)}, e)...)
	}
}

// act is the row of an act that concerns a pair.
func act(r domain.Recorded, posto string, pair domain.Pair, e domain.AccessRecorded) []value {
	by := r.Meta.By
	postazione, err := domain.ParsePostazioneID(by.Postazione)
	if err != nil {
		postazione = ""
	}
	return []value{
		text("posto", posto), instant("at", r.Meta.At), uuid("utente", by.Utente), text("role", by.Role), uuid("ente", pair.Ente), textOrNone("comune", pair.Comune),
		uuid("postazione", postazione), uuid("via", by.Via), text("address", e.Address), text("genere", genereAt(r, e)), text("action", e.Action), text("object", e.Object),
		text("outcome", e.Outcome), truth("rifiutato", e.Outcome != "ok" && e.Outcome != domain.AccessBegun), text("field", e.Field), text("tipo", e.Asked.Tipo),
		number("shown", len(e.Shown)), number("count", e.Count),
	}
}

// genereAt is the kind of an act. What is asked for and decided, events record: the journal's
// entry that it went well is of what was shown.
func genereAt(r domain.Recorded, e domain.AccessRecorded) Genere {
	genere, _ := GenereOf(e.Action)
	_, journalled := r.Event.(domain.AccessRecorded)
	if journalled && e.Outcome == "ok" && (genere == GenereRichieste || genere == GenereDecisioni) {
		return GenereLetture
	}
	return genere
}

// ofAPair are the categories whose streams are of a pair, which their first event names,
// ofAnEnte those whose streams are of an Ente, for several Comuni.
var (
	ofAPair  = map[string]bool{"visura": true, "massiva": true, "convenzione": true, "ricertificazione": true, "caso": true}
	ofAnEnte = map[string]bool{"postazione": true, "applicativo": true}
)

// begun are the pairs of the streams that acts go on with, as the first event of each has
// them.
func begun(w *engine.Writer, events []domain.Recorded) (map[string]domain.Pair, error) {
	pairs := map[string]domain.Pair{}
	var streams []string
	for _, r := range events {
		category := domain.CategoryOf(r.Stream)
		if r.Revision > 0 && (ofAPair[category] || ofAnEnte[category]) && acted(r) != "" {
			streams = append(streams, r.Stream)
		}
	}
	if len(streams) == 0 {
		return pairs, nil
	}
	rows, err := w.Read(`SELECT stream, coalesce(ente::text, ''), coalesce(comune, '') FROM attivita WHERE stream = ANY($1) AND revision = 0`, streams)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var stream string
		var p domain.Pair
		if err := rows.Scan(&stream, &p.Ente, &p.Comune); err != nil {
			return nil, fmt.Errorf("read attivita: %w", err)
		}
		pairs[stream] = p
	}
	return pairs, nil
}

// pairOf is the pair an act concerns: what it names, and what its stream is of; else the
// Comune of who did it.
func pairOf(r domain.Recorded, pairs map[string]domain.Pair, people map[string]attore) domain.Pair {
	pair, category := pairNamed(r, people[idOf(r)]), domain.CategoryOf(r.Stream)
	first := pairs[r.Stream]
	if ofAPair[category] {
		pair.Comune = cmp.Or(pair.Comune, first.Comune)
	}
	if ofAPair[category] || ofAnEnte[category] {
		pair.Ente = cmp.Or(pair.Ente, first.Ente)
	}
	pair.Comune = cmp.Or(pair.Comune, people[string(r.Meta.By.Utente)].concerned(r.Meta.By, ""))
	if r.Revision == 0 {
		pairs[r.Stream] = pair
	}
	return pair
}

// pairNamed is the pair an act names, of which a decision on a proposal to give a person
// something is that of the proposal; that of who did it where it names none.
func pairNamed(r domain.Recorded, person attore) domain.Pair {
	switch e := r.Event.(type) {
	case domain.VisuraRequested:
		return domain.Pair{Ente: e.Ente, Comune: e.Comune}
	case domain.MassivaRequested:
		return domain.Pair{Ente: e.Ente, Comune: e.Comune}
	case domain.CasoOpened:
		if e.Riservato {
			return domain.Pair{Comune: e.Comune} // as all that is done about it
		}
		return domain.Pair{Ente: e.Ente, Comune: e.Comune}
	case domain.UtenteRegistered:
		return domain.Pair{Ente: r.Meta.By.Ente, Comune: cmp.Or(e.EnteredFor, r.Meta.By.Comune)}
	case domain.GrantApproved:
		if pair, ok := person.Proposte[e.ID]; ok {
			return pair
		}
	case domain.GrantRejected:
		if pair, ok := person.Proposte[e.ID]; ok {
			return pair
		}
	case domain.ApplicativoRegistered:
		if len(e.Comuni) == 1 {
			return domain.Pair{Ente: e.Ente, Comune: e.Comuni[0]}
		}
	}
	if domain.CategoryOf(r.Stream) == "comune" {
		return domain.Pair{Comune: domain.CodiceISTAT(idOf(r))} // whoever did it
	}
	return concerned(r)
}
