package projections

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// Allarmi are the requests that have met a rule of alarms, by the rule that was in force
// when they were made, and what that is found out from. What was found follows from the
// requests as they are known and from the rules alone, whenever the one and the other were
// read; commands.Alarms opens cases for it.
type Allarmi struct{}

func (Allarmi) Name() string { return "allarmi" }

func (Allarmi) Tables() []string {
	return []string{"allarmi_richiesta", "allarmi_comune", "allarmi_rilievo"}
}

func (Allarmi) Categories() []string { return []string{domain.VisuraCategory, domain.ComuneCategory} }

// vigilanza are the rules of a Comune as its row keeps them.
type vigilanza struct {
	seen
	Regole  domain.RegoleAllarmi
	Patroni domain.Patroni
}

var vigilanze = kept[vigilanza]{table: "allarmi_comune", key: "comune", kind: "text", about: of(domain.ComuneCategory), evolve: func(s vigilanza, r domain.Recorded) vigilanza {
	if !s.again(r) {
		s.Regole, s.Patroni = s.Regole.Evolve(r.Event, r.Meta), s.Patroni.Evolve(r.Event, r.Meta)
	}
	return s
}}

type vigilanzaRow struct {
	Comune string    `json:"comune"`
	Stato  vigilanza `json:"stato"`
}

// vigilata is a request as rules count it.
type vigilata struct {
	domain.RichiestaSuPersona
	revision int64
	comune   domain.CodiceISTAT
	ente     domain.EnteID
	token    string // of the person found, else of the one asked about; empty: erased
	known    time.Time
	massiva  bool   // asked for by a request about many
	stored   bool   // it has a row
	moved    bool   // this batch says something new of it
	before   string // its token until this batch
}

// rilievo is that a request has met a rule.
type rilievo struct {
	visura domain.VisuraID
	known  time.Time // since when that can be known
	fatto  domain.CasoOpened
}

func (Allarmi) Apply(w *engine.Writer, events []domain.Recorded) error {
	comuni, err := vigilanze.fold(w, events)
	if err != nil {
		return err
	}
	var rows []vigilanzaRow
	for _, id := range sorted(comuni) {
		rows = append(rows, vigilanzaRow{id, comuni[id]})
	}
	if err := replace(w, "allarmi_comune", "comune", "text", sorted(comuni), rows); err != nil {
		return err
	}
	moved, read, err := moving(w, events)
	if err != nil || len(moved) == 0 {
		return err
	}
	all, err := neighbours(w, moved, read)
	if err != nil {
		return err
	}
	regole, err := rulesOf(w, all)
	if err != nil {
		return err
	}
	store(w, moved)
	return weigh(w, all, regole)
}

// reading is what was read of requests: those with some ids, and those about some persons
// that were made between two instants.
type reading struct {
	all      map[string]*vigilata // by id
	tokens   map[string]bool
	from, to time.Time // of the requests that those about the same persons may count with
}

// covers says whether all that may count together with a request was read.
func (r reading) covers(q *vigilata) bool {
	for _, token := range []string{q.token, q.before} {
		if token != "" && (!r.tokens[token] || q.At.Before(r.from) || q.At.After(r.to)) {
			return false
		}
	}
	return true
}

// moving returns the requests of which events say something new, as they are after these,
// and what was read beside them, by one statement: most requests are about whom they ask
// about.
func moving(w *engine.Writer, events []domain.Recorded) (moved map[string]*vigilata, read reading, err error) {
	var about []domain.Recorded
	var ids []string
	read.tokens = map[string]bool{}
	for _, r := range events {
		if !concernsAlarms(r.Event) {
			continue
		}
		id, _ := domain.VisuraOf(r.Stream)
		about, ids = append(about, r), append(ids, string(id))
		if e, made := r.Event.(domain.VisuraRequested); made && e.SubjectToken != "" {
			read.tokens[e.SubjectToken] = true
			read.stretch(r.Meta.At.UTC().Truncate(time.Microsecond))
		}
	}
	if len(ids) == 0 {
		return nil, read, nil
	}
	read.all, err = watched(w, `visura_id = ANY ($1::uuid[]) UNION ALL `+watchedSQL+`subject_token = ANY ($2) AND requested_at BETWEEN $3 AND $4`, ids, sorted(read.tokens), read.from.AddDate(0, 0, -domain.GiorniMassimi), read.to.AddDate(0, 0, domain.GiorniMassimi))
	if err != nil {
		return nil, read, err
	}
	moved = map[string]*vigilata{}
	for _, r := range about {
		id, _ := domain.VisuraOf(r.Stream)
		if q := read.all[string(id)].after(id, r); q != nil {
			read.all[string(id)] = q
			if q.moved {
				moved[string(id)] = q
			}
		}
	}
	return moved, read, nil
}

