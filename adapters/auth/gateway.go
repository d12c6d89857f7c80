package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/adapters/auth/oidc"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// Gateway signs people in at a gateway of SPID and CIE. What was begun is kept sealed
// until its one answer, by any number of instances on one database. It is safe for
// concurrent use.
type Gateway struct {
	DB       *pgxpool.Pool
	Now      func() time.Time
	Vault    Vault
	Provider *oidc.Provider
}

var _ commands.Gateway = (*Gateway)(nil)

// farewellLife is for how long a person may be signed out at the gateway: as long as
// a session lives.
const farewellLife = 8 * time.Hour

// errGateway is a gateway that cannot be asked.
var errGateway = domain.Errorf(domain.Unavailable, "l'accesso con SPID o CIE non è disponibile: riprovare tra poco")

// Begin implements commands.Gateway.
func (g *Gateway) Begin(ctx context.Context) (location, cookie string, err error) {
	start, err := g.Provider.Begin(ctx)
	if err != nil {
		return "", "", passed(err)
	}
	binding := start.Ceremony.Binding
	sealed, err := g.Vault.Seal(ctx, "oidc/"+binding, marshal(start.Ceremony))
	if err != nil {
		return "", "", err
	}
	_, err = g.DB.Exec(ctx, `INSERT INTO gateway_ceremony (binding, sealed, expires_at) VALUES ($1, $2, $3)`,
		binding, sealed, g.Now().Add(oidc.Lifetime))
	if err != nil {
		return "", "", fmt.Errorf("begin a sign-in at the gateway: %w", err)
	}
	return start.Location, start.Cookie, nil
}

// Finish implements commands.Gateway.
func (g *Gateway) Finish(ctx context.Context, cookie string, answer url.Values) (commands.Recognised, error) {
	kept, err := g.take(ctx, oidc.BindingOf(cookie))
	if err != nil {
		return commands.Recognised{}, err
	}
	id, err := g.Provider.Finish(ctx, kept, cookie, answer)
	if err != nil {
		return commands.Recognised{}, passed(err)
	}
	return commands.Recognised{CodiceFiscale: id.CodiceFiscale, ACR: id.ACR, SecondAt: id.SecondAt, Token: id.IDToken}, nil
}

// take ends what was begun: it can be answered once, whatever becomes of it.
func (g *Gateway) take(ctx context.Context, binding string) (kept oidc.Ceremony, err error) {
	var sealed []byte
	err = g.DB.QueryRow(ctx, `DELETE FROM gateway_ceremony WHERE binding = $1 AND expires_at > $2 RETURNING sealed`, binding, g.Now()).Scan(&sealed)
	if errors.Is(err, pgx.ErrNoRows) {
		return kept, commands.ErrRefused
	}
	if err == nil {
		err = g.open(ctx, "oidc/"+binding, sealed, &kept)
	}
	if err != nil {
		return kept, fmt.Errorf("end a sign-in at the gateway: %w", err)
	}
	return kept, nil
}

// Keep implements commands.Gateway.
func (g *Gateway) Keep(ctx context.Context, id domain.UtenteID, token string) error {
	sealed, err := g.Vault.Seal(ctx, farewellName(id), marshal(token))
	if err != nil {
		return err
	}
	_, err = g.DB.Exec(ctx, `
		INSERT INTO gateway_session (utente, sealed, expires_at) VALUES ($1, $2, $3)
		ON CONFLICT (utente) DO UPDATE SET sealed = excluded.sealed, expires_at = excluded.expires_at`, id, sealed, g.Now().Add(farewellLife))
	if err != nil {
		return fmt.Errorf("keep how %s leaves the gateway: %w", id, err)
	}
	return nil
}

// Leave implements commands.Gateway.
func (g *Gateway) Leave(ctx context.Context, id domain.UtenteID) (commands.Farewell, error) {
	var sealed []byte
	err := g.DB.QueryRow(ctx, `DELETE FROM gateway_session WHERE utente = $1 AND expires_at > $2 RETURNING sealed`, id, g.Now()).Scan(&sealed)
	if errors.Is(err, pgx.ErrNoRows) {
		return commands.Farewell{}, nil
	}
	if err != nil {
		return commands.Farewell{}, fmt.Errorf("take how %s leaves the gateway: %w", id, err)
	}
	var token string
	if err := g.open(ctx, farewellName(id), sealed, &token); err != nil {
		return commands.Farewell{}, err
	}
	form, err := g.Provider.Logout(ctx, token, "")
	if errors.Is(err, oidc.ErrNoLogout) {
		return commands.Farewell{}, nil
	}
	if err != nil {
		return commands.Farewell{}, passed(err)
	}
	return commands.Farewell(form), nil
}

// Sweep deletes what has no effect any more.
func (g *Gateway) Sweep(ctx context.Context) error {
	old := &pgx.Batch{}
	for _, table := range []string{"gateway_ceremony", "gateway_session"} {
		old.Queue(`DELETE FROM `+table+` WHERE expires_at <= $1`, g.Now())
	}
	if err := g.DB.SendBatch(ctx, old).Close(); err != nil {
		return fmt.Errorf("sweep sign-ins at the gateway: %w", err)
	}
	return nil
}

func (g *Gateway) open(ctx context.Context, name string, sealed []byte, into any) error {
	text, err := g.Vault.Unseal(ctx, name, sealed)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

func farewellName(id domain.UtenteID) string { return "oidc-session/" + string(id) }

// passed makes commands.ErrRefused of what the gateway, or our check of its word,
// refused, with the reason for the log; what may go well again is said to be
// unavailable.
func passed(err error) error {
	if errors.Is(err, oidc.ErrUnavailable) || errors.Is(err, oidc.ErrMetadata) {
		return fmt.Errorf("%w: %w", errGateway, err)
	}
	return fmt.Errorf("%w: %w", commands.ErrRefused, err)
}
