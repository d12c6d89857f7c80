package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// nobody is a well-formed id of nothing.
const nobody = "0191f3a2-7c4e-7b11-9d3a-5e8f60c1d2ab"

// What the tools of upkeep refuse, one after the other on the data of one
// office, and what they do.
func TestToolsOfUpkeepRefuseWhatIsNot(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 50)
	ente, err := domain.EnteRegistered(demoEnte).ID()
	if err != nil {
		t.Fatal(err)
	}
	id := func(role domain.Role) string { return string(o.users[role].Utente) }
	a := &adminCommand{Upkeep: Upkeep{Stores: o.config.Stores}}
	token := func(utente string, role domain.Role, at string) error {
		return (&issueTokenCommand{Utente: utente, Role: role, At: at, Label: "test", Validity: time.Hour}).Run(t.Context(), a)
	}
	for name, tc := range map[string]struct {
		err  error
		says string
	}{
		"a role the user does not have":     {token(id(domain.RoleStandard), domain.RoleAdmin, string(ente)), "non ha il ruolo admin"},
		"a role at another Comune":          {token(id(domain.RoleTop), domain.RoleTop, "040007"), "non ha il ruolo top presso 040007"},
		"a role of an Ente at a Comune":     {token(id(domain.RoleStandard), domain.RoleStandard, string(demoComune)), "non ha il ruolo standard"},
		"a role of a Comune at an Ente":     {token(id(domain.RoleTop), domain.RoleTop, string(ente)), "non ha il ruolo top"},
		"a user there is not":               {token(nobody, domain.RoleStandard, string(ente)), nobody + " non ha il ruolo"},
		"a user's name instead of their id": {token("mario", domain.RoleStandard, string(ente)), "identificativo"},
		"neither an Ente nor a Comune":      {token(id(domain.RoleStandard), domain.RoleStandard, "Bagnacavallo"), "identificativo"},
		"a token for longer than 30 days":   {(&issueTokenCommand{Utente: id(domain.RoleTop), Role: domain.RoleTop, At: string(demoComune), Validity: 721 * time.Hour}).Run(t.Context(), a), "al più 30 giorni (720h): la durata 721h0m0s"},
		"revoking a token there is not":     {(&revokeTokenCommand{ID: "AAAAAAAA"}).Run(t.Context(), a), "non c'è un token"},
		"erasing a visura there is not":     {(&eraseCommand{Visura: nobody, Basis: "scarto"}).Run(t.Context(), a), "visura"},
		"erasing what is no visura":         {(&eraseCommand{Visura: "all", Basis: "scarto"}).Run(t.Context(), a), "identificativo"},
		"rebuilding what is no read model":  {(&rebuildCommand{Model: "everything"}).Run(t.Context(), a), "elenco con questo nome"},
	} {
		switch {
		case tc.err == nil:
			t.Errorf("%s is done", name)
		case !strings.Contains(explain(tc.err), tc.says):
			t.Errorf("%s: it says %q, want %q", name, explain(tc.err), tc.says)
		}
	}
	for range 2 {
		if err := (&migrateCommand{Stores: o.config.Stores}).Run(t.Context()); err != nil {
			t.Errorf("migrating what is migrated: %v", err)
		}
	}
	o.start()
	if _, err := o.as(domain.RoleStandard).do(t.Context(), "GET", visuraPath(""), nil, ""); err != nil {
		t.Errorf("the data are no longer served: %v", err)
	}
	if err := (&migrateCommand{Stores: o.config.Stores}).Run(t.Context()); err == nil || !strings.Contains(err.Error(), "stop the server that runs on it, or choose another folder with --data") {
		t.Errorf("beside a server: %v", err)
	}
}

// A token is printed alone on standard output, signs in its user, and no other.
func TestATokenIsPrintedOnceAndSignsIn(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 50)
	user := o.users[domain.RoleAuditor]
	said := mustRun(t, "admin", "token", "--data", o.config.Data, "--log-level", "error", "--label", "lettura", string(user.Utente), "auditor", string(demoComune))
	token, more, _ := strings.Cut(said, "\n")
	if more != "" || !strings.HasPrefix(token, "visure_") {
		t.Fatalf("it says %q", said)
	}
	o.start()
	if _, err := newCaller(o.url, token).do(t.Context(), "GET", visuraPath(""), nil, ""); err != nil {
		t.Errorf("the token does not sign in: %v", err)
	}
	if _, err := newCaller(o.url, token+"x").do(t.Context(), "GET", visuraPath(""), nil, ""); err == nil || !strings.Contains(err.Error(), "401") {
		t.Errorf("another token: %v", err)
	}
}

