package admin

import (
	"cmp"
	"context"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// Connecting is the next version of a Comune's way to ANPR. What is empty stays as
// it is.
type Connecting struct {
	Comune              domain.CodiceISTAT
	Machine, Postazione Keys
	Operatore           domain.CodiceFiscale
	Supplente           domain.CodiceFiscale
	TipoInvio           string
	Storico             domain.FonteStorica
	First               bool // only if the Comune has no way to ANPR yet
}

// Keys are a PKCS#12 file and what opens it: a secret, which is nowhere but on the
// socket.
type Keys struct {
	PKCS12   []byte
	Password string
}

// ConnectComune checks keys, makes a test call to ANPR with them, and if that
// succeeds keeps them and puts the version in force. A call that failed is no error:
// the report says it.
var ConnectComune = Operation[Connecting, commands.ConnectionReport]{name: "connect-comune",
	do: func(ctx context.Context, s *Server, m domain.Meta, q Connecting) (commands.ConnectionReport, error) {
		if s.Connection == nil {
			return commands.ConnectionReport{}, errNoANPR
		}
		c, err := registered(ctx, s, q.Comune)
		if err != nil {
			return commands.ConnectionReport{}, err
		}
		if c.Collegamento.Version == 0 {
			q.TipoInvio = cmp.Or(q.TipoInvio, "PROD")
		}
		next := commands.NewConnection{
			Machine: commands.Keystore(q.Machine), Postazione: commands.Keystore(q.Postazione),
			Operatore: q.Operatore, TipoInvio: q.TipoInvio, Storico: q.Storico, First: q.First,
		}
		if q.Supplente != "" {
			next.Supplente = &q.Supplente
		}
		return s.Connection.Replace(ctx, q.Comune, m, next)
	}}

// TestConnection makes a test call to ANPR over the version in force.
var TestConnection = Operation[domain.CodiceISTAT, commands.ConnectionReport]{name: "test-connection",
	do: func(ctx context.Context, s *Server, m domain.Meta, q domain.CodiceISTAT) (commands.ConnectionReport, error) {
		if s.Connection == nil {
			return commands.ConnectionReport{}, errNoANPR
		}
		return s.Connection.Test(ctx, q, m)
	}}

// errNoANPR refuses what cannot be asked of ANPR.
var errNoANPR = domain.Errorf(domain.Conflict, "l'indirizzo di ANPR non è impostato: VISURE_ANPR_URL")
