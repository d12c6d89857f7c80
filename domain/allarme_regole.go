package domain

import (
	"fmt"
	"slices"
	"time"
)

// CodiceAllarme is the code of a rule of alarms. It never changes.
type CodiceAllarme string

const (
	AllarmeOrario         CodiceAllarme = "ALR-ORARIO"          // asked for at suspicious hours
	AllarmeSoggettoUtente CodiceAllarme = "ALR-SOGGETTO-UTENTE" // the same person asked about again by one user
	AllarmeSoggettoEnte   CodiceAllarme = "ALR-SOGGETTO-ENTE"   // the same person asked about again by one Ente
)

// Text says the rule in Italian, as cases are titled.
func (c CodiceAllarme) Text() string {
	return map[CodiceAllarme]string{
		AllarmeOrario: "Richieste in orario sospetto", AllarmeSoggettoUtente: "Stessa persona chiesta più volte",
		AllarmeSoggettoEnte: "Stessa persona più volte da un Ente",
	}[c]
}

// Gravita is how grave an alarm is.
type Gravita string

const (
	GravitaAlta  Gravita = "alta"
	GravitaMedia Gravita = "media"
	GravitaBassa Gravita = "bassa"
)

// RegolaAllarme is a rule by which requests raise an alarm.
type RegolaAllarme struct {
	Codice      CodiceAllarme   `json:"codice"`
	Versione    int             `json:"versione"`       // of the code at the Comune, counted from 1 whichever Ente it is for; 0: the Comune has set none
	Ente        EnteID          `json:"ente,omitempty"` // for its requests alone; empty: for those of every Ente that has none of its own
	Attiva      bool            `json:"attiva"`
	Gravita     Gravita         `json:"gravita"`
	Orario      *OrarioSospetto `json:"orario,omitempty"`      // of AllarmeOrario
	Ripetizione *Ripetizione    `json:"ripetizione,omitempty"` // of the others
}

// RegolaAllarmeSet is a version of a rule, in force for requests made from then on.
type RegolaAllarmeSet RegolaAllarme

// RegolaAllarmeLifted says that an Ente has no rule of its own any more: that of the Comune
// is in force for its requests.
type RegolaAllarmeLifted struct {
	Codice CodiceAllarme `json:"codice"`
	Ente   EnteID        `json:"ente"`
}

func (RegolaAllarmeSet) EventType() string    { return "comune.alarm-rule-set.v1" }
func (RegolaAllarmeLifted) EventType() string { return "comune.alarm-rule-lifted.v1" }

func init() {
	register[RegolaAllarmeSet]()
	register[RegolaAllarmeLifted]()
}

// RegoleIniziali are the rules of a Comune that has set none, one of each code.
func RegoleIniziali() []RegolaAllarme {
	return []RegolaAllarme{
		{Codice: AllarmeOrario, Attiva: true, Gravita: GravitaBassa, Orario: &OrarioSospetto{Dalle: "22:00", Alle: "06:00"}},
		{Codice: AllarmeSoggettoUtente, Attiva: true, Gravita: GravitaAlta, Ripetizione: &Ripetizione{Soglia: 3, Giorni: 30}},
		{Codice: AllarmeSoggettoEnte, Attiva: true, Gravita: GravitaMedia, Ripetizione: &Ripetizione{Soglia: 5, Giorni: 30}},
	}
}

// Same says whether two versions of a rule are met by the same requests, and are as grave.
func (r RegolaAllarme) Same(as RegolaAllarme) bool {
	return r.Attiva == as.Attiva && r.Gravita == as.Gravita && equal(r.Orario, as.Orario) && equal(r.Ripetizione, as.Ripetizione)
}

// equal says whether two values are, of which there may be none.
func equal[T comparable](a, b *T) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// Text says in Italian which requests meet the rule.
func (r RegolaAllarme) Text() string {
	switch {
	case r.Orario != nil:
		return r.Orario.text()
	case r.Ripetizione == nil:
		return ""
	case r.Codice == AllarmeSoggettoEnte:
		return r.Ripetizione.text("dello stesso Ente")
	}
	return r.Ripetizione.text("dello stesso utente")
}

// RegolaDiComune is a version of a rule and for how long it is in force.
type RegolaDiComune struct {
	RegolaAllarme
	Dal time.Time // when it was set
	Al  time.Time // when another took its place, or it was lifted; zero: it is in force
	By  UtenteID  // who set it
}

// Patrono is the day of a Comune's patron saint from an instant on.
type Patrono struct {
	Dal    time.Time
	Giorno string // MM-DD; empty: none
}

// Patroni are the days of a Comune's patron saint, in the order in which they were told.
type Patroni []Patrono

