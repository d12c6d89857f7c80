package commands

import (
	"regexp"

	"github.com/visure-anagrafiche/visure/domain"
)

// Initialise begins an installation and names its first administrator: whoever
// does it, on the machine.
type Initialise struct {
	ID string // UUID; of an installation that has begun already it is ignored
}

// Decide begins once: from then on only its administrators may say so again.
func (c Initialise) Decide(g Given[domain.Installazione]) ([]domain.Event, error) {
	by := g.Meta.By
	switch {
	case by.Role != domain.RoleInstallazione || by.Utente != "" || by.Account == "":
		return nil, domain.Errorf(domain.Forbidden, "operazione riservata a chi amministra l'installazione")
	case g.State.Administers(by.Account):
		return nil, nil
	case g.State.Initialised():
		return nil, domain.Errorf(domain.Forbidden, "l'installazione è già avviata: l'amministra un altro account")
	}
	if err := account(by.Account); err != nil {
		return nil, err
	}
	return []domain.Event{domain.InstallazioneInitialised(c), domain.AdministratorNamed{Account: by.Account}}, nil
}

// NameAdministrator lets who has an account on the machine administer the
// installation.
type NameAdministrator struct{ Account string }

// Decide admits who administers it.
func (c NameAdministrator) Decide(g Given[domain.Installazione]) ([]domain.Event, error) {
	if err := installs(g); err != nil {
		return nil, err
	}
	if err := account(c.Account); err != nil {
		return nil, err
	}
	if g.State.Administers(c.Account) {
		return nil, nil
	}
	return []domain.Event{domain.AdministratorNamed(c)}, nil
}

// RemoveAdministrator ends that.
type RemoveAdministrator struct{ Account string }

// Decide leaves the installation its last administrator.
func (c RemoveAdministrator) Decide(g Given[domain.Installazione]) ([]domain.Event, error) {
	if err := installs(g); err != nil {
		return nil, err
	}
	switch {
	case !g.State.Administers(c.Account):
		return nil, nil
	case len(g.State.Administrators) == 1:
		return nil, domain.Errorf(domain.Conflict, "l'ultimo amministratore dell'installazione non si può togliere: prima se ne nomina un altro")
	}
	return []domain.Event{domain.AdministratorRemoved(c)}, nil
}

// accountName is what a system account may be called; it stays in the history, so
// it is no text.
var accountName = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.@-]{0,63}\$?$`)

func account(name string) error {
	if !accountName.MatchString(name) {
		return domain.FieldErrorf(domain.Invalid, "account", "non è il nome di un account di sistema")
	}
	return nil
}