// stretch widens the time to an instant.
func (r *reading) stretch(at time.Time) {
	if r.from.IsZero() || at.Before(r.from) {
		r.from = at
	}
	if at.After(r.to) {
		r.to = at
	}
}

// concernsAlarms says whether an event may change what is counted.
func concernsAlarms(e domain.Event) bool {
	switch e := e.(type) {
	case domain.VisuraRequested, domain.VisuraErased:
		return true
	case domain.VisuraIssued:
		return e.SubjectToken != ""
	case domain.VisuraNotIssuable:
		return e.SubjectToken != ""
	}
	return false
}

// after returns the request after an event; nil while it was not made.
func (q *vigilata) after(id domain.VisuraID, r domain.Recorded) *vigilata {
	at := r.Meta.At.UTC().Truncate(time.Microsecond) // as PostgreSQL keeps it
	e, made := r.Event.(domain.VisuraRequested)
	switch {
	case q == nil && made:
		q = &vigilata{revision: int64(r.Revision), comune: e.Comune, ente: e.Ente, massiva: e.Massiva != nil, moved: true, RichiestaSuPersona: domain.RichiestaSuPersona{
			Visura: id, Utente: r.Meta.By.Utente, Tipo: e.Tipo, NumeroPratica: e.Purpose.NumeroPratica, At: at,
		}}
		q.identify(e.SubjectToken, at)
	case q == nil || made || int64(r.Revision) <= q.revision:
	default:
		q.told(r, at)
	}
	return q
}

// told changes the request by an event that followed it.
func (q *vigilata) told(r domain.Recorded, at time.Time) {
	token := ""
	switch e := r.Event.(type) {
	case domain.VisuraIssued:
		token = e.SubjectToken
	case domain.VisuraNotIssuable:
		token = e.SubjectToken
	}
	_, erased := r.Event.(domain.VisuraErased)
	if erased || token != q.token {
		q.revision, q.moved = int64(r.Revision), true
		q.identify(token, at)
	}
}

// identify says who it is about, as is known from an instant on.
func (q *vigilata) identify(token string, at time.Time) {
	q.token, q.known = token, at
	if token == "" {
		q.known = time.Time{}
	}
}

// watchedSQL reads the rows of requests.
const watchedSQL = `
	SELECT visura_id::text, revision, comune, coalesce(ente::text, ''), coalesce(requester::text, ''), tipo, numero_pratica, coalesce(subject_token, ''), known_at, requested_at
	  FROM allarmi_richiesta WHERE `

