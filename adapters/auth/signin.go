package auth

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// signInLife is how long a second factor may be awaited; knownFor how long a network
// is somebody's own after they signed in from it.
const (
	signInLife = 5 * time.Minute
	knownFor   = 90 * 24 * time.Hour
)

// SignIn checks a password. Login is a mail address or a user's code, in any case,
// the code with or without its dashes. ErrRefused costs the same work whatever the
// reason. From the fifth failure on at an account, and the twentieth from a network
// (an IPv4 address or IPv6 /64), the next try has to wait one second, then two, four,
// up to 15 minutes. From a network where the person has signed in within 90 days only
// their own failures there count: others do not lock them out.
func (a *Accounts) SignIn(ctx context.Context, login, password string, from netip.Addr) (FirstStep, error) {
	who, err := a.lookUp(ctx, login, from)
	if err != nil {
		return FirstStep{}, err
	}
	// In this order, no more tries are under way than can be evaluated at once: a
	// crowd that comes from one network does not delay itself.
	if err := a.hashes.enter(ctx); err != nil {
		return FirstStep{}, err
	}
	err = a.try(ctx, who, password, from)
	a.hashes.leave()
	if err != nil {
		return FirstStep{}, err
	}
	return a.firstStep(ctx, who.Utente, from)
}

// found is an account that is tried at; the zero value is none.
type found struct {
	Utente   domain.UtenteID
	Password string
	Known    bool // its person has signed in from there
}

func (a *Accounts) lookUp(ctx context.Context, login string, from netip.Addr) (found, error) {
	codice, address := plainCodice(login), []byte(nil)
	if strings.Contains(login, "@") {
		codice, address = "", a.addressHash(login)
	}
	rows, _ := a.db.Query(ctx, `
		SELECT utente, password, EXISTS (
			SELECT FROM known_network k WHERE k.utente = a.utente AND network = $3 AND last_at > $4)
		FROM account a WHERE codice = $1 OR address = $2 LIMIT 2`, codice, address, network(from), a.now().Add(-knownFor))
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[found])
	if err != nil {
		return found{}, fmt.Errorf("look up an account: %w", err)
	}
	if len(all) != 1 {
		return found{}, nil
	}
	return all[0], nil
}

// knows says whether a person has signed in from a network.
func (a *Accounts) knows(ctx context.Context, id domain.UtenteID, from netip.Addr) (known bool, err error) {
	err = a.db.QueryRow(ctx, `SELECT EXISTS (SELECT FROM known_network WHERE utente = $1 AND network = $2 AND last_at > $3)`,
		id, network(from), a.now().Add(-knownFor)).Scan(&known)
	if err != nil {
		return false, fmt.Errorf("look for a known network: %w", err)
	}
	return known, nil
}

// try evaluates a password once, also where there is nothing to compare it with.
// The caller has entered.
func (a *Accounts) try(ctx context.Context, who found, password string, from netip.Addr) error {
	now, guesses := a.now(), guessesAt(firstFactor, byPassword, who.Utente, from, who.Known)
	admitted, err := a.reserve(ctx, now, guesses)
	if err != nil {
		return err
	}
	phc := a.hashes.dummy
	if admitted && who.Password != "" {
		phc = who.Password
	}
	if utf8.RuneCountInString(password) > longestPassword {
		password = ""
	}
	right, weak, err := a.hashes.matches(normal(password), phc)
	switch {
	case err != nil:
		return err
	case !right:
		return &commands.Refusal{Utente: who.Utente}
	case weak:
		if err := a.strengthen(ctx, who, password); err != nil {
			return err
		}
	}
	return a.settle(ctx, now, guesses)
}

// strengthen keeps a password that was right with today's strength.
func (a *Accounts) strengthen(ctx context.Context, who found, password string) error {
	phc, err := a.hashes.hash(normal(password))
	if err != nil {
		return err
	}
	_, err = a.db.Exec(ctx, `UPDATE account SET password = $3 WHERE utente = $1 AND password = $2`, who.Utente, who.Password, phc)
	if err != nil {
		return fmt.Errorf("strengthen the password of %s: %w", who.Utente, err)
	}
	return nil
}

func (a *Accounts) firstStep(ctx context.Context, id domain.UtenteID, from netip.Addr) (FirstStep, error) {
	factors, err := a.Factors(ctx, id)
	if err != nil {
		return FirstStep{}, err
	}
	secret := newSecret()
	sum := hash(secret)
	_, err = a.db.Exec(ctx, `INSERT INTO sign_in (hash, utente, address, expires_at) VALUES ($1, $2, $3, $4)`,
		sum[:], id, from.Unmap().WithZone(""), a.now().Add(signInLife))
	if err != nil {
		return FirstStep{}, fmt.Errorf("begin the sign-in of %s: %w", id, err)
	}
	return FirstStep{Secret: secret, Utente: id, Factors: factors}, nil
}
