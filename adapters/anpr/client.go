// Package anpr asks the national registry of residents (ANPR) over SOAP, with
// the keys of the Comune that asks and in the name of one of its officers.
package anpr

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

// Client asks ANPR for all Comuni whose keystores it finds. It is safe for
// concurrent use; calls of one Comune do not wait for those of another.
type Client struct {
	config     Config
	signer     signer
	assertions assertions
	http       *http.Client
	circuits   sync.Map // of *circuit, by Comune and environment
	sessions   sessions
}

var (
	_ commands.Anagrafe  = (*Client)(nil)
	_ commands.Connector = (*Client)(nil)
)

// New returns a client, or says what is wrong with the configuration.
// Keystores are read when a Comune first asks.
func New(config Config) (*Client, error) {
	config, err := config.complete()
	if err != nil {
		return nil, err
	}
	if config.Password == nil {
		config.Password = passwordBeside(config.Keystores)
	}
	s := newSigner(config)
	c := &Client{
		config: config,
		signer: s,
		assertions: assertions{
			signer: s, address: config.Address, applicazione: config.Applicazione, reuse: config.AssertionReuse,
			clock: config.Clock,
			newID: func() string { return "_" + uuid.NewString() },
			kept:  map[operator]*keptAssertion{},
		},
	}
	c.http = c.newHTTP(nil)
	c.sessions.held = map[domain.CodiceISTAT]*session{}
	return c, nil
}

// Close drops idle connections; calls under way are not touched.
func (c *Client) Close() {
	c.http.CloseIdleConnections()
	c.sessions.close()
}

// Consult asks what q.Entry needs and returns the registry's answer, all cards
// in its order. Histories and families of persons known by name take more than
// one exchange, each with an id that follows from q.IDOperazione, so a repeated
// call repeats them all. Failures are of type *commands.AnagrafeError; those of
// the configuration are logged as alarms, since no retry can succeed.
func (c *Client) Consult(ctx context.Context, q commands.Query) (scheda.Scheda, error) {
	answer, err := c.ask(ctx, q)
	if failure := asFailure(err); failure != nil && failure.Class == configuration {
		c.config.Log.Error("ALARM: the registry cannot be asked as set up",
			"comune", q.Comune, "environment", q.Collegamento.TipoInvio, "operation", q.IDOperazione, "err", failure)
	}
	return answer, err
}

func (c *Client) ask(ctx context.Context, q commands.Query) (scheda.Scheda, error) {
	k, err := c.prepare(q)
	if err != nil {
		return scheda.Scheda{}, err
	}
	switch cons := q.Entry.Consultazione; {
	case cons.Storica && q.Collegamento.Storico == domain.StoricoWalk:
		return k.walk(ctx)
	case cons.Storica:
		return k.certified(ctx)
	case cons.Famiglia:
		return k.family(ctx)
	default:
		return k.person(ctx)
	}
}

// call is one query while it is answered.
type call struct {
	*Client
	q        commands.Query
	session  *session
	operator operator
}

// prepare checks the query and finds the keys it goes with.
func (c *Client) prepare(q commands.Query) (*call, error) {
	if q.At.IsZero() {
		q.At = c.config.Clock()
	}
	if q.Day.IsZero() {
		q.Day = domain.ItalianDay(q.At)
	}
	if !protocollo.MatchString(q.Pratica) {
		q.Pratica = ""
	}
	switch {
	case !idOperazione.MatchString(q.IDOperazione):
		return nil, misconfigured(errors.New("the operation id is not 1 to 30 letters and digits"))
	case q.Soggetto.Erased():
		return nil, &commands.AnagrafeError{Class: final, Err: errors.New("the subject's data were erased")}
	case !anagrafico(&q.Soggetto.Cognome) || !anagrafico(&q.Soggetto.Nome):
		return nil, &commands.AnagrafeError{Class: final, Reason: domain.ReasonName, Err: errors.New("the subject's name has characters the registry does not take")}
	}
	k := &call{Client: c, q: q, session: c.session(q.Comune, q.Collegamento)}
	sede, postazione, err := k.session.identities()
	if err != nil {
		return nil, misconfigured(err)
	}
	k.operator = operator{codice: k.session.operator(q.Collegamento, c.config.Clock()), comune: q.Comune, sede: sede, postazione: postazione}
	return k, k.inForce()
}

// inForce refuses a call whose certificates have expired.
func (k *call) inForce() error {
	if now := k.config.Clock(); now.After(k.operator.sede.cert.NotAfter) || now.After(k.operator.postazione.cert.NotAfter) {
		return misconfigured(errExpired)
	}
	return nil
}

var errExpired = errors.New("a certificate of the Comune has expired")

func misconfigured(err error) *commands.AnagrafeError {
	return &commands.AnagrafeError{Class: configuration, Err: err}
}

// anagrafico writes a name as the registry takes it, and says whether it can; one
// that the person does not have stays empty.
func anagrafico(name *string) (ok bool) {
	if *name == "" {
		return true
	}
	*name, ok = domain.RegisterName(*name)
	return ok
}

// derived returns the id of a further exchange that serves one query, by what
// it is for: the same for the same query, and another for every other.
func derived(id, purpose string) string {
	if d := id + purpose; len(d) <= 30 {
		return d
	}
	sum := sha256.Sum256([]byte(id + "/" + purpose))
	return hex.EncodeToString(sum[:15])
}

// testata heads a request of this call.
func (k *call) testata(id string, decorrenza domain.Date) testata {
	return testata{
		id: id, mittente: k.q.Comune, ora: domain.ItalianTime(k.q.At), protocollo: k.q.Pratica,
		tipoInvio: k.q.Collegamento.TipoInvio, decorrenza: decorrenza, software: &k.config,
	}
}

// consult asks operation 3002.
func (k *call) consult(ctx context.Context, id string, r request3002) (*wireOK3002, error) {
	answer, err := k.exchange(ctx, consultazione, id, consultazione.request(k.testata(id, domain.Date{}), r.write))
	if err != nil {
		return nil, err
	}
	return answer.consulted(id, k.q.Ambito == domain.Nazionale)
}

// certify asks operation 6001 for the data of a certificate on a day.
func (k *call) certify(ctx context.Context, id string, r request6001, day domain.Date) (*wireOK6001, error) {
	answer, err := k.exchange(ctx, certificazione, id, certificazione.request(k.testata(id, day), r.write))
	if err != nil {
		return nil, err
	}
	return answer.certified(id, k.q.Ambito == domain.Nazionale)
}

// pause is how long a Comune's calls wait while another tries whether the
// registry is back.
const pause = 2 * time.Second
