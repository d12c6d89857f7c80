package projections

import "github.com/jackc/pgx/v5/pgxpool"

// Registers are the queries over the parties of requests, their rights and the
// journal. They are safe for concurrent use.
type Registers struct {
	Utenti      *UtentiQueries
	Enti        *EntiQueries
	Convenzioni *ConvenzioniQueries
	Profili     *ProfiliQueries
	Postazioni  *PostazioniQueries
	Applicativi *ApplicativiQueries
	Comuni      *ComuniQueries
	Diritti     *DirittiQueries
	Accessi     *AccessiQueries
	Attivita    *AttivitaQueries
	Quote       *QuoteQueries
}

// NewRegisters returns them over a database; opener opens what their rows hold sealed.
func NewRegisters(pool *pgxpool.Pool, opener Opener) *Registers {
	return &Registers{
		Utenti: NewUtentiQueries(pool, opener), Enti: NewEntiQueries(pool, opener), Convenzioni: NewConvenzioniQueries(pool, opener),
		Profili: NewProfiliQueries(pool, opener), Postazioni: NewPostazioniQueries(pool, opener), Applicativi: NewApplicativiQueries(pool, opener),
		Comuni: NewComuniQueries(pool, opener), Diritti: NewDirittiQueries(pool, opener), Accessi: NewAccessiQueries(pool), Attivita: NewAttivitaQueries(pool), Quote: NewQuoteQueries(pool),
	}
}
