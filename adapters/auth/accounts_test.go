package auth_test

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/netip"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/adapters/auth"
	"github.com/visure-anagrafiche/visure/adapters/keys"
	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

const (
	origin   = "https://visure.example.it"
	password = "mare calmo a febbraio"
)

var home = from("192.0.2.10")

// from is somebody who comes from an address, by a browser that nobody knows.
func from(address string) commands.From { return commands.From{Address: netip.MustParseAddr(address)} }

// house is an installation's accounts and sessions under a clock that tests move.
type house struct {
	*auth.Accounts
	*clock
	sessions *auth.Sessions
	db       *pgxpool.Pool
}

// newHouse is one whose passwords cost little.
func newHouse(t testing.TB) *house {
	t.Helper()
	h := newRealHouse(t)
	h.SpendLittle()
	return h
}

// newRealHouse is one whose passwords cost what they do.
func newRealHouse(t testing.TB) *house {
	t.Helper()
	return newHouseWith(t, nil)
}

// newHouseWith is one whose passwords are evaluated by other processes; nil: by this
// one.
func newHouseWith(t testing.TB, evaluator func() *exec.Cmd) *house {
	t.Helper()
	h := &house{db: pgtest.New(t), clock: &clock{}}
	start := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	h.Store(&start)
	k, err := keys.Open(t.Context(), h.db, filepath.Join(t.TempDir(), "keys"))
	if err != nil {
		t.Fatal(err)
	}
	h.Accounts, err = auth.NewAccounts(auth.Options{
		DB: h.db, Now: h.now, Vault: auth.Vault{Seal: k.Seal, Unseal: k.Unseal, AddressHash: k.AddressHash},
		Issuer: "Visure", RPID: "visure.example.it", Origins: []string{origin}, Evaluator: evaluator,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Accounts.Close)
	h.sessions = &auth.Sessions{DB: h.db, Now: h.now}
	return h
}

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// onceOf does n tries at once, each with its number: exactly one must succeed and
// the others be refused.
func onceOf(t *testing.T, n int, try func(int) error) {
	t.Helper()
	var all sync.WaitGroup
	var taken atomic.Int32
	for i := range n {
		all.Go(func() {
			if err := try(i); err == nil {
				taken.Add(1)
			} else if !errors.Is(err, commands.ErrRefused) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := taken.Load(); n != 1 {
		t.Errorf("%d of them succeeded", n)
	}
}

// account is that of somebody who has no password yet.
func (h *house) account(t testing.TB) domain.UtenteID {
	t.Helper()
	id := domain.UtenteID(uuid.NewString())
	check(t, h.Open(t.Context(), id, string(id)+"@example.it"))
	return id
}

// person is somebody with an account and a password.
func (h *house) person(t testing.TB) domain.UtenteID {
	t.Helper()
	id := h.account(t)
	h.setPassword(t, id, password)
	return id
}

func (h *house) setPassword(t testing.TB, id domain.UtenteID, password string) {
	t.Helper()
	link := must[string](t)(h.Invite(t.Context(), id))
	if got, err := h.Redeem(t.Context(), link, password, nil); err != nil || got != id {
		t.Fatalf("%s, %v", got, err)
	}
}

// signIn signs a person in who has no second factor.
func (h *house) signIn(t testing.TB, id domain.UtenteID, from commands.From) auth.Proof {
	t.Helper()
	first := must[auth.FirstStep](t)(h.SignIn(t.Context(), id.Codice(), password, from))
	return must[auth.Proof](t)(h.PasswordOnly(t.Context(), first.Secret, home))
}

// stranger is the nth address of somebody else.
func stranger(n int) commands.From {
	return commands.From{Address: netip.AddrFrom4([4]byte{198, 51, byte(n >> 8), byte(n)})}
}

func TestPeopleSignInWithAddressOrCodeHoweverTheyWriteIt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := domain.UtenteID(uuid.NewString())
	check(t, h.Open(t.Context(), id, " Anna.Neri@Example.IT "))
	h.setPassword(t, id, password)
	codice := id.Codice()
	for _, login := range []string{
		"anna.neri@example.it", "ANNA.NERI@EXAMPLE.IT ", codice, strings.ToLower(codice), strings.ReplaceAll(codice, "-", ""),
		" " + strings.ReplaceAll(codice, "-", " "), strings.NewReplacer("0", "o", "1", "l").Replace(codice),
	} {
		if got, err := h.SignIn(t.Context(), login, password, home); err != nil || got.Utente != id {
			t.Errorf("%q: %s, %v", login, got.Utente, err)
		}
	}
	for _, login := range []string{"", "-", "anna.neri", "anna.neri@example.com", codice[:len(codice)-1], codice + "0", "\x00@\x00", "'; --"} {
		if _, err := h.SignIn(t.Context(), login, password, stranger(1)); !errors.Is(err, commands.ErrRefused) {
			t.Errorf("%q: %v", login, err)
		}
	}
}

func TestANewAddressTakesThePlaceOfTheOld(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.person(t)
	check(t, h.Open(t.Context(), id, "new@example.it"))
	if _, err := h.SignIn(t.Context(), string(id)+"@example.it", password, home); !errors.Is(err, commands.ErrRefused) {
		t.Errorf("the old one: %v", err)
	}
	if _, err := h.SignIn(t.Context(), "new@example.it", password, home); err != nil {
		t.Errorf("the new one: %v", err)
	}
}

func TestAnAddressOfTwoSignsNeitherIn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	a, b := h.person(t), h.person(t)
	for _, id := range []domain.UtenteID{a, b} {
		check(t, h.Open(t.Context(), id, "ufficio@example.it"))
	}
	if _, err := h.SignIn(t.Context(), "ufficio@example.it", password, home); !errors.Is(err, commands.ErrRefused) {
		t.Errorf("%v", err)
	}
	for _, id := range []domain.UtenteID{a, b} {
		h.signIn(t, id, home)
	}
}

func TestAnAccountIsUnusedUntilASessionStarts(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	a, b, none := h.person(t), h.person(t), domain.UtenteID("00000000-0000-0000-0000-00000000ffff")
	opened := h.now()
	h.pass(time.Hour)
	_, _, err := h.sessions.Start(t.Context(), h.signIn(t, b, home), commands.CookieSession, "")
	check(t, err)
	used := must[map[domain.UtenteID]time.Time](t)(h.LastUsed(t.Context(), []domain.UtenteID{a, b, none}))
	if len(used) != 2 || !used[a].Equal(opened) || !used[b].Equal(opened.Add(time.Hour)) {
		t.Errorf("opened at %s, used: %v", opened, used)
	}
	if used := must[map[domain.UtenteID]time.Time](t)(h.LastUsed(t.Context(), nil)); len(used) > 0 {
		t.Errorf("of nobody: %v", used)
	}
}

func TestOnlyHashesAndSealedBytesAreKept(t *testing.T) {
	t.Parallel()
	h := newRealHouse(t)
	id := h.person(t)
	check(t, h.Open(t.Context(), id, "anna.neri@example.it"))
	secrets := []string{password, "anna.neri@example.it", must[string](t)(h.Invite(t.Context(), id))}
	offer := must[string](t)(h.EnrolTOTP(t.Context(), id, ""))
	u := must[*url.URL](t)(url.Parse(offer))
	check(t, h.ConfirmTOTP(t.Context(), enrolling(id), codeAt(t, offer, h.now(), 0)))
	secrets = append(secrets, u.Query().Get("secret"))
	for _, code := range must[[]string](t)(h.MakeRecoveryCodes(t.Context(), id)) {
		secrets = append(secrets, code, strings.ReplaceAll(code, "-", ""))
	}
	registration := must[auth.Challenge](t)(h.BeginPasskeyRegistration(t.Context(), id, ""))
	first := must[auth.FirstStep](t)(h.SignIn(t.Context(), id.Codice(), password, home))
	secrets = append(secrets, registration.Ceremony, first.Secret)
	for _, kind := range []auth.Kind{commands.CookieSession, commands.BearerSession} {
		secret, _, err := h.sessions.Start(t.Context(), auth.Proof{Utente: id, Method: commands.MethodOIDC, Address: home.Address}, kind, "")
		check(t, err)
		secrets = append(secrets, secret, strings.TrimPrefix(secret, "visure_s_"))
	}
	kept := dump(t, h.db)
	if !strings.Contains(kept, "argon2id$v=19$m=19456,t=2,p=1$") || !strings.Contains(kept, string(id)) {
		t.Fatal("what is looked through holds too little")
	}
	for _, secret := range secrets {
		forms := []string{secret, hex.EncodeToString([]byte(secret)), base64.StdEncoding.EncodeToString([]byte(secret))}
		if raw, err := base64.RawURLEncoding.DecodeString(secret); err == nil {
			forms = append(forms, hex.EncodeToString(raw))
		}
		for _, form := range forms {
			if strings.Contains(kept, form) {
				t.Errorf("%s is kept", secret)
			}
		}
	}
}

// dump returns every row of every table as text.
func dump(t *testing.T, db *pgxpool.Pool) string {
	t.Helper()
	rows, _ := db.Query(t.Context(), `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`)
	var all strings.Builder
	for _, table := range must[[]string](t)(pgx.CollectRows(rows, pgx.RowTo[string])) {
		rows, _ := db.Query(t.Context(), `SELECT t::text FROM `+pgx.Identifier{table}.Sanitize()+` t`)
		for _, row := range must[[]string](t)(pgx.CollectRows(rows, pgx.RowTo[string])) {
			all.WriteString(row + "\n")
		}
	}
	return all.String()
}
