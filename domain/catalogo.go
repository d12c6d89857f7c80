package domain

import (
	"slices"
	"time"
)

// Tipo is the wire code of a kind of visura.
type Tipo string

// The fourteen kinds on offer.
const (
	Nascita                Tipo = "nascita"
	EsistenzaInVita        Tipo = "esistenza_in_vita"
	Morte                  Tipo = "morte"
	CittadinanzaTipo       Tipo = "cittadinanza"
	Matrimonio             Tipo = "matrimonio"
	StatoLibero            Tipo = "stato_libero"
	ResidenzaTipo          Tipo = "residenza"
	StatoCivile            Tipo = "stato_civile"
	StatoFamiglia          Tipo = "stato_famiglia"
	StatoFamigliaParentela Tipo = "stato_famiglia_parentela"
	StatoFamigliaAIRE      Tipo = "stato_famiglia_aire"
	ResidenzaAIRE          Tipo = "residenza_aire"
	CittadinanzaStorica    Tipo = "cittadinanza_storica"
	ResidenzaStorica       Tipo = "residenza_storica"
)

// Voce is what the catalogue knows of one kind of visura. Form, API, query,
// document and rules all read it; a new kind is one more entry.
type Voce struct {
	Tipo          Tipo
	Titolo        string // "Residenza", as printed after "Visura anagrafica –"
	Certificato   int    // ANPR table 13
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
	ID          VisuraID
	Visura      Visura
	Comune      Comune
	Ente        Ente
	Convenzione Convenzione
	Utente      Utente    // who requested; only the code is printed
	Oggi        Data      // the day the data are about
	Emissione   time.Time // instant of issue, in the Comune's zone (Europe/Rome): printed as it stands
	VerifyURL   string    // what the QR leads to
	Scheda      Scheda
	Persona     Soggetto // the subject, once found; Compose fills it
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
func Trova(t Tipo) (Voce, bool) {
	i := slices.IndexFunc(catalogo, func(v Voce) bool { return v.Tipo == t })
	if i < 0 {
		return Voce{}, false
	}
	return catalogo[i], true
}
