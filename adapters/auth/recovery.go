package auth

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/visure-anagrafiche/visure/domain"
)

// A recovery code is 80 random bits in Crockford's base 32.
const (
	recoveryCodes = 10
	recoveryBytes = 10
)

var crockford = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ")

// MakeRecoveryCodes returns ten new recovery codes, to be shown once; older ones are
// worth nothing afterwards.
func (a *Accounts) MakeRecoveryCodes(ctx context.Context, id domain.UtenteID) ([]string, error) {
	var codes []string
	var hashes [][]byte
	for range recoveryCodes {
		b := make([]byte, recoveryBytes)
		rand.Read(b)
		code := crockford.EncodeToString(b)
		sum := recoveryHash(id, code)
		codes = append(codes, code[:4]+"-"+code[4:8]+"-"+code[8:12]+"-"+code[12:])
		hashes = append(hashes, sum[:])
	}
	err := pgx.BeginFunc(ctx, a.db, func(tx pgx.Tx) error {
		// Of two that make codes at once, those of the later one remain.
		if _, err := tx.Exec(ctx, `SELECT FROM account WHERE utente = $1 FOR NO KEY UPDATE`, id); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM recovery_code WHERE utente = $1`, id); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO recovery_code (utente, hash) SELECT $1, unnest($2::bytea[])`, id, hashes)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("make recovery codes for %s: %w", id, err)
	}
	return codes, nil
}

func (a *Accounts) useRecoveryCode(ctx context.Context, id domain.UtenteID, code string) (bool, error) {
	sum := recoveryHash(id, plainCodice(code))
	used, err := a.db.Exec(ctx, `DELETE FROM recovery_code WHERE utente = $1 AND hash = $2`, id, sum[:])
	if err != nil {
		return false, fmt.Errorf("use a recovery code of %s: %w", id, err)
	}
	return used.RowsAffected() == 1, nil
}

// recoveryHash is plain SHA-256: eighty random bits cannot be found by guessing.
func recoveryHash(id domain.UtenteID, code string) digest {
	return hash(strings.Join([]string{string(id), code}, "/"))
}
