package commands

import "github.com/visure-anagrafiche/visure/domain"

// AcceptInstructions records that a person accepts a Comune's instructions.
type AcceptInstructions struct {
	Comune   domain.CodiceISTAT `json:"comune" doc:"Codice ISTAT del Comune"`
	Versione int                `json:"versione" doc:"Versione delle istruzioni che si accettano: quella in vigore"`
}

// Refs names the Comune.
func (c AcceptInstructions) Refs(Given[domain.Utente]) Refs { return Refs{Comune: c.Comune} }

// renewal is how many days before its end an acceptance may be renewed.
const renewal = 30

// Decide admits the person alone, where they act, and the version in force.
func (c AcceptInstructions) Decide(g Given[domain.Utente]) ([]domain.Event, error) {
	by := g.Meta.By
	switch {
	case g.ID != string(by.Utente) || by.Via != "":
		return nil, domain.Errorf(domain.Forbidden, "le istruzioni le accetta ciascuno per sé")
	case !g.reach().Covers(domain.Object{Comune: c.Comune, Ente: by.Ente, Requester: by.Utente}) || !g.Parties.Comune.Registered:
		return nil, domain.FieldErrorf(domain.NotFound, "comune", "Comune inesistente")
	case c.Versione != g.Parties.Comune.Istruzioni.Versione:
		return nil, domain.FieldErrorf(domain.Conflict, "versione", "le istruzioni in vigore sono un'altra versione")
	case g.State.Instructed(g.Parties.Comune, g.Meta.At.AddDate(0, 0, renewal)):
		return nil, nil
	}
	return []domain.Event{domain.InstructionsAccepted(c)}, nil
}
