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
	ente, err := domain.EnteIDOf(demoEnte.CodiceFiscale, demoEnte.CodiceIPA)
	if err != nil {
		t.Fatal(err)
	}
	id := func(role domain.Role) string { return string(o.users[role].Utente) }
	a := &adminCommand{Upkeep: Upkeep{Stores: o.config.Stores}}
	token := func(utente string, role domain.Role, at string) error {
		return (&tokenCommand{Utente: utente, Role: role, At: at, Label: "test", Validity: time.Hour}).Run(t.Context(), a)
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
