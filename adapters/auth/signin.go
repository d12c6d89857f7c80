package auth

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// signInLife is how long a second factor may be awaited.
const signInLife = 5 * time.Minute

// SignIn checks a password. Login is a mail address or a user's code, in any case,
// the code with or without its dashes. ErrRefused costs the same work whatever the
// reason. From the fifth failure on at an account, and the twentieth from a network
// (an IPv4 address or IPv6 /64), the next try has to wait one second, then two, four,
// up to 15 minutes. Who would wait too long because many come at once is refused as
// Unavailable, which is no failure. From a browser by which the person has signed in, as
// Remember knows it, only failures of that browser count: others do not lock them out.
func (a *Accounts) SignIn(ctx context.Context, login, password string, from commands.From) (FirstStep, error) {
	id, err := a.inTurn(ctx, login, password, from)
	if err != nil {
		return FirstStep{}, err
	}
	return a.firstStep(ctx, id)
}

// inTurn tries a password once its turn has come. Until then nothing is asked of the
// database either: a crowd leaves it to others. And no more tries are under way than
// turns: a crowd that comes from one network does not delay itself.
func (a *Accounts) inTurn(ctx context.Context, login, password string, from commands.From) (domain.UtenteID, error) {
	if err := a.hashes.enter(ctx); err != nil {
		return "", err
	}
	defer a.hashes.leave()
	who, err := a.lookUp(ctx, login, from)
	if err != nil {
		return "", err
	}
	return who.Utente, a.try(ctx, who, password, from)
}

// found is an account that is tried at; without Utente it is none.
type found struct {
	Utente   domain.UtenteID
	Password string
	Known    bool   // its person has signed in by that browser
	Counted  string // what tries at it are counted as
}

func (a *Accounts) lookUp(ctx context.Context, login string, from commands.From) (found, error) {
	codice, address := plainCodice(login), []byte(nil)
	if strings.Contains(login, "@") {
		codice, address = "", a.addressHash(login)
	}
	device := hash(from.Device)
	rows, _ := a.db.Query(ctx, `
		SELECT utente, password, EXISTS (
			SELECT FROM known_device k WHERE k.utente = a.utente AND hash = $3 AND expires_at > $4), utente::text
		FROM account a WHERE codice = $1 OR address = $2 LIMIT 2`, codice, address, device[:], a.now())
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[found])
	if err != nil {
		return found{}, fmt.Errorf("look up an account: %w", err)
	}
	if len(all) != 1 {
		return found{Counted: nobody(codice, address)}, nil
	}
	return all[0], nil
}

// try evaluates a password once, also where there is nothing to compare it with.
// The caller has entered.
func (a *Accounts) try(ctx context.Context, who found, password string, from commands.From) error {
	now, guesses := a.now(), guessesAt(firstFactor, byPassword, who.Counted, from, who.Known)
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
	case err != nil && admitted: // nobody's failure
		return errors.Join(err, a.settle(ctx, now, guesses))
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

func (a *Accounts) firstStep(ctx context.Context, id domain.UtenteID) (FirstStep, error) {
	factors, err := a.Factors(ctx, id)
	if err != nil {
		return FirstStep{}, err
	}
	secret := newSecret()
	sum := hash(secret)
	_, err = a.db.Exec(ctx, `INSERT INTO sign_in (hash, utente, expires_at) VALUES ($1, $2, $3)`, sum[:], id, a.now().Add(signInLife))
	if err != nil {
		return FirstStep{}, fmt.Errorf("begin the sign-in of %s: %w", id, err)
	}
	return FirstStep{Secret: secret, Utente: id, Factors: factors}, nil
}
