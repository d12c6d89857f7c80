package commands

import "github.com/visure-anagrafiche/visure/domain"

// ActivateConvenzione puts the draft of an act in force, from its first day.
type ActivateConvenzione struct{}

// Refs names the Comune, whose contacts are to be on record.
func (c ActivateConvenzione) Refs(g Given[domain.Convenzione]) Refs {
	return Refs{Comune: g.State.Comune}
}

// Decide admits an act that says what it is for and what follows from the law
// (product rules C04, C31): its particulars, purposes each with legal basis, retention
// and risk analysis, one at least for every type, and whom to turn to at both parties. Who asks under it themself
// does not activate it.
func (c ActivateConvenzione) Decide(g Given[domain.Convenzione]) ([]domain.Event, error) {
	if err := agreed(g); err != nil {
		return nil, err
	}
	s := g.State
	if s.Draft == nil {
		return nil, nil
	}
	switch {
	case asks(g, s.Pair):
		return nil, errOwnRights
	case len(s.Draft.Finalita) == 0:
		return nil, domain.FieldErrorf(domain.Conflict, "finalita", "la convenzione ammette almeno una finalità")
	}
	for _, tipo := range s.Draft.Massimo.Tipi {
		if len(s.Draft.Purposes(tipo)) == 0 {
			return nil, domain.FieldErrorf(domain.Conflict, "finalita", "nessuna finalità è per il tipo %q, che la convenzione ammette", tipo)
		}
	}
	for _, item := range onRecord(*s.Draft, g.Parties.Comune) {
		if item.missing {
			return nil, domain.FieldErrorf(domain.Conflict, item.field, "per attivare l'atto manca %s", item.what)
		}
	}
	return []domain.Event{domain.ConvenzioneActivated{Numero: len(s.Atti) + 1, Al: s.Draft.Al}}, nil
}

// recorded is an item that must be on record before an act is in force.
type recorded struct {
	missing     bool
	field, what string
}

// onRecord are the items of an act, of its purposes and of both parties. An office of
// the Comune has the PEC and the data-protection officer of the Comune.
func onRecord(act domain.ConvenzioneDrafted, comune domain.Comune) []recorded {
	ente, own := act.Contatti, comune.Contatti
	office := act.Tipo == domain.AttoAutorizzazione
	items := []recorded{
		{act.Estremi == "", "estremi", "l'indicazione dell'atto"},
		{act.Data.IsZero(), "data", "la data dell'atto"},
		{len(act.Firmatari) == 0, "firmatari", "chi ha firmato l'atto"},
		{ente.Referente == "", "contatti.referente", "il referente dell'Ente"},
		{ente.PEC == "" && !office, "contatti.pec", "la PEC dell'Ente"},
		{ente.DPO == "" && !office, "contatti.dpo", "il responsabile della protezione dei dati dell'Ente"},
		{ente.Assistenza == "", "contatti.assistenza", "a chi si rivolgono gli utenti dell'Ente"},
		{own.Referente == "", "comune.referente", "il referente del Comune, fra i suoi recapiti"},
		{own.PEC == "" && comune.PEC == "", "comune.pec", "la PEC del Comune, fra i suoi recapiti"},
		{own.DPO == "", "comune.dpo", "il responsabile della protezione dei dati del Comune, fra i suoi recapiti"},
		{own.Assistenza == "", "comune.assistenza", "a chi ci si rivolge presso il Comune, fra i suoi recapiti"},
	}
	for _, f := range act.Finalita {
		of := " della finalità " + f.Codice
		items = append(items,
			recorded{f.Descrizione == "", "finalita.descrizione", "la descrizione" + of},
			recorded{f.BaseGiuridica == "", "finalita.base_giuridica", "la base giuridica" + of},
			recorded{f.Conservazione == 0, "finalita.conservazione", "la durata della conservazione" + of},
			recorded{f.Valutazione == "", "finalita.valutazione", "l'analisi del rischio" + of})
	}
	return items
}

// agreed refuses whoever does not administer the Comune of an act; of the act of
// another nothing is told.
func agreed(g Given[domain.Convenzione]) error {
	if err := administers(g, ""); err != nil {
		return err
	}
	if g.State.Comune == "" || !g.reach().Covers(domain.Object{Comune: g.State.Comune}) {
		return domain.Errorf(domain.NotFound, "convenzione inesistente")
	}
	return nil
}
