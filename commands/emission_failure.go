package commands

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
)

// Waits between attempts that ANPR answered without settling the matter: they
// double from the first to the longest. What somebody must mend first is tried
// more rarely.
const (
	firstWait         = 5 * time.Second
	longestWait       = 15 * time.Minute
	configurationWait = 15 * time.Minute
)

// failure turns a failed call into the command that records it, or into the
// error that has the call repeated under the same id.
func (p *Emission) failure(v domain.Visura, err error) (Command[domain.Visura], error) {
	var failed *AnagrafeError
	if !errors.As(err, &failed) {
		return nil, err
	}
	code := ""
	if len(failed.Codes) > 0 {
		code = failed.Codes[0]
	}
	deferred := DeferQuery{Attempt: v.Query.Attempt, Class: failed.Class, Code: code}
	switch failed.Class {
	case domain.FailureFinal:
		if v.MayGoBeyond() && failed.Reason == "" && documento.CodesElsewhere(failed.Codes) {
			return LookBeyond{Attempt: v.Query.Attempt, ANPR: failed.IDOperazioneANPR}, nil
		}
		return CloseVisura{
			Reason: cmp.Or(failed.Reason, documento.ReasonOf(v.Request.Tipo, failed.Codes)), Ambito: v.Ambito(), Warnings: failed.Codes,
			ANPR: failed.IDOperazioneANPR, Detail: failed.Text,
		}, nil
	case domain.FailureConfiguration:
		deferred.Wait = configurationWait
		return deferred, nil
	case domain.FailureRetry:
		deferred.Wait = max(failed.RetryAfter, backoff(v.Query.Attempt))
		return deferred, nil
	}
	if failed.RetryAfter > 0 {
		return nil, &PostponedError{At: p.Handler.Now().Add(failed.RetryAfter), Cause: err}
	}
	return nil, err
}

// failErased ends a request whose subject can no longer be read.
var failErased = FailVisura{Code: domain.FailedErased}

// giveUp says why a request is taken no further, unless a crash left only its
// document to be announced.
func (p *Emission) giveUp(ctx context.Context, id domain.VisuraID, v domain.Visura) (Command[domain.Visura], error) {
	settled, err := p.settled(ctx, id)
	switch {
	case err != nil:
		return nil, err
	case v.Request.Soggetto.Erased():
		return failErased, nil
	case settled != nil:
		return settled, nil
	}
	return FailVisura{Code: domain.FailedTooLong}, nil
}

func backoff(attempt int) time.Duration {
	return min(firstWait<<min(attempt-1, 16), longestWait)
}
