package peer

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/visure-anagrafiche/visure/domain"
)

// record admits a request as the tables stand and writes it, with a line of the
// journal, in one transaction.
func (s *Server) record(ctx context.Context, by domain.Actor, r request) error {
	now := s.tokens.Now()
	return pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error {
		g, err := granted(ctx, tx, by, r, domain.ItalianDay(now).Time())
		if err != nil {
			return err
		}
		conferma := domain.Immediata
		if r.ambito == domain.Nazionale {
			conferma = g.conferma
		}
		fresh, err := insert(ctx, tx, by, r, g, conferma, now)
		if err != nil || !fresh {
			return err
		}
		_, err = tx.Exec(ctx, `
			INSERT INTO journal (request, what, utente, role, session, at) VALUES ($1, 'requested', $2, $3, $4, $5)`,
			r.id, by.Utente, by.Role, by.Session, now)
		return err
	})
}

// grant is what agreement and profile say of a request.
type grant struct {
	convenzione domain.ConvenzioneID
	profile     domain.ProfileID
	conferma    domain.Conferma
	basis       string // legal
}

// granted reads under what a request is admitted, or refuses it with the item
// that is not granted.
func granted(ctx context.Context, tx pgx.Tx, by domain.Actor, r request, day time.Time) (g grant, err error) {
	var inForce, ofTipo, ofAmbito bool
	var basis *string
	err = tx.QueryRow(ctx, `
		SELECT c.id, p.id, p.conferma, f.base_giuridica,
		       $5 BETWEEN c.dal AND c.al, $6 = ANY (c.tipi) AND $6 = ANY (p.tipi), p.conferma = ANY (c.conferme)
		FROM utente_role u
		JOIN assignment a USING (utente, ente, comune)
		JOIN comune k ON k.istat = a.comune
		JOIN convenzione c ON c.id = a.convenzione
		JOIN profile p ON p.id = a.profile
		LEFT JOIN finalita f ON f.convenzione = c.id AND f.codice = $7
		WHERE u.utente = $1 AND u.role = $2 AND u.ente = $3 AND u.comune = $4`,
		by.Utente, by.Role, by.Ente, r.comune, day, r.tipo, r.finalita).
		Scan(&g.convenzione, &g.profile, &g.conferma, &basis, &inForce, &ofTipo, &ofAmbito)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return g, domain.FieldErrorf(domain.Forbidden, "comune", "l'utente non è abilitato per questo Comune")
	case err != nil:
		return g, err
	case !inForce:
		return g, domain.FieldErrorf(domain.Forbidden, "comune", "la convenzione con il Comune non è in vigore")
	case basis == nil:
		return g, domain.FieldErrorf(domain.Invalid, "finalita", "la finalità non è tra quelle della convenzione")
	case !ofTipo:
		return g, domain.FieldErrorf(domain.Forbidden, "tipo", "l'utente non è abilitato a questo tipo di visura")
	case r.ambito == domain.Nazionale && !ofAmbito:
		return g, domain.FieldErrorf(domain.Forbidden, "ambito", "l'utente non è abilitato alle visure nazionali")
	}
	g.basis = *basis
	return g, nil
}

// insert writes the request. Fresh is false for one that is repeated, which is no
// error; an id that is another request's is refused.
func insert(ctx context.Context, tx pgx.Tx, by domain.Actor, r request, g grant, conferma domain.Conferma, now time.Time) (fresh bool, err error) {
	status := domain.InProgress
	if conferma != domain.Immediata {
		status = domain.Awaiting
	}
	done, err := tx.Exec(ctx, `
		INSERT INTO request (id, utente, ente, comune, tipo, ambito, conferma, codice_fiscale, finalita, base_giuridica, numero_pratica,
		                     convenzione, profile, status, requested_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT (id) DO NOTHING`,
		r.id, by.Utente, by.Ente, r.comune, r.tipo, r.ambito, conferma, r.subject, r.finalita, g.basis, r.pratica, g.convenzione, g.profile, status, now)
	if err != nil || done.RowsAffected() > 0 {
		return err == nil, err
	}
	var same bool
	err = tx.QueryRow(ctx, `
		SELECT utente = $2 AND ente = $3 AND comune = $4 AND tipo = $5 AND ambito = $6 AND codice_fiscale = $7 AND finalita = $8 AND numero_pratica = $9
		FROM request WHERE id = $1`, r.id, by.Utente, by.Ente, r.comune, r.tipo, r.ambito, r.subject, r.finalita, r.pratica).Scan(&same)
	if err == nil && !same {
		err = domain.FieldErrorf(domain.Conflict, "id", "questo identificativo è già di un'altra richiesta")
	}
	return false, err
}
