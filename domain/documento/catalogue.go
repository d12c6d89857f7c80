package documento

import (
	"slices"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

// Entry says how one type of visura is made: what to ask ANPR for, what refuses
// or warns, what is printed.
type Entry struct {
	Tipo          domain.Tipo
	Title         string // as lists and people write it: "Nascita"
	Heading       string // of the document: "Visura anagrafica di nascita"
	Certificato   int    // ANPR table 13
	Consultazione Consultazione
	Rules         []Rule  // in order; none is asked after the first that refuses
	Body          []Block // in the order printed
}

// Consultazione is what to ask ANPR for (ANPR.md section 5): only what is printed
// or judged.
type Consultazione struct {
	Storica  bool  // a history: operation 6001, or the walk of 3002
	Famiglia bool  // schedaAnagraficaRichiesta 2
	Blocchi  []int // table 16 codes, none for a family
	AIRE     bool  // ask among Italians abroad
}

// Case is what a rule judges and a block prints: one request with the answer of
// ANPR and the state of the parties to it.
type Case struct {
	ID        domain.VisuraID
	Visura    domain.Visura
	Comune    domain.Comune
	Modello   Modello // of the Comune, in the version that the visura's intent fixed
	Ente      domain.Ente
	Atto      domain.Atto     // under which it was requested
	Utente    domain.Utente   // who requested; only the code is printed
	Day       domain.Date     // the day the data are about
	IssuedAt  time.Time       // instant of issue, in the Comune's zone (Europe/Rome): printed as it stands
	VerifyURL string          // what the QR leads to
	Ambiente  domain.Ambiente // where the Scheda comes from
	Scheda    scheda.Scheda
	Persona   scheda.Persona // the soggetto among the persons of the Scheda; Compose fills it
}

// Rule says why no document can be made of a case, or what its reader must be
// warned of; the zero Finding does neither.
type Rule func(Case) Finding

// Finding is a refusal or a warning. Code is one of domain.NotIssuableText when
// Refuses, else of the warning; Text is Italian and free of personal data.
type Finding struct {
	Refuses bool
	Code    string
	Text    string
	// Elsewhere says of a refusal that the person may be registered in another Comune.
	Elsewhere bool
}

// Block makes one section of the body; a section without content is not
// printed.
type Block func(Case) Section

// Catalogue returns the entries of all types in the order of the law's list.
func Catalogue() []Entry { return slices.Clone(entries) }

// Tipi returns the types on offer in the order of the law's list.
func Tipi() []domain.Tipo {
	tipi := make([]domain.Tipo, len(entries))
	for i, e := range entries {
		tipi[i] = e.Tipo
	}
	return tipi
}

// Offered says whether a type is on offer.
func Offered(t domain.Tipo) bool {
	_, ok := Lookup(t)
	return ok
}

// Title returns a type's name as lists and people write it; a type that is
// not on offer has none.
func Title(t domain.Tipo) string {
	e, _ := Lookup(t)
	return e.Title
}

// Lookup returns the entry of a type; ok is false when it is not on offer.
func Lookup(t domain.Tipo) (e Entry, ok bool) {
	i := slices.IndexFunc(entries, func(e Entry) bool { return e.Tipo == t })
	if i < 0 {
		return Entry{}, false
	}
	return entries[i], true
}
