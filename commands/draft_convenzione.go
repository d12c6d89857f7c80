package commands

import (
	"reflect"
	"regexp"
	"slices"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
)

// DraftConvenzione writes the act between an Ente and a Comune as it is to be, or as
// it is to be amended or renewed. It holds once it is activated.
type DraftConvenzione struct {
	Ente           domain.EnteID      `json:"ente" doc:"Ente che chiede"`
	Comune         domain.CodiceISTAT `json:"comune" doc:"Codice ISTAT del Comune che dà accesso"`
	Estremi        string             `json:"estremi" maxLength:"200" doc:"Atto e data, come si stampano"`
	Data           domain.Date        `json:"data,omitzero" doc:"Data dell'atto"`
	Firmatari      []string           `json:"firmatari,omitempty" maxItems:"20" doc:"Uffici o cariche che hanno firmato"`
	Dal            domain.Date        `json:"dal" doc:"Primo giorno"`
	Al             domain.Date        `json:"al" doc:"Ultimo giorno, compreso"`
	Finalita       []domain.Finalita  `json:"finalita" maxItems:"100" doc:"Finalità ammesse, con la base giuridica"`
	Massimo        domain.Massimo     `json:"massimo" doc:"Il massimo che l'atto concede"`
	SecondoFattore bool               `json:"secondo_fattore,omitempty" doc:"Vuole il secondo fattore anche per gli operatori"`
	Contatti       domain.Contatti    `json:"contatti,omitzero" doc:"Recapiti dell'Ente"`
}

// Refs names the two parties.
func (c DraftConvenzione) Refs(Given[domain.Convenzione]) Refs {
	return Refs{Comune: c.Comune, Ente: c.Ente}
}

// Decide records a draft between registered parties, under the id that follows from
// them. What kind of act it is follows from what the Ente is to the Comune.
func (c DraftConvenzione) Decide(g Given[domain.Convenzione]) ([]domain.Event, error) {
	if err := administers(g, c.Comune); err != nil {
		return nil, err
	}
	switch {
	case !g.Parties.Comune.Registered:
		return nil, domain.FieldErrorf(domain.Invalid, "comune", "il Comune non è registrato")
	case !g.Parties.Ente.Registered:
		return nil, domain.FieldErrorf(domain.Invalid, "ente", "l'Ente non è registrato")
	case string(domain.ConvenzioneIDOf(domain.Pair{Ente: c.Ente, Comune: c.Comune})) != g.ID:
		return nil, domain.FieldErrorf(domain.Invalid, "id", "l'identificativo non è quello che segue dall'Ente e dal Comune")
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	drafted := c.drafted(g.Parties.Ente.Atto(c.Comune))
	was, stands := g.State.Last().ConvenzioneDrafted, !g.State.Ended
	if g.State.Draft != nil {
		was, stands = *g.State.Draft, true
	}
	if stands && reflect.DeepEqual(was, drafted) {
		return nil, nil
	}
	return []domain.Event{drafted}, nil
}

// drafted is the event, as it is read back.
func (c DraftConvenzione) drafted(tipo domain.TipoAtto) domain.ConvenzioneDrafted {
	d := domain.ConvenzioneDrafted{
		Ente: c.Ente, Comune: c.Comune, Tipo: tipo, Estremi: c.Estremi, Data: c.Data, Firmatari: c.Firmatari, Dal: c.Dal, Al: c.Al,
		Finalita: c.Finalita, Massimo: c.Massimo, SecondoFattore: c.SecondoFattore, Contatti: c.Contatti,
	}
	if len(d.Firmatari) == 0 {
		d.Firmatari = nil
	}
	if len(d.Massimo.Orario) == 0 {
		d.Massimo.Orario = nil
	}
	if len(d.Massimo.Quote) == 0 {
		d.Massimo.Quote = nil
	}
	d.Finalita = slices.Clone(d.Finalita)
	for i := range d.Finalita {
		if len(d.Finalita[i].Tipi) == 0 {
			d.Finalita[i].Tipi = nil
		}
	}
	return d
}

// check refuses a draft by the item that is wrong, whoever the parties are.
func (c DraftConvenzione) check() error {
	switch {
	case !c.Dal.Complete() || !c.Al.Complete() || c.Al.Compare(c.Dal) < 0:
		return domain.FieldErrorf(domain.Invalid, "al", "la convenzione vuole un periodo di date intere, dal primo all'ultimo giorno")
	case len(c.Massimo.Tipi) == 0:
		return domain.FieldErrorf(domain.Invalid, "massimo.tipi", "la convenzione ammette almeno un tipo di visura")
	}
	if err := offered("massimo.tipi", c.Massimo.Tipi); err != nil {
		return err
	}
	for _, text := range append([]string{c.Estremi}, c.Firmatari...) {
		if err := words("estremi", text); err != nil {
			return err
		}
	}
	if _, err := regexp.Compile(c.Massimo.Pratica); err != nil || len(c.Massimo.Pratica) > 200 {
		return domain.FieldErrorf(domain.Invalid, "massimo.pratica", "l'espressione regolare del numero di pratica non è leggibile")
	}
	for _, err := range []error{
		purposes(c.Finalita, c.Massimo.Tipi), c.Massimo.Nazionale.Check("massimo.nazionale"), c.Massimo.Orario.Check("massimo.orario"),
		c.Massimo.Postazione.Check("massimo.postazione"), domain.CheckQuote("massimo.quote", c.Massimo.Quote, domain.QuoteAtto()), contacts(c.Contatti),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

// purposes refuses purposes without a code of their own or a legal basis, and what
// they are bound to beyond the types the act admits.
func purposes(all []domain.Finalita, admitted []domain.Tipo) error {
	var seen []string
	for _, f := range all {
		switch {
		case f.Codice == "" || f.BaseGiuridica == "":
			return domain.FieldErrorf(domain.Invalid, "finalita", "ogni finalità ha un codice e una base giuridica")
		case slices.Contains(seen, f.Codice):
			return domain.FieldErrorf(domain.Invalid, "finalita", "la finalità %q è indicata due volte", f.Codice)
		}
		seen = append(seen, f.Codice)
		for _, text := range []string{f.Codice, f.Descrizione, f.BaseGiuridica, f.Valutazione} {
			if err := words("finalita", text); err != nil {
				return err
			}
		}
		if err := bound(f, admitted); err != nil {
			return err
		}
	}
	return nil
}

// bound refuses a purpose that names a type which is not offered, which the act does
// not admit, or twice.
func bound(f domain.Finalita, admitted []domain.Tipo) error {
	if err := offered("finalita", f.Tipi); err != nil {
		return err
	}
	for i, tipo := range f.Tipi {
		switch {
		case !slices.Contains(admitted, tipo):
			return domain.FieldErrorf(domain.Invalid, "finalita", "la finalità %q è per il tipo %q, che la convenzione non ammette", f.Codice, tipo)
		case slices.Contains(f.Tipi[:i], tipo):
			return domain.FieldErrorf(domain.Invalid, "finalita", "la finalità %q indica due volte il tipo %q", f.Codice, tipo)
		}
	}
	return nil
}

// offered refuses types of visura that are not offered.
func offered(field string, tipi []domain.Tipo) error {
	for _, tipo := range tipi {
		if !documento.Offered(tipo) {
			return domain.FieldErrorf(domain.Invalid, field, "il tipo di visura %q non è tra quelli offerti", tipo)
		}
	}
	return nil
}
