package peer

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
)

// Settle enters a Comune with an Ente's agreement, a profile by which an officer
// confirms what is national, and an operator, as in the program's demo. It
// returns the operator's token.
func (s *Server) Settle(ctx context.Context, comune domain.CodiceISTAT) (token string, err error) {
	operator := domain.Actor{Utente: domain.UtenteID(uuid.NewString()), Role: domain.RoleStandard, Ente: domain.EnteID(uuid.NewString())}
	convenzione, profile := uuid.NewString(), uuid.NewString()
	year := domain.ItalianDay(time.Now()).Year
	rows := &pgx.Batch{}
	rows.Queue(`INSERT INTO comune VALUES ($1, 'Bagnacavallo')`, comune)
	rows.Queue(`INSERT INTO convenzione VALUES ($1, $2, $3, $4, $5, $6, $7)`, convenzione, operator.Ente, comune,
		time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(year+1, 12, 31, 0, 0, 0, 0, time.UTC),
		documento.Tipi(), []domain.Conferma{domain.Immediata, domain.Manuale, domain.SilenzioAssenso})
	rows.Queue(`INSERT INTO finalita VALUES ($1, 'ISEE', 'Controllo delle dichiarazioni sostitutive per prestazioni agevolate', 'art. 71 D.P.R. 445/2000')`, convenzione)
	rows.Queue(`INSERT INTO profile VALUES ($1, $2, $3, $4)`, profile, comune, documento.Tipi(), domain.Manuale)
	rows.Queue(`INSERT INTO utente_role VALUES ($1, $2, $3, $4)`, operator.Utente, operator.Role, operator.Ente, comune)
	rows.Queue(`INSERT INTO assignment VALUES ($1, $2, $3, $4, $5)`, operator.Utente, operator.Ente, comune, convenzione, profile)
	if err := s.db.SendBatch(ctx, rows).Close(); err != nil {
		return "", fmt.Errorf("enter the peer's parties: %w", err)
	}
	return s.tokens.Issue(ctx, operator, "bench", 24*time.Hour)
}
