package projections

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine/enginetest"
)

// watch is a log of requests at instants of choice.
type watch struct {
	t      *testing.T
	pool   *pgxpool.Pool
	events []domain.Recorded
	heads  map[string]uint64
}

func newWatch(t *testing.T) *watch {
	return &watch{t: t, pool: pgtest.New(t), heads: map[string]uint64{}}
}

// happens records an event at an instant and has it read, twice.
func (w *watch) happens(stream string, by domain.Actor, at time.Time, e domain.Event) {
	w.t.Helper()
	n := uint64(len(w.events) + 1)
	r := domain.Recorded{Event: e, Stream: stream, Revision: w.heads[stream], Position: domain.Position{Commit: n, Prepare: n}, Meta: domain.Meta{At: at, By: by}}
	w.heads[stream]++
	w.events = append(w.events, r)
	for range 2 {
		enginetest.Apply(w.t, w.pool, []domain.Recorded{r}, Allarmi{}, Casi{})
	}
}

// asks records that somebody asked about a person.
func (w *watch) asks(n int, by domain.UtenteID, s domain.Soggetto, at time.Time) {
	w.t.Helper()
	e := request(roma, inps, s)
	e.Purpose.NumeroPratica = fmt.Sprint("PR/", n)
	w.happens(string(visuraID(n).Stream()), domain.Actor{Utente: by, Role: domain.RoleStandard, Ente: inps}, at, e)
}

// found returns the requests that were found, by rule.
func (w *watch) found() map[domain.CodiceAllarme][]domain.VisuraID {
	w.t.Helper()
	rows, err := w.pool.Query(w.t.Context(), `SELECT codice, visura_id::text FROM allarmi_rilievo ORDER BY codice, visura_id`)
	if err != nil {
		w.t.Fatal(err)
	}
	defer rows.Close()
	all := map[domain.CodiceAllarme][]domain.VisuraID{}
	for rows.Next() {
		var codice domain.CodiceAllarme
		var id domain.VisuraID
		if err := rows.Scan(&codice, &id); err != nil {
			w.t.Fatal(err)
		}
		all[codice] = append(all[codice], id)
	}
	return all
}

func (w *watch) expects(when string, want map[domain.CodiceAllarme][]domain.VisuraID) {
	w.t.Helper()
	if diff := cmp.Diff(want, w.found()); diff != "" {
		w.t.Errorf("%s (-want +got):\n%s", when, diff)
	}
	live := enginetest.Dump(w.t, w.pool, Allarmi{}, Casi{})
	if diff := cmp.Diff(live, enginetest.Made(w.t, w.pool, w.events, Allarmi{}, Casi{})); diff != "" {
		w.t.Errorf("%s, rebuilt:\n%s", when, diff)
	}
}

type findings = map[domain.CodiceAllarme][]domain.VisuraID

func TestTheSamePersonAgainIsFoundByTheRuleOfThen(t *testing.T) {
	t.Parallel()
	w, day := newWatch(t), func(n int) time.Time { return morning.AddDate(0, 0, n) }
	for n := range 2 {
		w.asks(n, mario, rossi, day(n))
	}
	w.asks(8, mario, bianchi, day(2))
	w.expects("twice", findings{})
	w.asks(2, mario, rossi, day(3))
	w.expects("three times", findings{domain.AllarmeSoggettoUtente: {visuraID(2)}})
	w.asks(3, maria, rossi, day(4))
	w.expects("by another", findings{domain.AllarmeSoggettoUtente: {visuraID(2)}})
	w.asks(4, maria, rossi, day(5))
	w.expects("five times by the Ente", findings{domain.AllarmeSoggettoUtente: {visuraID(2)}, domain.AllarmeSoggettoEnte: {visuraID(4)}})
	w.happens(string(roma.Stream()), ufficiale, day(6), domain.RegolaAllarmeSet{
		Codice: domain.AllarmeSoggettoUtente, Versione: 1, Attiva: true, Gravita: domain.GravitaMedia, Ripetizione: &domain.Ripetizione{Soglia: 4, Giorni: 2},
	})
	w.expects("what was found stays, whatever the rule is now", findings{domain.AllarmeSoggettoUtente: {visuraID(2)}, domain.AllarmeSoggettoEnte: {visuraID(4)}})
	w.asks(5, mario, rossi, day(7))
	w.expects("no longer by the rule of now", findings{domain.AllarmeSoggettoUtente: {visuraID(2)}, domain.AllarmeSoggettoEnte: {visuraID(4), visuraID(5)}})
	w.happens(string(visuraID(0).Stream()), domain.Sistema, day(8), domain.VisuraErased{Basis: "termine"})
	w.expects("of who is erased nothing is counted", findings{domain.AllarmeSoggettoEnte: {visuraID(5)}})
}

