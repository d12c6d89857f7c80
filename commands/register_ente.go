package commands

import "github.com/visure-anagrafiche/visure/domain"

// RegisterEnte enters a body. Its id follows from
// its codes, so that no body is entered twice.
type RegisterEnte struct {
	Denominazione string `json:"denominazione" doc:"Denominazione dell'Ente"`
	CodiceFiscale string `json:"codice_fiscale" doc:"Codice fiscale dell'Ente, undici cifre"`
	CodiceIPA     string `json:"codice_ipa,omitempty" doc:"Codice IPA, se l'Ente ne ha uno"`
}

// Decide records the body once; what changed of it only the system records.
func (c RegisterEnte) Decide(g Given[domain.Ente]) ([]domain.Event, error) {
	if err := administers(g, ""); err != nil {
		return nil, err
	}
	if c.Denominazione == "" {
		return nil, domain.FieldErrorf(domain.Invalid, "denominazione", "la denominazione dell'Ente è obbligatoria")
	}
	id, err := domain.EnteIDOf(c.CodiceFiscale, c.CodiceIPA)
	if err != nil {
		return nil, err
	}
	registered := domain.EnteRegistered(c)
	switch {
	case string(id) != g.ID:
		return nil, domain.FieldErrorf(domain.Invalid, "id", "l'identificativo non è quello che segue dai codici dell'Ente")
	case g.State.EnteRegistered == registered,
		g.State.Registered && g.Meta.By.Role != domain.RoleSistema:
		return nil, nil // to who enters a known body nothing is changed or told
	}
	return []domain.Event{registered}, nil
}
