package commands

import (
	"slices"

	"github.com/visure-anagrafiche/visure/domain"
)

// EnableNazionale records by what title a Comune lets its operators ask about
// residents of others; it is printed on what they obtain.
type EnableNazionale struct {
	Testo string      `json:"testo" maxLength:"400" doc:"Titolo giuridico, come si stampa"`
	Atto  string      `json:"atto" maxLength:"200" doc:"Atto del Comune"`
	Data  domain.Date `json:"data" doc:"Data dell'atto"`
}

// Decide records what differs from what is known. Who holds a profile that is granted
// beyond the Comune does not switch that on themself.
func (c EnableNazionale) Decide(g Given[domain.Comune]) ([]domain.Event, error) {
	if err := own(g); err != nil {
		return nil, err
	}
	for _, text := range []struct{ field, is string }{{"testo", c.Testo}, {"atto", c.Atto}} {
		if text.is == "" {
			return nil, domain.FieldErrorf(domain.Invalid, text.field, "le visure nazionali vogliono testo, atto e data del titolo")
		}
		if err := words(text.field, text.is); err != nil {
			return nil, err
		}
	}
	switch {
	case !c.Data.Complete():
		return nil, domain.FieldErrorf(domain.Invalid, "data", "le visure nazionali vogliono testo, atto e data del titolo")
	case g.State.Nazionale == domain.NazionaleEnabled(c):
		return nil, nil
	case g.State.Nazionale.Testo == "" && slices.ContainsFunc(g.Actor.Assignments, func(a domain.Assignment) bool { return a.Nazionale && string(a.Comune) == g.ID }):
		return nil, errOwnRights
	}
	return []domain.Event{domain.NazionaleEnabled(c)}, nil
}

// DisableNazionale ends that: no national request is admitted from then on.
type DisableNazionale struct {
	Motivo string `json:"motivo,omitempty" maxLength:"1000"`
}

// Decide ends it if it stands.
func (c DisableNazionale) Decide(g Given[domain.Comune]) ([]domain.Event, error) {
	if err := own(g); err != nil {
		return nil, err
	}
	if err := words("motivo", c.Motivo); err != nil {
		return nil, err
	}
	if g.State.Nazionale.Testo == "" {
		return nil, nil
	}
	return []domain.Event{domain.NazionaleDisabled(c)}, nil
}

// own refuses whoever does not administer the Comune the command is about, and a
// Comune that is not entered.
func own(g Given[domain.Comune]) error {
	if err := administers(g, domain.CodiceISTAT(g.ID)); err != nil {
		return err
	}
	return entered(g)
}

// heads is own for what who administers the installation may do too.
func heads(g Given[domain.Comune]) error {
	if installs(g) == nil {
		return entered(g)
	}
	return own(g)
}

// entered refuses a Comune that is not.
func entered(g Given[domain.Comune]) error {
	if !g.State.Registered {
		return domain.FieldErrorf(domain.NotFound, "comune", "Comune inesistente")
	}
	return nil
}
