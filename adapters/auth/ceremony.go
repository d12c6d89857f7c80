package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/jackc/pgx/v5"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

const ceremonyLife = 5 * time.Minute

// purpose is what a ceremony is for: one begun for one does not end another.
type purpose string

const (
	registering purpose = "register"
	signing     purpose = "sign"
)

// BeginPasskey asks for a passkey: of one person, to confirm that it is them, or of
// anybody if id is empty, to sign in. The answer of the second kind tells nothing
// about who has an account.
func (a *Accounts) BeginPasskey(ctx context.Context, id domain.UtenteID) (Challenge, error) {
	if id == "" {
		options, data, err := a.rp.BeginDiscoverableLogin()
		if err != nil {
			return Challenge{}, fmt.Errorf("ask for a passkey: %w", err)
		}
		return a.begin(ctx, signing, id, options, data)
	}
	who, err := a.holder(ctx, id)
	if err != nil {
		return Challenge{}, err
	}
	if len(who.credentials) == 0 {
		return Challenge{}, commands.ErrRefused
	}
	options, data, err := a.rp.BeginLogin(who)
	if err != nil {
		return Challenge{}, fmt.Errorf("ask %s for a passkey: %w", id, err)
	}
	return a.begin(ctx, signing, id, options, data)
}

// FinishPasskey checks the browser's answer and says whose passkey it was: that of
// the person asked, if one was. ErrRefused otherwise, as for a signature counter that
// did not grow: then the passkey was copied. It ends a sign-in by itself, with or
// without a password before.
func (a *Accounts) FinishPasskey(ctx context.Context, ceremony string, response []byte, from netip.Addr) (Proof, error) {
	asked, data, err := a.take(ctx, signing, ceremony)
	if err != nil {
		return Proof{}, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(response)
	if err != nil {
		return Proof{}, commands.ErrRefused
	}
	id := asked
	if id == "" {
		if id, err = domain.ParseUtenteID(string(parsed.Response.UserHandle)); err != nil {
			return Proof{}, commands.ErrRefused
		}
	}
	who, err := a.holder(ctx, id)
	if err != nil {
		return Proof{}, err
	}
	used, err := a.validate(who, asked, data, parsed)
	if err != nil {
		return Proof{}, commands.ErrRefused
	}
	if err := a.usePasskey(ctx, used); err != nil {
		return Proof{}, err
	}
	p := Proof{Utente: id, Method: commands.MethodPasskey, Address: from}
	return p, a.welcome(ctx, p)
}

func (a *Accounts) validate(who *holder, asked domain.UtenteID, data webauthn.SessionData, r *protocol.ParsedCredentialAssertionData) (*webauthn.Credential, error) {
	if asked != "" {
		return a.rp.ValidateLogin(who, data, r)
	}
	return a.rp.ValidateDiscoverableLogin(func(_, _ []byte) (webauthn.User, error) { return who, nil }, data, r)
}

// usePasskey keeps what changed of a passkey. It refuses a counter that did not grow,
// for which the library leaves the one that was kept, and of two answers with one
// counter the later; authenticators without a counter always say zero.
func (a *Accounts) usePasskey(ctx context.Context, c *webauthn.Credential) error {
	used, err := a.db.Exec(ctx, `
		UPDATE passkey SET sign_count = $2, flags = $3, last_used_at = $4
		WHERE id = $1 AND (sign_count < $2 OR sign_count = 0 AND $2 = 0)`,
		c.ID, int64(c.Authenticator.SignCount), int16(c.Flags.ProtocolValue()), a.now())
	if err != nil {
		return fmt.Errorf("use a passkey: %w", err)
	}
	if used.RowsAffected() == 0 {
		return commands.ErrRefused
	}
	return nil
}

func (a *Accounts) begin(ctx context.Context, p purpose, id domain.UtenteID, options any, data *webauthn.SessionData) (Challenge, error) {
	secret := newSecret()
	sum := ceremonyHash(p, secret)
	_, err := a.db.Exec(ctx, `INSERT INTO ceremony (hash, utente, data, expires_at) VALUES ($1, NULLIF($2, '')::uuid, $3, $4)`,
		sum[:], string(id), marshal(data), a.now().Add(ceremonyLife))
	if err != nil {
		return Challenge{}, fmt.Errorf("begin a ceremony: %w", err)
	}
	return Challenge{Ceremony: secret, Options: marshal(options)}, nil
}

// take ends a ceremony: it can be answered once.
func (a *Accounts) take(ctx context.Context, p purpose, secret string) (id domain.UtenteID, data webauthn.SessionData, err error) {
	sum := ceremonyHash(p, secret)
	var text []byte
	err = a.db.QueryRow(ctx, `
		DELETE FROM ceremony WHERE hash = $1 AND expires_at > $2 RETURNING coalesce(utente::text, ''), data`, sum[:], a.now()).Scan(&id, &text)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", data, commands.ErrRefused
	}
	if err == nil {
		err = json.Unmarshal(text, &data)
	}
	if err != nil {
		return "", data, fmt.Errorf("end a ceremony: %w", err)
	}
	return id, data, nil
}

func ceremonyHash(p purpose, secret string) digest { return hash(string(p) + "/" + secret) }

// plain returns a text of a client as the database takes it, cut to some characters.
func plain(text string, longest int) string {
	runes := []rune(strings.ReplaceAll(strings.ToValidUTF8(text, ""), "\x00", ""))
	return string(runes[:min(len(runes), longest)])
}
