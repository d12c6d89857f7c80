package commands

import "github.com/visure-anagrafiche/visure/domain"

// ImportUtente is what a row of a file wants of a person: that they are known, hold a
// role at a pair and, where it says so, have a record and a profile there. What they
// have it leaves as it is, whatever became of it since: it is widened, narrowed or
// prolonged by its own command. What was taken from them it gives anew.
type ImportUtente struct {
	Register RegisterUtente
	Appoint  AppointUtente // without a duty: the row says nothing of it
	Give     GiveRole
	Assign   AssignProfile // without a profile: the row says nothing of it
}

// Refs names what each part of it rests on.
func (c ImportUtente) Refs(Given[domain.Utente]) Refs {
	refs := c.Give.Refs(Given[domain.Utente]{})
	refs.Utente = c.Register.CodiceFiscale
	if c.Assign.Profile != "" {
		refs.Profiles, refs.Convenzione = []domain.ProfileID{c.Assign.Profile}, domain.ConvenzioneIDOf(domain.ProfileAssigned(c.Assign).Pair())
	}
	return refs
}

// Decide decides each part on what those before it leave; a refusal of any is that of
// all. That something is there counts only for who might have given it: others are
// refused as ever.
func (c ImportUtente) Decide(g Given[domain.Utente]) (all []domain.Event, err error) {
	for _, part := range []func(Given[domain.Utente]) ([]domain.Event, error){c.Register.Decide, c.appoint, c.give, c.assign} {
		events, err := part(g)
		if err != nil {
			return nil, err
		}
		for _, e := range events {
			g.State = g.State.Evolve(e, g.Meta)
		}
		all = append(all, events...)
	}
	return all, nil
}

func (c ImportUtente) appoint(g Given[domain.Utente]) ([]domain.Event, error) {
	_, there := g.State.Appointment(domain.UtenteAppointed(c.Appoint).Pair())
	if c.Appoint.Mansione == "" || there && c.Appoint.admits(g) == nil {
		return nil, nil
	}
	return c.Appoint.Decide(g)
}

func (c ImportUtente) give(g Given[domain.Utente]) ([]domain.Event, error) {
	wanted := domain.RoleGiven(c.Give)
	_, there := g.State.Own(wanted.Role, wanted.Pair())
	if there && gives(g, wanted.Role, wanted.Pair()) == nil {
		return nil, nil
	}
	return c.Give.Decide(g)
}

func (c ImportUtente) assign(g Given[domain.Utente]) ([]domain.Event, error) {
	pair := domain.ProfileAssigned(c.Assign).Pair()
	_, there := g.State.Assignment(pair, c.Assign.Profile)
	if c.Assign.Profile == "" || there && manages(g, pair) == nil {
		return nil, nil
	}
	return c.Assign.Decide(g)
}
