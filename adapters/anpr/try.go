package anpr

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// nobody is a person who cannot exist: no place has the code Z999. That ANPR finds
// nobody shows that it let the call in and looked.
const nobody domain.CodiceFiscale = "ZZZZZZ00A01Z999O"

// Try implements commands.Connector: operation 3002 is asked for the particulars of
// nobody, once, whatever the Comune's circuit breaker says.
func (c *Client) Try(ctx context.Context, t commands.Trial) (domain.ConnectionTested, error) {
	tested := domain.ConnectionTested{Outcome: domain.ConnectionOK, IDOperazioneComune: t.IDOperazione}
	var err error
	tested.IDOperazioneANPR, err = c.try(ctx, t)
	if ctx.Err() != nil {
		return domain.ConnectionTested{}, ctx.Err()
	}
	if err != nil && !nobodyFound(err) {
		tested.Outcome, tested.Class, tested.Code = diagnose(asFailure(err))
	}
	return tested, nil
}

// try makes the call; what it failed with is an *commands.AnagrafeError.
func (c *Client) try(ctx context.Context, t commands.Trial) (idANPR string, err error) {
	s := c.newSession(t.Collegamento)
	defer s.close()
	k := &call{Client: c, session: s, q: commands.Query{
		IDOperazione: t.IDOperazione, Comune: t.Comune, Collegamento: t.Collegamento, Soggetto: domain.Soggetto{CodiceFiscale: nobody}, At: t.At,
	}}
	sede, postazione, err := s.tried(t)
	if err != nil {
		return "", misconfigured(err)
	}
	k.operator = operator{codice: t.Operatore, comune: t.Comune, sede: sede, postazione: postazione}
	if err := k.inForce(); err != nil {
		return "", err
	}
	url, ok := c.config.endpoint(t.Collegamento.TipoInvio, consultazione.path)
	if !ok {
		return "", misconfigured(errNoAddress)
	}
	question := request3002{soggetto: k.q.Soggetto, scheda: individuale, giorno: domain.ItalianDay(t.At)}
	answer, err := k.sendOrRepeat(ctx, url, consultazione.request(k.testata(t.IDOperazione, domain.Date{}), question.write))
	if err != nil {
		return "", err
	}
	found, err := answer.consulted(t.IDOperazione, false)
	if failure := asFailure(err); failure != nil {
		return failure.IDOperazioneANPR, err
	}
	return trim(found.Testata.IDANPR), nil
}

// tried returns the keys of a trial: those that were handed over, else those that
// the version names.
func (s *session) tried(t commands.Trial) (sede, postazione *identity, err error) {
	if sede, err = s.handedOver(t.Machine, t.Collegamento.Keystore); err != nil {
		return nil, nil, err
	}
	if t.Postazione.Empty() && t.Collegamento.KeystorePostazione == "" {
		return sede, sede, nil
	}
	postazione, err = s.handedOver(t.Postazione, t.Collegamento.KeystorePostazione)
	return sede, postazione, err
}

func (s *session) handedOver(k commands.Keystore, name string) (*identity, error) {
	if k.Empty() {
		return s.keys.identity(name)
	}
	return decode(k.PKCS12, k.Password)
}

// nobodyFound says that a refusal is the answer to a question about nobody.
func nobodyFound(err error) bool {
	failure := asFailure(err)
	return absent(failure) || len(failure.Codes) > 0 && slices.Contains([]string{"ES100", "ES101"}, failure.Codes[0])
}

// diagnose says what a failure tells of the connection, with ANPR's own code or the
// part of its fault that is known.
func diagnose(failure *commands.AnagrafeError) (outcome domain.ConnectionOutcome, class domain.FailureClass, code string) {
	var f *fault
	var status httpStatus
	switch {
	case len(failure.Codes) > 0:
		return ofCode(failure), failure.Class, failure.Codes[0]
	case errors.As(failure, &f):
		return f.outcome, failure.Class, f.text
	case errors.As(failure, &status):
		return ofStatus(status), failure.Class, status.Error()
	case errors.Is(failure, errExpired):
		outcome = domain.CertificateExpired
	case untrusted(failure):
		outcome = domain.ServerUntrusted
	case certificateRefused(failure):
		outcome = domain.CertificateRefused
	case failure.Class == configuration:
		outcome = domain.NotSetUp
	case failure.Class == retry, errors.Is(failure, errOtherAnswer):
		outcome = domain.RegistryFailing
	}
	return cmp.Or(outcome, domain.Unreachable), failure.Class, ""
}

// ofCode says what a refusal of ANPR's application tells of the connection.
func ofCode(failure *commands.AnagrafeError) domain.ConnectionOutcome {
	switch code := failure.Codes[0]; {
	case code == "EHR09":
		return domain.ClockSkewed
	case slices.Contains([]string{"XXXX", "EN080", "EHR26", "SP000", "EN167", "EN204", "EN210", "EN493"}, code):
		return domain.HeaderRefused
	case failure.Class == retry, failure.Class == unknown:
		return domain.RegistryFailing
	}
	return domain.CallRefused
}

// ofStatus says what an answer without a SOAP message tells of the connection.
func ofStatus(s httpStatus) domain.ConnectionOutcome {
	switch {
	case s == 401, s == 403:
		return domain.PolicyRejection
	case s == 408, s == 429, s >= 500:
		return domain.RegistryFailing
	}
	return domain.NotSetUp
}
