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

// longestValidity is how long a token is good for at most: the text of one is all it
// takes to act as its person.
const longestValidity = 30 * 24 * time.Hour

// IssueToken makes a bearer token for a person in a capacity they hold, for 30 days at
// most. The answer is the only place where it can be read.
var IssueToken = Operation[Bearer, string]{name: "issue-token",
	entry: func(q Bearer) (domain.AccessRecorded, error) { return about(q.As.Utente) },
	do: func(ctx context.Context, s *Server, _ domain.Meta, q Bearer) (string, error) {
		if q.Validity <= 0 || q.Validity > longestValidity {
			return "", domain.FieldErrorf(domain.Invalid, "validity", "un token personale vale al più 30 giorni (720h): la durata %s non è ammessa", q.Validity)
		}
		standing, err := commands.Standing(ctx, s.Commands, q.As)
		if err != nil {
			return "", err
		}
		if _, held := standing.Reach(q.As, s.Commands.Now()); !held || q.As.Utente == "" {
			return "", domain.FieldErrorf(domain.Invalid, "ruolo", "l'utente %s non ha il ruolo %s presso %s%s", q.As.Utente, q.As.Role, q.As.Comune, q.As.Ente)
		}
		return s.Tokens.Issue(ctx, q.As, q.Label, q.Validity)
	}}
