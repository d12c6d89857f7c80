package domain

// Pair is where a person acts and is administered: an Ente for a Comune, or with
// an empty Ente the Comune itself. Each Comune administers its own pairs only.
type Pair struct {
	Ente   EnteID      `json:"ente,omitempty"`
	Comune CodiceISTAT `json:"comune,omitempty"`
}

// Object says whose a pair is, for who asks whether they may know of it.
func (p Pair) Object() Object { return Object{Comune: p.Comune, Ente: p.Ente} }
