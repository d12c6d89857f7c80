package commands

import "github.com/visure-anagrafiche/visure/domain"

// SetRegolaAllarme sets a rule of alarms of a Comune, for the requests of every Ente or of
// one. Those made before it was set have met, or not, the rule of then.
type SetRegolaAllarme struct {
	Precedente  int                    `json:"precedente" doc:"Ultima versione di questa regola che si è letta, dell'una o dell'altro; 0: nessuna è stata indicata"`
	Codice      domain.CodiceAllarme   `json:"codice" doc:"ALR-ORARIO, ALR-SOGGETTO-UTENTE o ALR-SOGGETTO-ENTE"`
	Ente        domain.EnteID          `json:"ente,omitempty" doc:"Per le richieste di questo Ente soltanto; assente: di tutti quelli che non ne hanno una propria"`
	Attiva      bool                   `json:"attiva" doc:"Falso: non fa scattare nulla"`
	Gravita     domain.Gravita         `json:"gravita" doc:"alta, media o bassa"`
	Orario      *domain.OrarioSospetto `json:"orario,omitempty" doc:"Di ALR-ORARIO"`
	Ripetizione *domain.Ripetizione    `json:"ripetizione,omitempty" doc:"Di ALR-SOGGETTO-UTENTE e ALR-SOGGETTO-ENTE"`
}

// Refs names the act with the Ente it is for.
func (c SetRegolaAllarme) Refs(g Given[domain.Comune]) Refs {
	if c.Ente == "" {
		return Refs{}
	}
	return actWith(string(c.Ente), domain.CodiceISTAT(g.ID))
}

// Decide numbers the version; one that the same requests meet, as grave, is none.
func (c SetRegolaAllarme) Decide(g Given[domain.Comune]) ([]domain.Event, error) {
	if err := own(g); err != nil {
		return nil, err
	}
	next := domain.RegolaAllarme{Codice: c.Codice, Ente: c.Ente, Attiva: c.Attiva, Gravita: c.Gravita, Orario: c.Orario, Ripetizione: c.Ripetizione}
	if err := next.Check(); err != nil {
		return nil, err
	}
	if c.Ente != "" && g.Parties.Convenzione.Comune == "" {
		return nil, domain.FieldErrorf(domain.NotFound, "ente", "l'Ente non risulta per questo Comune")
	}
	rules, last := g.State.Allarmi, g.State.Allarmi.Last(c.Codice)
	switch was, set := rules.Own(c.Codice, c.Ente, g.Meta.At); {
	case set && next.Same(was.RegolaAllarme), !set && c.Ente == "" && next.Same(initial(c.Codice)):
		return nil, nil
	case c.Precedente != last:
		return nil, domain.FieldErrorf(domain.Conflict, "precedente", "l'ultima versione di questa regola è la %d: rileggerla prima di sostituirla", last)
	}
	next.Versione = last + 1
	return []domain.Event{domain.RegolaAllarmeSet(next)}, nil
}

// initial is the rule of a code where a Comune has set none.
func initial(codice domain.CodiceAllarme) (rule domain.RegolaAllarme) {
	for _, r := range domain.RegoleIniziali() {
		if r.Codice == codice {
			rule = r
		}
	}
	return rule
}

// LiftRegolaAllarme has the Comune's rule hold for an Ente that has one of its own.
type LiftRegolaAllarme struct {
	Codice domain.CodiceAllarme `json:"codice" doc:"ALR-ORARIO, ALR-SOGGETTO-UTENTE o ALR-SOGGETTO-ENTE"`
	Ente   domain.EnteID        `json:"ente" doc:"Ente che ha una regola propria"`
}

// Decide lifts it; of an Ente that has none nothing is left to do.
func (c LiftRegolaAllarme) Decide(g Given[domain.Comune]) ([]domain.Event, error) {
	if err := own(g); err != nil {
		return nil, err
	}
	if c.Ente == "" {
		return nil, domain.FieldErrorf(domain.Invalid, "ente", "si toglie la regola propria di un Ente")
	}
	if _, set := g.State.Allarmi.Own(c.Codice, c.Ente, g.Meta.At); !set {
		return nil, nil
	}
	return []domain.Event{domain.RegolaAllarmeLifted(c)}, nil
}
