package commands

import "github.com/visure-anagrafiche/visure/domain"

// RegisterComune enters a Comune, or records what changed of it. Only who administers
// the installation may. Its way to ANPR is ConnectComune's.
type RegisterComune struct {
	ISTAT        domain.CodiceISTAT // six digits; the stream's own id
	Nome         string
	Provincia    string // two letters
	PEC          string
	Ufficio      string // as printed in the heading
	OreSilenzio  int    // office hours
	SantoPatrono string // MM-DD
}

// Decide records what differs from what is known.
func (c RegisterComune) Decide(g Given[domain.Comune]) (events []domain.Event, err error) {
	if err := installs(g); err != nil {
		return nil, err
	}
	switch {
	case c.ISTAT == "" || c.Nome == "" || len(c.Provincia) != 2:
		return nil, domain.FieldErrorf(domain.Invalid, "comune", "il Comune vuole codice ISTAT, nome e sigla della provincia")
	case string(c.ISTAT) != g.ID:
		return nil, domain.FieldErrorf(domain.Invalid, "istat", "il codice ISTAT non è quello del Comune indicato")
	}
	registered := domain.ComuneRegistered{
		ISTAT: c.ISTAT, Nome: c.Nome, Provincia: c.Provincia, PEC: c.PEC, Ufficio: c.Ufficio,
		OreSilenzio: c.OreSilenzio, SantoPatrono: c.SantoPatrono,
	}
	if g.State.ComuneRegistered != registered {
		events = append(events, registered)
	}
	return events, nil
}
