package commands

import (
	"slices"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// IssueToken records that software was given a token, by its name. Those it had go
// on, so that one can take the place of another.
type IssueToken struct {
	Token   string    // first characters of its hash
	Expires time.Time // within MaxTokenLife
}

// Decide admits who administers the Ente's people, for the Comuni where they do and
// do not ask for visure themself: the token is good for those alone. Who registered the
// software is not who gives it a token: alone they could ask in anybody's name.
func (c IssueToken) Decide(g Given[domain.Applicativo]) ([]domain.Event, error) {
	comuni, err := answers(g)
	if err != nil {
		return nil, err
	}
	issued := domain.TokenIssued{Token: c.Token, Comuni: comuni, Expires: c.Expires.UTC().Round(0)}
	same := func(t domain.TokenGiven) bool { return t.Token == issued.Token && t.Expires.Equal(issued.Expires) }
	operates := func(comune domain.CodiceISTAT) bool {
		p := domain.Pair{Ente: g.State.Ente, Comune: comune}
		return g.Actor.Holds(domain.RoleStandard, p) || len(g.Actor.Assigned(p)) > 0
	}
	switch {
	case c.Token == "":
		return nil, domain.FieldErrorf(domain.Invalid, "token", "il token non ha un nome")
	case !c.Expires.After(g.Meta.At) || c.Expires.After(g.Meta.At.Add(domain.MaxTokenLife)):
		return nil, domain.FieldErrorf(domain.Invalid, "scadenza", "il token dura al più un anno")
	case slices.ContainsFunc(g.State.Tokens, same):
		return nil, nil
	case slices.ContainsFunc(comuni, operates):
		return nil, errOwnRights
	case slices.Contains(g.State.RegisteredBy, g.Meta.By.Utente):
		return nil, errRegisteredIt
	}
	return []domain.Event{issued}, nil
}

// errRegisteredIt refuses a token of who decided what the software may.
var errRegisteredIt = domain.Errorf(domain.Forbidden, "chi ha registrato l'applicativo, o lo ha modificato per ultimo, non gli dà un token: lo fa un'altra persona, un ADMIN dell'Ente o un altro TOP")

// RevokeToken ends a token of software at once.
type RevokeToken struct {
	Token string `json:"token" doc:"Nome del token"`
}

// Decide ends it if it is there, for who answers for all the Comuni it is good for.
func (c RevokeToken) Decide(g Given[domain.Applicativo]) ([]domain.Event, error) {
	comuni, err := answers(g)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(g.State.Tokens, func(t domain.TokenGiven) bool { return t.Token == c.Token })
	if at < 0 {
		return nil, nil
	}
	for _, comune := range g.State.Tokens[at].Comuni {
		if !slices.Contains(comuni, comune) && slices.Contains(g.State.Comuni, comune) {
			return nil, domain.FieldErrorf(domain.Forbidden, "token", "il token vale anche per altri Comuni: per il proprio si sospende l'applicativo")
		}
	}
	return []domain.Event{domain.TokenRevoked(c)}, nil
}

// SuspendApplicativo stops what software asks a Comune until it is reinstated there.
type SuspendApplicativo struct {
	Comune domain.CodiceISTAT `json:"comune" doc:"Codice ISTAT del Comune a cui non può più chiedere"`
	Motivo string             `json:"motivo,omitempty" maxLength:"1000"`
}

// Decide stops it once.
func (c SuspendApplicativo) Decide(g Given[domain.Applicativo]) ([]domain.Event, error) {
	if err := answersFor(g, c.Comune); err != nil {
		return nil, err
	}
	if err := words("motivo", c.Motivo); err != nil {
		return nil, err
	}
	if slices.Contains(g.State.Suspended, c.Comune) {
		return nil, nil
	}
	return []domain.Event{domain.ApplicativoSuspended(c)}, nil
}

// ReinstateApplicativo lets software ask a Comune again.
type ReinstateApplicativo struct {
	Comune domain.CodiceISTAT `json:"comune" doc:"Codice ISTAT del Comune a cui può di nuovo chiedere"`
}

// Decide admits a TOP of the Comune alone, who does not ask by it themself: who may
// stop software need not be who lets it go on.
func (c ReinstateApplicativo) Decide(g Given[domain.Applicativo]) ([]domain.Event, error) {
	if err := answersFor(g, c.Comune); err != nil {
		return nil, err
	}
	if err := administers(g, ""); err != nil {
		return nil, err
	}
	switch {
	case !slices.Contains(g.State.Suspended, c.Comune):
		return nil, nil
	case asks(g, domain.Pair{Ente: g.State.Ente, Comune: c.Comune}):
		return nil, errOwnRights
	}
	return []domain.Event{domain.ApplicativoReinstated(c)}, nil
}

// answers are the Comuni the software asks at which who acts administers people of
// its Ente; who does at none is refused.
func answers(g Given[domain.Applicativo]) (comuni []domain.CodiceISTAT, err error) {
	r := g.reach()
	if !r.Appoints {
		return nil, domain.Errorf(domain.Forbidden, "operazione riservata a chi amministra gli utenti")
	}
	for _, comune := range g.State.Comuni {
		if r.Covers(domain.Object{Ente: g.State.Ente, Comune: comune}) {
			comuni = append(comuni, comune)
		}
	}
	if len(comuni) == 0 {
		return nil, errNoApplicativo
	}
	return comuni, nil
}

// answersFor refuses who does not administer people of the Ente at a Comune the
// software asks.
func answersFor(g Given[domain.Applicativo], comune domain.CodiceISTAT) error {
	comuni, err := answers(g)
	switch {
	case err != nil:
		return err
	case comune == "":
		return domain.FieldErrorf(domain.Invalid, "comune", "va indicato il Comune")
	case !slices.Contains(comuni, comune):
		return domain.FieldErrorf(domain.NotFound, "comune", "l'applicativo non chiede a questo Comune")
	}
	return nil
}
