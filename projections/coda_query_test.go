package projections

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine/enginetest"
)

// TestTheQueueIsByDeadline: whatever the size of its pages, each request stands in it
// once; what was decided and what is another Comune's does not.
func TestTheQueueIsByDeadline(t *testing.T) {
	t.Parallel()
	pool, l := pgtest.New(t), enginetest.NewLog()
	parties(l)
	by := domain.Actor{Utente: mario, Role: domain.RoleStandard, Ente: inps}
	soon, late := morning.Add(3*time.Hour), morning.Add(72*time.Hour)
	awaiting := func(n int, comune domain.CodiceISTAT, due *time.Time) string {
		asked := request(comune, inps, rossi)
		asked.Ambito = domain.Nazionale
		stream := string(visuraID(n).Stream())
		l.Add(stream, by, asked)
		l.Add(stream, domain.Sistema, domain.ConfirmationAwaited{Due: due})
		return stream
	}
	awaiting(1, roma, nil)
	awaiting(2, roma, &late)
	awaiting(3, roma, &soon)
	awaiting(4, roma, nil)
	awaiting(5, milano, &soon)
	l.Add(awaiting(6, roma, &soon), domain.Actor{Utente: capo, Role: domain.RoleTop, Comune: roma}, domain.VisuraRejected{Motivo: "tipo_eccedente"})
	awaiting(7, roma, &soon)
	enginetest.Apply(t, pool, l.All(), All...)

	queries := NewElencoQueries(pool, l)
	reach := domain.Reach{Columns: []domain.Column{{Name: domain.ColumnComune, Values: []string{string(roma)}}}, Reads: true, Confirms: true}
	want := []domain.VisuraID{visuraID(3), visuraID(7), visuraID(2), visuraID(1), visuraID(4)}
	for size := 1; size <= len(want)+1; size++ {
		var got []domain.VisuraID
		for cursor, more := "", true; more; more = cursor != "" {
			page, err := queries.Waiting(t.Context(), reach, FiltroCoda{Cursor: cursor, Limit: size})
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range page.Items {
				got = append(got, row.ID)
			}
			cursor = page.Next
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("in pages of %d: %s", size, diff)
		}
	}
	for most, want := range map[int]int{100: 5, 3: 3} {
		if n, err := queries.CountWaiting(t.Context(), reach, most); err != nil || n != want {
			t.Errorf("of %d at most %d await, %v; want %d", most, n, err, want)
		}
	}
	if n, err := queries.CountTerms(t.Context(), reach); err != nil || n != (Attese{Tutte: 5, Termine: 3}) {
		t.Errorf("with a term: %+v, %v", n, err)
	}
	waiting, err := NewAtteseQueries(pool).Waiting(t.Context(), morning.Add(24*time.Hour))
	if err != nil || len(waiting) != 2 {
		t.Fatalf("what awaits officers: %+v, %v", waiting, err)
	}
	if w := waiting[slices.IndexFunc(waiting, func(w domain.InAttesa) bool { return w.Comune == roma })]; w.Attese != 5 || w.Termini != 2 || !w.Prima.Equal(soon) || !w.Estrema.Equal(soon) || w.Ultima.Before(morning) {
		t.Errorf("what awaits those of Roma: %+v", w)
	}
	for _, cursor := range []string{
		"boh", "1.boh", ".", "x." + place{morning, visuraID(1)}.String(),
		cursor(int64(lastMicro+1), 0, visuraID(1)), cursor(-1, 0, visuraID(1)), cursor(0, 0, "boh"), cursor(0, 0),
	} {
		if _, err := queries.Waiting(t.Context(), reach, FiltroCoda{Cursor: cursor}); domain.CodeOf(err) != domain.Invalid {
			t.Errorf("cursor %q: %v", cursor, err)
		}
	}

	before, err := queries.Before(t.Context(), reach, visuraID(7), morning.Add(-time.Hour), 3)
	if err != nil {
		t.Fatal(err)
	}
	if before.Chieste != 5 || before.Rifiutate != 1 || len(before.Precedenti) != 3 {
		t.Errorf("before the last one: %+v", before)
	}
	if slices.ContainsFunc(before.Precedenti, func(p Precedente) bool { return p.ID == visuraID(5) || p.ID == visuraID(7) }) {
		t.Errorf("one of another Comune, or itself, is among those before it: %+v", before.Precedenti)
	}
}
