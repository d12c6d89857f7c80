package main

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// The server tells of an act that is about to end and of a review, and when its clock
// has passed the last day, whoever was not confirmed is refused at the next request.
func TestNoticesGoOutAndWhoIsNotConfirmedIsSuspended(t *testing.T) {
	t.Parallel()
	c := Config{
		Stores: Stores{Data: newData(t), LogLevel: slog.LevelWarn}, Listen: "127.0.0.1:0", Workers: 4, Sweep: 50 * time.Millisecond, Drain: defaultDrain,
		Mail: MailConfig{From: "visure@comune.example"},
	}
	d, err := startDemo(t.Context(), c, demoOptions{People: 100, Seed: 1}, t.Logf)
	defer d.close()
	if err != nil {
		t.Fatal(err)
	}
	ente, err := domain.EnteRegistered(demoEnte).ID()
	if err != nil {
		t.Fatal(err)
	}
	pair := domain.Pair{Ente: ente, Comune: demoComune}
	admin, operator := d.user(domain.RoleAdmin), d.user(domain.RoleStandard)
	do(t, d, admin.Utente.Stream(), commands.AmendUtente{Cognome: admin.Cognome, Nome: admin.Nome, Email: "admin@azienda.example"})

	today := domain.ItalianDay(time.Now())
	id := domain.ConvenzioneIDOf(pair)
	act, err := commands.Load(t.Context(), d.stack.handler, id.Stream())
	if err != nil {
		t.Fatal(err)
	}
	renewal := act.Last().ConvenzioneDrafted
	renewal.Al = today.Plus(20)
	do(t, d, id.Stream(), commands.DraftConvenzione{
		Ente: ente, Comune: demoComune, Estremi: renewal.Estremi, Data: renewal.Data, Firmatari: renewal.Firmatari, Dal: renewal.Dal, Al: renewal.Al,
		Finalita: renewal.Finalita, Massimo: renewal.Massimo, Contatti: renewal.Contatti,
	})
	do(t, d, id.Stream(), commands.ActivateConvenzione{})
	letters := awaitLetters(t, c.path("mail"), 2, "in scadenza il "+renewal.Al.Italian())
	for _, to := range []string{"admin@azienda.example", "prestazioni@azienda.example"} {
		if !slices.ContainsFunc(letters, func(l string) bool { return strings.Contains(l, to) }) {
			t.Errorf("%s is not told that the act ends", to)
		}
	}

	review := domain.RicertificazioneID(uuid.NewString())
	do(t, d, review.Stream(), commands.OpenRicertificazione{Ente: ente, Comune: demoComune, Entro: today.Plus(15)})
	awaitLetters(t, c.path("mail"), 1, "Ricertificazione da completare entro il "+today.Plus(15).Italian())
	confirm, _ := json.Marshal(commands.ConfirmUtente{Utente: operator.Utente})
	path := "/api/v1/ricertificazioni/" + string(review)
	if _, err := d.as(domain.RoleStandard).do(t.Context(), http.MethodPost, path+"/confirmations", confirm, ""); err == nil {
		t.Error("an operator confirms")
	}
	text, err := d.as(domain.RoleAdmin).do(t.Context(), http.MethodGet, path, nil, "")
	var shown projections.RicertificazioneDettaglio
	if err != nil || json.Unmarshal(text, &shown) != nil || shown.Mancanti != 2 || shown.Confermati != 0 || shown.FinalitaMancanti != len(renewal.Finalita) {
		t.Fatalf("%s, %v", text, err)
	}

	// A server whose clock is past the last day.
	later := time.Now().AddDate(0, 0, 16)
	moved := &commands.Handler{Store: d.stack.store, Secrets: d.stack.keys, Now: func() time.Time { return later }, NewID: uuid.NewString}
	closing := &commands.Recertification{Notices: commands.Notices{Handler: moved, Roster: projections.NewRosterQueries(d.stack.pool), Post: d.stack.post}, Known: d.stack.peopleKnown}
	for range 2 {
		if err := closing.Advance(t.Context(), string(review), domain.Meta{}); err != nil {
			t.Fatal(err)
		}
	}
	act, err = commands.Load(t.Context(), d.stack.handler, id.Stream())
	if err != nil || len(act.Current(act.Last().ConvenzioneDrafted)) > 0 {
		t.Errorf("purposes go on: %+v, %v", act.Inibite, err)
	}
	for _, who := range []credential{admin, operator} {
		u, err := commands.Fact(t.Context(), d.stack.handler, who.Utente.Stream())
		if was, _ := u.Suspension("", pair); err != nil || was.Causa != domain.SuspendedUncertain {
			t.Errorf("the %s: %+v, %v", who.Role, was, err)
		}
		if _, err := d.as(who.Role).do(t.Context(), http.MethodGet, "/api/v1/visure", nil, ""); err == nil {
			t.Errorf("the %s goes on", who.Role)
		}
	}
}