// watched returns requests that have rows; one that comes twice is there once.
func watched(w *engine.Writer, condition string, args ...any) (map[string]*vigilata, error) {
	rows, err := w.Read(watchedSQL+condition, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[string]*vigilata{}
	for rows.Next() {
		q := vigilata{stored: true}
		var known *time.Time
		if err := rows.Scan(&q.Visura, &q.revision, &q.comune, &q.ente, &q.Utente, &q.Tipo, &q.NumeroPratica, &q.token, &known, &q.At); err != nil {
			return nil, fmt.Errorf("read allarmi_richiesta: %w", err)
		}
		q.At, q.before = q.At.UTC(), q.token
		if known != nil {
			q.known = known.UTC()
		}
		all[string(q.Visura)] = &q
	}
	return all, nil
}

// neighbours returns what was read, with those about the same persons as requests are, or
// were, that may count together with them.
func neighbours(w *engine.Writer, moved map[string]*vigilata, read reading) (map[string]*vigilata, error) {
	more := reading{tokens: map[string]bool{}}
	for _, q := range moved {
		if read.covers(q) {
			continue
		}
		for _, token := range []string{q.token, q.before} {
			more.tokens[token] = true
		}
		more.stretch(q.At)
	}
	delete(more.tokens, "")
	if len(more.tokens) == 0 {
		return read.all, nil
	}
	others, err := watched(w, `subject_token = ANY ($1) AND requested_at BETWEEN $2 AND $3`, sorted(more.tokens), more.from.AddDate(0, 0, -domain.GiorniMassimi), more.to.AddDate(0, 0, domain.GiorniMassimi))
	if err != nil {
		return nil, err
	}
	for id, q := range others {
		if read.all[id] == nil {
			read.all[id] = q
		}
	}
	return read.all, nil
}

// rulesOf returns the rules of the Comuni of requests.
func rulesOf(w *engine.Writer, all map[string]*vigilata) (map[string]vigilanza, error) {
	comuni := map[string]bool{}
	for _, q := range all {
		comuni[string(q.comune)] = true
	}
	return vigilanze.read(w, sorted(comuni))
}

// store writes the rows of requests.
func store(w *engine.Writer, moved map[string]*vigilata) {
	var ids, comuni, enti, requesters, tipi, pratiche, tokens []string
	var revisions []int64
	var known, at []*time.Time
	for _, id := range sorted(moved) {
		q := moved[id]
		ids, revisions, comuni, enti, requesters = append(ids, id), append(revisions, q.revision), append(comuni, string(q.comune)), append(enti, string(q.ente)), append(requesters, string(q.Utente))
		tipi, pratiche, tokens, at = append(tipi, string(q.Tipo)), append(pratiche, q.NumeroPratica), append(tokens, q.token), append(at, &q.At)
		if q.known.IsZero() {
			known = append(known, nil)
		} else {
			known = append(known, &q.known)
		}
	}
	w.Queue(`
		INSERT INTO allarmi_richiesta AS t (visura_id, revision, comune, ente, requester, tipo, numero_pratica, subject_token, known_at, requested_at)
			SELECT visura_id, revision, comune, nullif(ente, '')::uuid, nullif(requester, '')::uuid, tipo, numero_pratica, nullif(subject_token, ''), known_at, requested_at
				FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::timestamptz[], $10::timestamptz[])
					AS v(visura_id, revision, comune, ente, requester, tipo, numero_pratica, subject_token, known_at, requested_at)
			ON CONFLICT (visura_id) DO UPDATE SET revision = excluded.revision, subject_token = excluded.subject_token, known_at = excluded.known_at`,
		ids, revisions, comuni, enti, requesters, tipi, pratiche, tokens, known, at)
}

// weigh writes which of the requests meet rules now, where that may have changed: of a
// request that is new, of a person who is another, and of those after it about the same
// one.
func weigh(w *engine.Writer, all map[string]*vigilata, regole map[string]vigilanza) error {
	since := map[string]time.Time{} // by token: from when on what is found may have changed
	for _, q := range all {
		for _, token := range []string{q.token, q.before} {
			if first, ok := since[token]; q.moved && token != "" && (!ok || q.At.Before(first)) {
				since[token] = q.At
			}
		}
	}
	var found []rilievo
	var again []string // those with rows that may not be found any more
	for _, group := range byPerson(all) {
		for i, q := range group {
			first, touched := since[q.token]
			if !q.moved && (!touched || q.At.Before(first)) {
				continue
			}
			if q.stored {
				again = append(again, string(q.Visura))
			}
			found = append(found, regole[string(q.comune)].met(group[:i+1])...)
		}
	}
	return record(w, found, again)
}

// byPerson returns requests in their order, those about one person to one Ente at one Comune
// together; those about nobody known are alone.
func byPerson(all map[string]*vigilata) [][]*vigilata {
	groups := map[string][]*vigilata{}
	for id, q := range all {
		key := id
		if q.token != "" {
			key = q.token + " " + string(q.comune) + " " + string(q.ente)
		}
		groups[key] = append(groups[key], q)
	}
	var ordered [][]*vigilata
	for _, key := range sorted(groups) {
		slices.SortFunc(groups[key], func(a, b *vigilata) int {
			return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Visura, b.Visura))
		})
		ordered = append(ordered, groups[key])
	}
	return ordered
}

