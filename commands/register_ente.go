package commands

import "github.com/visure-anagrafiche/visure/domain"

// RegisterEnte enters a body. Its id follows from its codes, so that no body is
// entered twice.
type RegisterEnte struct {
	Denominazione string          `json:"denominazione" maxLength:"200" doc:"Denominazione dell'Ente"`
	CodiceFiscale string          `json:"codice_fiscale" doc:"Codice fiscale dell'Ente, undici cifre"`
	CodiceIPA     string          `json:"codice_ipa,omitempty" maxLength:"40" doc:"Codice IPA, se l'Ente ne ha uno"`
	Tipo          domain.TipoEnte `json:"tipo,omitempty" doc:"convenzionato (predefinito), gestore di pubblici servizi, o ufficio del Comune stesso"`
}

// Decide records the body once. To who enters a known body nothing is changed or
// told: what changed of it is recorded by AmendEnte.
func (c RegisterEnte) Decide(g Given[domain.Ente]) ([]domain.Event, error) {
	if err := administers(g, ""); err != nil {
		return nil, err
	}
	registered := domain.EnteRegistered(c)
	if err := body(registered); err != nil {
		return nil, err
	}
	id, err := domain.EnteIDOf(c.CodiceFiscale, c.CodiceIPA)
	switch {
	case err != nil:
		return nil, err
	case string(id) != g.ID:
		return nil, domain.FieldErrorf(domain.Invalid, "id", "l'identificativo non è quello che segue dai codici dell'Ente")
	case g.State.Registered:
		return nil, nil
	}
	return []domain.Event{registered}, nil
}

// body refuses what a body cannot be.
func body(e domain.EnteRegistered) error {
	switch {
	case e.Denominazione == "":
		return domain.FieldErrorf(domain.Invalid, "denominazione", "la denominazione dell'Ente è obbligatoria")
	case e.Tipo != "" && e.Tipo != domain.EnteConvenzionato && e.Tipo != domain.EnteGestore && e.Tipo != domain.EnteUfficio:
		return domain.FieldErrorf(domain.Invalid, "tipo", "l'Ente è convenzionato, gestore o ufficio")
	}
	return words("denominazione", e.Denominazione)
}
