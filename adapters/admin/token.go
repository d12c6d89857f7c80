package admin

import (
	"context"
	"time"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// Bearer is who a token is for, in which capacity, and for how long.
type Bearer struct {
	As       domain.Actor
	Label    string
	Validity time.Duration
}

// IssueToken makes a bearer token for a person in a capacity they hold. The answer
// is the only place where it can be read.
var IssueToken = Operation[Bearer, string]{name: "issue-token",
	entry: func(q Bearer) (domain.AccessRecorded, error) { return about(q.As.Utente) },
	do: func(ctx context.Context, s *Server, _ domain.Meta, q Bearer) (string, error) {
		standing, err := commands.Standing(ctx, s.Commands, q.As)
		if err != nil {
			return "", err
		}
		if _, held := standing.Reach(q.As, s.Commands.Now()); !held || q.As.Utente == "" {
			return "", domain.FieldErrorf(domain.Invalid, "ruolo", "l'utente %s non ha il ruolo %s presso %s%s", q.As.Utente, q.As.Role, q.As.Comune, q.As.Ente)
		}
		return s.Issue(ctx, q.As, q.Label, q.Validity)
	}}
