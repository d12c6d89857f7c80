package domain

import "time"

// Accesso is the journal of what one person did in one month with personal
// data, and of what they were refused. No decision rests on it, so it has no
// state.
type Accesso struct{}

// Ignoto stands for who tried to sign in to no account: they have a journal too.
const Ignoto UtenteID = "ignoto"

// AccessStream returns the journal of a person for the month of t, UTC; with no
// person, that of who is not known.
func AccessStream(id UtenteID, t time.Time) Stream[Accesso] {
	if id == "" {
		id = Ignoto
	}
	return Stream[Accesso]("accesso-" + string(id) + "-" + t.UTC().Format("2006-01"))
}

// InstallationJournal returns the journal of who administers the installation for
// the month of t, UTC: of what they did that no other event says.
func InstallationJournal(t time.Time) Stream[Accesso] {
	return Stream[Accesso]("accesso-installazione-" + t.UTC().Format("2006-01"))
}

// AccessRecorded is one read of personal data, one refusal, or the number of those that
// were like one entered before. It names objects, never persons.
type AccessRecorded struct {
	Action  string   `json:"action"`            // wire name of the command or query: "request-visura", "list-visure"; "nowhere" for an address that there is not
	Route   string   `json:"route,omitempty"`   // of a refusal, method and template of the address: "GET /visure/{id}"
	Object  string   `json:"object,omitempty"`  // the stream it was about, if one: "visura-<uuid>"
	Outcome string   `json:"outcome"`           // "ok", AccessBegun, or the reason of the refusal, a code of a closed list; of a sign-in the method, "oidc" followed by a space and the acr
	Field   string   `json:"field,omitempty"`   // the offending item of a refusal
	Asked   Asked    `json:"asked,omitzero"`    // what a refused command asked for; of a read, the Comune whose data they are
	Filters []string `json:"filters,omitempty"` // what a list was narrowed by: names, with a value that is of a closed list, an id, a code or a day
	Shown   []string `json:"shown,omitempty"`   // ids of what a list showed, MaxShown at most an entry
	Count   int      `json:"count,omitempty"`   // how many refusals this entry stands for; 0: itself
	Span    Span     `json:"span,omitzero"`     // from the first of them to the last
	Address string   `json:"address,omitempty"` // where the request came from, as the proxies we trust saw it
	Purpose string   `json:"purpose,omitempty"` // what the access is for, a code of a closed list
	How     string   `json:"how,omitempty"`     // of a sign-in the method, of an invitation the way: codes of closed lists
}

// AccessBegun is the outcome of a change of what a person signs in with that was about to
// be made. What became of it is another entry; without one it is not known.
const AccessBegun = "begun"

// MaxShown is how many ids an AccessRecorded holds at most: a list that showed
// more is journalled in several.
const MaxShown = 10_000

// Asked is what of a command or a read may be kept: items of closed lists.
type Asked struct {
	Tipo   Tipo        `json:"tipo,omitempty"`
	Ambito Ambito      `json:"ambito,omitempty"`
	Comune CodiceISTAT `json:"comune,omitempty"`
}

// Span is from an instant to another, both included.
type Span struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

func (AccessRecorded) EventType() string { return "accesso.recorded.v1" }

func init() {
	register[AccessRecorded]()
}

// Evolve returns s: the journal has no state.
func (s Accesso) Evolve(Event, Meta) Accesso { return s }