// The person found counts, whatever way they were asked for, also for requests after it.
func TestThePersonFoundIsCounted(t *testing.T) {
	t.Parallel()
	w, day := newWatch(t), func(n int) time.Time { return morning.AddDate(0, 0, n) }
	w.asks(0, mario, rossi, day(0))
	w.asks(1, mario, bianchi, day(1)) // Rossi, by another name
	w.asks(2, mario, rossi, day(2))
	w.expects("until it is known who that is", findings{})
	w.happens(string(visuraID(1).Stream()), domain.Sistema, day(3), issued(visuraID(1)))
	w.expects("once it is", findings{domain.AllarmeSoggettoUtente: {visuraID(2)}})
}

func TestSuspiciousHoursAreFound(t *testing.T) {
	t.Parallel()
	w := newWatch(t)
	w.happens(string(roma.Stream()), domain.Sistema, morning.AddDate(-1, 0, 0), domain.ComuneRegistered{ISTAT: roma, SantoPatrono: "06-29"})
	at := func(s string) time.Time {
		instant, err := time.Parse("2006-01-02 15:04:05", s)
		if err != nil {
			t.Fatal(err)
		}
		return instant
	}
	w.asks(1, mario, rossi, at("2026-11-23 20:59:59"))
	w.asks(2, mario, bianchi, at("2026-11-23 21:00:00"))
	many := request(roma, inps, domain.Soggetto{CodiceFiscale: "BNCNNA52D43H501X"})
	many.Massiva = &domain.RigaMassiva{Massiva: "00000000-0000-0000-0000-0000000000b1", Riga: 1}
	w.happens(string(visuraID(3).Stream()), operatore, at("2026-11-23 23:00:00"), many)
	w.expects("but of a request about many", findings{domain.AllarmeOrario: {visuraID(2)}})
	w.happens(string(roma.Stream()), ufficiale, at("2026-11-24 12:00:00"), domain.RegolaAllarmeSet{
		Codice: domain.AllarmeOrario, Versione: 1, Ente: inps, Gravita: domain.GravitaBassa, Orario: &domain.OrarioSospetto{Dalle: "22:00", Alle: "06:00"},
	})
	w.asks(4, mario, rossi, at("2026-11-24 22:00:00"))
	w.expects("unless the Ente works at night", findings{domain.AllarmeOrario: {visuraID(2)}})
}

func TestWhatWasFoundIsClaimedUntilItIsSettled(t *testing.T) {
	t.Parallel()
	w, q := newWatch(t), (*AllarmiQueries)(nil)
	q = NewAllarmiQueries(w.pool)
	for n := range 3 {
		w.asks(n, mario, rossi, morning.AddDate(0, 0, n))
	}
	now := morning.AddDate(0, 0, 2)
	claim := func(at time.Time) []Rilievo {
		t.Helper()
		found, err := q.Claim(t.Context(), at, 10, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	if found := claim(now.Add(-time.Second)); len(found) > 0 {
		t.Errorf("claimed before it was asked: %+v", found)
	}
	if found := claim(now.Add(alarmsSince + time.Second)); len(found) > 0 {
		t.Errorf("claimed of the history of before: %+v", found)
	}
	found := claim(now)
	if len(found) != 1 || found[0].Visura != visuraID(2) || found[0].Fatto.Conto != 3 || found[0].Fatto.Pratiche != 3 || !found[0].Fatto.Al.Equal(now) || len(claim(now)) > 0 {
		t.Fatalf("claimed: %+v", found)
	}
	if again := claim(now.Add(time.Minute)); len(again) != 1 {
		t.Errorf("not claimed again: %+v", again)
	}
	if err := q.Settle(t.Context(), found[0]); err != nil {
		t.Fatal(err)
	}
	if again := claim(now.Add(time.Hour)); len(again) > 0 {
		t.Errorf("claimed once it is settled: %+v", again)
	}
	caso := domain.CasoID("00000000-0000-0000-0000-0000000000d9")
	found[0].Fatto.Visure = found[0].Fatto.Visure[:2]
	w.happens(string(caso.Stream()), domain.Sistema, now, found[0].Fatto)
	for _, c := range []struct {
		e      domain.Event
		closed bool
	}{{domain.CasoTaken{}, false}, {domain.CasoClosed{Esito: domain.EsitoGiustificata, Testo: "x"}, true}} {
		w.happens(string(caso.Stream()), ufficiale, now, c.e)
		held, err := q.Holding(t.Context(), found[0].Fatto)
		want := []InCaso{{visuraID(0), caso, c.closed}, {visuraID(1), caso, c.closed}}
		if diff := cmp.Diff(want, held); err != nil || diff != "" {
			t.Errorf("held: %v\n%s", err, diff)
		}
	}
	other := found[0].Fatto
	other.Utente = maria
	if held, err := q.Holding(t.Context(), other); err != nil || len(held) > 0 {
		t.Errorf("of another user: %+v, %v", held, err)
	}
}
