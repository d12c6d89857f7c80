package commands

import "github.com/visure-anagrafiche/visure/domain"

// RegisterComune enters a Comune with its way to ANPR, or records what changed
// of either. Only the system may: it is done where the Comune's keys are kept.
type RegisterComune struct {
	Comune       domain.ComuneRegistered
	Collegamento domain.ComuneConnected
}

// Decide records what differs from what is known.
func (c RegisterComune) Decide(s domain.Comune, _ Facts, m domain.Meta) (events []domain.Event, err error) {
	if err := system(m.By); err != nil {
		return nil, err
	}
	switch {
	case c.Comune.ISTAT == "" || c.Comune.Nome == "" || len(c.Comune.Provincia) != 2:
		return nil, domain.FieldErrorf(domain.Invalid, "comune", "il Comune vuole codice ISTAT, nome e sigla della provincia")
	case c.Collegamento.Operatore == "" || c.Collegamento.Keystore == "":
		return nil, domain.FieldErrorf(domain.Invalid, "collegamento", "il collegamento ad ANPR vuole l'operatore e il certificato del Comune")
	}
	if s.ComuneRegistered != c.Comune {
		events = append(events, c.Comune)
	}
	if s.Collegamento != c.Collegamento {
		events = append(events, c.Collegamento)
	}
	return events, nil
}
