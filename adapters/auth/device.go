package auth

import (
	"context"
	"fmt"
	"time"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// knownFor is how long a browser is known as somebody's after they signed in by it, and
// mostDevices how many of a person's are.
const (
	knownFor    = 90 * 24 * time.Hour
	mostDevices = 10
)

// Remember notes that a person has signed in by a browser, for 90 days, and returns the
// secret that it shows from then on: the one it showed if that is anybody's, so that
// several people may use one browser. Of a person the ten used last are known. It ends
// with another password that is set elsewhere, and with a reset.
func (a *Accounts) Remember(ctx context.Context, id domain.UtenteID, device string) (string, error) {
	fresh, now := newSecret(), a.now()
	shown, drawn := hash(device), hash(fresh)
	var same bool
	err := a.db.QueryRow(ctx, `
		INSERT INTO known_device (hash, utente, expires_at)
		SELECT CASE WHEN EXISTS (SELECT FROM known_device WHERE hash = $1 AND expires_at > $5) THEN $1 ELSE $2 END, $3, $4
		ON CONFLICT (hash, utente) DO UPDATE SET expires_at = excluded.expires_at RETURNING hash = $1`,
		shown[:], drawn[:], id, now.Add(knownFor), now).Scan(&same)
	if err == nil {
		_, err = a.db.Exec(ctx, `
			DELETE FROM known_device WHERE utente = $1 AND hash IN (
				SELECT hash FROM known_device WHERE utente = $1 ORDER BY expires_at DESC, hash OFFSET $2)`, id, mostDevices)
	}
	if err != nil {
		return "", fmt.Errorf("remember a browser of %s: %w", id, err)
	}
	if same {
		return device, nil
	}
	return fresh, nil
}

// knows says whether a person has signed in by a browser.
func (a *Accounts) knows(ctx context.Context, id domain.UtenteID, from commands.From) (known bool, err error) {
	if from.Device == "" {
		return false, nil
	}
	sum := hash(from.Device)
	err = a.db.QueryRow(ctx, `SELECT EXISTS (SELECT FROM known_device WHERE utente = $1 AND hash = $2 AND expires_at > $3)`,
		id, sum[:], a.now()).Scan(&known)
	if err != nil {
		return false, fmt.Errorf("look for a known browser: %w", err)
	}
	return known, nil
}
