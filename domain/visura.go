package domain

import (
	"cmp"
	"crypto/sha256"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"
)

// VisuraID is the id of a request, chosen by who makes it.
type VisuraID string

// VisuraCategory is the category of visure, the part of a stream's name before
// the first dash.
const VisuraCategory = "visura"

// Stream returns the stream that holds one request from asking to document.
func (id VisuraID) Stream() Stream[Visura] { return Stream[Visura](VisuraCategory + "-" + id) }

// ParseVisuraID reads the id of a visura as chosen by the client.
func ParseVisuraID(s string) (VisuraID, error) { return parseID[VisuraID](s, "visura") }

// VisuraOf returns the id of the visura a stream belongs to, and whether the
// stream is a visura's at all.
func VisuraOf(stream string) (VisuraID, bool) {
	id, ok := strings.CutPrefix(stream, VisuraCategory+"-")
	return VisuraID(id), ok
}

// Status is where a request stands.
type Status string

const (
	Absent      Status = ""                      // no request has this id
	Awaiting    Status = "awaiting_confirmation" // an officer, or silence, must decide
	InProgress  Status = "in_progress"           // ANPR is being asked: beyond the Comune only once that is confirmed
	Issued      Status = "issued"
	Revoked     Status = "revoked" // issued, and found wrong since
	NotIssuable Status = "not_issuable"
	Rejected    Status = "rejected"
	Withdrawn   Status = "withdrawn"
	Lapsed      Status = "lapsed"  // what allowed the request ended before ANPR was asked
	Expired     Status = "expired" // nobody decided in the days it may wait
	Failed      Status = "failed"
)

// Final says whether nothing can follow but downloads, a revocation, a correction of the
// practice number and erasure.
func (s Status) Final() bool {
	switch s {
	case Issued, Revoked, NotIssuable, Rejected, Withdrawn, Lapsed, Expired, Failed:
		return true
	}
	return false
}

// Visura is one request from asking to document. The zero value is the
// state before the first event.
type Visura struct {
	Status      Status
	Request     VisuraRequested
	Requester   Actor
	RequestedAt time.Time
	Correlation string // of the request, for what follows from it

	Beyond           bool          // the Comune's own were asked about, and the person is not among them
	Due              time.Time     // silence counts as consent from here on; zero: never
	Scade            time.Time     // it expires from here on; zero: never
	Calendario       int           // version of the Comune's calendar that Due was computed from
	Suspended        bool          // an officer has asked the requester something: silence is no consent meanwhile
	Resta            time.Duration // office time left when it was suspended; 0: there was no term
	Question, Answer string        // the last ones
	Waited           bool          // it awaited confirmation, if not any more
	Untold           Fatto         // what of a request that waited the requester was not told of yet; empty: nothing
	Facts            int           // how often there was something to tell
	Officer          UtenteID      // who looks after it; empty: nobody in particular
	Approval         Conferma      // empty: nothing beyond the Comune is confirmed
	ApprovedAt       time.Time     // effective
	DecidedBy        Actor         // who ended the wait for a confirmation, or refused or took back the request; the system where time did
	DecidedAt        time.Time     // when that took effect; zero: nobody has
	Lapsed           string        // item it lapsed by, see LapsedText
	Since            time.Time     // when the request, or its approval, was recorded: work could begin
	Pratica          string        // number of the case, as the requester corrected it last
	Stated           string        // as it was at the last intent: what ANPR is told, and what a document made of it bears

	Query    *QueryStarted // the open intent, nil between attempts
	QueryAt  time.Time     // when it was recorded; the answer is about that day
	Attempts int
	RetryAt  time.Time

	NotFoundAt time.Time // when the request ended because nobody was found; zero: it did not

	Numero       CIUV // of the document, from the first intent on
	Document     *VisuraIssued
	LastDownload string      // id of the command that handed the document out last
	Takers       []UtenteID  // those it was handed out to, each once, in the order they came
	Revocation   *Revocation // nil unless the document was revoked
	Erased       bool
}

// Revocation is by whom a document was revoked, when and on which ground.
type Revocation struct {
	By        Actor
	At        time.Time
	Motivo    string // code, see MotiviRevoca
	Announced bool   // those who took the document were told
}

