package edge

import (
	"cmp"
	"context"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// refer names whom the caller turns to about a refusal that names nobody: where what
// they may do is at stake, not how they wrote it.
func (e *Edge) refer(ctx context.Context, p *Problem) {
	if p.Contatto == "" && (p.Code == string(domain.Forbidden) || p.Code == string(domain.Conflict)) {
		p.Contatto = e.contact(ctx, Of(ctx).Caller.Actor)
	}
}

// contact is whom somebody turns to in the capacity they act in: their Comune, or what
// the act of their Ente names. A refusal is answered though it cannot be found out.
func (e *Edge) contact(ctx context.Context, by domain.Actor) string {
	if by.Comune != "" {
		return e.ofComune(ctx, by.Comune)
	}
	if by.Ente == "" || by.Utente == "" {
		return ""
	}
	who, err := commands.Fact(ctx, e.Commands, by.Utente.Stream())
	if err != nil {
		return ""
	}
	for _, r := range who.Roles {
		if r.Ente != by.Ente || r.Comune == "" {
			continue
		}
		act, err := commands.Fact(ctx, e.Commands, domain.ConvenzioneIDOf(r.Pair()).Stream())
		if err != nil {
			return ""
		}
		if contact := cmp.Or(act.Last().Contatti.Assistenza, e.ofComune(ctx, r.Comune)); contact != "" {
			return contact
		}
	}
	return ""
}

func (e *Edge) ofComune(ctx context.Context, istat domain.CodiceISTAT) string {
	c, err := commands.Fact(ctx, e.Commands, istat.Stream())
	if err != nil {
		return ""
	}
	return c.Contatti.Assistenza
}
