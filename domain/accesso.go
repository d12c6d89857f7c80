package domain

import "time"

// Accesso is the journal of what one person did in one month with personal
// data, and of what they were refused. No decision rests on it, so it has no
// state.
type Accesso struct{}

// AccessStream returns the journal of a person for the month of t, UTC.
func AccessStream(id UtenteID, t time.Time) Stream[Accesso] {
	return Stream[Accesso]("accesso-" + string(id) + "-" + t.UTC().Format("2006-01"))
}

// AccessRecorded is one read of personal data, or one refusal.
type AccessRecorded struct {
	Action  string   `json:"action"`           // wire name of the command or query: "request-visura", "visura.view"
	Visura  VisuraID `json:"visura,omitempty"` // the object, when it is a visura
	Outcome string   `json:"outcome"`          // "ok" or the refusal's code
	Field   string   `json:"field,omitempty"`  // the offending item of a refusal
	// SubjectToken is the keyed hash of the soggetto a search was about.
	SubjectToken string `json:"subject_token,omitempty"`
}

func (AccessRecorded) EventType() string { return "accesso.recorded.v1" }

// Evolve returns s: the journal has no state.
func (s Accesso) Evolve(Event, Meta) Accesso { return s }