// Object says whose the request is, and what became of it, for who asks whether they may
// know of it.
func (v Visura) Object() Object {
	course := Course{Waited: v.Waited}
	if v.Document != nil {
		course.Numero = v.Document.Numero
	}
	if v.Revocation != nil {
		course.Revoker = v.Revocation.By.Utente
	}
	return Object{Comune: v.Request.Comune, Ente: v.Request.Ente, Requester: v.Requester.Utente, Visura: &course}
}

// Evolve returns the state after one more event. It never fails: whether an event
// may follow is decided before it is stored.
func (v Visura) Evolve(e Event, m Meta) Visura {
	switch e := e.(type) {
	case VisuraRequested:
		v = Visura{Status: InProgress, Request: e, Requester: m.By, RequestedAt: m.At, Since: m.At, Correlation: m.Correlation, Pratica: e.Purpose.NumeroPratica}
	case NotResident:
		v.Query, v.Beyond = nil, true
	case ConfirmationAwaited:
		v.Status, v.Waited = Awaiting, true
		v = v.until(e.Due, e.Scade, e.Calendario)
	case ConfirmationSuspended:
		v.Suspended, v.Resta, v.Question = true, e.Resta, e.Domanda
		v = v.until(nil, e.Scade, v.Calendario).tells(FattoDomanda)
	case ConfirmationResumed:
		v.Suspended, v.Resta, v.Answer, v.Untold = false, 0, e.Risposta, ""
		v = v.until(e.Due, e.Scade, e.Calendario)
	case ConfirmationAssigned:
		v.Officer = e.Utente
	case VisuraApproved:
		v.Status, v.Approval, v.ApprovedAt, v.Since, v.Untold = InProgress, e.Conferma, e.Effective, m.At, ""
		switch e.Conferma {
		case Manuale:
			v.DecidedBy, v.DecidedAt = m.By, e.Effective
		case SilenzioAssenso:
			v.DecidedBy, v.DecidedAt = Sistema, e.Effective
		}
	case VisuraRejected:
		v.Status, v.DecidedBy, v.DecidedAt = Rejected, m.By, m.At
		v = v.tells(FattoRifiuto)
	case VisuraWithdrawn:
		v.Status, v.DecidedBy, v.DecidedAt, v.Untold = Withdrawn, m.By, m.At, ""
	case VisuraLapsed:
		v.Status, v.Lapsed, v.DecidedBy, v.DecidedAt = Lapsed, e.Item, m.By, m.At
		v = v.tells(FattoDecaduta)
	case VisuraExpired:
		v.Status, v.DecidedBy, v.DecidedAt = Expired, m.By, e.Effective
		v = v.tells(FattoScaduta)
	case ResidentSought:
		return v.Evolve(QueryStarted(e), m)
	case QueryStarted:
		e.Ambito = cmp.Or(e.Ambito, v.Request.Ambito)
		v.Beyond, v.Stated = v.Beyond || e.Ambito == Nazionale, v.Pratica
		v.Query, v.QueryAt, v.Attempts, v.RetryAt, v.Numero = &e, m.At, e.Attempt, time.Time{}, e.Numero
	case QueryDeferred:
		v.Query, v.RetryAt = nil, e.RetryAt
	case VisuraIssued:
		v.Status, v.Document = Issued, &e
		v = v.tells(FattoEmessa)
	case VisuraNotIssuable:
		v.Status = NotIssuable
		if NobodyFound(e.Reason) {
			v.NotFoundAt = m.At
		}
		v = v.tells(FattoNessuna)
	case VisuraFailed:
		v.Status = Failed
		v = v.tells(FattoNessuna)
	case RequesterTold:
		v.Untold = ""
	case VisuraDownloaded:
		v.LastDownload = m.CommandID
		if by := m.By.Utente; by != "" && !slices.Contains(v.Takers, by) {
			v.Takers = append(slices.Clip(v.Takers), by)
		}
	case VisuraRevoked:
		v.Status, v.Revocation = Revoked, &Revocation{By: m.By, At: m.At, Motivo: e.Motivo}
	case RevocationAnnounced:
		if v.Revocation != nil {
			announced := *v.Revocation
			announced.Announced = true
			v.Revocation = &announced
		}
	case PracticeCorrected:
		v.Pratica = e.NumeroPratica
	case VisuraErased:
		v.Erased, v.Request.Soggetto, v.Request.SubjectToken, v.Question, v.Answer = true, Soggetto{}, "", "", ""
		if v.Document != nil {
			document := *v.Document
			document.SubjectToken = ""
			v.Document = &document
		}
	}
	return v
}

