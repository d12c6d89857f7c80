package domain

import "time"

// VisuraRequested opens every stream: who is asked about, what for, and under
// which agreement and profile the request was admitted.
type VisuraRequested struct {
	Comune       CodiceISTAT   `json:"comune"`
	Ente         EnteID        `json:"ente"`
	Convenzione  ConvenzioneID `json:"convenzione"`
	Atto         int           `json:"atto"` // number of the act within the pair
	Profile      ProfileID     `json:"profile"`
	Ufficio      string        `json:"ufficio,omitempty"` // of the Ente, whose the requester was
	Tipo         Tipo          `json:"tipo"`
	Ambito       Ambito        `json:"ambito"`
	Conferma     Conferma      `json:"conferma"`
	OreSilenzio  int           `json:"ore_silenzio,omitempty"` // office hours of silence; 0: the Comune's term
	Purpose      Purpose       `json:"purpose"`
	Soggetto     Soggetto      `json:"soggetto" sealed:"person"`
	SubjectToken string        `json:"subject_token" sealed:"token"` // keyed hash of Soggetto, as they were asked about

	Quote   []QuotaContata `json:"quote,omitempty"`   // that the request counted in; none: none were in force
	Massiva *RigaMassiva   `json:"massiva,omitempty"` // that asked for it; nil: it was asked for by itself
}

// Purpose is why a visura is asked. It cannot be changed afterwards.
type Purpose struct {
	Finalita      string `json:"finalita"`       // code, among those of the convention
	Descrizione   string `json:"descrizione"`    // of the finalità, as it stood
	BaseGiuridica string `json:"base_giuridica"` // as it stood in the convention
	NumeroPratica string `json:"numero_pratica"`
}

// ResidentSought is the intent to ask ANPR about the Comune's own, of a request that must
// be confirmed if the person is not among them: until then nothing has to be.
type ResidentSought QueryStarted

// NotResident closes the attempt that asked ANPR about the Comune's own: the person is
// not among them, so a request that may goes on beyond.
type NotResident struct {
	Attempt int    `json:"attempt"`
	ANPR    string `json:"anpr,omitempty"` // id of ANPR's operation, when there is one
}

// ConfirmationAwaited holds a request back until an officer decides, or until
// Due when silence counts as consent, or else until Scade when it expires.
type ConfirmationAwaited struct {
	Due        *time.Time `json:"due,omitempty"`        // nil: silence is no consent
	Scade      *time.Time `json:"scade,omitempty"`      // nil: silence ends it; in events of before, also nothing does
	Calendario int        `json:"calendario,omitempty"` // version of the Comune's CalendarioSet that Due or Scade was computed from; 0: it had set none
}

// ConfirmationSuspended stops the clock of a request that awaits confirmation, with an
// officer's question to who asked for it: until that is answered silence is no consent.
type ConfirmationSuspended struct {
	Domanda string        `json:"domanda" sealed:"person"`
	Resta   time.Duration `json:"resta,omitempty"` // office time left of the term, in nanoseconds; absent: there is no term
	// Scade is when the request expires if nobody answers or decides, and Calendario the
	// version it was computed from, as in ConfirmationAwaited.
	Scade      *time.Time `json:"scade,omitempty"`
	Calendario int        `json:"calendario,omitempty"`
}

// ConfirmationResumed starts it again, with the requester's answer.
type ConfirmationResumed struct {
	Risposta   string     `json:"risposta" sealed:"person"`
	Due        *time.Time `json:"due,omitempty"` // as in ConfirmationAwaited, as the others are
	Scade      *time.Time `json:"scade,omitempty"`
	Calendario int        `json:"calendario,omitempty"`
}

// ConfirmationAssigned says which officer looks after a request that awaits
// confirmation: who took charge of it, or whom it was passed on to. Others may decide, too.
type ConfirmationAssigned struct {
	Utente UtenteID `json:"utente"`
}

// VisuraApproved lets the request go on: at once where no confirmation is needed,
// by an officer, or by silence. Silence is effective from the due time, whenever
// it was noticed.
type VisuraApproved struct {
	Conferma  Conferma  `json:"conferma"`
	Effective time.Time `json:"effective"`
}

// VisuraRejected ends a request by an officer's refusal.
type VisuraRejected struct {
	Motivo string `json:"motivo"`                          // code, see Motivi
	Testo  string `json:"testo,omitempty" sealed:"person"` // the officer's words
}

