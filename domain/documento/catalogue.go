package documento

import (
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
	"slices"
	"time"
)

// Voce is what the catalogue knows of one kind of visura. Form, API, query,
// document and rules all read it; a new kind is one more entry.
type Entry struct {
	Tipo          domain.Tipo
	Certificato   int // ANPR table 13
	Consultazione Consultazione
	Rules         []Rule  // in order; the first refusal ends the judgement
	Body          []Block // in the order printed
}

// Consultazione is what to ask ANPR for (ANPR.md section 5): what is printed
// or judged, nothing else.
type Consultazione struct {
	Storica  bool  // a history: operation 6001, or the walk of 3002
	Famiglia bool  // schedaAnagraficaRichiesta 2
	Blocchi  []int // table 16 codes, none for a family
	AIRE     bool  // the subject is sought among Italians abroad
}

// Caso is what a rule judges and a block prints: one request with the answer
// of ANPR and the parties around it.
type Case struct {
	ID          domain.VisuraID
	Visura      domain.Visura
	Comune      domain.Comune
	Ente        domain.Ente
	Convenzione domain.Convenzione
	Utente      domain.Utente // who requested; only the code is printed
	Day         domain.Date   // the day the data are about
	IssuedAt    time.Time     // instant of issue, in the Comune's zone (Europe/Rome): printed as it stands
	VerifyURL   string        // what the QR leads to
	Scheda      scheda.Scheda
	Persona     scheda.Persona // the subject, once found; Compose fills it
}

// Regola looks at the answer and says why no document can be made, or what the
// reader must be warned of; the zero Esito says nothing.
type Rule func(Case) Finding

// Esito is a rule's word. Codice is a code of NotIssuableText when Rifiuta,
// otherwise a warning's; Testo is Italian and free of personal data.
type Finding struct {
	Refuses bool
	Code    string
	Text    string
}

// Blocco makes one section of the body; a section without content is not
// printed.
type Block func(Case) Section

// Voci returns the catalogue in the order of the law's list.
func Catalogue() []Entry { return slices.Clone(entries) }

// Trova returns the entry of a kind.
func Lookup(t domain.Tipo) (Entry, bool) {
	i := slices.IndexFunc(entries, func(v Entry) bool { return v.Tipo == t })
	if i < 0 {
		return Entry{}, false
	}
	return entries[i], true
}
