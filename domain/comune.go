package domain

import (
	"slices"
	"time"
)

// ComuneCategory is the category of the streams of Comuni.
const ComuneCategory = "comune"

// Comune is the municipality that gives access, with its way to ANPR.
type Comune struct {
	Registered bool
	ComuneRegistered
	Collegamento Collegamento
	Contatti     Contatti
	Tops         []UtenteID  // who administer it; once there is one, there always is
	Namings      []TopNaming // when each of them was named
	Nazionale    NazionaleEnabled
	Istruzioni   InstructionsPublished
	Regole       RulesSet
	Avvisi       Avvisi
	Modelli      Modelli
	Calendari    Calendari
	Allarmi      RegoleAllarmi
}

// ComuneRegistered enters a Comune.
type ComuneRegistered struct {
	ISTAT        CodiceISTAT `json:"istat"`
	Nome         string      `json:"nome"`
	Provincia    string      `json:"provincia"` // two letters
	PEC          string      `json:"pec,omitempty"`
	Ufficio      string      `json:"ufficio"`                 // as printed in the heading
	OreSilenzio  int         `json:"ore_silenzio"`            // until it sets a calendar
	SantoPatrono string      `json:"santo_patrono,omitempty"` // MM-DD, until it sets a calendar
}

// ContattiSet records whom to turn to at the Comune.
type ContattiSet struct {
	Contatti Contatti `json:"contatti"`
}

// TopNamed makes a person a TOP of the Comune: it is kept here, where the last one
// is known.
type TopNamed struct {
	Utente UtenteID `json:"utente"`
}

// TopNaming is when a TOP was named.
type TopNaming struct {
	Utente UtenteID
	At     time.Time
}

// TopRemoved ends that.
type TopRemoved struct {
	Utente UtenteID `json:"utente"`
	Motivo string   `json:"motivo,omitempty"`
}

// NazionaleEnabled records by what title the Comune lets its operators ask about
// residents of others; it is printed on what they obtain. An empty Testo: it does
// not.
type NazionaleEnabled struct {
	Testo string `json:"testo"`
	Atto  string `json:"atto"`
	Data  Date   `json:"data,omitzero"`
}

// Printed is the title as documents bear it.
func (e NazionaleEnabled) Printed() string {
	return "Visura nazionale ammessa dal Comune: " + e.Testo + " (" + e.Atto + " del " + e.Data.Italian() + ")."
}

// NazionaleDisabled ends that.
type NazionaleDisabled struct {
	Motivo string `json:"motivo,omitempty"`
}

// InstructionsPublished is a version of what the Comune instructs those who
// process its data (GDPR art. 29). Version 0 is StandardInstructions.
type InstructionsPublished struct {
	Versione int    `json:"versione"`
	Testo    string `json:"testo"`
}

// RulesSet are the Comune's choices.
type RulesSet struct {
	// QuattroOcchi are the grants that another person must approve.
	QuattroOcchi []QuattroOcchi `json:"quattro_occhi,omitempty"`
	// ScaricoAmministratori lets TOP and ADMIN obtain documents, with a reason.
	ScaricoAmministratori bool `json:"scarico_amministratori,omitempty"`
	// Quote are the most that all Enti together may ask for.
	Quote []Quota `json:"quote,omitempty"`
}

// QuattroOcchi is a kind of grant that a Comune may want approved by another
// person than who proposes it.
type QuattroOcchi string

const (
	OcchiNazionale QuattroOcchi = "nazionale"
	OcchiStoriche  QuattroOcchi = "storiche"  // historical types
	OcchiParentela QuattroOcchi = "parentela" // families with kinship
)

