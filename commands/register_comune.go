package commands

import "github.com/visure-anagrafiche/visure/domain"

// RegisterComune enters a Comune with its way to ANPR, or records what changed
// of either. Only who administers the installation may: it is done where the
// Comune's keys are kept.
type RegisterComune struct {
	ISTAT        domain.CodiceISTAT // six digits; the stream's own id
	Nome         string
	Provincia    string // two letters
	PEC          string
	Ufficio      string // as printed in the heading
	OreSilenzio  int    // office hours
	SantoPatrono string // MM-DD

	TipoInvio  string               // PROD, TEST, PRE_SUB
	Keystore   string               // name of the PKCS#12 of the Comune
	Postazione string               // CN of the workstation certificate
	Operatore  domain.CodiceFiscale // ANPR user
	Storico    domain.FonteStorica
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
	case c.Operatore == "" || c.Keystore == "":
		return nil, domain.FieldErrorf(domain.Invalid, "collegamento", "il collegamento ad ANPR vuole l'operatore e il certificato del Comune")
	}
	registered := domain.ComuneRegistered{
		ISTAT: c.ISTAT, Nome: c.Nome, Provincia: c.Provincia, PEC: c.PEC, Ufficio: c.Ufficio,
		OreSilenzio: c.OreSilenzio, SantoPatrono: c.SantoPatrono,
	}
	connected := domain.ComuneConnected{
		TipoInvio: c.TipoInvio, Keystore: c.Keystore, Postazione: c.Postazione, Operatore: c.Operatore, Storico: c.Storico,
	}
	if g.State.ComuneRegistered != registered {
		events = append(events, registered)
	}
	if g.State.Collegamento != connected {
		events = append(events, connected)
	}
	return events, nil
}
