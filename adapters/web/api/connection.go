package api

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// connections routes how a Comune's way to ANPR is replaced and tested.
func (a *API) connections() {
	o := post("connect-comune", comune.path+"{id}/connection", comuni, "Sostituisce il collegamento ad ANPR",
		"Certificato, password e operatori: quanto manca resta com'è. Prima si fa una chiamata di prova; finché non riesce resta in vigore il collegamento precedente. "+
			"Il certificato e la password non sono mai mostrati.").elevated()
	o.method, o.object, o.example = http.MethodPut, comune.object, Connecting{Operatore: "RSSMRA80A01H501U"}
	o.problems = append(o.problems, http.StatusPreconditionFailed)
	handle(a, o, a.connect)
	o = post("test-connection", comune.path+"{id}/connection/test", comuni, "Prova il collegamento ad ANPR", "Una chiamata che non legge i dati di nessuno. L'esito resta nella storia del Comune.")
	o.object = comune.object
	handle(a, o, a.testConnection)
}

// Keys are a PKCS#12 file and what opens it. They are a secret: printed or logged
// they show nothing.
type Keys struct {
	PKCS12   []byte `json:"pkcs12" doc:"Il file PKCS#12, in base64"`
	Password string `json:"password" maxLength:"200" doc:"La password che lo apre"`
}

// Format writes nothing of the keys, whatever the verb.
func (Keys) Format(f fmt.State, _ rune) { fmt.Fprint(f, "keys") }

// LogValue logs nothing of the keys.
func (Keys) LogValue() slog.Value { return slog.StringValue("keys") }

// Connecting is the next version of a Comune's way to ANPR. What is left out stays
// as it is.
type Connecting struct {
	Machine    *Keys                 `json:"machine,omitempty"`
	Postazione *Keys                 `json:"postazione,omitempty"`
	Operatore  domain.CodiceFiscale  `json:"operatore,omitempty"`
	Supplente  *domain.CodiceFiscale `json:"supplente,omitempty"`
}

// next is what the command differs in from the version in force.
func (c Connecting) next() commands.NewConnection {
	next := commands.NewConnection{Operatore: c.Operatore, Supplente: c.Supplente}
	if c.Machine != nil {
		next.Machine = commands.Keystore(*c.Machine)
	}
	if c.Postazione != nil {
		next.Postazione = commands.Keystore(*c.Postazione)
	}
	return next
}

// ConnectionTried is what a test call brought.
type ConnectionTried struct {
	Esito            domain.ConnectionOutcome `json:"esito"`
	Testo            string                   `json:"testo"`
	Rimedio          string                   `json:"rimedio"`
	CodiceANPR       string                   `json:"codice_anpr,omitempty"`
	IDOperazioneANPR string                   `json:"id_operazione_anpr,omitempty"`
	Versione         int                      `json:"versione"` // in force now
	Scadenza         *time.Time               `json:"scadenza,omitempty"`
	Position         string                   `json:"position"`
}

type connectInput struct {
	Named
	Versioned
	Body Connecting
}

func (a *API) connect(ctx context.Context, in *connectInput) (*bodied[ConnectionTried], error) {
	at, err := revision(in.IfMatch)
	if err != nil {
		return nil, err
	}
	return tried(ctx, in.ID, func(comune domain.CodiceISTAT) (commands.ConnectionReport, error) {
		return a.ReplaceConnection(ctx, comune, at, in.Body.next())
	})
}

func (a *API) testConnection(ctx context.Context, in *Named) (*bodied[ConnectionTried], error) {
	return tried(ctx, in.ID, func(comune domain.CodiceISTAT) (commands.ConnectionReport, error) {
		return a.TryConnection(ctx, comune)
	})
}

// ReplaceConnection makes a test call with another way to ANPR and puts it in force if
// ANPR answers: commands.Connection.ReplaceAt for the caller, one at a time.
func (a *API) ReplaceConnection(ctx context.Context, comune domain.CodiceISTAT, at int64, next commands.NewConnection) (commands.ConnectionReport, error) {
	return a.try(func() (commands.ConnectionReport, error) {
		return a.Connection.ReplaceAt(ctx, comune, at, edge.Meta(ctx), next)
	})
}

// TryConnection makes a test call over the way in force: commands.Connection.Test for the
// caller, one at a time.
func (a *API) TryConnection(ctx context.Context, comune domain.CodiceISTAT) (commands.ConnectionReport, error) {
	return a.try(func() (commands.ConnectionReport, error) { return a.Connection.Test(ctx, comune, edge.Meta(ctx)) })
}

// Circuit tells how the calls of a Comune in an environment (tipoInvio) stand; none are
// made without ANPR's address.
func (a *API) Circuit(comune domain.CodiceISTAT, tipoInvio string) commands.Circuit {
	if a.Connection == nil {
		return commands.Circuit{}
	}
	return a.Connection.Connector.Circuit(comune, tipoInvio)
}

// errNoANPR refuses what cannot be asked of ANPR.
var errNoANPR = domain.Errorf(domain.Conflict, "l'indirizzo di ANPR non è impostato in questa installazione")

// try makes a test call, one at a time: opening keys is slow work by design, and ANPR
// counts who calls it.
func (a *API) try(call func() (commands.ConnectionReport, error)) (commands.ConnectionReport, error) {
	if a.Connection == nil {
		return commands.ConnectionReport{}, errNoANPR
	}
	if !a.trying.TryLock() {
		return commands.ConnectionReport{}, domain.Errorf(domain.Unavailable, "è in corso un'altra prova del collegamento: riprovare tra poco")
	}
	defer a.trying.Unlock()
	return call()
}

// tried answers with what a test call brought.
func tried(ctx context.Context, id string, call func(domain.CodiceISTAT) (commands.ConnectionReport, error)) (*bodied[ConnectionTried], error) {
	comune, err := domain.ParseCodiceISTAT(id)
	if err != nil {
		return nil, edge.At("id", err)
	}
	report, err := call(comune)
	if err != nil {
		return nil, err
	}
	what, todo := report.Test.Outcome.Text()
	tried := ConnectionTried{
		Esito: report.Test.Outcome, Testo: what, Rimedio: todo, CodiceANPR: report.Test.Code, IDOperazioneANPR: report.Test.IDOperazioneANPR,
		Versione: report.InForce.Version, Position: report.Position.String(),
	}
	if expiry := report.InForce.Expiry(); !expiry.IsZero() {
		tried.Scadenza = &expiry
	}
	return answer(tried), nil
}