// tells is v with something its requester is to be told of, if it has waited: of several
// things the last.
func (v Visura) tells(f Fatto) Visura {
	if v.Waited {
		v.Untold, v.Facts = f, v.Facts+1
	}
	return v
}

// until is v waiting until silence confirms it or it expires; nil: that does not come.
func (v Visura) until(due, scade *time.Time, calendario int) Visura {
	v.Due, v.Scade, v.Calendario = time.Time{}, time.Time{}, calendario
	if due != nil {
		v.Due = *due
	}
	if scade != nil {
		v.Scade = *scade
	}
	return v
}

// Ambito is how far ANPR is asked: about the Comune's own first, beyond them where the
// request may go so far and the person is not among them.
func (v Visura) Ambito() Ambito {
	if v.Request.Ambito == Nazionale && v.Beyond {
		return Nazionale
	}
	return Comunale
}

// MayGoBeyond says whether a person who is not among the Comune's own is still to be
// asked about beyond them.
func (v Visura) MayGoBeyond() bool { return v.Request.Ambito == Nazionale && !v.Beyond }

// Confirmation is how what is asked of ANPR now is confirmed: about the Comune's own
// nothing needs to be.
func (v Visura) Confirmation() Conferma { return cmp.Or(v.Approval, Immediata) }

// Step is what a visura waits for.
type Step string

const (
	Nothing           Step = "nothing"
	AwaitConfirmation Step = "await_confirmation"
	ApproveBySilence  Step = "approve_by_silence"
	Expire            Step = "expire"
	StartQuery        Step = "start_query"     // record the intent to ask ANPR
	QueryAndIssue     Step = "query_and_issue" // ask with the recorded id, then issue
	WaitToRetry       Step = "wait_to_retry"
	GiveUp            Step = "give_up"
)

// maxProgress is how long a request may stay in progress before it is given up and
// the requester told: longer than any outage ANPR has announced.
const maxProgress = 7 * 24 * time.Hour

// Next returns what v is waiting for at a given time. It depends on state and time
// alone: an event that is delivered twice, late or never changes nothing.
func (v Visura) Next(now time.Time) Step {
	switch {
	case v.Status == Awaiting && !v.Due.IsZero() && !now.Before(v.Due):
		return ApproveBySilence
	case v.Status == Awaiting && !v.Scade.IsZero() && !now.Before(v.Scade):
		return Expire
	case v.Status == Awaiting:
		return AwaitConfirmation
	case v.Status != InProgress:
		return Nothing
	case v.Erased || v.Request.Soggetto.Erased():
		return GiveUp
	case v.Attempts > 0 && now.Sub(v.Since) > maxProgress:
		return GiveUp
	case v.Query != nil:
		return QueryAndIssue
	case now.Before(v.RetryAt):
		return WaitToRetry
	default:
		return StartQuery
	}
}

// NewIDOperazione returns the id under which the Comune asks ANPR for this
// visura's attempt: 25 capitals and digits, the first nine of time (milliseconds
// in base 36), so that ids grow, the others of a hash, so that none repeats.
func NewIDOperazione(id VisuraID, attempt int, at time.Time) string {
	sum := sha256.Sum256([]byte(string(id) + "/" + strconv.Itoa(attempt)))
	return base36(big.NewInt(max(at.UnixMilli(), 0)), 9) + base36(new(big.Int).SetBytes(sum[:]), 16)
}

// base36 writes the last width digits of n, with zeros before a short one.
func base36(n *big.Int, width int) string {
	digits := strings.Repeat("0", width) + strings.ToUpper(n.Text(36))
	return digits[len(digits)-width:]
}