// met returns which rules are met with the last of some requests about one person. Its own
// hours are found out when it is new.
func (s vigilanza) met(group []*vigilata) (found []rilievo) {
	q := group[len(group)-1]
	if q.ente == "" || q.Utente == "" {
		return nil
	}
	for _, rule := range s.Regole.InForce(q.ente, q.At) {
		fatto := domain.CasoOpened{Regola: rule, Comune: q.comune, Ente: q.ente, Utente: q.Utente}
		switch {
		case !rule.Attiva:
		case rule.Orario != nil:
			day, in := rule.Orario.Includes(q.At, func(d domain.Date) bool { return s.Patroni.Festivo(d, q.At) })
			if in && !q.stored && !q.massiva {
				fatto.Giorno = day
				found = append(found, rilievo{q.Visura, q.At, about(fatto, []domain.RichiestaSuPersona{q.RichiestaSuPersona})})
			}
		case rule.Ripetizione != nil && q.token != "":
			whose := group
			if rule.Codice == domain.AllarmeSoggettoEnte {
				fatto.Utente = ""
			} else {
				whose = slices.DeleteFunc(slices.Clone(group), func(o *vigilata) bool { return o.Utente != q.Utente })
			}
			if counted, ok := rule.Ripetizione.Met(requests(whose)); ok {
				found = append(found, rilievo{q.Visura, knownAt(whose, counted), about(fatto, counted)})
			}
		}
	}
	return found
}

// requests returns requests as rules count them.
func requests(all []*vigilata) []domain.RichiestaSuPersona {
	list := make([]domain.RichiestaSuPersona, len(all))
	for i, q := range all {
		list[i] = q.RichiestaSuPersona
	}
	return list
}

// knownAt returns since when it is known whom those of some requests that count are about.
func knownAt(all []*vigilata, counted []domain.RichiestaSuPersona) (known time.Time) {
	for _, q := range all {
		in := slices.ContainsFunc(counted, func(c domain.RichiestaSuPersona) bool { return c.Visura == q.Visura })
		if in && q.known.After(known) {
			known = q.known
		}
	}
	return known
}

// namedAtMost is how many of the requests that count a finding names: the first, and the
// last.
const namedAtMost = 100

// about is what is found, about the requests that count.
func about(fatto domain.CasoOpened, counted []domain.RichiestaSuPersona) domain.CasoOpened {
	pratiche := map[string]bool{}
	for i, q := range counted {
		pratiche[q.NumeroPratica] = true
		if i == 0 || i > len(counted)-namedAtMost {
			fatto.Visure = append(fatto.Visure, domain.VisuraDiCaso{Visura: q.Visura, Utente: q.Utente})
		}
	}
	fatto.Conto, fatto.Pratiche, fatto.Dal, fatto.Al = len(counted), len(pratiche), counted[0].At, counted[len(counted)-1].At
	return fatto
}

// record writes what was found, in place of what was found of the same requests. A case is
// to be opened for what is new.
func record(w *engine.Writer, found []rilievo, again []string) error {
	var ids, codici, fatti []string
	keys := []string{} // and not NULL
	var known []time.Time
	for _, f := range found {
		text, err := json.Marshal(f.fatto)
		if err != nil {
			return fmt.Errorf("write what was found: %w", err)
		}
		codice := string(f.fatto.Regola.Codice)
		ids, codici, fatti, known = append(ids, string(f.visura)), append(codici, codice), append(fatti, string(text)), append(known, f.known)
		keys = append(keys, string(f.visura)+" "+codice)
	}
	if len(again) > 0 {
		w.Queue(`DELETE FROM allarmi_rilievo WHERE visura_id = ANY ($1::uuid[]) AND codice <> $2 AND visura_id::text || ' ' || codice <> ALL ($3::text[])`, again, string(domain.AllarmeOrario), keys)
	}
	if len(found) > 0 {
		w.Queue(`
			INSERT INTO allarmi_rilievo AS t (visura_id, codice, fatto, next_try, attempts)
				SELECT visura_id, codice, fatto::jsonb, known, 0 FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[]) AS v(visura_id, codice, fatto, known)
				ON CONFLICT (visura_id, codice) DO UPDATE SET fatto = excluded.fatto, next_try = excluded.next_try, attempts = 0 WHERE t.fatto <> excluded.fatto`,
			ids, codici, fatti, known)
	}
	return nil
}