// Who works through the software of an Ente and never signs in is not unused; who has a
// role and was never invited, and does nothing, is suspended as anybody.
func TestWhoDoesNothingIsSuspendedAndWhoWorksBySoftwareIsNot(t *testing.T) {
	t.Parallel()
	c := Config{
		Stores: Stores{Data: newData(t), LogLevel: slog.LevelWarn}, Listen: "127.0.0.1:0", Workers: 4, Sweep: 50 * time.Millisecond, Drain: defaultDrain,
		Mail: MailConfig{From: "visure@comune.example"},
	}
	d, err := startDemo(t.Context(), c, demoOptions{People: 100, Seed: 1}, t.Logf)
	defer d.close()
	if err != nil {
		t.Fatal(err)
	}
	ente, err := domain.EnteRegistered(demoEnte).ID()
	if err != nil {
		t.Fatal(err)
	}
	operator, fresh := d.user(domain.RoleStandard), domain.CodiceFiscale("RSSMRA80A01H501U")
	uninvited := d.stack.keys.UtenteID(fresh)
	do(t, d, uninvited.Stream(), commands.RegisterUtente{CodiceFiscale: fresh, Cognome: "Rossi", Nome: "Mario"})
	do(t, d, uninvited.Stream(), commands.GiveRole{Role: domain.RoleStandard, Ente: ente, Comune: demoComune})

	in := func(days int) *commands.Handler {
		return &commands.Handler{Store: d.stack.store, Secrets: d.stack.keys, Now: func() time.Time { return time.Now().AddDate(0, 0, days) }, NewID: uuid.NewString}
	}
	by := domain.Actor{Utente: operator.Utente, Role: domain.RoleStandard, Ente: ente, Via: domain.ApplicativoID(uuid.NewString())}
	if err := commands.RecordAccess(t.Context(), in(100), domain.Meta{By: by}, domain.AccessRecorded{Action: "read-visura", Outcome: "ok"}); err != nil {
		t.Fatal(err)
	}
	roster := projections.NewRosterQueries(d.stack.pool)
	for _, days := range []int{179, 181} {
		unused := d.stack.unused(commands.Notices{Handler: in(days), Roster: roster, Post: d.stack.post})
		if _, err := unused.Suspend(t.Context()); err != nil {
			t.Fatal(err)
		}
		for who, want := range map[domain.UtenteID]bool{operator.Utente: false, uninvited: days > commands.UnusedDays} {
			u, err := commands.Fact(t.Context(), d.stack.handler, who.Stream())
			if got := u.Suspended(domain.Pair{Ente: ente, Comune: demoComune}); err != nil || got != want {
				t.Errorf("after %d days %s is suspended: %v, %v, want %v", days, who, got, err, want)
			}
		}
	}
}

// user is the demo's with a role.
func (d *demo) user(role domain.Role) credential {
	return d.users[slices.IndexFunc(d.users, func(u credential) bool { return u.Role == role })]
}

// awaitLetters returns the letters in a folder whose subject says something, once
// there are so many.
func awaitLetters(t *testing.T, dir string, n int, subject string) []string {
	t.Helper()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for over := time.After(time.Minute); ; {
		var found []string
		files, _ := filepath.Glob(filepath.Join(dir, "*.eml"))
		for _, file := range files {
			if text, err := os.ReadFile(file); err == nil && strings.Contains(string(text), "Subject: ") && strings.Contains(string(text), subject) {
				found = append(found, string(text))
			}
		}
		if len(found) >= n {
			return found
		}
		select {
		case <-look.C:
		case <-over:
			t.Fatalf("%d letters in a minute, of %d files: %s", len(found), len(files), subject)
		}
	}
}
