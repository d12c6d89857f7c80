package projections

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine/enginetest"
)

func TestErasureLeavesNothingPersonal(t *testing.T) {
	t.Parallel()
	pool, l := pgtest.New(t), enginetest.NewLog()
	id := visuraID(1)
	stream := string(id.Stream())
	l.Add(stream, operatore, request(roma, inps, rossi))
	l.Add(stream, operatore, domain.ConfirmationAwaited{})
	l.Add(stream, ufficiale, domain.VisuraRejected{Motivo: "altro", Testo: "il signor Rossi non c'entra"})
	r, _ := enginetest.Run(t, pool, l, All...)
	enginetest.Await(t, r, l.Head())
	queries := NewDettaglioQueries(pool, l)
	d, err := queries.One(t.Context(), theOffice, id)
	if err != nil || d.Soggetto.CodiceFiscale != "RSSMRA80A01H501U" || d.Timeline[2].Nota != "il signor Rossi non c'entra" {
		t.Fatalf("the person is not there to begin with: %+v, %v", d, err)
	}
	if rows := enginetest.Dump(t, pool, All...); rows.Contain("RSSMRA80A01H501U") || rows.Contain("Rossi") {
		t.Fatal("the person is there in clear")
	} else if !rows.Contain("token-of-") {
		t.Fatal("token-of- is not there to begin with")
	}
	l.Forget(id)
	// Before the event: nothing that is made from now on may find the person.
	rebuildAll(t, r)
	if rows := enginetest.Dump(t, pool, All...); rows.Contain("RSSMRA80A01H501U") || rows.Contain("token-of-") {
		t.Error("rebuilt without the key: the person is still there")
	}
	enginetest.Await(t, r, l.Add(stream, domain.Sistema, domain.VisuraErased{Basis: "termine"}))
	for _, when := range []string{"live", "rebuilt"} {
		rows := enginetest.Dump(t, pool, All...)
		for _, text := range []string{"RSSMRA80A01H501U", "Rossi", "token-of-", "box"} {
			if rows.Contain(text) {
				t.Errorf("%s: %s is still there", when, text)
			}
		}
		d, err := queries.One(t.Context(), theOffice, id)
		if err != nil || d.Soggetto != (Soggetto{Testo: "dati cancellati", Cancellato: true}) {
			t.Errorf("%s: subject %+v, %v", when, d.Soggetto, err)
		}
		if last := d.Timeline[len(d.Timeline)-1]; last.Testo != "Dati della persona cancellati" {
			t.Errorf("%s: the timeline ends with %+v", when, last)
		}
		rebuildAll(t, r)
	}
}

// everyTable returns the rows of all tables of the database, also of those that
// belong to no read model.
func everyTable(t *testing.T, pool *pgxpool.Pool) enginetest.Rows {
	t.Helper()
	found, err := pool.Query(t.Context(), `SELECT schemaname || '.' || tablename FROM pg_tables
		WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`)
	if err != nil {
		t.Fatal(err)
	}
	tables, err := pgx.CollectRows(found, pgx.RowTo[string])
	if err != nil || len(tables) < 8 {
		t.Fatalf("tables %v, %v", tables, err)
	}
	rows := enginetest.Rows{}
	for _, table := range tables {
		var text string
		if err := pool.QueryRow(t.Context(), `SELECT coalesce(string_agg(to_jsonb(t)::text, E'\n'), '') FROM `+table+` t`).Scan(&text); err != nil {
			t.Fatal(err)
		}
		rows[table] = text
	}
	return rows
}

func TestRowsHoldWhatIsSealedAsItIsSealedAndNoName(t *testing.T) {
	t.Parallel()
	pool, l := pgtest.New(t), enginetest.NewLog()
	parties(l)
	l.Add(string(roma.Stream()), domain.Sistema, domain.ComuneConnected{Operatore: "MRTMTT91D08F205J"})
	l.Add(string(maria.Stream()), domain.Sistema, domain.UtenteRegistered{
		Codice: "U002", CodiceFiscale: "VRDLGU70A01H501X", Cognome: "Verdi", Nome: "Luigia", Email: "l.verdi@ente.example",
	})
	var ids []domain.VisuraID
	for n, words := range []domain.Event{
		domain.VisuraRejected{Motivo: "altro", Testo: "parole su Mario"},
		domain.VisuraWithdrawn{Testo: "parole su Anna"},
		domain.VisuraNotIssuable{Reason: domain.ReasonDeceased, Detail: "parole di ANPR", SubjectToken: "token-of-who-was-found"},
	} {
		ids = append(ids, visuraID(n))
		stream := string(visuraID(n).Stream())
		l.Add(stream, operatore, request(roma, inps, []domain.Soggetto{rossi, bianchi, rossi}[n]))
		l.Add(stream, operatore, words)
	}
	clear := []string{
		"RSSMRA80A01H501U", "Bianchi", "BIANCHI", "Anna", "1952-04-03", "03/04/1952", "parole", "Mario",
		"MRTMTT91D08F205J", "VRDLGU70A01H501X", "Verdi", "Luigia", "l.verdi", "Cognome",
	}
	r, _ := enginetest.Run(t, pool, l, All...)
	enginetest.Await(t, r, l.Head())
	nobody := func(when string) {
		rows := everyTable(t, pool)
		for _, name := range clear {
			if rows.Contain(name) {
				t.Errorf("%s: %s stands in a table", when, name)
			}
		}
	}
	asSealed := func(when string) {
		for i, id := range ids {
			asked, words := sealedBy(t, l, id, 0), sealedBy(t, l, id, 1)
			var listed, detailed, nota domain.Sealed
			if err := pool.QueryRow(t.Context(), `SELECT e.soggetto, d.soggetto, t.nota FROM elenco e JOIN dettaglio d USING (visura_id)
				JOIN dettaglio_evento t USING (visura_id) WHERE visura_id = $1 AND t.nota IS NOT NULL`, id).Scan(&listed, &detailed, &nota); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]domain.Sealed{asked, asked, words}, []domain.Sealed{listed, detailed, nota}); diff != "" {
				t.Errorf("%s, visura %d:\n%s", when, i, diff)
			}
		}
	}
	nobody("live")
	asSealed("live")
	rebuildAll(t, r)
	nobody("rebuilt")
	asSealed("rebuilt")
	for _, id := range ids {
		l.Forget(id)
		enginetest.Await(t, r, l.Add(string(id.Stream()), domain.Sistema, domain.VisuraErased{Basis: "termine"}))
	}
	nobody("erased")
	if rows := everyTable(t, pool); rows.Contain("token-of-") || rows.Contain(`"key": "visura-`) {
		t.Error("erased: a token or what was sealed is still there")
	}
	rebuildAll(t, r)
	nobody("erased and rebuilt")
}

// sealedBy returns the sealed half of an event of a visura.
func sealedBy(t *testing.T, l *enginetest.Log, id domain.VisuraID, revision uint64) domain.Sealed {
	t.Helper()
	for _, r := range l.All() {
		if r.Stream == string(id.Stream()) && r.Revision == revision && r.Sealed.Key != "" {
			return r.Sealed
		}
	}
	t.Fatalf("event %d of %s has nothing sealed", revision, id)
	return domain.Sealed{}
}
