package commands

import "github.com/visure-anagrafiche/visure/domain"

// RegisterUtente enters a natural person who may sign in. The id follows from
// the codice fiscale, so that nobody is entered twice; the code that stands for
// the person on documents follows from the id.
type RegisterUtente struct {
	CodiceFiscale domain.CodiceFiscale `json:"codice_fiscale" doc:"Codice fiscale della persona"`
	Cognome       string               `json:"cognome" maxLength:"80"`
	Nome          string               `json:"nome" maxLength:"80"`
	Email         string               `json:"email,omitempty" doc:"Indirizzo di posta elettronica"`
}

// Refs wants the id of the person with the codice fiscale.
func (c RegisterUtente) Refs(Given[domain.Utente]) Refs { return Refs{Utente: c.CodiceFiscale} }

// Decide records the person once; what changed of them only the system records.
func (c RegisterUtente) Decide(g Given[domain.Utente]) ([]domain.Event, error) {
	if err := administers(g, ""); err != nil {
		return nil, err
	}
	registered := domain.UtenteRegistered{
		Codice:        domain.UtenteID(g.ID).Codice(),
		CodiceFiscale: c.CodiceFiscale, Cognome: c.Cognome, Nome: c.Nome, Email: c.Email,
	}
	switch {
	case c.CodiceFiscale == "" || c.Cognome == "" && c.Nome == "":
		return nil, domain.FieldErrorf(domain.Invalid, "codice_fiscale", "l'utente vuole codice fiscale e nome")
	case string(g.Keyed.Utente) != g.ID:
		return nil, domain.FieldErrorf(domain.Invalid, "id", "l'identificativo non è quello della persona con questo codice fiscale")
	case g.State.UtenteRegistered == registered,
		g.State.Registered && g.Meta.By.Role != domain.RoleSistema:
		return nil, nil // to who enters a known person nothing is changed or told
	}
	return []domain.Event{registered}, nil
}
