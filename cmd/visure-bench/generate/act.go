package generate

import (
	"maps"
	"strings"

	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// aggregate is a stream as the history has made it so far.
type aggregate[S commands.State[S]] struct {
	stream   domain.Stream[S]
	state    S
	revision int64
}

func begin[S commands.State[S]](stream domain.Stream[S]) *aggregate[S] {
	return &aggregate[S]{stream: stream, revision: commands.NoStream}
}

// parties are all the streams that decisions rest on.
type parties struct {
	secrets     commands.Secrets
	comuni      map[domain.CodiceISTAT]*aggregate[domain.Comune]
	enti        map[domain.EnteID]*aggregate[domain.Ente]
	convenzioni map[domain.ConvenzioneID]*aggregate[domain.Convenzione]
	profiles    map[domain.ProfileID]*aggregate[domain.Profile]
	utenti      map[domain.UtenteID]*aggregate[domain.Utente]
}

// act decides a command as commands.Handle does, on the history so far, and takes
// in what follows. After a refusal everything is as before.
func act[S commands.State[S]](p *parties, a *aggregate[S], m domain.Meta, cmd commands.Command[S]) (esdb.Decided, error) {
	given := give(p, a, m, cmd)
	events, err := cmd.Decide(given)
	if err != nil {
		return esdb.Decided{Meta: given.Meta}, err
	}
	for _, e := range events {
		a.state = a.state.Evolve(e, given.Meta)
	}
	a.revision += int64(len(events))
	return esdb.Decided{Events: events, Meta: given.Meta}, nil
}

// give gathers what a command is decided on.
func give[S commands.State[S]](p *parties, a *aggregate[S], m domain.Meta, cmd commands.Command[S]) commands.Given[S] {
	_, id, _ := strings.Cut(string(a.stream), "-")
	g := commands.Given[S]{ID: id, State: a.state}
	facts := facts{}
	maps.Copy(facts, m.Facts)
	g.Actor = p.standing(facts, m.By)
	g.Meta = m
	if referrer, refers := cmd.(commands.Referrer[S]); refers {
		refs := referrer.Refs(g)
		g.Parties, g.Keyed = p.named(facts, refs), refs.Keyed(p.secrets, id)
	}
	delete(facts, string(a.stream))
	g.Meta.Facts = nil
	if len(facts) > 0 {
		g.Meta.Facts = facts
	}
	return g
}

// facts are the revisions a decision rests on, by stream.
type facts map[string]int64

// note returns the state of an aggregate and notes its revision.
func note[S commands.State[S]](f facts, a *aggregate[S]) S {
	f[string(a.stream)] = a.revision
	return a.state
}

// standing returns what the streams say of who acts: nothing for the system.
func (p *parties) standing(f facts, by domain.Actor) (s domain.Standing) {
	if by.Utente == "" {
		return s
	}
	s.Utente = note(f, p.utenti[by.Utente])
	if by.Comune != "" {
		s.Comune = note(f, p.comuni[by.Comune])
	}
	return s
}

// named returns the parties a command refers to.
func (p *parties) named(f facts, refs commands.Refs) (named domain.Parties) {
	if refs.Comune != "" {
		named.Comune = note(f, p.comuni[refs.Comune])
	}
	if refs.Ente != "" {
		ente := p.enti[refs.Ente]
		if ente == nil { // another body the codes could have been of
			ente = begin(refs.Ente.Stream())
		}
		named.Ente = note(f, ente)
	}
	if refs.Convenzione != "" {
		named.Convenzione = note(f, p.convenzioni[refs.Convenzione])
	}
	for _, id := range refs.Profiles {
		named.Profiles = append(named.Profiles, domain.NamedProfile{ID: id, Profile: note(f, p.profiles[id])})
	}
	if refs.Person != "" {
		named.Utente = note(f, p.utenti[refs.Person])
	}
	named.Requester = p.standing(f, refs.Requester)
	return named
}
