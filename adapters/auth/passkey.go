package auth

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/jackc/pgx/v5"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// newRelyingParty asks for passkeys that the authenticator keeps and that verify the
// person (by PIN, finger or face): so one is as good as password and second factor.
func newRelyingParty(o Options) (*webauthn.WebAuthn, error) {
	resident := true
	rp, err := webauthn.New(&webauthn.Config{
		RPID: o.RPID, RPDisplayName: o.Issuer, RPOrigins: o.Origins,
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: &resident,
			UserVerification: protocol.VerificationRequired,
		},
	})
	if err != nil {
		return nil, fmt.Errorf("configure passkeys for %s: %w", o.RPID, err)
	}
	return rp, nil
}

// Passkeys returns a person's passkeys, oldest first.
func (a *Accounts) Passkeys(ctx context.Context, id domain.UtenteID) ([]Passkey, error) {
	rows, _ := a.db.Query(ctx, `
		SELECT id, label, created_at, coalesce(last_used_at, '0001-01-01Z') FROM passkey WHERE utente = $1 ORDER BY created_at, id`, id)
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Passkey])
	if err != nil {
		return nil, fmt.Errorf("read the passkeys of %s: %w", id, err)
	}
	return all, nil
}

// RemovePasskey takes a passkey from a person. It is no error if they have none such.
func (a *Accounts) RemovePasskey(ctx context.Context, id domain.UtenteID, passkey []byte) error {
	if _, err := a.db.Exec(ctx, `DELETE FROM passkey WHERE utente = $1 AND id = $2`, id, passkey); err != nil {
		return fmt.Errorf("remove a passkey of %s: %w", id, err)
	}
	return nil
}

// BeginPasskeyRegistration lets a person make a passkey, in a session.
func (a *Accounts) BeginPasskeyRegistration(ctx context.Context, id domain.UtenteID, session string) (Challenge, error) {
	who, err := a.holder(ctx, id)
	if err != nil {
		return Challenge{}, err
	}
	options, data, err := a.rp.BeginRegistration(who, webauthn.WithExclusions(webauthn.Credentials(who.credentials).CredentialDescriptors()))
	if err != nil {
		return Challenge{}, fmt.Errorf("begin a passkey for %s: %w", id, err)
	}
	return a.begin(ctx, registering, wish{id, session}, options, data)
}

// FinishPasskeyRegistration keeps the passkey that the browser made, under a label
// the person gave it. ErrRefused for the ceremony of another person or session, or
// whatever does not answer the challenge.
func (a *Accounts) FinishPasskeyRegistration(ctx context.Context, e commands.Enrolling, ceremony string, response []byte, label string) error {
	id := e.Utente
	of, data, err := a.take(ctx, registering, ceremony)
	if err != nil {
		return err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(response)
	if err != nil || of != (wish{id, e.Session}) {
		return commands.ErrRefused
	}
	c, err := a.rp.CreateCredential(&holder{id: id}, data, parsed)
	if err != nil {
		return commands.ErrRefused
	}
	transports := []string{}
	for _, t := range c.Transport {
		transports = append(transports, plain(string(t), 32))
	}
	return pgx.BeginFunc(ctx, a.db, func(tx pgx.Tx) error {
		if err := enrols(ctx, tx, e); err != nil {
			return err
		}
		made, err := tx.Exec(ctx, `
			INSERT INTO passkey (id, utente, public_key, sign_count, flags, transports, label, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
			c.ID, id, c.PublicKey, int64(c.Authenticator.SignCount), int16(c.Flags.ProtocolValue()), transports, plain(label, 100), a.now())
		if err != nil {
			return fmt.Errorf("keep a passkey of %s: %w", id, err)
		}
		if made.RowsAffected() == 0 {
			return commands.ErrRefused
		}
		return nil
	})
}

// holder is a person as the library wants to know one. Authenticators are told the
// id and the code made of it: neither says who it is.
type holder struct {
	id          domain.UtenteID
	credentials []webauthn.Credential
}

func (h *holder) WebAuthnID() []byte                         { return []byte(h.id) }
func (h *holder) WebAuthnName() string                       { return h.id.Codice() }
func (h *holder) WebAuthnDisplayName() string                { return h.id.Codice() }
func (h *holder) WebAuthnCredentials() []webauthn.Credential { return h.credentials }

func (a *Accounts) holder(ctx context.Context, id domain.UtenteID) (*holder, error) {
	rows, _ := a.db.Query(ctx, `SELECT id, public_key, sign_count, flags, transports FROM passkey WHERE utente = $1`, id)
	who := &holder{id: id}
	var c webauthn.Credential
	var flags int16
	var transports []string
	_, err := pgx.ForEachRow(rows, []any{&c.ID, &c.PublicKey, &c.Authenticator.SignCount, &flags, &transports}, func() error {
		c.Flags = webauthn.NewCredentialFlags(protocol.AuthenticatorFlags(flags))
		c.Transport = nil
		for _, t := range transports {
			c.Transport = append(c.Transport, protocol.AuthenticatorTransport(t))
		}
		who.credentials = append(who.credentials, c)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the passkeys of %s: %w", id, err)
	}
	return who, nil
}

// marshal is for what is made of the library's own types.
func marshal(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // they always have a JSON form
	}
	return text
}
