package commands

import "github.com/visure-anagrafiche/visure/domain"

// RegisterUtente enters a natural person who may sign in. The id follows from
// the codice fiscale, so that nobody is entered twice; the code that stands for
// the person on documents follows from the id.
type RegisterUtente struct {
	CodiceFiscale domain.CodiceFiscale `json:"codice_fiscale" doc:"Codice fiscale della persona"`
	Cognome       string               `json:"cognome" maxLength:"80"`
	Nome          string               `json:"nome" maxLength:"80"`
	Email         string               `json:"email,omitempty" maxLength:"200" doc:"Indirizzo di posta elettronica"`
	Comune        domain.CodiceISTAT   `json:"comune,omitempty" doc:"Codice ISTAT del Comune per cui la persona è inserita: lo indica chi amministra un Ente per più Comuni"`
}

// Refs wants the id of the person with the codice fiscale.
func (c RegisterUtente) Refs(Given[domain.Utente]) Refs { return Refs{Utente: c.CodiceFiscale} }

// Asked says for the journal of accesses for which Comune the person is entered.
func (c RegisterUtente) Asked() (a domain.Asked) {
	a.Comune, _ = domain.ParseCodiceISTAT(string(c.Comune))
	return a
}

// enteredFor is the Comune for which an ADMIN enters a person: the one they name, else
// the one that gave them the role. Others enter people for their own.
func (c RegisterUtente) enteredFor(g Given[domain.Utente]) (domain.CodiceISTAT, error) {
	by, comuni := g.Meta.By, g.reach().Comuni()
	if c.Comune != "" {
		if err := appoints(g, domain.Pair{Ente: by.Ente, Comune: c.Comune}); err != nil {
			return "", err
		}
	}
	switch {
	case by.Ente == "" || c.Comune != "":
		return c.Comune, nil
	case len(comuni) != 1:
		return "", domain.FieldErrorf(domain.Invalid, "comune", "va indicato per quale dei Comuni la persona è inserita")
	}
	return comuni[0], nil
}

// Decide records the person once. To who enters a known person nothing is changed
// or told: what changed of them is recorded by AmendUtente.
func (c RegisterUtente) Decide(g Given[domain.Utente]) ([]domain.Event, error) {
	if r := g.reach(); !r.Appoints && !r.Installs {
		return nil, domain.Errorf(domain.Forbidden, "operazione riservata a chi amministra gli utenti")
	}
	switch {
	case c.CodiceFiscale == "" || c.Cognome == "" && c.Nome == "":
		return nil, domain.FieldErrorf(domain.Invalid, "codice_fiscale", "l'utente vuole codice fiscale e nome")
	case string(g.Keyed.Utente) != g.ID:
		return nil, domain.FieldErrorf(domain.Invalid, "id", "l'identificativo non è quello della persona con questo codice fiscale")
	}
	comune, err := c.enteredFor(g)
	if err != nil {
		return nil, err
	}
	registered := domain.UtenteRegistered{
		Codice: domain.UtenteID(g.ID).Codice(), EnteredFor: comune,
		CodiceFiscale: c.CodiceFiscale, Cognome: c.Cognome, Nome: c.Nome, Email: c.Email,
	}
	if err := identity(registered); err != nil {
		return nil, err
	}
	if g.State.Registered {
		return nil, nil
	}
	return []domain.Event{registered}, nil
}

// identity refuses names and addresses that cannot be a person's.
func identity(r domain.UtenteRegistered) error {
	if err := words("cognome", r.Cognome); err != nil {
		return err
	}
	if err := words("nome", r.Nome); err != nil {
		return err
	}
	return address("email", r.Email)
}