// Who administers sees whose tokens there are, and ends one by its id while the server
// runs; the journal says whose it was.
func TestATokenIsListedAndRevokedByItsID(t *testing.T) {
	t.Parallel()
	o := openOffice(t, 50)
	user := o.users[domain.RoleAuditor]
	o.start()
	visure := func(args ...string) string {
		return mustRun(t, append([]string{"admin", "token"}, append(args, "--data", o.config.Data, "--log-level", "error")...)...)
	}
	token := strings.TrimSpace(visure(string(user.Utente), "auditor", string(demoComune), "--label", "lettura"))
	line := func() string {
		for l := range strings.Lines(visure("list")) {
			if strings.Contains(l, "\"lettura\"") {
				return l
			}
		}
		t.Fatal("the token is not listed")
		return ""
	}
	made := line()
	if !strings.Contains(made, user.Utente.Codice()+"  auditor "+string(demoComune)+"  ") || !strings.Contains(made, "mai usato") || strings.Contains(made, token) {
		t.Errorf("listed as %q", made)
	}
	if _, err := newCaller(o.url, token).do(t.Context(), "GET", visuraPath(""), nil, ""); err != nil {
		t.Fatal(err)
	}
	if used := line(); !strings.Contains(used, "usato il") || strings.Contains(used, "revocato") {
		t.Errorf("after its use it is listed as %q", used)
	}
	id, _, _ := strings.Cut(made, " ")
	for range 2 {
		visure("revoke", id)
	}
	if _, err := newCaller(o.url, token).do(t.Context(), "GET", visuraPath(""), nil, ""); err == nil || !strings.Contains(err.Error(), "401") {
		t.Errorf("a revoked token: %v", err)
	}
	if revoked := line(); !strings.Contains(revoked, "revocato il") {
		t.Errorf("after its end it is listed as %q", revoked)
	}
	if err := o.stop(); err != nil {
		t.Fatal(err)
	}
	s, err := open(t.Context(), o.config, t.Logf)
	defer s.close()
	if err != nil {
		t.Fatal(err)
	}
	entered := 0
	_, err = s.store.Load(t.Context(), string(domain.InstallationJournal(time.Now())), commands.NoStream, func(r domain.Recorded) {
		if e := r.Event.(domain.AccessRecorded); e.Action == "revoke-token" && e.Object == string(user.Utente.Stream()) && e.Outcome == "ok" {
			entered++
		}
	})
	if err != nil || entered != 1 {
		t.Errorf("%d revocations are in the journal, %v", entered, err)
	}
}

// A folder deeper than a socket's path may be, with a blank in its name, serves
// all the same.
func TestADeepFolderServesAll(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), strings.Repeat("ufficio anagrafe/", 8))
	pgtest.Fill(t, filepath.Join(data, "postgres"))
	c := Config{Stores: Stores{Data: data, LogLevel: slog.LevelWarn}, Listen: "127.0.0.1:0", Workers: 2, Sweep: defaultSweep, Drain: defaultDrain}
	d, err := startDemo(t.Context(), c, demoOptions{People: 500, Seed: 1}, t.Logf)
	defer d.close()
	if err != nil {
		t.Fatal(err)
	}
	ask := askFor(domain.Residenza, d.fitting(domain.Residenza).CodiceFiscale)
	if err := settled(t.Context(), d.as(domain.RoleStandard), domain.VisuraID(nobody), ask); err != nil {
		t.Error(err)
	}
	if _, err := d.stack.erasure.Erase(t.Context(), domain.VisuraID(nobody), asSistema, commands.EraseVisura{Basis: "scarto"}); err != nil {
		t.Error(err)
	}
}

// The keys of all data are in one file: it is made for its owner alone, found
// again, and never made anew beside data that were sealed with another.
func TestTheKeyFileIsMadeOnceForItsOwnerAlone(t *testing.T) {
	t.Parallel()
	c := Config{Stores: Stores{Data: newData(t), LogLevel: slog.LevelError}, Listen: "127.0.0.1:0", Workers: 2, Sweep: defaultSweep}
	var first []byte
	for range 2 {
		s, err := open(t.Context(), c, t.Logf)
		s.close()
		if err != nil {
			t.Fatal(err)
		}
		key, err := os.ReadFile(c.keyFile())
		if err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(c.keyFile()); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("the file is %v, %v", info.Mode(), err)
		}
		if first != nil && string(first) != string(key) {
			t.Error("a second start made another key")
		}
		first = key
	}
}
