package commands

import "github.com/visure-anagrafiche/visure/domain"

// GrantNazionale lets a person use a profile they hold beyond the Comune, as far as the
// profile goes now. It is a TOP's alone, person by person.
type GrantNazionale struct {
	Ente    domain.EnteID      `json:"ente" doc:"Ente"`
	Comune  domain.CodiceISTAT `json:"comune" doc:"Codice ISTAT del Comune"`
	Profile domain.ProfileID   `json:"profile" doc:"Profilo assegnato all'utente"`
	Motivo  string             `json:"motivo" maxLength:"1000" doc:"Perché l'utente ne ha bisogno"`
}

// Refs names the Comune, the act and the profile.
func (c GrantNazionale) Refs(Given[domain.Utente]) Refs {
	return AssignProfile{Ente: c.Ente, Comune: c.Comune, Profile: c.Profile}.Refs(Given[domain.Utente]{})
}

// Decide grants it, where the Comune admits it by a title of its own, and again once the
// profile goes further than what was granted; where the Comune wants four eyes it is
// proposed.
func (c GrantNazionale) Decide(g Given[domain.Utente]) ([]domain.Event, error) {
	granted := domain.NazionaleGranted{Ente: c.Ente, Comune: c.Comune, Profile: c.Profile, Motivo: c.Motivo}
	if err := administers(g, c.Comune); err != nil {
		return nil, err
	}
	held, err := nazionale(g, granted)
	profile, term := g.Parties.Profile(c.Profile), g.Parties.Comune.OreSilenzio()
	switch {
	case err != nil:
		return nil, err
	case len(held.Awaits(profile, term)) == 0:
		return nil, nil
	case c.Motivo == "":
		return nil, domain.FieldErrorf(domain.Invalid, "motivo", "l'abilitazione nazionale vuole un motivo")
	}
	if err := words("motivo", c.Motivo); err != nil {
		return nil, err
	}
	if !g.Parties.Comune.Wants(domain.OcchiNazionale) {
		granted.Tipi = held.Extended(profile.NationalGrants(), term)
		return []domain.Event{granted}, nil
	}
	return propose(g, domain.GrantProposed{Comune: c.Comune, Ente: c.Ente, Nazionale: c.Profile, Tipi: profile.NationalGrants(), Motivo: c.Motivo}), nil
}

// nazionale refuses what cannot be granted beyond the Comune, and returns the
// assignment it is about.
func nazionale(g Given[domain.Utente], n domain.NazionaleGranted) (domain.Assignment, error) {
	pair := domain.Pair{Ente: n.Ente, Comune: n.Comune}
	if err := manages(g, pair); err != nil {
		return domain.Assignment{}, err
	}
	held, ok := g.State.Assignment(pair, n.Profile)
	switch {
	case !ok:
		return held, domain.FieldErrorf(domain.Conflict, "profile", "l'utente non ha questo profilo")
	case held.Lapsed:
		return held, domain.FieldErrorf(domain.Conflict, "profile", "la mansione o il ruolo dell'utente sono cambiati: il profilo va assegnato di nuovo")
	case g.Parties.Comune.Nazionale.Testo == "":
		return held, domain.FieldErrorf(domain.Conflict, "comune", "il Comune non ha registrato il titolo per cui ammette visure nazionali")
	case !g.Parties.Profile(n.Profile).National():
		return held, domain.FieldErrorf(domain.Conflict, "profile", "il profilo non ha visure nazionali")
	}
	return held, nil
}

// RevokeNazionale ends a grant beyond the Comune.
type RevokeNazionale struct {
	Ente    domain.EnteID      `json:"ente" doc:"Ente"`
	Comune  domain.CodiceISTAT `json:"comune" doc:"Codice ISTAT del Comune"`
	Profile domain.ProfileID   `json:"profile" doc:"Profilo assegnato all'utente"`
	Motivo  string             `json:"motivo,omitempty" maxLength:"1000"`
}

// Decide ends it if it stands.
func (c RevokeNazionale) Decide(g Given[domain.Utente]) ([]domain.Event, error) {
	pair := domain.Pair{Ente: c.Ente, Comune: c.Comune}
	if err := administers(g, c.Comune); err != nil {
		return nil, err
	}
	if err := manages(g, pair); err != nil {
		return nil, err
	}
	if err := words("motivo", c.Motivo); err != nil {
		return nil, err
	}
	if held, ok := g.State.Assignment(pair, c.Profile); !ok || !held.Nazionale {
		return nil, nil
	}
	return []domain.Event{domain.NazionaleRevoked(c)}, nil
}
