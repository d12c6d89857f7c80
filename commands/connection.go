package commands

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// Connection replaces and tests the way of Comuni to ANPR. It is safe for
// concurrent use: of two who replace one version, one succeeds.
type Connection struct {
	Handler   *Handler
	Connector Connector
	// Open says what is known of the certificate in a keystore. It refuses, with a
	// domain.Error that names the item, what does not open, whose key is not the
	// certificate's, or what ANPR does not take at a time from the Comune.
	Open func(comune domain.CodiceISTAT, role KeystoreRole, k Keystore, at time.Time) (domain.Certificate, error)
}

// NewConnection is what the next version of a Comune's connection differs in. What
// is empty stays as it is in the version in force.
type NewConnection struct {
	Machine    Keystore // of the Comune's machine
	Postazione Keystore // of the workstation; a new machine without one signs for it too
	Operatore  domain.CodiceFiscale
	Supplente  *domain.CodiceFiscale // pointing to an empty one: none from now on
	TipoInvio  string                // only the installation changes it
	Storico    domain.FonteStorica
	First      bool // refused with Conflict where a version is in force already
}

// ConnectionReport is what became of a test, and of the version that hung on it.
type ConnectionReport struct {
	Test     domain.ConnectionTested
	InForce  domain.ComuneConnected // the version in force now
	Position domain.Position        // of what was recorded
}

// Replace checks new keys, makes a test call with them and, if ANPR answers, keeps
// them and puts them in force as a new version; calls from then on use it. Until
// then the former stays in force. A test that fails is recorded, leaves no file
// behind and is no error: the report says it. Errors are refusals (domain.Error) or
// say that the outcome is unknown; then what was kept without coming into force is
// removed by Sweep.
func (c Connection) Replace(ctx context.Context, comune domain.CodiceISTAT, m domain.Meta, n NewConnection) (ConnectionReport, error) {
	return c.ReplaceAt(ctx, comune, AnyRevision, m, n)
}

// ReplaceAt is Replace for who has seen the Comune's stream at a revision, and puts
// something in force only there: ErrMoved says that it is at another. ANPR is then not
// called, unless it moved during the call.
func (c Connection) ReplaceAt(ctx context.Context, comune domain.CodiceISTAT, at int64, m domain.Meta, n NewConnection) (ConnectionReport, error) {
	g, err := c.given(ctx, comune, m)
	if err != nil {
		return ConnectionReport{}, err
	}
	if err := c.stands(ctx, comune, at); err != nil {
		return ConnectionReport{}, err
	}
	next, err := c.candidate(g, n)
	if err != nil {
		return ConnectionReport{}, err
	}
	// What would be refused in the end is refused before ANPR is called.
	proven := domain.ConnectionTested{Outcome: domain.ConnectionOK}
	if _, err := (ConnectComune{Connected: next, Test: proven}).Decide(g); err != nil {
		return ConnectionReport{}, err
	}
	report := ConnectionReport{InForce: g.State.Collegamento.ComuneConnected}
	report.Test, err = c.try(ctx, comune, next, n)
	if err != nil {
		return report, fmt.Errorf("try the connection of %s: %w", comune, err)
	}
	if report.Test.Outcome != domain.ConnectionOK {
		return c.record(ctx, comune, m, report)
	}
	return c.putInForce(ctx, comune, at, m, next, n, report)
}

// putInForce keeps the keys of a version that was tried and appends it at a revision.
func (c Connection) putInForce(ctx context.Context, comune domain.CodiceISTAT, at int64, m domain.Meta, next domain.ComuneConnected, n NewConnection, report ConnectionReport) (ConnectionReport, error) {
	if err := c.keep(next, n); err != nil {
		return report, errors.Join(fmt.Errorf("keep the keys of %s: %w", comune, err), c.discard(next, n))
	}
	appending, cancel := context.WithTimeout(ctx, appendingFor/2)
	defer cancel()
	done, err := HandleAt(appending, c.Handler, comune.Stream(), at, m, ConnectComune{Connected: next, Test: report.Test})
	if refusal := new(domain.Error); errors.Is(err, ErrMoved) || errors.As(err, &refusal) && refusal.Code != domain.Unavailable {
		return report, errors.Join(err, c.discard(next, n))
	}
	if err != nil { // it may have been appended all the same: the keys stay until that is known
		return report, fmt.Errorf("connect %s: %w", comune, err)
	}
	report.InForce, report.Position = next, done.Position
	return report, nil
}

// errUnchanged refuses a version that is the one in force.
var errUnchanged = domain.Errorf(domain.Conflict, "il collegamento indicato è già quello in vigore")

// errConnected refuses a first version where there is one.
var errConnected = domain.Errorf(domain.Conflict, "il Comune è già collegato ad ANPR")

// Test makes a test call over the version in force and records what it brought.
func (c Connection) Test(ctx context.Context, comune domain.CodiceISTAT, m domain.Meta) (ConnectionReport, error) {
	g, err := c.given(ctx, comune, m)
	if err != nil {
		return ConnectionReport{}, err
	}
	report := ConnectionReport{InForce: g.State.Collegamento.ComuneConnected}
	if report.InForce.Version == 0 {
		return report, domain.Errorf(domain.Conflict, "il Comune non ha ancora un collegamento ad ANPR")
	}
	if report.Test, err = c.try(ctx, comune, report.InForce, NewConnection{}); err != nil {
		return report, fmt.Errorf("test the connection of %s: %w", comune, err)
	}
	return c.record(ctx, comune, m, report)
}

