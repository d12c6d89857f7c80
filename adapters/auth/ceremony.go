package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
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
		return a.begin(ctx, signing, wish{}, options, data)
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
	return a.begin(ctx, signing, wish{id: id}, options, data)
}

// FinishPasskey checks the browser's answer and says whose passkey it was: that of
// the person asked, if one was. ErrRefused otherwise, as for a signature counter that
// did not grow: then the passkey was copied. It ends a sign-in by itself, with or
// without a password before.
//
// A refusal names, for the journal, whose passkey it is that was shown.
func (a *Accounts) FinishPasskey(ctx context.Context, ceremony string, response []byte, from commands.From) (Proof, error) {
	parsed, err := protocol.ParseCredentialRequestResponseBytes(response)
	if err != nil {
		if _, _, err := a.take(ctx, signing, ceremony); err != nil {
			return Proof{}, err
		}
		return Proof{}, commands.ErrRefused
	}
	p, err := a.finishPasskey(ctx, ceremony, parsed, from)
	if errors.Is(err, commands.ErrRefused) {
		return Proof{}, a.refusedPasskey(ctx, parsed.RawID)
	}
	return p, err
}

// refusedPasskey is the refusal of a passkey: of its person, if there is one.
func (a *Accounts) refusedPasskey(ctx context.Context, passkey []byte) error {
	var of domain.UtenteID
	err := a.db.QueryRow(ctx, `SELECT utente FROM passkey WHERE id = $1`, passkey).Scan(&of)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return fmt.Errorf("look for whose passkey was refused: %w", err)
	}
	return &commands.Refusal{Utente: of}
}

func (a *Accounts) finishPasskey(ctx context.Context, ceremony string, parsed *protocol.ParsedCredentialAssertionData, from commands.From) (Proof, error) {
	of, data, err := a.take(ctx, signing, ceremony)
	if err != nil {
		return Proof{}, err
	}
	id := of.id
	if id == "" {
		if id, err = domain.ParseUtenteID(string(parsed.Response.UserHandle)); err != nil {
			return Proof{}, commands.ErrRefused
		}
	}
	who, err := a.holder(ctx, id)
	if err != nil {
		return Proof{}, err
	}
	used, err := a.validate(who, of.id, data, parsed)
	if err != nil {
		return Proof{}, commands.ErrRefused
	}
	if err := a.usePasskey(ctx, used); err != nil {
		return Proof{}, err
	}
	return a.welcome(ctx, Proof{Utente: id, Method: commands.MethodPasskey}, from)
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

// wish is of whom a ceremony is, and in which session it was begun; empty: whoever has a
// passkey, and none.
type wish struct {
	id      domain.UtenteID
	session string
}

func (a *Accounts) begin(ctx context.Context, p purpose, of wish, options any, data *webauthn.SessionData) (Challenge, error) {
	secret := newSecret()
	sum := ceremonyHash(p, secret)
	_, err := a.db.Exec(ctx, `INSERT INTO ceremony (hash, utente, session, data, expires_at) VALUES ($1, NULLIF($2, '')::uuid, $3, $4, $5)`,
		sum[:], string(of.id), of.session, marshal(data), a.now().Add(ceremonyLife))
	if err != nil {
		return Challenge{}, fmt.Errorf("begin a ceremony: %w", err)
	}
	return Challenge{Ceremony: secret, Options: marshal(options)}, nil
}

// take ends a ceremony: it can be answered once.
func (a *Accounts) take(ctx context.Context, p purpose, secret string) (of wish, data webauthn.SessionData, err error) {
	sum := ceremonyHash(p, secret)
	var text []byte
	err = a.db.QueryRow(ctx, `
		DELETE FROM ceremony WHERE hash = $1 AND expires_at > $2 RETURNING coalesce(utente::text, ''), session, data`, sum[:], a.now()).
		Scan(&of.id, &of.session, &text)
	if errors.Is(err, pgx.ErrNoRows) {
		return wish{}, data, commands.ErrRefused
	}
	if err == nil {
		err = json.Unmarshal(text, &data)
	}
	if err != nil {
		return wish{}, data, fmt.Errorf("end a ceremony: %w", err)
	}
	return of, data, nil
}

func ceremonyHash(p purpose, secret string) digest { return hash(string(p) + "/" + secret) }

// plain returns a text of a client as the database takes it, cut to some characters.
func plain(text string, longest int) string {
	runes := []rune(strings.ReplaceAll(strings.ToValidUTF8(text, ""), "\x00", ""))
	return string(runes[:min(len(runes), longest)])
}
