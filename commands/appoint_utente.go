package commands

import "github.com/visure-anagrafiche/visure/domain"

// AppointUtente writes a person's record at a pair: office, duty, and the act that
// appointed them.
type AppointUtente struct {
	Ente     domain.EnteID      `json:"ente,omitempty" doc:"Ente; assente: il Comune stesso"`
	Comune   domain.CodiceISTAT `json:"comune" doc:"Codice ISTAT del Comune"`
	Ufficio  string             `json:"ufficio,omitempty" maxLength:"40" doc:"Codice dell'ufficio dell'Ente"`
	Mansione string             `json:"mansione" maxLength:"120" doc:"Mansione: se cambia, i profili vanno assegnati di nuovo"`
	Atto     string             `json:"atto,omitempty" maxLength:"200" doc:"Atto di nomina"`
	Data     domain.Date        `json:"data,omitzero" doc:"Data della nomina"`
}

// Refs names the Comune, and the Ente for its offices.
func (c AppointUtente) Refs(Given[domain.Utente]) Refs { return Refs{Ente: c.Ente, Comune: c.Comune} }

// Decide records what differs from what is known. At a Comune the installation may
// write it too, for the TOP it names.
func (c AppointUtente) Decide(g Given[domain.Utente]) ([]domain.Event, error) {
	appointed := domain.UtenteAppointed(c)
	if err := c.admits(g); err != nil {
		return nil, err
	}
	switch {
	case !g.Parties.Comune.Registered:
		return nil, domain.FieldErrorf(domain.Invalid, "comune", "il Comune non è registrato")
	case c.Ente != "" && !g.Parties.Ente.Registered:
		return nil, domain.FieldErrorf(domain.Invalid, "ente", "l'Ente non è registrato")
	case c.Mansione == "":
		return nil, domain.FieldErrorf(domain.Invalid, "mansione", "la mansione è obbligatoria")
	}
	for _, text := range []struct{ field, is string }{{"mansione", c.Mansione}, {"atto", c.Atto}} {
		if err := words(text.field, text.is); err != nil {
			return nil, err
		}
	}
	if _, ok := g.Parties.Ente.Ufficio(c.Comune, c.Ufficio); c.Ufficio != "" && !ok {
		return nil, domain.FieldErrorf(domain.Invalid, "ufficio", "l'ufficio non è tra quelli dell'Ente per il Comune")
	}
	if was, ok := g.State.Appointment(appointed.Pair()); ok && was == appointed {
		return nil, nil
	}
	return []domain.Event{appointed}, nil
}

// admits refuses who may not write the record, and whoever is not known.
func (c AppointUtente) admits(g Given[domain.Utente]) error {
	switch {
	case c.Ente != "" || installs(g) != nil:
		return welcomes(g, domain.Pair{Ente: c.Ente, Comune: c.Comune})
	case !g.State.Registered:
		return errNobody
	case !g.Parties.Comune.Registered:
		return domain.FieldErrorf(domain.NotFound, "comune", "Comune inesistente")
	}
	return nil
}
