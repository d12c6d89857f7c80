package commands

import (
	"context"
	"maps"

	"github.com/visure-anagrafiche/visure/domain"
)

// Refs names what a command needs beyond its own stream and the actor. What is
// empty is not loaded and not made.
type Refs struct {
	Comune      domain.CodiceISTAT
	Tops        bool // whether who administers the Comune is wanted too
	Ente        domain.EnteID
	Convenzione domain.ConvenzioneID
	Profiles    []domain.ProfileID
	Postazione  domain.PostazioneID
	Person      domain.UtenteID      // whom the command names besides who acts
	Seats       []domain.CodiceISTAT // Comuni of which whom the command is about may be a TOP
	Requester   domain.Actor         // who asked for what the command is about

	Soggetto domain.Soggetto      // whose token is wanted
	Utente   domain.CodiceFiscale // of the person whose id is wanted
	Numero   bool                 // whether the number of a document is wanted
}

// A Referrer is a command that needs more than its own stream and the actor.
// Refs is pure; Parties and Keyed of what it is given are still empty.
type Referrer[S any] interface {
	Refs(Given[S]) Refs
}

// Keyed is what only the server can make, with its secrets or its randomness.
type Keyed struct {
	SubjectToken string          // keyed hash of Refs.Soggetto
	Utente       domain.UtenteID // id of the person with the codice fiscale Refs.Utente
	Numero       domain.CIUV     // a number no document has, not to be guessed from anything the requester knows
}

// Secrets makes what is Keyed. It is safe for concurrent use.
type Secrets interface {
	// SubjectToken returns the keyed hash that stands for a person: the same for
	// the same person for ever, telling nothing to who has not the key.
	SubjectToken(domain.Soggetto) string
	// UtenteID returns the id of the person with a codice fiscale, likewise.
	UtenteID(domain.CodiceFiscale) domain.UtenteID
	// Numero returns a fresh number for the document of an aggregate.
	Numero(id string) domain.CIUV
}

// give gathers what cmd is to be decided on.
func give[S State[S]](ctx context.Context, h *Handler, stream domain.Stream[S], own S, m domain.Meta, cmd Command[S]) (g Given[S], err error) {
	g = Given[S]{ID: idOf(stream), State: own, Meta: m}
	referrer, refers := cmd.(Referrer[S])
	if m.By.Utente == "" && m.By.Role != domain.RoleInstallazione && !refers {
		return g, nil
	}
	if err := h.refresh(ctx); err != nil {
		return g, err
	}
	around := gathering{handler: h, revisions: map[string]int64{}}
	if err := around.standing(ctx, m.By, &g.Actor); err != nil {
		return g, err
	}
	if refers {
		refs := referrer.Refs(g)
		around.parties(refs, &g.Parties)
		if err := around.standing(ctx, refs.Requester, &g.Parties.Requester); err != nil {
			return g, err
		}
		if refs.Tops {
			around.tops(&g.Parties)
			if err := around.finish(ctx); err != nil {
				return g, err
			}
		}
		g.Keyed = refs.Keyed(h.Secrets, g.ID)
	}
	delete(around.revisions, string(stream)) // the event's own revision says it
	maps.Copy(around.revisions, m.Facts)
	if len(around.revisions) > 0 {
		g.Meta.Facts = around.revisions
	}
	return g, nil
}

// standing gathers who acts, and then in whose place they do: nothing for the system.
func (g *gathering) standing(ctx context.Context, by domain.Actor, s *domain.Standing) error {
	g.actor(by, s)
	if err := g.finish(ctx); err != nil {
		return err
	}
	ids := s.Substitutes(by)
	if len(ids) == 0 {
		return nil
	}
	s.Principals = make([]domain.Principal, len(ids))
	for i, id := range ids {
		s.Principals[i].ID = id
		want(g, id.Stream(), &s.Principals[i].Utente)
	}
	return g.finish(ctx)
}

// actor has who acts gathered.
func (g *gathering) actor(by domain.Actor, s *domain.Standing) {
	if by.Role == domain.RoleInstallazione {
		want(g, domain.InstallazioneStream, &s.Installazione)
	}
	if by.Utente == "" {
		return
	}
	want(g, by.Utente.Stream(), &s.Utente)
	if by.Comune != "" {
		want(g, by.Comune.Stream(), &s.Comune)
	}
	if by.Via != "" {
		want(g, by.Via.Stream(), &s.Applicativo)
	}
}

// Standing returns what the streams say of who acts, at least as they stood when
// it was called, or with a context of Ahead when that was. Where they are remembered that
// costs a share of a look at the end of the log, else a read of each besides.
func Standing(ctx context.Context, h *Handler, by domain.Actor) (s domain.Standing, err error) {
	if err := h.refresh(ctx); err != nil {
		return s, err
	}
	around := gathering{handler: h, revisions: map[string]int64{}}
	return s, around.standing(ctx, by, &s)
}

// parties has those that are named gathered.
func (g *gathering) parties(refs Refs, p *domain.Parties) {
	if refs.Comune != "" {
		want(g, refs.Comune.Stream(), &p.Comune)
	}
	if refs.Ente != "" {
		want(g, refs.Ente.Stream(), &p.Ente)
	}
	if refs.Convenzione != "" {
		want(g, refs.Convenzione.Stream(), &p.Convenzione)
	}
	if len(refs.Profiles) > 0 {
		p.Profiles = make([]domain.NamedProfile, len(refs.Profiles))
		for i, id := range refs.Profiles {
			p.Profiles[i].ID = id
			want(g, id.Stream(), &p.Profiles[i].Profile)
		}
	}
	if refs.Postazione != "" {
		want(g, refs.Postazione.Stream(), &p.Postazione)
	}
	if len(refs.Seats) > 0 {
		p.Seats = make([]domain.Comune, len(refs.Seats))
		for i, c := range refs.Seats {
			want(g, c.Stream(), &p.Seats[i])
		}
	}
	if refs.Person != "" {
		want(g, refs.Person.Stream(), &p.Utente)
	}
}

// tops has those gathered who administer the Comune that was.
func (g *gathering) tops(p *domain.Parties) {
	p.Tops = make([]domain.NamedUtente, len(p.Comune.Tops))
	for i, id := range p.Comune.Tops {
		p.Tops[i].ID = id
		want(g, id.Stream(), &p.Tops[i].Utente)
	}
}

// Keyed makes what is wanted of the server's secrets by a command about the
// aggregate with an id.
func (r Refs) Keyed(secrets Secrets, id string) (k Keyed) {
	if r.Soggetto != (domain.Soggetto{}) {
		k.SubjectToken = secrets.SubjectToken(r.Soggetto)
	}
	if r.Utente != "" {
		k.Utente = secrets.UtenteID(r.Utente)
	}
	if r.Numero {
		k.Numero = secrets.Numero(id)
	}
	return k
}
