package domain

import (
	"crypto/sha256"
	"regexp"
	"slices"
	"sync"
)

// ConvenzioneID is the id of the act between an Ente and a Comune: it follows from
// the two, so that there is one.
type ConvenzioneID string

// Stream returns the stream of the act between an Ente and a Comune.
func (id ConvenzioneID) Stream() Stream[Convenzione] {
	return Stream[Convenzione]("convenzione-" + id)
}

// ParseConvenzioneID reads the id of an act.
func ParseConvenzioneID(s string) (ConvenzioneID, error) {
	return parseID[ConvenzioneID](s, "convenzione")
}

// convenzioneIDs is the namespace of the ids of acts. It is part of the stored
// format.
const convenzioneIDs = "visure/convenzione/"

// ConvenzioneIDOf returns the id of the act of a pair: a version 8 UUID (RFC 9562)
// made of a SHA-256.
func ConvenzioneIDOf(p Pair) ConvenzioneID {
	sum := sha256.Sum256([]byte(convenzioneIDs + string(p.Ente) + "/" + string(p.Comune)))
	return ConvenzioneID(UUID8([16]byte(sum[:16])))
}

// Convenzione is what lets an Ente ask a Comune (CAD art. 62 c.3, art. 50; DPR
// 445/2000 art. 43 c.2), through all its renewals: what for, which types at most,
// how far, when and from where.
type Convenzione struct {
	Pair
	Draft     *ConvenzioneDrafted // awaits activation; nil: none
	Atti      []Atto              // activated, oldest first
	Suspended bool
	Ended     bool // since the last activation
	Annexes   []AnnexAttached
	Announced []int                // days before the end of the last act that were announced
	Inibite   []Finalita           // purposes no request may name, as an act had them when they were found not current
	Reviewed  []RicertificazioneID // by which some were
}

// Atto is an act that was activated.
type Atto struct {
	ConvenzioneDrafted
	Numero  int             // of the act within the pair, from 1
	Ended   bool            // before its day
	Massive *MassiveGranted // what it admits about many people at once; nil: nothing
}

// TipoAtto is what an act is called and printed as.
type TipoAtto string

const (
	AttoConvenzione    TipoAtto = "convenzione"            // with a body outside the Comune
	AttoAutorizzazione TipoAtto = "autorizzazione_interna" // of an office of the Comune itself
)

// Title is the name the act is printed under.
func (t TipoAtto) Title() string {
	if t == AttoAutorizzazione {
		return "Autorizzazione interna"
	}
	return "Convenzione"
}

// ConvenzioneDrafted writes the act as it is to be, or as it is to be amended: it
// holds from its activation.
type ConvenzioneDrafted struct {
	Ente      EnteID      `json:"ente"`
	Comune    CodiceISTAT `json:"comune"`
	Tipo      TipoAtto    `json:"tipo"`
	Estremi   string      `json:"estremi"` // act and date, as printed
	Data      Date        `json:"data,omitzero"`
	Firmatari []string    `json:"firmatari,omitempty"` // offices that signed
	Dal       Date        `json:"dal"`
	Al        Date        `json:"al"` // last day included
	Finalita  []Finalita  `json:"finalita"`
	Massimo   Massimo     `json:"massimo"`
	// SecondoFattore wants a second factor of operators too.
	SecondoFattore bool     `json:"secondo_fattore,omitempty"`
	Contatti       Contatti `json:"contatti,omitzero"` // of the Ente
}

// Massimo is the most an act lets anybody have.
type Massimo struct {
	Tipi       []Tipo           `json:"tipi" doc:"Tipi di visura ammessi"`
	Nazionale  Modo             `json:"nazionale,omitzero" doc:"Conferma più larga ammessa per le visure nazionali; assente: non ammesse"`
	Orario     Orario           `json:"orario,omitempty" doc:"Fasce in cui si può chiedere; assenti: sempre"`
	Postazione RegolaPostazione `json:"postazione,omitempty" doc:"libera o autorizzata"`
	Pratica    string           `json:"pratica,omitempty" maxLength:"200" doc:"Espressione regolare (RE2) del numero di pratica; assente: nessuna oltre a quella generale"`
	Quote      []Quota          `json:"quote,omitempty" maxItems:"20" doc:"Quanto si può chiedere al più, dell'utente e dell'Ente; assenti: senza limite"`
}

