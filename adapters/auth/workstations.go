package auth

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// Workstations keeps what proves a workstation: the secret a device took by a link
// that works once, or the fingerprint of a certificate. Whether it is authorised is
// not known here. It is safe for concurrent use.
type Workstations struct {
	DB  *pgxpool.Pool
	Now func() time.Time
}

// linkLife is for how long a link to enrol a device works.
const linkLife = 24 * time.Hour

// Link makes the secret of a link by which a device may enrol, once, within a day;
// it takes the place of one made before.
func (w *Workstations) Link(ctx context.Context, id domain.PostazioneID) (string, error) {
	secret := newSecret()
	sum := hash(secret)
	_, err := w.DB.Exec(ctx, `
		INSERT INTO workstation_link (postazione, hash, expires_at) VALUES ($1, $2, $3)
		ON CONFLICT (postazione) DO UPDATE SET hash = excluded.hash, expires_at = excluded.expires_at`,
		id, sum[:], w.Now().Add(linkLife))
	if err != nil {
		return "", fmt.Errorf("make a link for workstation %s: %w", id, err)
	}
	return secret, nil
}

// Linked returns the workstation a link is for, without using it up;
// commands.ErrRefused for one that does not work.
func (w *Workstations) Linked(ctx context.Context, link string) (id domain.PostazioneID, err error) {
	sum := hash(link)
	err = w.DB.QueryRow(ctx, `SELECT postazione FROM workstation_link WHERE hash = $1 AND expires_at > $2`, sum[:], w.Now()).Scan(&id)
	return id, goodLink("look up a workstation's link", err)
}

// Enrol uses a link up and returns the secret that proves the device from then on.
// The secrets that the workstation had no longer do.
func (w *Workstations) Enrol(ctx context.Context, link string) (id domain.PostazioneID, secret string, err error) {
	used := hash(link)
	secret = newSecret()
	sum := hash(secret)
	err = pgx.BeginFunc(ctx, w.DB, func(tx pgx.Tx) error {
		err := tx.QueryRow(ctx, `DELETE FROM workstation_link WHERE hash = $1 AND expires_at > $2 RETURNING postazione`, used[:], w.Now()).Scan(&id)
		if err != nil {
			return err
		}
		if _, err = tx.Exec(ctx, `DELETE FROM workstation_secret WHERE postazione = $1`, id); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `INSERT INTO workstation_secret (hash, postazione, created_at) VALUES ($1, $2, $3)`, sum[:], id, w.Now())
		return err
	})
	if err := goodLink("enrol a workstation", err); err != nil {
		return "", "", err
	}
	return id, secret, nil
}

// Certify has a certificate, by the SHA-256 of its DER in hexadecimal, prove a
// workstation if it proves none yet, or the one instead of which it is to. It returns the
// one that it proves.
func (w *Workstations) Certify(ctx context.Context, id domain.PostazioneID, fingerprint string, instead domain.PostazioneID) (proven domain.PostazioneID, err error) {
	err = w.DB.QueryRow(ctx, `
		INSERT INTO workstation_certificate AS held (fingerprint, postazione) VALUES ($1, $2)
		ON CONFLICT (fingerprint) DO UPDATE SET postazione = CASE WHEN held.postazione::text = $3 THEN excluded.postazione ELSE held.postazione END
		RETURNING postazione`, fingerprint, id, instead).Scan(&proven)
	if err != nil {
		return "", fmt.Errorf("certify workstation %s: %w", id, err)
	}
	return proven, nil
}

// Identify returns the workstation that a secret, or else a certificate, proves;
// empty for none.
func (w *Workstations) Identify(ctx context.Context, secret, fingerprint string) (id domain.PostazioneID, err error) {
	sum := hash(secret)
	err = w.DB.QueryRow(ctx, `
		SELECT postazione FROM workstation_secret WHERE hash = $1 AND $2 <> ''
		UNION ALL SELECT postazione FROM workstation_certificate WHERE fingerprint = $3
		LIMIT 1`, sum[:], secret, fingerprint).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("identify a workstation: %w", err)
	}
	return id, nil
}

// goodLink makes commands.ErrRefused of a link that is missing.
func goodLink(attempted string, err error) error {
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return commands.ErrRefused
	case err != nil:
		return fmt.Errorf("%s: %w", attempted, err)
	}
	return nil
}
