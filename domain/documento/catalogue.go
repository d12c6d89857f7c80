package documento

import (
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
	"slices"
	"time"
)

// Voce is what the catalogue knows of one kind of visura. Form, API, query,
// document and rules all read it; a new kind is one more entry.
type Voce struct {
	Tipo          domain.Tipo
	Certificato   int // ANPR table 13
	Consultazione Consultazione
	Regole        []Regola // in order; the first refusal ends the judgement
	Corpo         []Blocco // in the order printed
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
type Caso struct {
	ID          domain.VisuraID
	Visura      domain.Visura
	Comune      domain.Comune
	Ente        domain.Ente
	Convenzione domain.Convenzione
	Utente      domain.Utente // who requested; only the code is printed
	Oggi        domain.Data   // the day the data are about
	Emissione   time.Time     // instant of issue, in the Comune's zone (Europe/Rome): printed as it stands
	VerifyURL   string        // what the QR leads to
	Scheda      scheda.Scheda
	Persona     scheda.Soggetto // the subject, once found; Compose fills it
}

// Regola looks at the answer and says why no document can be made, or what the
// reader must be warned of; the zero Esito says nothing.
type Regola func(Caso) Esito

// Esito is a rule's word. Codice is a code of NotIssuableText when Rifiuta,
// otherwise a warning's; Testo is Italian and free of personal data.
type Esito struct {
	Rifiuta bool
	Codice  string
	Testo   string
}

// Blocco makes one section of the body; a section without content is not
// printed.
type Blocco func(Caso) Sezione

// Voci returns the catalogue in the order of the law's list.
func Voci() []Voce { return slices.Clone(catalogo) }

// Trova returns the entry of a kind.
func Trova(t domain.Tipo) (Voce, bool) {
	i := slices.IndexFunc(catalogo, func(v Voce) bool { return v.Tipo == t })
	if i < 0 {
		return Voce{}, false
	}
	return catalogo[i], true
}