// VisuraWithdrawn ends a request by its requester.
type VisuraWithdrawn struct {
	Testo string `json:"testo,omitempty" sealed:"person"`
}

// VisuraLapsed ends a request because what allowed it ended before it was carried out.
type VisuraLapsed struct {
	Item string `json:"item"` // code, see LapsedText
}

// VisuraExpired ends a request that nobody decided, or whose requester did not answer, in
// as many days as the Comune lets it wait.
type VisuraExpired struct {
	Effective time.Time `json:"effective"`         // when the days were over, whenever it was noticed
	Domanda   bool      `json:"domanda,omitempty"` // a question awaited its answer
}

// QueryStarted is the intent to ask ANPR, recorded before the call. After a
// crash between it and the outcome the call is repeated with the same id.
type QueryStarted struct {
	Attempt            int    `json:"attempt"` // from 1
	IDOperazioneComune string `json:"id_operazione_comune"`
	Ambito             Ambito `json:"ambito,omitempty"`  // how far it asks; empty, as events of before are: as far as was requested
	Numero             CIUV   `json:"numero"`            // of the document, if one is made: the same at every attempt
	Modello            int    `json:"modello,omitempty"` // version of the Comune's ModelloPublished that a document is made with; 0: none
}

// QueryDeferred closes an intent whose call brought neither a card nor a final
// refusal: the next attempt has a new id and starts at RetryAt at the earliest.
type QueryDeferred struct {
	Attempt int          `json:"attempt"`
	Class   FailureClass `json:"class"`
	Code    string       `json:"code"`
	RetryAt time.Time    `json:"retry_at"`
}

// VisuraIssued ends a request that succeeded. It is recorded after the document
// was archived.
type VisuraIssued struct {
	Numero             CIUV      `json:"numero"`
	SHA256             string    `json:"sha256"` // lower-case hexadecimal, of the PDF
	Size               int       `json:"size"`   // bytes
	Pages              int       `json:"pages"`
	IDOperazioneANPR   string    `json:"id_operazione_anpr"`
	IDOperazioneComune string    `json:"id_operazione_comune"`
	Ambito             Ambito    `json:"ambito,omitempty"`         // how far ANPR was asked; empty, as events of before are: as far as was requested
	NumeroPratica      string    `json:"numero_pratica,omitempty"` // of the case, as it is printed; empty: as it was asked for
	IssuedAt           time.Time `json:"issued_at"`                // the instant printed on the document
	Template           string    `json:"template"`                 // version of layout and legal texts
	Modello            int       `json:"modello,omitempty"`        // version of the Comune's ModelloPublished it is made with; 0: none
	Ambiente           Ambiente  `json:"ambiente,omitempty"`       // where the data come from
	Warnings           []string  `json:"warnings,omitempty"`
	SubjectToken       string    `json:"subject_token" sealed:"token"` // keyed hash of the person ANPR found
}

// VisuraNotIssuable ends a request for a reason that lies in the person or in
// ANPR's answer.
type VisuraNotIssuable struct {
	Reason   string   `json:"reason"`             // code, see NotIssuableText
	Ambito   Ambito   `json:"ambito,omitempty"`   // how far ANPR was asked, as in VisuraIssued
	Warnings []string `json:"warnings,omitempty"` // ANPR's codes, for support
	ANPR     string   `json:"anpr,omitempty"`     // id of ANPR's operation, when there is one
	Detail   string   `json:"detail,omitempty" sealed:"person"`
	// SubjectToken is the keyed hash of the person ANPR found; empty when it found
	// nobody, or nobody in particular.
	SubjectToken string `json:"subject_token,omitempty" sealed:"token"`
}

// VisuraFailed gives a request up for technical reasons.
type VisuraFailed struct {
	Code string `json:"code"`
}

// VisuraDownloaded records that the document was handed out; to who administers,
// with their reason.
type VisuraDownloaded struct {
	SHA256 string `json:"sha256"`
	Motivo string `json:"motivo,omitempty" sealed:"person"`
}

// VisuraRevoked takes an issued document out of use: it was found wrong.
type VisuraRevoked struct {
	Motivo string `json:"motivo"`                          // code, see MotiviRevoca
	Testo  string `json:"testo,omitempty" sealed:"person"` // the officer's words
}

