package domain

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"time"
)

// CasoCategory is the category of the streams of cases.
const CasoCategory = "caso"

// CasoID is the id of a case. It follows from what the case is about, so that one is opened
// once, whoever notices and however often.
type CasoID string

// Stream returns the stream of one.
func (id CasoID) Stream() Stream[Caso] { return Stream[Caso](CasoCategory + "-" + id) }

// ParseCasoID reads the id of a case.
func ParseCasoID(s string) (CasoID, error) { return parseID[CasoID](s, "caso") }

// GiorniPresaInCarico is within how many days somebody is to take a case in charge.
const GiorniPresaInCarico = 7

// VisureDiCasoMassime is about how many requests a case may be: those after are not added.
const VisureDiCasoMassime = 1000

// VisuraDiCaso is a request that a case is about, and who made it.
type VisuraDiCaso struct {
	Visura VisuraID `json:"visura"`
	Utente UtenteID `json:"utente"`
}

// CasoOpened opens the stream: requests have met a rule of alarms. It tells of the person
// asked about nothing but that the requests are about the same one.
type CasoOpened struct {
	Regola    RegolaAllarme  `json:"regola"` // as it was in force when the last of the requests was made
	Comune    CodiceISTAT    `json:"comune"`
	Ente      EnteID         `json:"ente"`
	Utente    UtenteID       `json:"utente,omitempty"`    // whose requests; empty: those of the whole Ente count
	Giorno    Date           `json:"giorno,omitzero"`     // of AllarmeOrario: on which the suspicious hours began
	Visure    []VisuraDiCaso `json:"visure"`              // that count, in the order in which they were made
	Conto     int            `json:"conto"`               // how many they are, of which the first and the last may be named alone
	Pratiche  int            `json:"pratiche"`            // for how many cases of the Ente
	Dal       time.Time      `json:"dal"`                 // when the first of them was made
	Al        time.Time      `json:"al"`                  // and the last
	Riservato bool           `json:"riservato,omitempty"` // it is about who administers the Ente there: only the Comune may handle it
	Entro     time.Time      `json:"entro"`               // by when somebody is to take it in charge
}

// CasoRequestsAdded says that further requests meet the rule of a case that is not closed.
type CasoRequestsAdded struct {
	Visure    []VisuraDiCaso `json:"visure"`
	Riservato bool           `json:"riservato,omitempty"` // from now on, as in CasoOpened
}

// CasoTaken says that who did it has the case in charge, nobody else any more.
type CasoTaken struct{}

// EsitoCaso is what came of a case.
type EsitoCaso string

const (
	EsitoGiustificata EsitoCaso = "giustificata" // the requests had their reasons
	EsitoImpropria    EsitoCaso = "impropria"    // they had none
	EsitoDaSegnalare  EsitoCaso = "da_segnalare" // the data protection officer and the Ente are to decide
)

// EsitiCaso are all of them, in the order in which they are shown.
var EsitiCaso = []EsitoCaso{EsitoGiustificata, EsitoImpropria, EsitoDaSegnalare}

// Text says the outcome in Italian.
func (e EsitoCaso) Text() string {
	return map[EsitoCaso]string{EsitoGiustificata: "giustificata", EsitoImpropria: "impropria", EsitoDaSegnalare: "da segnalare"}[e]
}

// CasoClosed ends a case.
type CasoClosed struct {
	Esito EsitoCaso `json:"esito"`
	Testo string    `json:"testo" sealed:"person"` // the words of who had it in charge
}

func (CasoOpened) EventType() string        { return "caso.opened.v1" }
func (CasoRequestsAdded) EventType() string { return "caso.requests-added.v1" }
func (CasoTaken) EventType() string         { return "caso.taken.v1" }
func (CasoClosed) EventType() string        { return "caso.closed.v1" }

func init() {
	register[CasoOpened]()
	register[CasoRequestsAdded]()
	register[CasoTaken]()
	register[CasoClosed]()
}

// StatoCaso is where a case stands.
type StatoCaso string

const (
	CasoAbsent   StatoCaso = ""      // none has this id
	CasoWaiting  StatoCaso = "open"  // to be taken in charge
	CasoInCharge StatoCaso = "taken" // somebody has it in charge
	CasoEnded    StatoCaso = "closed"
)

// Caso is an alarm that somebody is to look into. The zero value is the state before the
// first event.
type Caso struct {
	Stato      StatoCaso
	Aperto     CasoOpened
	Visure     []VisuraDiCaso // of all its events
	Riservato  bool
	Incaricato UtenteID  // who has, or had, it in charge; empty: nobody
	Esito      EsitoCaso // empty: it is not closed
}

// Object says whose the case is, for who asks whether they may know of it.
func (s Caso) Object() Object { return Object{Comune: s.Aperto.Comune, Ente: s.Aperto.Ente} }

// Evolve returns the state after one more event.
func (s Caso) Evolve(e Event, m Meta) Caso {
	switch e := e.(type) {
	case CasoOpened:
		s = Caso{Stato: CasoWaiting, Aperto: e, Visure: e.Visure, Riservato: e.Riservato}
	case CasoRequestsAdded:
		s.Visure, s.Riservato = append(slices.Clip(s.Visure), e.Visure...), s.Riservato || e.Riservato
	case CasoTaken:
		s.Stato, s.Incaricato = CasoInCharge, m.By.Utente
	case CasoClosed:
		s.Stato, s.Esito = CasoEnded, e.Esito
	}
	return s
}

// About says whether a person made any of the requests.
func (s Caso) About(id UtenteID) bool {
	return slices.ContainsFunc(s.Visure, func(v VisuraDiCaso) bool { return v.Utente == id })
}

// Has says whether it is about a request.
func (s Caso) Has(id VisuraID) bool {
	return slices.ContainsFunc(s.Visure, func(v VisuraDiCaso) bool { return v.Visura == id })
}

// CasoID returns the id of the case that requests open which meet a rule, of several of the
// same rule and the same person's or Ente's that which begins with something: a request, or
// a day.
func (e CasoOpened) CasoID(from string) CasoID {
	sum := sha256.Sum256(fmt.Appendf(nil, "visure/caso/%s/%d/%s/%s/%s/%s", e.Regola.Codice, e.Regola.Versione, e.Comune, e.Ente, e.Utente, from))
	return CasoID(UUID8([16]byte(sum[:16])))
}
