package domain

import "slices"

// Installazione is this installation of the system, and who administers it: by
// the accounts they have on its machines. There is one, so its stream has no id.
type Installazione struct {
	InstallazioneInitialised
	Administrators []string // names of accounts; once there is one, there always is
}

// InstallazioneStream is the stream of the installation.
const InstallazioneStream Stream[Installazione] = "installazione"

// InstallazioneInitialised is the beginning of an installation.
type InstallazioneInitialised struct {
	ID string `json:"id"` // UUID, told from every other installation's
}

// AdministratorNamed lets who has an account on the machine administer the
// installation.
type AdministratorNamed struct {
	Account string `json:"account"`
}

// AdministratorRemoved ends that.
type AdministratorRemoved struct {
	Account string `json:"account"`
}

func (InstallazioneInitialised) EventType() string { return "installazione.initialised.v1" }
func (AdministratorNamed) EventType() string       { return "installazione.administrator-named.v1" }
func (AdministratorRemoved) EventType() string     { return "installazione.administrator-removed.v1" }

func init() {
	register[InstallazioneInitialised]()
	register[AdministratorNamed]()
	register[AdministratorRemoved]()
}

// Evolve returns the state after one more event.
func (s Installazione) Evolve(e Event, _ Meta) Installazione {
	switch e := e.(type) {
	case InstallazioneInitialised:
		s.InstallazioneInitialised = e
	case AdministratorNamed:
		s.Administrators = replace(s.Administrators, e.Account, func(account string) bool { return account == e.Account })
	case AdministratorRemoved:
		s.Administrators = without(s.Administrators, func(account string) bool { return account == e.Account })
	}
	return s
}

// Initialised says whether the installation has begun.
func (s Installazione) Initialised() bool { return s.ID != "" }

// Administers says whether who has an account administers the installation.
func (s Installazione) Administers(account string) bool {
	return account != "" && slices.Contains(s.Administrators, account)
}
