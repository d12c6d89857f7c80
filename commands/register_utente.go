package commands

import "github.com/visure-anagrafiche/visure/domain"

// RegisterUtente enters a natural person who may sign in. The id follows from
// the codice fiscale, so nobody is entered twice.
type RegisterUtente struct{ Utente domain.UtenteRegistered }

// Decide records the person once, or what changed of them.
func (c RegisterUtente) Decide(s domain.Utente, f Facts, m domain.Meta) ([]domain.Event, error) {
	if err := administrator(f, m.By); err != nil {
		return nil, err
	}
	switch {
	case c.Utente.CodiceFiscale == "" || c.Utente.Cognome == "" && c.Utente.Nome == "":
		return nil, domain.FieldErrorf(domain.Invalid, "codice_fiscale", "l'utente vuole codice fiscale e nome")
	case c.Utente.Codice == "":
		return nil, domain.FieldErrorf(domain.Invalid, "codice", "l'utente vuole un codice che lo indichi senza nominarlo")
	case s.UtenteRegistered == c.Utente:
		return nil, nil
	}
	return []domain.Event{c.Utente}, nil
}
