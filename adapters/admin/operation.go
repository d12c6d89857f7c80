package admin

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// Operation is one thing that may be asked for with a Q and is answered with an A.
type Operation[Q, A any] struct {
	name string
	// entry is what the journal says of it before it takes effect, or why it cannot be
	// meant; nil: an event says what it did.
	entry func(Q) (domain.AccessRecorded, error)
	// open lets it be asked for before the installation has begun, and by an account
	// that does not administer it: then it must refuse them itself.
	open bool
	do   func(context.Context, *Server, domain.Meta, Q) (A, error)
}

// route is an operation of any kind.
type route interface {
	path() string
	serve(*Server) http.Handler
}

func (o Operation[Q, A]) path() string { return "/" + o.name }

// maxQuestion bounds what is asked with: a Comune's certificates are the largest.
const maxQuestion = 1 << 20

func (o Operation[Q, A]) serve(s *Server) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var q Q
		var a A
		who, _ := r.Context().Value(peerKey{}).(peer)
		err := who.refused
		if err == nil {
			err = json.NewDecoder(http.MaxBytesReader(w, r.Body, maxQuestion)).Decode(&q)
		}
		if err == nil {
			a, err = o.carryOut(r.Context(), s, domain.Meta{By: domain.Actor{Role: domain.RoleInstallazione, Account: who.account}}, q)
		}
		if err := json.NewEncoder(w).Encode(answerOf(a, err)); err != nil {
			s.Log.Error("administration: the answer was not taken", "operation", o.name, "err", err)
		}
	})
}

// carryOut admits, enters in the journal what no event will say, and does it. A
// refusal or a failure is entered besides.
func (o Operation[Q, A]) carryOut(ctx context.Context, s *Server, m domain.Meta, q Q) (a A, err error) {
	var entry domain.AccessRecorded
	err = o.admit(ctx, s, m)
	if err == nil && o.entry != nil {
		if entry, err = o.entry(q); err == nil {
			entry.Action, entry.Outcome = o.name, "ok"
			err = commands.RecordAccess(ctx, s.Commands, m, entry)
		}
	}
	if err == nil {
		a, err = o.do(ctx, s, m, q)
	}
	if err == nil {
		return a, nil
	}
	s.Log.Debug("administration: not done", "operation", o.name, "account", m.By.Account, "code", domain.CodeOf(err))
	entry.Action, entry.Outcome = o.name, string(domain.CodeOf(err))
	if err := commands.RecordAccess(ctx, s.Commands, m, entry); err != nil {
		s.Log.Error("ALARM: administration: what was not done is not in the journal", "operation", o.name, "err", err)
	}
	return a, err
}

// admit refuses an account that does not administer the installation.
func (o Operation[Q, A]) admit(ctx context.Context, s *Server, m domain.Meta) error {
	if o.open {
		return nil
	}
	standing, err := commands.Standing(ctx, s.Commands, m.By)
	if err != nil {
		return err
	}
	if _, held := standing.Reach(m.By, s.Commands.Now()); held {
		return nil
	}
	if !standing.Installazione.Initialised() {
		return domain.Errorf(domain.Conflict, "l'installazione non è ancora avviata: eseguire prima «visure init»")
	}
	return domain.Errorf(domain.Forbidden, "l'account %s non amministra l'installazione: chi l'amministra lo nomina con «visure admin administrator name»", m.By.Account)
}

// nothing is what an operation without a question, or without an answer, has.
type nothing = struct{}

// about is what the journal says of an operation on a person.
func about(id domain.UtenteID) (domain.AccessRecorded, error) {
	_, err := domain.ParseUtenteID(string(id))
	return domain.AccessRecorded{Object: string(id.Stream())}, err
}
