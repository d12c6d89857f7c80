package generate

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/adapters/postgres"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// made is a small history in a folder of the test's own.
func made(t *testing.T, requests int) (*folder, Figures) {
	t.Helper()
	to := time.Now().UTC().Truncate(time.Second)
	o := Options{
		Data: t.TempDir(), Requests: requests, Comuni: 25, Enti: 40, Users: 300, From: to.AddDate(0, -6, 0), To: to, Seed: 7, Tokens: 5,
		Report: t.Logf, Log: slog.New(slog.DiscardHandler),
	}
	f, err := Run(t.Context(), o)
	if errors.Is(err, postgres.ErrMissing) && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	folder, err := openFolder(t.Context(), o.Data, o.Log)
	t.Cleanup(folder.close)
	if err != nil {
		t.Fatal(err)
	}
	return folder, f
}

// history reads the whole log.
func history(t *testing.T, store *esdb.Store, each func(domain.Recorded)) {
	t.Helper()
	categories := []string{"comune", "ente", "convenzione", "profile", "utente", "accesso", domain.VisuraCategory}
	ours := func(stream string, _ uint64) bool { return slices.Contains(categories, domain.CategoryOf(stream)) }
	var at domain.Position
	for end := false; !end; {
		var err error
		if at, end, err = store.Since(t.Context(), at, 2000, ours, each); err != nil {
			t.Fatal(err)
		}
	}
}

func TestEveryRequestIsOneTheDomainKnowsAndEveryReadModelTakesIt(t *testing.T) {
	folder, figures := made(t, 4000)
	visure, last := map[string]domain.Visura{}, map[string]domain.Recorded{}
	types, refused := map[string]int{}, 0
	var shown domain.Position // of the last event that a read model follows
	history(t, folder.store, func(r domain.Recorded) {
		if slices.ContainsFunc(projections.All, func(p engine.Projection) bool { return slices.Contains(p.Categories(), domain.CategoryOf(r.Stream)) }) {
			shown = r.Position
		}
		if r.Event == nil {
			t.Fatalf("%s@%d cannot be read", r.Stream, r.Revision)
		}
		if before, known := last[r.Stream]; known && (r.Revision != before.Revision+1 || r.Meta.At.Before(before.Meta.At)) ||
			!known && r.Revision != 0 {
			t.Errorf("%s@%d of %s after %d of %s", r.Stream, r.Revision, r.Meta.At, before.Revision, before.Meta.At)
		}
		last[r.Stream] = r
		types[r.Event.EventType()]++
		if e, ok := r.Event.(domain.AccessRecorded); ok && e.Outcome != "ok" {
			refused++
		}
		if _, ok := domain.VisuraOf(r.Stream); ok {
			visure[r.Stream] = visure[r.Stream].Evolve(r.Event, r.Meta)
		}
	})
	for _, name := range domain.EventTypes() { // who there is, is entered and stays: so no right ends
		of, _, _ := strings.Cut(name, ".")
		never := name == (domain.VisuraLapsed{}).EventType() || name == (domain.RequesterTold{}).EventType() // nor does anybody choose to be told
		if !never && (of == domain.VisuraCategory || of == "accesso") && types[name] == 0 {
			t.Errorf("nothing of type %s happened", name)
		}
	}
	status := map[domain.Status]int{}
	for _, v := range visure {
		status[v.Status]++
	}
	if diff := cmp.Diff(figures.Status, status); diff != "" || refused != figures.Refused {
		t.Errorf("told and replayed:\n%s%d refused, %d in journals", diff, figures.Refused, refused)
	}
	if rows := listed(t, folder, shown); !cmp.Equal(rows, statusOf(visure)) {
		t.Errorf("the list and the streams:\n%s", cmp.Diff(rows, statusOf(visure)))
	}
}

func statusOf(visure map[string]domain.Visura) map[string]domain.Status {
	all := map[string]domain.Status{}
	for stream, v := range visure {
		all[stream] = v.Status
	}
	return all
}

// listed runs the read models up to a position, all of which must be well, and
// returns what the list says.
func listed(t *testing.T, folder *folder, head domain.Position) map[string]domain.Status {
	t.Helper()
	runner := engine.NewRunner(folder.pool, esdb.NewFeed(folder.client, folder.keys, folder.log), folder.log, projections.All...)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { runner.Run(ctx); close(ended) }()
	defer func() { stop(); <-ended }()
	for _, name := range projections.Names() {
		if err := runner.Await(t.Context(), name, head); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	rows, err := folder.pool.Query(t.Context(), `SELECT visura_id::text, status FROM elenco`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	all := map[string]domain.Status{}
	for rows.Next() {
		var id domain.VisuraID
		var status domain.Status
		if err := rows.Scan(&id, &status); err != nil {
			t.Fatal(err)
		}
		all[string(id.Stream())] = status
	}
	return all
}

func TestWhoHasATokenMayAsk(t *testing.T) {
	folder, figures := made(t, 10)
	handler := &commands.Handler{Store: folder.store, Secrets: folder.keys, Now: time.Now, NewID: uuid.NewString}
	if len(figures.Grants) != 5 {
		t.Fatalf("%d tokens", len(figures.Grants))
	}
	for _, g := range figures.Grants {
		by, err := folder.tokens.Authenticate(t.Context(), "Bearer "+g.Token)
		if err != nil || by.Utente != g.Utente || by.Ente != g.Ente {
			t.Fatalf("the token of %s is good for %+v, %v", g.Utente, by, err)
		}
		_, err = commands.Handle(t.Context(), handler, domain.VisuraID(uuid.NewString()).Stream(), domain.Meta{By: by}, commands.RequestVisura{
			Comune: string(g.Comune), Tipo: string(g.Tipo), Finalita: g.Finalita, NumeroPratica: "2026/004711",
			Soggetto: commands.SoggettoRichiesto{CodiceFiscale: "RSSMRA80A01H501U"},
		})
		if err != nil {
			t.Errorf("a request as %s: %v", g.Utente, err)
		}
	}
}

func TestTheSameSeedTellsTheSameStory(t *testing.T) {
	_, first := made(t, 200)
	_, second := made(t, 200)
	if first.Events != second.Events || first.Appends != second.Appends || !cmp.Equal(first.Status, second.Status) {
		t.Errorf("%+v, then %+v", first, second)
	}
}
