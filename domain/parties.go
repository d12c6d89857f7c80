package domain

// Parties are those around a request, as a decision needs them.
type Parties struct {
	Comune      Comune
	Ente        Ente
	Convenzione Convenzione
	Profile     Profile
}