func (ComuneRegistered) EventType() string      { return "comune.registered.v1" }
func (ContattiSet) EventType() string           { return "comune.contacts-set.v1" }
func (TopNamed) EventType() string              { return "comune.top-named.v1" }
func (TopRemoved) EventType() string            { return "comune.top-removed.v1" }
func (NazionaleEnabled) EventType() string      { return "comune.nazionale-enabled.v1" }
func (NazionaleDisabled) EventType() string     { return "comune.nazionale-disabled.v1" }
func (InstructionsPublished) EventType() string { return "comune.instructions-published.v1" }
func (RulesSet) EventType() string              { return "comune.rules-set.v1" }

func init() {
	register[ComuneRegistered]()
	register[ContattiSet]()
	register[TopNamed]()
	register[TopRemoved]()
	register[NazionaleEnabled]()
	register[NazionaleDisabled]()
	register[InstructionsPublished]()
	register[RulesSet]()
}

// Evolve returns the state after one more event.
func (s Comune) Evolve(e Event, m Meta) Comune {
	switch e := e.(type) {
	case ComuneRegistered:
		s.Registered, s.ComuneRegistered = true, e
	case ComuneConnected, ConnectionTested, OperatorStoodIn, CertificateExpiryAnnounced:
		s.Collegamento = s.Collegamento.evolve(e, m)
	case ContattiSet:
		s.Contatti = e.Contatti
	case TopNamed:
		s.Tops = replace(s.Tops, e.Utente, func(id UtenteID) bool { return id == e.Utente })
		s.Namings = replace(s.Namings, TopNaming{e.Utente, m.At}, func(n TopNaming) bool { return n.Utente == e.Utente })
	case TopRemoved:
		s.Tops = without(s.Tops, func(id UtenteID) bool { return id == e.Utente })
		s.Namings = without(s.Namings, func(n TopNaming) bool { return n.Utente == e.Utente })
	case NazionaleEnabled:
		s.Nazionale = e
	case NazionaleDisabled:
		s.Nazionale = NazionaleEnabled{}
	case InstructionsPublished:
		s.Istruzioni = e
	case RulesSet:
		s.Regole = e
	case AvvisoPublished, AvvisoWithdrawn:
		s.Avvisi = s.Avvisi.evolve(e, m)
	case ModelloPublished, StemmaKept:
		s.Modelli = s.Modelli.evolve(e, m)
	case RegolaAllarmeSet, RegolaAllarmeLifted:
		s.Allarmi = s.Allarmi.Evolve(e, m)
	case CalendarioSet:
		s.Calendari = s.Calendari.evolve(e, m, s.Calendario())
	}
	return s
}

// Top says whether a person administers the Comune.
func (s Comune) Top(id UtenteID) bool { return id != "" && slices.Contains(s.Tops, id) }

// Confirms says whether a person may decide on a calendar day on requests that await the
// Comune, a TOP or an officer, suspended or absent or not.
func (s Comune) Confirms(id UtenteID, u Utente, day Date) bool {
	return s.Top(id) || u.HoldsOn(RoleAnagrafe, Pair{Comune: s.ISTAT}, day)
}

// NamedAt returns when a TOP was named; zero for who is none.
func (s Comune) NamedAt(id UtenteID) time.Time {
	for _, n := range s.Namings {
		if n.Utente == id {
			return n.At
		}
	}
	return time.Time{}
}

// Wants says whether the Comune wants a kind of grant approved by another person.
func (s Comune) Wants(o QuattroOcchi) bool { return slices.Contains(s.Regole.QuattroOcchi, o) }

// StandardInstructions are what a Comune that has published none instructs those
// who process its data.
const StandardInstructions = `Chi usa il servizio tratta dati personali per conto del proprio Ente e:
- chiede visure solo per la finalità e la pratica che indica, e solo del tipo che serve;
- non chiede visure su di sé, su familiari o conoscenti, né per curiosità;
- non comunica ad altri le proprie credenziali e blocca la postazione quando si allontana;
- non consegna la visura all'interessato né a privati e la conserva per il solo tempo necessario;
- segnala subito all'amministratore dell'Ente l'uso improprio, lo smarrimento di credenziali e ogni violazione di dati.
Ogni operazione è registrata e può essere verificata.`
