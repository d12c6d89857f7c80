package anpr

import (
	"context"
	"errors"
)

// exchange sends one request, and sends it again in the name of the other operator
// when this one is rejected: under the same id, since the gateway that rejects
// stores no answer.
func (k *call) exchange(ctx context.Context, s service, id string, request []byte) (*wireAnswer, error) {
	url, ok := k.config.endpoint(k.q.Collegamento.TipoInvio, s.path)
	if !ok {
		return nil, misconfigured(errNoAddress)
	}
	answer, err := k.through(ctx, url, request)
	if !rejected(err) || !k.standIn() {
		return answer, err
	}
	second, failed := k.through(ctx, url, request)
	if failed != nil {
		if rejected(failed) {
			return nil, err // it was not for the operator
		}
		return nil, failed
	}
	k.stoodIn(ctx)
	return second, nil
}

var errNoAddress = errors.New("no base URL of the environment")

// through sends one request through the Comune's circuit breaker.
func (k *call) through(ctx context.Context, url string, request []byte) (*wireAnswer, error) {
	return k.circuit(k.q.Comune, k.q.Collegamento.TipoInvio).do(k.config.Clock, func() (*wireAnswer, error) { return k.sendOrRepeat(ctx, url, request) })
}

// sendOrRepeat sends a request, and once more where that may help.
func (k *call) sendOrRepeat(ctx context.Context, url string, request []byte) (*wireAnswer, error) {
	answer, repeat, err := k.send(ctx, url, request)
	if repeat && ctx.Err() == nil {
		answer, _, err = k.send(ctx, url, request)
	}
	return answer, err
}

// send signs a request and sends it once. Repeat says that one more try at once
// may succeed, with a fresh Timestamp: the id in the request stays the same, so
// nothing is done twice.
func (k *call) send(ctx context.Context, url string, request []byte) (answer *wireAnswer, repeat bool, err error) {
	assertion, err := k.assertions.of(k.operator)
	if err != nil {
		return nil, false, misconfigured(err)
	}
	envelope, err := k.signer.envelope(k.operator.sede, assertion, request, k.config.Clock())
	if err != nil {
		return nil, false, misconfigured(err)
	}
	reply, repeat, err := k.post(ctx, url, envelope)
	if err != nil {
		return nil, repeat, err
	}
	answer, err = reply.answer()
	if err != nil {
		return nil, false, err
	}
	if answer.Fault != nil {
		failure, repeat := answer.Fault.failure(reply.skewed(k.config.Clock()))
		failure.RetryAfter = reply.retryAfter
		return nil, repeat, failure
	}
	return answer, false, nil
}