// Evolve returns the state after one more event of the Comune.
func (s Patroni) Evolve(e Event, m Meta) Patroni {
	switch e := e.(type) {
	case ComuneRegistered:
		if len(s) == 0 { // later the calendar says it
			return Patroni{{m.At, e.SantoPatrono}}
		}
	case CalendarioSet:
		return append(slices.Clip(s), Patrono{m.At, e.SantoPatrono})
	}
	return s
}

// Festivo says whether a day was a holiday in the Comune, as far as it was known at an
// instant: a national one, or its patron saint's.
func (s Patroni) Festivo(d Date, at time.Time) bool {
	giorno := ""
	for _, p := range s {
		if !at.Before(p.Dal) {
			giorno = p.Giorno
		}
	}
	return Holiday(d) || Calendar{SantoPatrono: giorno}.patronSaint(d)
}

// RegoleAllarmi are the rules of alarms of a Comune: those in force and those before, in the
// order in which they were set.
type RegoleAllarmi []RegolaDiComune

// Evolve returns the state after one more event of the Comune.
func (s RegoleAllarmi) Evolve(e Event, m Meta) RegoleAllarmi {
	switch e := e.(type) {
	case RegolaAllarmeSet:
		return append(s.ended(e.Codice, e.Ente, m.At), RegolaDiComune{RegolaAllarme: RegolaAllarme(e), Dal: m.At, By: m.By.Utente})
	case RegolaAllarmeLifted:
		return s.ended(e.Codice, e.Ente, m.At)
	}
	return s
}

// ended returns the rules, that of a code for an Ente over.
func (s RegoleAllarmi) ended(codice CodiceAllarme, ente EnteID, at time.Time) RegoleAllarmi {
	all := slices.Clone(s)
	for i, r := range all {
		if r.Codice == codice && r.Ente == ente && r.Al.IsZero() {
			all[i].Al = at
		}
	}
	return all
}

// Last returns the number of the version of a rule that was set last; 0: none was.
func (s RegoleAllarmi) Last(codice CodiceAllarme) (versione int) {
	for _, r := range s {
		if r.Codice == codice {
			versione = max(versione, r.Versione)
		}
	}
	return versione
}

// Own returns the rule that was set for an Ente alone, or for an empty one for all, and is
// in force at an instant.
func (s RegoleAllarmi) Own(codice CodiceAllarme, ente EnteID, at time.Time) (RegolaDiComune, bool) {
	return find(s, func(r RegolaDiComune) bool {
		return r.Codice == codice && r.Ente == ente && !at.Before(r.Dal) && (r.Al.IsZero() || at.Before(r.Al))
	})
}

// InForce returns the rules in force at an instant for the requests of an Ente, or for an
// empty one for those of Enti that have none of their own: one of each code.
func (s RegoleAllarmi) InForce(ente EnteID, at time.Time) []RegolaAllarme {
	all := RegoleIniziali()
	for i, r := range all {
		if common, ok := s.Own(r.Codice, "", at); ok {
			all[i] = common.RegolaAllarme
		}
		if own, ok := s.Own(r.Codice, ente, at); ok {
			all[i] = own.RegolaAllarme
		}
	}
	return all
}

// Check refuses parameters by which no request, or every request, would meet the rule, and
// those of another rule.
func (r RegolaAllarme) Check() error {
	initial, known := find(RegoleIniziali(), func(i RegolaAllarme) bool { return i.Codice == r.Codice })
	switch {
	case !known:
		return FieldErrorf(Invalid, "codice", "le regole di allarme sono %s, %s e %s", AllarmeOrario, AllarmeSoggettoUtente, AllarmeSoggettoEnte)
	case !slices.Contains([]Gravita{GravitaAlta, GravitaMedia, GravitaBassa}, r.Gravita):
		return FieldErrorf(Invalid, "gravita", "la gravità è alta, media o bassa")
	case (r.Orario == nil) != (initial.Orario == nil):
		return FieldErrorf(Invalid, "orario", "l'orario sospetto è di %s, e di nessun'altra regola", AllarmeOrario)
	case (r.Ripetizione == nil) != (initial.Ripetizione == nil):
		return FieldErrorf(Invalid, "ripetizione", "soglia e giorni sono di %s e %s, e di nessun'altra regola", AllarmeSoggettoUtente, AllarmeSoggettoEnte)
	case r.Orario != nil:
		return r.Orario.check()
	}
	return r.Ripetizione.check()
}

// OrarioSospetto are the hours at which a request is suspicious, on the clocks of Italy.
type OrarioSospetto struct {
	Dalle         string `json:"dalle" doc:"HH:MM, compreso" example:"22:00"`
	Alle          string `json:"alle" doc:"HH:MM, escluso; se è prima, è del giorno dopo" example:"06:00"`
	FineSettimana bool   `json:"fine_settimana,omitempty" doc:"Anche il sabato e la domenica, a ogni ora"`
	Festivi       bool   `json:"festivi,omitempty" doc:"Anche nei giorni festivi e del santo patrono, a ogni ora"`
}

