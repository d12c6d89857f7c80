package projections

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine/enginetest"
)

// openedAt is when the case was opened.
func openedAt(t *testing.T, l *enginetest.Log) time.Time {
	t.Helper()
	for _, r := range l.All() {
		if _, ok := r.Event.(domain.CasoOpened); ok {
			return r.Meta.At
		}
	}
	t.Fatal("no case was opened")
	return time.Time{}
}

func TestWhoAdministersPeopleSeesTheirCases(t *testing.T) {
	t.Parallel()
	pool, l := town(t, theCaseStory[:2]...)
	for n := 1; n <= 2; n++ {
		issue(l, n)
	}
	enginetest.Apply(t, pool, l.All(), All...)
	q, at := NewCasiQueries(pool, l), openedAt(t, l)
	top := Lettore{Reach: theOffice, Utente: capo, At: at}
	admin := Lettore{Reach: ofInpsRoma, Utente: admina, At: at}
	for name, c := range map[string]struct {
		l    Lettore
		sees bool
	}{
		"the TOP": {top, true}, "the pair's ADMIN": {admin, true}, "the system": {Lettore{Reach: everything}, true},
		"another Ente's ADMIN": {Lettore{Reach: ofAslRoma}, false}, "who asked": {Lettore{Reach: mariosOwn, Utente: mario}, false},
		"an auditor": {Lettore{Reach: auditorRoma}, false}, "nobody": {Lettore{}, false},
	} {
		p, err := q.Page(t.Context(), c.l, FiltroCasi{})
		if err != nil || len(p.Items) != map[bool]int{true: 1}[c.sees] {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
		_, err = q.One(t.Context(), c.l, theCase)
		if (domain.CodeOf(err) == domain.NotFound) == c.sees {
			t.Errorf("%s reads it: %v", name, err)
		}
	}
	d, err := q.One(t.Context(), top, theCase)
	if err != nil || d.Stato != domain.CasoWaiting || d.Conto != 2 || d.Titolo == "" || d.Regola != "almeno 3 richieste dello stesso utente sulla stessa persona in 30 giorni" || d.UtenteCodice != "U001" || d.Tardivo || d.Proprio {
		t.Errorf("%+v, %v", d, err)
	}
	if len(d.Visure) != 2 || d.Visure[0].ID != visuraID(1) || d.Visure[0].Titolo == "" || d.Visure[0].NumeroPratica == "" || d.Visure[1].UtenteCodice != "U001" {
		t.Errorf("its requests: %+v", d.Visure)
	}
	late, own := top, top
	late.At, own.Utente = d.DueAt.Add(time.Second), mario
	if d, err := q.One(t.Context(), late, theCase); err != nil || !d.Tardivo {
		t.Errorf("after a week: %+v, %v", d.RigaCaso, err)
	}
	if d, err := q.One(t.Context(), own, theCase); err != nil || !d.Proprio {
		t.Errorf("of who reads: %+v, %v", d.RigaCaso, err)
	}
	if n, err := q.Count(t.Context(), late); err != nil || n != (ContoCasi{Aperti: 1, Tardivi: 1}) {
		t.Errorf("counted: %+v, %v", n, err)
	}
	dettagli := NewDettaglioQueries(pool, l)
	for name, r := range map[string]domain.Reach{"the TOP": theOffice, "who asked": theirs} {
		v, err := dettagli.One(t.Context(), r, visuraID(1))
		if err != nil || len(v.Allarmi) != 1 || v.Allarmi[0].Regola != d.Regola || (v.Allarmi[0].Caso == theCase) != r.Appoints {
			t.Errorf("%s is told of the alarm: %+v, %v", name, v.Allarmi, err)
		}
	}
	visure, err := NewElencoQueries(pool, l).Page(t.Context(), theOffice, Filter{Caso: theCase})
	if err != nil || len(visure.Items) != 2 {
		t.Errorf("listed by its case: %+v, %v", visure.Items, err)
	}
}

func TestACaseIsTakenAndClosed(t *testing.T) {
	t.Parallel()
	pool, l := town(t, theCaseStory...)
	q := NewCasiQueries(pool, l)
	top := Lettore{Reach: theOffice, Utente: topDiRoma.Utente, At: openedAt(t, l).AddDate(1, 0, 0)}
	d, err := q.One(t.Context(), top, theCase)
	if err != nil || d.Stato != domain.CasoEnded || d.Esito != domain.EsitoImpropria || d.Testo != "parole su Mario" || d.Incaricato != topDiRoma.Utente || d.TakenAt == nil || d.ClosedAt == nil || d.Tardivo {
		t.Errorf("%+v, %v", d, err)
	}
	for name, c := range map[string]struct {
		f    FiltroCasi
		want int
	}{
		"all": {FiltroCasi{}, 1}, "closed": {FiltroCasi{Stato: domain.CasoEnded}, 1}, "open": {FiltroCasi{Stato: domain.CasoWaiting}, 0},
		"of the pair": {FiltroCasi{Comune: roma, Ente: inps}, 1}, "of another Ente": {FiltroCasi{Ente: asl}, 0}, "of a person": {FiltroCasi{Utente: mario}, 1},
		"in charge of another": {FiltroCasi{Incaricato: mario}, 0}, "after it": {FiltroCasi{Cursor: d.place()}, 0},
	} {
		p, err := q.Page(t.Context(), top, c.f)
		if err != nil || len(p.Items) != c.want {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
	}
	if _, err := q.Page(t.Context(), top, FiltroCasi{Cursor: "x"}); domain.CodeOf(err) != domain.Invalid {
		t.Errorf("a cursor it did not make: %v", err)
	}
	n, err := q.Count(t.Context(), top)
	if diff := cmp.Diff(ContoCasi{Chiusi: 1}, n); err != nil || diff != "" {
		t.Errorf("counted: %v\n%s", err, diff)
	}
	if rows := enginetest.Dump(t, pool, All...); rows.Contain("parole su Mario") {
		t.Error("the words are there in clear")
	}
}