// RevocationAnnounced records that those were told of a revocation who had taken the
// document, and for who of them has left, the ADMINs of their Ente.
type RevocationAnnounced struct {
	Utenti []UtenteID `json:"utenti,omitempty"` // who was written to; none: nobody had taken it, or nobody has an address
}

// RequesterTold records that the requester was written to about what became of a request
// that awaited confirmation.
type RequesterTold struct {
	Fatto Fatto `json:"fatto"`
}

// Fatto is what a requester is told of. Once used its values are never renamed.
type Fatto string

const (
	FattoDomanda  Fatto = "domanda"  // an officer asks them something
	FattoRifiuto  Fatto = "rifiuto"  // an officer refused
	FattoDecaduta Fatto = "decaduta" // what allowed the request ended
	FattoScaduta  Fatto = "scaduta"  // nobody decided, or they did not answer
	FattoEmessa   Fatto = "emessa"   // it was confirmed, and is issued
	FattoNessuna  Fatto = "nessuna"  // it was confirmed, and there is no document
)

// PracticeCorrected puts another number of the case in the place of the one that was
// wrong. What was asked of ANPR, and printed, before stays as it was.
type PracticeCorrected struct {
	Precedente    string `json:"precedente"`
	NumeroPratica string `json:"numero_pratica"`
}

// VisuraErased records that the data key of the visura was destroyed: what was
// sealed under it can no longer be read.
type VisuraErased struct {
	Basis string `json:"basis"` // code of the retention rule or order
}

func (VisuraRequested) EventType() string       { return "visura.requested.v1" }
func (ConfirmationAwaited) EventType() string   { return "visura.confirmation-awaited.v1" }
func (ConfirmationSuspended) EventType() string { return "visura.confirmation-suspended.v1" }
func (ConfirmationResumed) EventType() string   { return "visura.confirmation-resumed.v1" }
func (ConfirmationAssigned) EventType() string  { return "visura.confirmation-assigned.v1" }
func (ResidentSought) EventType() string        { return "visura.resident-sought.v1" }
func (NotResident) EventType() string           { return "visura.not-resident.v1" }
func (VisuraLapsed) EventType() string          { return "visura.lapsed.v1" }
func (VisuraExpired) EventType() string         { return "visura.expired.v1" }
func (VisuraApproved) EventType() string        { return "visura.approved.v1" }
func (VisuraRejected) EventType() string        { return "visura.rejected.v1" }
func (VisuraWithdrawn) EventType() string       { return "visura.withdrawn.v1" }
func (QueryStarted) EventType() string          { return "visura.query-started.v1" }
func (QueryDeferred) EventType() string         { return "visura.query-deferred.v1" }
func (VisuraIssued) EventType() string          { return "visura.issued.v1" }
func (VisuraNotIssuable) EventType() string     { return "visura.not-issuable.v1" }
func (VisuraFailed) EventType() string          { return "visura.failed.v1" }
func (VisuraDownloaded) EventType() string      { return "visura.downloaded.v1" }
func (VisuraErased) EventType() string          { return "visura.erased.v1" }
func (VisuraRevoked) EventType() string         { return "visura.revoked.v1" }
func (RevocationAnnounced) EventType() string   { return "visura.revocation-announced.v1" }
func (RequesterTold) EventType() string         { return "visura.requester-told.v1" }
func (PracticeCorrected) EventType() string     { return "visura.practice-corrected.v1" }

func (RevocationAnnounced) announces() {}
func (RequesterTold) announces()       {}

func init() {
	register[VisuraRequested]()
	register[ResidentSought]()
	register[NotResident]()
	register[ConfirmationAwaited]()
	register[ConfirmationSuspended]()
	register[ConfirmationResumed]()
	register[ConfirmationAssigned]()
	register[VisuraApproved]()
	register[VisuraRejected]()
	register[VisuraWithdrawn]()
	register[VisuraLapsed]()
	register[VisuraExpired]()
	register[QueryStarted]()
	register[QueryDeferred]()
	register[VisuraIssued]()
	register[VisuraNotIssuable]()
	register[VisuraFailed]()
	register[VisuraDownloaded]()
	register[VisuraRevoked]()
	register[RevocationAnnounced]()
	register[RequesterTold]()
	register[PracticeCorrected]()
	register[VisuraErased]()
}

// Why a request was given up.
const (
	FailedTooLong = "tempo_scaduto"   // ANPR could not be brought to an answer in time
	FailedErased  = "dati_cancellati" // the data key was destroyed
)
