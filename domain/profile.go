package domain

// ProfileID is the id of a Comune's named set of grants.
type ProfileID string

// Stream returns the stream of one named set of grants.
func (id ProfileID) Stream() Stream[Profile] { return Stream[Profile]("profile-" + id) }

// Profile is a Comune's named set of grants.
type Profile struct {
	Defined bool
	ProfileDefined
}

// ProfileDefined enters a profile or replaces what it grants.
type ProfileDefined struct {
	Comune   CodiceISTAT `json:"comune"`
	Nome     string      `json:"nome"`
	Tipi     []Tipo      `json:"tipi"`
	Conferma Conferma    `json:"conferma,omitempty"` // mode of ambito nazionale; empty: not granted
}

func (ProfileDefined) EventType() string { return "profile.defined.v1" }

func init() {
	register[ProfileDefined]()
}

// Evolve returns the state after one more event.
func (s Profile) Evolve(e Event, _ Meta) Profile {
	if e, ok := e.(ProfileDefined); ok {
		s = Profile{Defined: true, ProfileDefined: e}
	}
	return s
}