func (o OrarioSospetto) check() error {
	from, ok1 := timeOfDay(o.Dalle)
	to, ok2 := timeOfDay(o.Alle)
	if !ok1 || !ok2 || from == to || from == 24*time.Hour {
		return FieldErrorf(Invalid, "orario", "l'orario sospetto vuole due ore HH:MM diverse")
	}
	return nil
}

func (o OrarioSospetto) text() string {
	text := fmt.Sprintf("richieste fra le %s e le %s", o.Dalle, o.Alle)
	if o.FineSettimana {
		text += ", di sabato e di domenica"
	}
	if o.Festivi {
		text += ", nei giorni festivi"
	}
	return text
}

// Includes says whether an instant is within the hours, and of which day they are: those
// that pass midnight are of the day on which they begin.
func (o OrarioSospetto) Includes(at time.Time, festivo func(Date) bool) (Date, bool) {
	from, _ := timeOfDay(o.Dalle)
	to, _ := timeOfDay(o.Alle)
	local, day := ItalianTime(at), ItalianDay(at)
	clock := time.Duration(local.Hour())*time.Hour + time.Duration(local.Minute())*time.Minute
	switch {
	case from <= clock && (clock < to || to < from):
		return day, true
	case to < from && clock < to:
		return day.Plus(-1), true
	}
	weekend := local.Weekday() == time.Saturday || local.Weekday() == time.Sunday
	return day, o.FineSettimana && weekend || o.Festivi && festivo(day)
}

// Ripetizione is how often the same person may be asked about before that is suspicious.
type Ripetizione struct {
	Soglia int `json:"soglia" minimum:"2" maximum:"100" doc:"Quante richieste fanno scattare l'allarme" example:"3"`
	Giorni int `json:"giorni" minimum:"1" maximum:"90" doc:"In quanti giorni" example:"30"`
	// SenzaStessaPratica leaves out who is asked about again for the same case.
	SenzaStessaPratica bool `json:"senza_stessa_pratica,omitempty" doc:"Non conta una richiesta con il numero di pratica di una precedente, se non è dello stesso tipo entro 7 giorni"`
}

// The most that a rule may be set to, and within how many days the same type again counts
// whatever the practice.
const (
	SogliaMassima = 100
	GiorniMassimi = 90
	GiorniTipo    = 7
)

func (r Ripetizione) check() error {
	switch {
	case r.Soglia < 2 || r.Soglia > SogliaMassima:
		return FieldErrorf(Invalid, "ripetizione", "la soglia è da 2 a %d richieste", SogliaMassima)
	case r.Giorni < 1 || r.Giorni > GiorniMassimi:
		return FieldErrorf(Invalid, "ripetizione", "i giorni sono da 1 a %d", GiorniMassimi)
	}
	return nil
}

func (r Ripetizione) text(whose string) string {
	text := fmt.Sprintf("almeno %d richieste %s sulla stessa persona in %d giorni", r.Soglia, whose, r.Giorni)
	if r.SenzaStessaPratica {
		text += fmt.Sprintf(", senza quelle della stessa pratica se non dello stesso tipo entro %d giorni", GiorniTipo)
	}
	return text
}

// RichiestaSuPersona is a request about one person, as rules count it.
type RichiestaSuPersona struct {
	Visura        VisuraID
	Utente        UtenteID
	Tipo          Tipo
	NumeroPratica string
	At            time.Time
}

// Met returns the requests that count with the last of some, which are about one person
// and in their order, and whether they meet the rule.
func (r Ripetizione) Met(all []RichiestaSuPersona) ([]RichiestaSuPersona, bool) {
	if len(all) == 0 {
		return nil, false
	}
	last := all[len(all)-1]
	from := last.At.AddDate(0, 0, -r.Giorni)
	window := without(all, func(q RichiestaSuPersona) bool { return !q.At.After(from) })
	var counted []RichiestaSuPersona
	for i, q := range window {
		if !r.SenzaStessaPratica || !samePractice(window[:i], q) || sameTypeSoon(window[:i], q) {
			counted = append(counted, q)
		}
	}
	met := len(counted) >= r.Soglia && counted[len(counted)-1].Visura == last.Visura
	return counted, met
}

// samePractice says whether some requests are for the case of another.
func samePractice(before []RichiestaSuPersona, q RichiestaSuPersona) bool {
	return slices.ContainsFunc(before, func(b RichiestaSuPersona) bool { return b.NumeroPratica == q.NumeroPratica })
}

// sameTypeSoon says whether some requests are of the type of one after them, and it is soon
// after.
func sameTypeSoon(before []RichiestaSuPersona, q RichiestaSuPersona) bool {
	soon := q.At.AddDate(0, 0, -GiorniTipo)
	return slices.ContainsFunc(before, func(b RichiestaSuPersona) bool { return b.Tipo == q.Tipo && !b.At.Before(soon) })
}
