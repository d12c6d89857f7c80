package commands

import "github.com/visure-anagrafiche/visure/domain"

// errUnseen is the answer to whoever may not know of a visura: the same as if
// there were none.
var errUnseen = domain.Errorf(domain.NotFound, "visura inesistente")

// seen says whether the actor may know of the visura: its requester, the ADMIN
// of its Ente, the TOP and the auditors of its Comune, and the system.
func seen(v domain.Visura, f Facts, by domain.Actor) bool {
	if v.Status == domain.Absent {
		return false
	}
	if by.Role == domain.RoleSistema {
		return true
	}
	if !f.Utente.Has(by) {
		return false
	}
	switch by.Role {
	case domain.RoleStandard:
		return v.Requester.Utente == by.Utente && v.Request.Ente == by.Ente
	case domain.RoleAdmin:
		return v.Request.Ente == by.Ente
	case domain.RoleTop, domain.RoleAuditor:
		return v.Request.Comune == by.Comune
	}
	return false
}

// officer refuses whoever is not the TOP of the visura's Comune, and the
// requester themself: nobody confirms what they asked.
func officer(v domain.Visura, f Facts, by domain.Actor) error {
	switch {
	case !seen(v, f, by):
		return errUnseen
	case by.Role != domain.RoleTop:
		return domain.Errorf(domain.Forbidden, "la conferma spetta all'Anagrafe del Comune")
	case v.Requester.Utente == by.Utente:
		return domain.Errorf(domain.Forbidden, "chi ha chiesto la visura non può deciderne la conferma")
	}
	return nil
}

// system refuses everybody but the process itself.
func system(by domain.Actor) error {
	if by.Role != domain.RoleSistema {
		return domain.Errorf(domain.Forbidden, "operazione riservata al sistema")
	}
	return nil
}
