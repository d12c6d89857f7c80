package commands

import "github.com/visure-anagrafiche/visure/domain"

// administrator refuses whoever is neither the TOP of a Comune nor the system.
func administrator(f Facts, by domain.Actor) error {
	if by.Role == domain.RoleSistema || by.Role == domain.RoleTop && f.Utente.Has(by) {
		return nil
	}
	return domain.Errorf(domain.Forbidden, "operazione riservata all'Anagrafe del Comune")
}

// administers refuses the administrator of another Comune.
func administers(f Facts, by domain.Actor, comune domain.CodiceISTAT) error {
	if err := administrator(f, by); err != nil {
		return err
	}
	if by.Role == domain.RoleTop && by.Comune != comune {
		return domain.FieldErrorf(domain.Forbidden, "comune", "ogni Comune amministra solo i propri dati")
	}
	return nil
}
