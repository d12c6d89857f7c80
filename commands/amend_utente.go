package commands

import "github.com/visure-anagrafiche/visure/domain"

// AmendUtente records what changed of who a person is. The codice fiscale never
// does.
type AmendUtente struct {
	Cognome string `json:"cognome" maxLength:"80"`
	Nome    string `json:"nome" maxLength:"80"`
	Email   string `json:"email,omitempty" maxLength:"200" doc:"Indirizzo di posta elettronica"`
}

// Decide admits those alone who administer where the person was entered, since who
// the person is counts everywhere; the installation, whom it entered itself.
func (c AmendUtente) Decide(g Given[domain.Utente]) ([]domain.Event, error) {
	r, s := g.reach(), g.State
	switch {
	case !r.Appoints && !r.Installs:
		return nil, domain.Errorf(domain.Forbidden, "operazione riservata a chi amministra gli utenti")
	case !s.Registered || !known(r, s):
		return nil, errNobody
	case g.ID == string(g.Meta.By.Utente):
		return nil, errOneself
	case !enteredWithin(r, s) || g.Meta.By.Ente != s.EnteredBy.Ente && !r.Everything:
		return nil, domain.Errorf(domain.Forbidden, "i dati della persona li cambia chi li ha inseriti")
	case c.Cognome == "" && c.Nome == "":
		return nil, domain.FieldErrorf(domain.Invalid, "cognome", "l'utente vuole un nome")
	}
	amended := s.UtenteRegistered
	amended.Cognome, amended.Nome, amended.Email = c.Cognome, c.Nome, c.Email
	if err := identity(amended); err != nil {
		return nil, err
	}
	if amended == s.UtenteRegistered {
		return nil, nil
	}
	return []domain.Event{amended}, nil
}

// enteredWithin says whether a person was entered within reach.
func enteredWithin(r domain.Reach, u domain.Utente) bool {
	return r.Everything || r.Covers(u.EnteredBy.Object()) || r.Installs && u.EnteredBy == (domain.Pair{})
}

// known says whether a person is at any pair within reach. That they were entered
// there is not enough: who enters a person is not told whether they were known.
func known(r domain.Reach, u domain.Utente) bool {
	if r.Everything || r.Installs && u.EnteredBy == (domain.Pair{}) {
		return true
	}
	for _, role := range u.Roles {
		if r.Covers(role.Pair().Object()) {
			return true
		}
	}
	for _, a := range u.Appointments {
		if r.Covers(a.Pair().Object()) {
			return true
		}
	}
	return false
}