// Finalita is a purpose the act admits, with its legal basis, for how long what
// was obtained for it may be kept, and the risk analysis that admitted it.
type Finalita struct {
	Codice        string `json:"codice" maxLength:"40"`
	Descrizione   string `json:"descrizione" maxLength:"400"`
	BaseGiuridica string `json:"base_giuridica" maxLength:"400"`
	Conservazione int    `json:"conservazione,omitempty" minimum:"0" doc:"Mesi di conservazione presso l'Ente"`
	Valutazione   string `json:"valutazione,omitempty" maxLength:"400" doc:"Estremi dell'analisi del rischio che ha ammesso la finalità"`
	// Tipi are the types it may be named for, among those the act admits; none: all of them.
	Tipi []Tipo `json:"tipi,omitempty" maxItems:"50" doc:"Tipi di visura per cui si può indicare, fra quelli ammessi dall'atto; assenti: tutti"`
}

// For says whether the purpose may be named for a type.
func (f Finalita) For(tipo Tipo) bool { return len(f.Tipi) == 0 || slices.Contains(f.Tipi, tipo) }

// ConvenzioneActivated puts the draft in force, from its first day. Al is its last
// day, from which follows when its end is announced.
type ConvenzioneActivated struct {
	Numero int  `json:"numero"`
	Al     Date `json:"al,omitzero"`
}

// ConvenzioneSuspended stops every request under the act until it is resumed.
type ConvenzioneSuspended struct {
	Motivo string `json:"motivo"`
}

// ConvenzioneResumed lets requests through again.
type ConvenzioneResumed struct{}

// ConvenzioneEnded ends the act before its day, and whatever was activated before.
type ConvenzioneEnded struct {
	Motivo string `json:"motivo"`
}

// AnnexAttached records a file of the act: it is kept encrypted, under its id.
type AnnexAttached struct {
	ID     string `json:"id"`
	Nome   string `json:"nome"`
	SHA256 string `json:"sha256"` // lower-case hexadecimal, of the file
	Size   int    `json:"size"`   // bytes
}

// ExpiryAnnounced records that whom it concerns were told that the act activated
// last, whose last day is Al, is about to end: Giorni is one of ConvenzioneNotices.
type ExpiryAnnounced struct {
	Giorni int  `json:"giorni"`
	Al     Date `json:"al,omitzero"`
}

func (ConvenzioneDrafted) EventType() string   { return "convenzione.drafted.v1" }
func (ConvenzioneActivated) EventType() string { return "convenzione.activated.v1" }
func (ConvenzioneSuspended) EventType() string { return "convenzione.suspended.v1" }
func (ConvenzioneResumed) EventType() string   { return "convenzione.resumed.v1" }
func (ConvenzioneEnded) EventType() string     { return "convenzione.ended.v1" }
func (AnnexAttached) EventType() string        { return "convenzione.annex-attached.v1" }
func (ExpiryAnnounced) EventType() string      { return "convenzione.expiry-announced.v1" }

func (ExpiryAnnounced) announces() {}

func init() {
	register[ConvenzioneDrafted]()
	register[ConvenzioneActivated]()
	register[ConvenzioneSuspended]()
	register[ConvenzioneResumed]()
	register[ConvenzioneEnded]()
	register[AnnexAttached]()
	register[ExpiryAnnounced]()
}

