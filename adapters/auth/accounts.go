package auth

import (
	"cmp"
	"context"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/text/unicode/norm"

	"github.com/visure-anagrafiche/visure/domain"
)

// Accounts keeps what people sign in with, and checks it. One account is one
// natural person. It decides nothing about what they may do and records no events:
// callers do; they say from which valid address somebody comes. It is safe for concurrent use, by any number of instances on one
// database.
type Accounts struct {
	db     *pgxpool.Pool
	now    func() time.Time
	vault  Vault
	issuer string
	valid  time.Duration // of invitations
	rp     *webauthn.WebAuthn
	hashes *hasher
}

// Vault is what accounts need of the keys of the installation.
type Vault struct {
	// Seal and Unseal keep small secrets, each under a name.
	Seal   func(ctx context.Context, name string, secret []byte) ([]byte, error)
	Unseal func(ctx context.Context, name string, sealed []byte) ([]byte, error)
	// AddressHash is a keyed hash of a mail address in lower case.
	AddressHash func(address string) []byte
}

// Options says how accounts are kept. InvitationLife and Evaluator may be left out.
type Options struct {
	DB    *pgxpool.Pool
	Now   func() time.Time
	Vault Vault

	Issuer  string   // what authenticator apps and browsers call this installation
	RPID    string   // the domain that passkeys are of: changing it makes them useless
	Origins []string // of the pages that use passkeys, such as https://visure.example.it

	InvitationLife time.Duration // of a link; 72 hours if zero

	// Evaluator makes a command that runs EvaluatePasswords on its standard input and
	// output; its environment is set here. Passwords are evaluated by such processes,
	// at a low priority; nil: by this one.
	Evaluator func() *exec.Cmd
}

// NewAccounts returns the accounts in a database. It fails if passkeys cannot be
// used under the domain and origins.
func NewAccounts(o Options) (*Accounts, error) {
	rp, err := newRelyingParty(o)
	if err != nil {
		return nil, err
	}
	return &Accounts{db: o.DB, now: o.Now, vault: o.Vault, issuer: o.Issuer, rp: rp, hashes: newHasher(owasp, o.Evaluator),
		valid: cmp.Or(o.InvitationLife, 72*time.Hour)}, nil
}

// Close ends the processes that evaluate passwords, once they have answered.
func (a *Accounts) Close() { a.hashes.close() }

// Open makes a person's account, or gives it another mail address; none if it is
// empty. An address that several people have signs none of them in: they use their
// codes. That it is so is told to nobody, as it would tell who else has an account.
func (a *Accounts) Open(ctx context.Context, id domain.UtenteID, address string) error {
	_, err := a.db.Exec(ctx, `
		INSERT INTO account (utente, codice, address, created_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (utente) DO UPDATE SET address = excluded.address`,
		id, plainCodice(id.Codice()), a.addressHash(address), a.now())
	if err != nil {
		return fmt.Errorf("open the account of %s: %w", id, err)
	}
	return nil
}

// LastUsed returns when the account of each of some people was last used, else opened;
// who has none is left out. A session that starts is a use, however its person proved
// who they are.
func (a *Accounts) LastUsed(ctx context.Context, people []domain.UtenteID) (map[domain.UtenteID]time.Time, error) {
	rows, _ := a.db.Query(ctx, `SELECT utente, coalesce(last_used_at, created_at) FROM account WHERE utente = ANY($1)`, people)
	used := map[domain.UtenteID]time.Time{}
	var id domain.UtenteID
	var at time.Time
	if _, err := pgx.ForEachRow(rows, []any{&id, &at}, func() error { used[id] = at; return nil }); err != nil {
		return nil, fmt.Errorf("look for unused accounts: %w", err)
	}
	return used, nil
}

// Sweep deletes what has no effect any more: old invitations, ceremonies and
// sign-ins, browsers not used lately, forgotten failures, secrets that were never confirmed.
func (a *Accounts) Sweep(ctx context.Context) error {
	now := a.now()
	old := &pgx.Batch{}
	for _, table := range []string{"invitation", "ceremony", "sign_in", "known_device"} {
		old.Queue(`DELETE FROM `+table+` WHERE expires_at <= $1`, now)
	}
	old.Queue(`DELETE FROM guess WHERE counted_at <= $1`, now.Add(-keptFailures))
	old.Queue(`DELETE FROM totp WHERE NOT confirmed AND created_at <= $1`, now.Add(-offerLife))
	if err := a.db.SendBatch(ctx, old).Close(); err != nil {
		return fmt.Errorf("sweep accounts: %w", err)
	}
	return nil
}

// addressHash is nil for no address.
func (a *Accounts) addressHash(address string) []byte {
	if address = strings.TrimSpace(address); address == "" {
		return nil
	}
	return a.vault.AddressHash(strings.ToLower(norm.NFC.String(address)))
}

// plainCodice returns a user's code as it is looked up: what people take for another
// letter, or write between, makes no difference.
func plainCodice(codice string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == 'O':
			return '0'
		case r == 'I' || r == 'L':
			return '1'
		case '0' <= r && r <= '9' || 'A' <= r && r <= 'Z':
			return r
		}
		return -1
	}, strings.ToUpper(codice))
}