// record appends a test that put nothing in force.
func (c Connection) record(ctx context.Context, comune domain.CodiceISTAT, m domain.Meta, report ConnectionReport) (ConnectionReport, error) {
	done, err := Handle(ctx, c.Handler, comune.Stream(), m, RecordTrial(report.Test))
	report.Position = done.Position
	return report, err
}

// given gathers what decides whether the actor may connect the Comune, and refuses
// who may not before anything is done.
func (c Connection) given(ctx context.Context, comune domain.CodiceISTAT, m domain.Meta) (Given[domain.Comune], error) {
	own, err := Fact(ctx, c.Handler, comune.Stream())
	if err != nil {
		return Given[domain.Comune]{}, fmt.Errorf("connect: %w", err)
	}
	g, err := give(ctx, c.Handler, comune.Stream(), own, c.Handler.complete(m), ConnectComune{})
	if err != nil {
		return g, err
	}
	return g, heads(g)
}

// stands refuses a revision that is not that of the Comune's stream.
func (c Connection) stands(ctx context.Context, comune domain.CodiceISTAT, at int64) error {
	if at == AnyRevision {
		return nil
	}
	own, err := load(ctx, c.Handler, comune.Stream(), false)
	if err == nil && !own.stands(at) {
		err = ErrMoved
	}
	if err != nil {
		return fmt.Errorf("connect %s: %w", comune, err)
	}
	return nil
}

// candidate makes the version that n asks for, of keys that open.
func (c Connection) candidate(g Given[domain.Comune], n NewConnection) (next domain.ComuneConnected, err error) {
	if n.First && g.State.Collegamento.Version > 0 {
		return domain.ComuneConnected{}, errConnected
	}
	comune := domain.CodiceISTAT(g.ID)
	now := g.State.Collegamento.ComuneConnected
	next = now
	next.Operatore = cmp.Or(n.Operatore, next.Operatore)
	next.TipoInvio = cmp.Or(n.TipoInvio, next.TipoInvio)
	next.Storico = cmp.Or(n.Storico, next.Storico, domain.Storico6001)
	if n.Supplente != nil {
		next.Supplente = *n.Supplente
	}
	if !n.Machine.Empty() {
		if next.Machine, err = c.Open(comune, MachineRole, n.Machine, g.Meta.At); err != nil {
			return next, err
		}
		next.Keystore, next.KeystorePostazione, next.Postazione = c.name(comune), "", domain.Certificate{}
	}
	if !n.Postazione.Empty() {
		if next.Postazione, err = c.Open(comune, PostazioneRole, n.Postazione, g.Meta.At); err != nil {
			return next, err
		}
		next.KeystorePostazione = c.name(comune)
	}
	if next.TipoInvio == "PROD" && strings.HasSuffix(next.Machine.Subject, "-CO-0000") {
		return next, domain.FieldErrorf(domain.Invalid, "machine.pkcs12", "il certificato %s è di prova: in produzione serve quello della macchina", next.Machine.Subject)
	}
	if next == now {
		return next, errUnchanged
	}
	next.Version++
	return next, nil
}

// name draws the name of a keystore of the Comune: nothing else ever has it.
func (c Connection) name(comune domain.CodiceISTAT) string {
	return string(comune) + "-" + strings.ReplaceAll(c.Handler.NewID(), "-", "")
}

// try calls ANPR in the name of each operator. Whether a rejection by ANPR's rules,
// which name no cause, is about an operator shows in how it answers the other.
func (c Connection) try(ctx context.Context, comune domain.CodiceISTAT, v domain.ComuneConnected, n NewConnection) (domain.ConnectionTested, error) {
	call := func(operatore domain.CodiceFiscale) (domain.ConnectionTested, error) {
		return c.Connector.Try(ctx, Trial{
			Comune: comune, Collegamento: v, Operatore: operatore, Machine: n.Machine, Postazione: n.Postazione,
			IDOperazione: c.operation(), At: c.Handler.Now(),
		})
	}
	first, err := call(v.Operatore)
	first.Version = v.Version
	rejected := first.Outcome == domain.PolicyRejection
	if err != nil || v.Supplente == "" || first.Outcome != domain.ConnectionOK && !rejected {
		return first, err
	}
	second, err := call(v.Supplente)
	second.Version = v.Version
	switch {
	case err != nil || second.Outcome == first.Outcome:
		return first, err
	case rejected && second.Outcome == domain.ConnectionOK:
		first.Outcome = domain.OperatorRefused
		return first, nil
	case rejected:
		return first, nil
	case second.Outcome == domain.PolicyRejection:
		second.Outcome = domain.SupplenteRefused
	}
	return second, nil
}

// operation returns a fresh id for a test call, told by its first letter from those
// of visure, which begin with a digit.
func (c Connection) operation() string {
	return "T" + strings.ReplaceAll(c.Handler.NewID(), "-", "")[:29]
}

// keep stores the keys that were handed over under the names of the version.
func (c Connection) keep(v domain.ComuneConnected, n NewConnection) error {
	if !n.Machine.Empty() {
		if err := c.Connector.Keep(v.Keystore, n.Machine); err != nil {
			return err
		}
	}
	if !n.Postazione.Empty() {
		return c.Connector.Keep(v.KeystorePostazione, n.Postazione)
	}
	return nil
}

// discard removes the keys that were handed over.
func (c Connection) discard(v domain.ComuneConnected, n NewConnection) (err error) {
	if !n.Machine.Empty() {
		err = c.Connector.Remove(v.Keystore)
	}
	if !n.Postazione.Empty() {
		err = errors.Join(err, c.Connector.Remove(v.KeystorePostazione))
	}
	return err
}