// Evolve returns the state after one more event.
func (s Convenzione) Evolve(e Event, _ Meta) Convenzione {
	switch e := e.(type) {
	case ConvenzioneDrafted:
		s.Pair, s.Draft = Pair{e.Ente, e.Comune}, &e
	case ConvenzioneActivated:
		if s.Draft != nil {
			s.Atti = append(slices.Clip(s.Atti), Atto{ConvenzioneDrafted: *s.Draft, Numero: e.Numero})
			s.Draft, s.Ended, s.Announced = nil, false, nil
		}
	case ConvenzioneSuspended:
		s.Suspended = true
	case ConvenzioneResumed:
		s.Suspended = false
	case ConvenzioneEnded:
		s.Ended, s.Atti = true, slices.Clone(s.Atti)
		for i := range s.Atti {
			s.Atti[i].Ended = true
		}
	case AnnexAttached:
		s.Annexes = append(slices.Clip(s.Annexes), e)
	case ExpiryAnnounced:
		s.Announced = append(slices.Clip(s.Announced), e.Giorni)
	case PurposesInhibited:
		s.inhibit(e)
	case PurposeReadmitted:
		s.readmit(e.Finalita)
	case MassiveGranted:
		s.massive(e.Atto, &e)
	case MassiveEnded:
		s.massive(e.Atto, nil)
	}
	return s
}

// Atto returns the act with a number; the zero Atto for none.
func (s Convenzione) Atto(numero int) Atto {
	if numero < 1 || numero > len(s.Atti) {
		return Atto{}
	}
	return s.Atti[numero-1]
}

// Annex returns a file of the act by its id.
func (s Convenzione) Annex(id string) (AnnexAttached, bool) {
	return find(s.Annexes, func(a AnnexAttached) bool { return a.ID == id })
}

// Last returns the act activated last; the zero Atto for none.
func (s Convenzione) Last() Atto { return s.Atto(len(s.Atti)) }

// InForce returns the act that holds on a calendar day: of those that have begun
// the one activated last, unless it is over, suspended or ended. An act that was
// ended never holds again, though another follows that has not begun. The reason
// says why none does.
func (s Convenzione) InForce(day Date) (Atto, StatoConvenzione) {
	begun := slices.Clone(s.Atti)
	begun = slices.DeleteFunc(begun, func(a Atto) bool { return a.Ended || a.Dal.Compare(day) > 0 })
	switch {
	case len(s.Atti) == 0 && s.Draft == nil:
		return Atto{}, ConvenzioneAssente
	case s.Ended:
		return Atto{}, ConvenzioneCessata
	case len(begun) == 0:
		return Atto{}, ConvenzioneBozza
	case begun[len(begun)-1].Al.Compare(day) < 0:
		return Atto{}, ConvenzioneScaduta
	case s.Suspended:
		return Atto{}, ConvenzioneSospesa
	}
	return begun[len(begun)-1], ConvenzioneAttiva
}

// StatoConvenzione is where an act stands on a day.
type StatoConvenzione string

const (
	ConvenzioneAssente StatoConvenzione = ""
	ConvenzioneBozza   StatoConvenzione = "bozza" // not yet in force
	ConvenzioneAttiva  StatoConvenzione = "attiva"
	ConvenzioneSospesa StatoConvenzione = "sospesa"
	ConvenzioneScaduta StatoConvenzione = "scaduta"
	ConvenzioneCessata StatoConvenzione = "cessata"
)

// Purpose returns the finalità with the given code.
func (s ConvenzioneDrafted) Purpose(codice string) (Finalita, bool) {
	return find(s.Finalita, func(f Finalita) bool { return f.Codice == codice })
}

// Purposes returns the finalità that may be named for a type, of those the act admits.
func (s ConvenzioneDrafted) Purposes(tipo Tipo) []Finalita {
	return slices.DeleteFunc(slices.Clone(s.Finalita), func(f Finalita) bool { return !f.For(tipo) })
}

// Practice says whether a practice number has the form the act wants.
func (s Massimo) Practice(numero string) bool {
	if s.Pratica == "" {
		return true
	}
	form := practiceForm(s.Pratica)
	return form != nil && form.MatchString(numero)
}

// practiceForms are the forms that were read already, each by its text: every request
// wants that of its act.
var practiceForms sync.Map

// practiceForm is the form of practice numbers by its text; nil for what cannot be read.
func practiceForm(text string) *regexp.Regexp {
	if form, read := practiceForms.Load(text); read {
		return form.(*regexp.Regexp)
	}
	form, _ := regexp.Compile(`^(?:` + text + `)$`)
	practiceForms.Store(text, form)
	return form
}
