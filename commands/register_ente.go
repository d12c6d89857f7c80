package commands

import (
	"cmp"
	"strings"

	"github.com/visure-anagrafiche/visure/domain"
)

// RegisterEnte enters a body. Its id follows from its codes, so that no body is
// entered twice.
type RegisterEnte struct {
	Denominazione string          `json:"denominazione" maxLength:"200" doc:"Denominazione dell'Ente"`
	CodiceFiscale string          `json:"codice_fiscale" doc:"Codice fiscale dell'Ente, undici cifre"`
	CodiceIPA     string          `json:"codice_ipa,omitempty" maxLength:"40" doc:"Codice IPA, se l'Ente ne ha uno; dell'ufficio del Comune è obbligatorio"`
	Tipo          domain.TipoEnte `json:"tipo,omitempty" doc:"convenzionato (predefinito), gestore di pubblici servizi, o ufficio del Comune stesso"`
}

// Refs names the other body that the codes could be of: of a body's IPA code the
// office that has it, of an office the body whose codice fiscale it shares.
func (c RegisterEnte) Refs(Given[domain.Ente]) Refs {
	return Refs{Ente: rival(domain.EnteRegistered(c))}
}

// Decide records the body once. To who enters a known body nothing is changed or
// told: what changed of it is recorded by AmendEnte. Codes that contradict those that
// are known are refused, never dropped.
func (c RegisterEnte) Decide(g Given[domain.Ente]) ([]domain.Event, error) {
	if err := administers(g, ""); err != nil {
		return nil, err
	}
	registered := domain.EnteRegistered(c)
	if err := body(registered); err != nil {
		return nil, err
	}
	id, err := registered.ID()
	switch {
	case err != nil:
		return nil, err
	case string(id) != g.ID:
		return nil, domain.FieldErrorf(domain.Invalid, "id", "l'identificativo non è quello che segue dai codici dell'Ente")
	}
	if err := contradicts(registered, g); err != nil || g.State.Registered {
		return nil, err
	}
	return []domain.Event{registered}, nil
}

// rival is the id under which another body may have the same IPA code; empty where
// none can.
func rival(e domain.EnteRegistered) domain.EnteID {
	if e.CodiceIPA == "" {
		return ""
	}
	other := domain.OfficeID
	of := e.CodiceIPA
	if e.Tipo == domain.EnteUfficio {
		other, of = domain.BodyID, e.CodiceFiscale
	}
	id, _ := other(of) // wrong codes are refused with the rest
	return id
}

// contradicts refuses codes of which one is another body's, or the body's own is
// another, naming it.
func contradicts(e domain.EnteRegistered, g Given[domain.Ente]) error {
	was, other := g.State, g.Parties.Ente
	switch {
	case other.Registered && e.CodiceIPA == other.CodiceIPA:
		return domain.FieldErrorf(domain.Conflict, "codice_ipa", "il codice IPA %s è già di %s, codice fiscale %s", e.CodiceIPA, other.Denominazione, other.CodiceFiscale)
	case !was.Registered:
		return nil
	case e.CodiceFiscale != was.CodiceFiscale:
		return domain.FieldErrorf(domain.Conflict, "codice_fiscale", "il codice IPA %s è già di %s, codice fiscale %s", e.CodiceIPA, was.Denominazione, was.CodiceFiscale)
	case e.CodiceIPA != "" && e.CodiceIPA != was.CodiceIPA:
		return domain.FieldErrorf(domain.Conflict, "codice_ipa", "il codice fiscale %s è già di %s, codice IPA %s", was.CodiceFiscale, was.Denominazione, cmp.Or(was.CodiceIPA, "non indicato"))
	}
	return nil
}

// body refuses what a body cannot be.
func body(e domain.EnteRegistered) error {
	switch {
	case e.Denominazione == "":
		return domain.FieldErrorf(domain.Invalid, "denominazione", "la denominazione dell'Ente è obbligatoria")
	case e.Tipo != "" && e.Tipo != domain.EnteConvenzionato && e.Tipo != domain.EnteGestore && e.Tipo != domain.EnteUfficio:
		return domain.FieldErrorf(domain.Invalid, "tipo", "l'Ente è convenzionato, gestore o ufficio")
	case e.CodiceIPA != strings.ToLower(strings.TrimSpace(e.CodiceIPA)):
		return domain.FieldErrorf(domain.Invalid, "codice_ipa", "il codice IPA si scrive in lettere minuscole, senza spazi")
	}
	return words("denominazione", e.Denominazione)
}
