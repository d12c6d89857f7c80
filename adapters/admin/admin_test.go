package admin_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/admin"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/commands/storetest"
	"github.com/visure-anagrafiche/visure/domain"
)

// serve runs a server in a folder, over a store in memory, until the test ends.
func serve(t *testing.T, dir string) *commands.Handler {
	t.Helper()
	h := &commands.Handler{Store: &storetest.Memory{}, Now: time.Now, NewID: uuid.NewString}
	socket, err := admin.Listen(dir)
	if err != nil {
		t.Fatal(err)
	}
	server := &admin.Server{Commands: h, Log: slog.New(slog.DiscardHandler), Tokens: fullDisk{}}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx, socket) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("it did not stop cleanly: %v", err)
		}
	})
	return h
}

// fullDisk keeps no token.
type fullDisk struct{ commands.BearerTokens }

func (fullDisk) Issue(context.Context, domain.Actor, string, time.Duration) (string, error) {
	return "", errors.New("the disk is full")
}

func dial(t *testing.T, dir string) *admin.Client {
	t.Helper()
	client, err := admin.Dial(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

// journal is what the installation's journal says, an entry a line.
func journal(t *testing.T, h *commands.Handler) (lines []string) {
	t.Helper()
	stream := string(domain.InstallationJournal(time.Now()))
	_, err := h.Store.Load(t.Context(), stream, commands.NoStream, func(r domain.Recorded) {
		e := r.Event.(domain.AccessRecorded)
		lines = append(lines, fmt.Sprintf("%s: %s %s", r.Meta.By.Account, e.Action, e.Outcome))
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func TestNothingIsDoneBeforeTheInstallationHasBegun(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	serve(t, dir)
	client := dial(t, dir)
	if _, err := admin.ListAdministrators.Ask(t.Context(), client, struct{}{}); domain.CodeOf(err) != domain.Conflict || !strings.Contains(err.Error(), "visure init") {
		t.Errorf("before: %v", err)
	}
	id, err := admin.Initialise.Ask(t.Context(), client, struct{}{})
	if err != nil {
		t.Fatal(err)
	}
	if again, err := admin.Initialise.Ask(t.Context(), client, struct{}{}); err != nil || again != id {
		t.Errorf("begun again: %s, %v; want %s", again, err, id)
	}
	got, err := admin.ListAdministrators.Ask(t.Context(), client, struct{}{})
	if want := admin.Account(os.Geteuid()); err != nil || len(got) != 1 || got[0] != want {
		t.Errorf("administrators %v, %v; want %s", got, err, want)
	}
}

// What writes no event is entered before its effect, and a failure besides.
func TestWhatIsAskedForIsInTheJournal(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	h := serve(t, dir)
	client, me := dial(t, dir), admin.Account(os.Geteuid())
	if _, err := admin.Initialise.Ask(t.Context(), client, struct{}{}); err != nil {
		t.Fatal(err)
	}
	id := domain.UtenteID(uuid.NewString())
	by := domain.Meta{By: domain.Sistema}
	if _, err := commands.Handle(t.Context(), h, domain.CodiceISTAT("039002").Stream(), by, commands.RegisterComune{ISTAT: "039002", Nome: "Bagnacavallo", Provincia: "RA"}); err != nil {
		t.Fatal(err)
	}
	top := domain.Actor{Utente: id, Role: domain.RoleTop, Comune: "039002"}
	if _, err := admin.IssueToken.Ask(t.Context(), client, admin.Bearer{As: top, Validity: time.Hour}); domain.CodeOf(err) != domain.Invalid {
		t.Errorf("a token for who holds nothing: %v", err)
	}
	if _, err := h.Store.Append(t.Context(), "comune-039002", 0, []domain.Event{domain.TopNamed{Utente: id}}, domain.Meta{At: time.Now(), By: domain.Sistema, CommandID: uuid.NewString()}); err != nil {
		t.Fatal(err)
	}
	if _, err := admin.IssueToken.Ask(t.Context(), client, admin.Bearer{As: top, Validity: time.Hour}); err == nil || !strings.Contains(err.Error(), "the disk is full") {
		t.Errorf("a token that cannot be kept: %v", err)
	}
	for _, validity := range []time.Duration{-time.Hour, 0, 30*24*time.Hour + time.Second} {
		if _, err := admin.IssueToken.Ask(t.Context(), client, admin.Bearer{As: top, Validity: validity}); domain.CodeOf(err) != domain.Invalid || !strings.Contains(err.Error(), "30 giorni") {
			t.Errorf("a token for %s: %v", validity, err)
		}
	}
	want := []string{me + ": issue-token ok", me + ": issue-token invalid", me + ": issue-token ok", me + ": issue-token internal"}
	for range 3 {
		want = append(want, me+": issue-token ok", me+": issue-token invalid")
	}
	if got := journal(t, h); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the journal says %q, want %q", got, want)
	}
}

// The kernel says who calls, whatever the modes of folder and socket have become.
func TestAnotherAccountIsRefused(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		if os.Getenv("CI") != "" {
			t.Fatal("only root can be somebody else")
		}
		t.Skip("only root can be somebody else")
	}
	dir, err := os.MkdirTemp("", "visure-admin-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	h := serve(t, dir)
	socket := filepath.Join(dir, "admin.sock")
	for path, mode := range map[string]os.FileMode{dir: 0o700, socket: 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s is %v, %v", path, info.Mode(), err)
		}
		if err := os.Chmod(path, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	for account, wants := range map[uint32]string{0: `"result":"`, 65534: "l'installazione si amministra solo da root o dall'account del server"} {
		call := exec.Command("curl", "-sS", "--unix-socket", socket, "-d", "{}", "http://visure/initialise")
		call.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: account, Gid: account}}
		said, err := call.CombinedOutput()
		if err != nil || !strings.Contains(string(said), wants) {
			t.Errorf("account %d is answered %s, %v", account, said, err)
		}
	}
	now, err := commands.Load(t.Context(), h, domain.InstallazioneStream)
	if err != nil || len(now.Administrators) != 1 || now.Administrators[0] != "root" {
		t.Errorf("administrators %v, %v", now.Administrators, err)
	}
}

func TestTheFirstInAFolderListensAndWhoComesLaterIsTold(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := admin.Dial(dir); !errors.Is(err, admin.ErrNotRunning) {
		t.Errorf("nobody there: %v", err)
	}
	first, err := admin.Listen(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := admin.Listen(dir); !errors.Is(err, admin.ErrInUse) {
		t.Errorf("a second one: %v", err)
	}
	first.Close()
	if _, err := admin.Dial(dir); !errors.Is(err, admin.ErrNotRunning) {
		t.Errorf("after it closed: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "admin.sock"), nil, 0o600); err != nil { // as a killed process leaves it
		t.Fatal(err)
	}
	again, err := admin.Listen(dir)
	if err != nil {
		t.Fatal(err)
	}
	again.Close()
}

func TestAFolderDeeperThanASocketsPathIsAdministered(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), strings.Repeat("ufficio anagrafe/", 8))
	serve(t, dir)
	if _, err := admin.Initialise.Ask(t.Context(), dial(t, dir), struct{}{}); err != nil {
		t.Error(err)
	}
}

func TestTheLastAdministratorStays(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	serve(t, dir)
	client, me := dial(t, dir), admin.Account(os.Geteuid())
	if _, err := admin.Initialise.Ask(t.Context(), client, struct{}{}); err != nil {
		t.Fatal(err)
	}
	if _, err := admin.RemoveAdministrator.Ask(t.Context(), client, commands.RemoveAdministrator{Account: me}); domain.CodeOf(err) != domain.Conflict {
		t.Errorf("removing the last: %v", err)
	}
	if _, err := admin.NameAdministrator.Ask(t.Context(), client, commands.NameAdministrator{Account: "no-such-account"}); domain.CodeOf(err) != domain.Invalid {
		t.Errorf("naming an account there is not: %v", err)
	}
	if _, err := admin.NameAdministrator.Ask(t.Context(), client, commands.NameAdministrator{Account: "nobody"}); err != nil {
		t.Fatal(err)
	}
	if _, err := admin.RemoveAdministrator.Ask(t.Context(), client, commands.RemoveAdministrator{Account: me}); err != nil {
		t.Errorf("removing one of two: %v", err)
	}
	if _, err := admin.ListAdministrators.Ask(t.Context(), client, struct{}{}); domain.CodeOf(err) != domain.Forbidden {
		t.Errorf("asked by who was removed: %v", err)
	}
}
