package anpr

import (
	"context"
	"errors"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// standInFor is how long the operator that ANPR took is asked for first, when it
// had rejected the other: every call in between would be two, and a rejected
// operator stays locked the longer it is tried.
const standInFor = 10 * time.Minute

// rejected says that the gateway let the call in for none of its reasons. It does
// not say which; that it was the operator shows when it lets the other one in.
func rejected(err error) bool {
	var f *fault
	return errors.As(err, &f) && f.outcome == domain.PolicyRejection
}

// operator returns in whose name a call over the version is made first.
func (s *session) operator(v domain.ComuneConnected, now time.Time) domain.CodiceFiscale {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.preferred == v.Supplente && v.Supplente != "" && now.Before(s.preferredUntil) {
		return s.preferred
	}
	return v.Operatore
}

// standIn makes the call go on in the name of the other operator, and says whether
// there is one.
func (k *call) standIn() bool {
	v := k.q.Collegamento
	if v.Supplente == "" {
		return false
	}
	if k.operator.codice == v.Supplente {
		k.operator.codice = v.Operatore
	} else {
		k.operator.codice = v.Supplente
	}
	return true
}

// stoodIn remembers that ANPR took the operator that the call went on with, and
// tells that the second one was needed.
func (k *call) stoodIn(ctx context.Context) {
	k.session.mu.Lock()
	k.session.preferred, k.session.preferredUntil = k.operator.codice, k.config.Clock().Add(standInFor)
	k.session.mu.Unlock()
	v := k.q.Collegamento
	if k.operator.codice != v.Supplente {
		return
	}
	k.config.Log.Warn("the registry rejects the operator: the second one stands in", "comune", k.q.Comune, "version", v.Version)
	if k.config.StoodIn != nil {
		k.config.StoodIn(ctx, k.q.Comune, v.Version)
	}
}
