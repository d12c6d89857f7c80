// Package scheda is what the registry answers about a person: the card, its
// parts, and the tables that turn its codes into words. It judges nothing: what
// can be printed is decided by package documento.
package scheda

import "github.com/visure-anagrafiche/visure/domain"

// Scheda is what ANPR answered about a person, a family or a history, decoded
// from any of its messages. It is never stored and never logged.
type Scheda struct {
	IDOperazioneANPR string
	Persone          []Persona      // one for a person; the members for a family; several synthetic ones for homonyms
	Famiglia         *Famiglia      // of a family search
	Residenze        []Residenza    // of a residence history, in the order received
	Interruzioni     []domain.Date  // of a history followed back day by day: the days on which nothing was held
	Cittadinanze     []Cittadinanza // of a citizenship history, in the order received
	Anomalie         []Anomalia     // warnings: the answer is usable
}

// Anomalia is a flag of ANPR beside a usable answer, or on a card of it.
type Anomalia struct{ Codice, Testo string }

// Persona is one person's card. Not every Persona is the domain.Soggetto, the
// person asked about: an answer holds the other members of a family and people
// of the same name too. A block that was not asked for or that ANPR does not
// hold is nil or empty.
type Persona struct {
	IDANPR           string
	Generalita       Generalita
	StatoCivile      string // table 1 code, empty when missing
	NonDocumentato   bool   // the StatoCivile was entered without a record of it (statoCivileND)
	NoteStatoCivile  string
	SenzaFissaDimora bool
	Certificabile    string // table 42 code, empty when not said
	AttoNascita      *Atto
	Cittadinanze     []Cittadinanza
	Residenze        []Residenza
	Matrimonio       *Unione // marriage
	UnioneCivile     *Unione
	Vedovanza        *Evento     // death of the spouse
	OrdineVedovanza  string      // of the marriage that the death ended, when said
	Cessazione       *Cessazione // end of a marriage, or separation
	Scioglimento     *Cessazione // dissolution of the union
	Legame           *Legame
	Famiglia         *Famiglia
	Iscrizione       *Iscrizione
	Cancellazione    *Cancellazione
	Decesso          *Evento
	Anomalie         []Anomalia // of this person's data
}

// Generalita identifies a person. An empty Cognome or Nome is not registered,
// unless the person is said to have none.
type Generalita struct {
	CodiceFiscale       domain.CodiceFiscale
	CodiceFiscaleValido bool // validitaCF 1
	Cognome, Nome       string
	SenzaCognome        bool        // the person has no surname
	SenzaNome           bool        // the person has no first name
	Sesso               string      // M, F, N
	Nascita             domain.Date // partial as flagged
	LuogoNascita        Luogo
	AIRE                bool
	AnnoEspatrio        string
}

// Luogo is where something happened: a Comune, a place abroad, or an
// exceptional place.
type Luogo struct {
	Comune      Localita // in Italy
	Estero      Localita // abroad; Stato filled
	Eccezionale string
}

// Localita names a Comune (Nome, ISTAT, Provincia) or a place abroad (Nome,
// Stato, CodiceStato, Provincia as county).
type Localita struct {
	Nome        string
	ISTAT       domain.CodiceISTAT
	Provincia   string
	Stato       string
	CodiceStato string // three digits; 997, 998, 999 are of no State
}

// Atto is a civil status record; ANSC is set when it is digital.
type Atto struct {
	Comune     Localita
	Ufficio    string
	Anno       string
	Parte      string
	Serie      string
	Numero     string
	Volume     string
	Formazione domain.Date
	Trascritto bool
	ANSC       string
}

// Evento is a fact of civil status: when, where, and by which record.
type Evento struct {
	Data  domain.Date
	Luogo Luogo
	Atto  *Atto
}

// Unione is a marriage or a civil union with the other party.
type Unione struct {
	Altro  *Generalita // spouse or partner
	Evento *Evento
	Ordine string
}

// Cessazione is how a marriage or a union ended.
type Cessazione struct {
	Tipo      string      // table 31 code (marriage) or 43 (union)
	Unione    bool        // true: of a civil union
	Dal       domain.Date // since when it holds
	Pronuncia domain.Date // of the ruling, which may hold later
	Sentenza  string      // number
	Autorita  string
	Atto      *Atto
}

// Cittadinanza is one citizenship, with its start when known.
type Cittadinanza struct {
	Stato       string
	CodiceStato string // 100 Italy; 997, 998 a State in no table or unknown; 999 none
	Note        string
	Dal         domain.Date
}

// Residenza is one address with its start when known.
type Residenza struct {
	Tipo       string // table 25 code
	Note       string
	Indirizzo  Indirizzo // in Italy
	Estero     *Estero   // abroad
	Presso     string
	Decorrenza domain.Date
}

// Indirizzo is an Italian address, its parts put together from ANPR's:
// Via is species and name, Civico number with letter, exponent and colour,
// Edificio the words given in the place of a number or beside it, such as the
// name of a building, Interno stair, floor and door.
type Indirizzo struct {
	Via      string
	Civico   string
	Edificio string
	Interno  string
	CAP      string
	Frazione string
	Comune   Localita
}

// Estero is an address abroad.
type Estero struct {
	Indirizzo string
	CAP       string
	Localita  Localita
	Consolato string
}

// Legame is the relation of a person to the head of the family (table 5) or to
// a convivenza (table 6).
type Legame struct {
	Tipo        string // 3 famiglia, 4 convivenza, 5 famiglia AIRE
	Codice      string // table 5 or 6
	Progressivo int
	Decorrenza  domain.Date
}

// Famiglia is the family or convivenza a person lives in.
type Famiglia struct {
	ID            string
	TipoScheda    string // 3 famiglia, 4 convivenza, 5 famiglia AIRE, as stored; 1, 2 as the error texts say
	AIRE          bool
	Origine       domain.Date
	Denominazione string     // of a convivenza
	Residenza     *Residenza // of a family search
}

// Iscrizione is the entry in the register.
type Iscrizione struct {
	Data   domain.Date
	Comune Localita
	Codice string // table 7, or 19 for AIRE

	Provenienza Localita // the Comune the person came from, when ANPR says
}

// Cancellazione is the removal from the register.
type Cancellazione struct {
	Codice     string // table 15, or 28 for AIRE
	Note       string
	Decorrenza domain.Date
	Sentenza   *Sentenza // of a presumed death
}

// Sentenza is the ruling of a court.
type Sentenza struct {
	Autorita   string
	Numero     string
	Data       domain.Date
	Decorrenza domain.Date // since when it holds
}
