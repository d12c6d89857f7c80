package domain

import (
	"crypto/sha256"
	"fmt"
	"time"
)

// MassivaCategory is the category of the streams of requests about many people at once.
const MassivaCategory = "massiva"

// MassivaID is the id of a request about many people at once, chosen by who makes it.
type MassivaID string

// Stream returns the stream of one.
func (id MassivaID) Stream() Stream[Massiva] { return Stream[Massiva](MassivaCategory + "-" + id) }

// ParseMassivaID reads the id of a request about many people.
func ParseMassivaID(s string) (MassivaID, error) { return parseID[MassivaID](s, "massiva") }

// Visura returns the id of the visura that a row, from 1, is asked for as: it follows from
// the two, so that a row asked for again is the same request.
func (id MassivaID) Visura(riga int) VisuraID {
	sum := sha256.Sum256(fmt.Appendf(nil, "visure/massiva/%s/%d", id, riga))
	return VisuraID(UUID8([16]byte(sum[:16])))
}

// RigheMassime is how many rows a request about many people may have at most, whatever an
// act admits, and MassivaMassima how many bytes its people may take as JSON: an event of
// them, sealed, is to fit into one append (EventStoreDB takes 1 MiB).
const (
	RigheMassime   = 5_000
	MassivaMassima = 700_000
)

// Massiva is a request about many people for one purpose: a visura is asked for about each,
// one after the other. It holds the people only until that is done.
type Massiva struct {
	Stato       StatoMassiva
	Request     MassivaRequested
	Requester   Actor // as they asked, or had it go on last
	RequestedAt time.Time
	Correlation string
	Chieste     int       // rows that a visura was asked for about, the first ones
	ResumeAt    time.Time // it goes on then: a quota is used up, or it is not the hour; zero: at once
	Fermata     Fermata   // by what it was stopped last
	StoppedAt   time.Time // when that was
	Destroyed   bool      // the people are gone from its history
	Untold      Fatto     // what the requester was not told of yet; empty: nothing
	Facts       int       // how often there was something to tell
}

// StatoMassiva is where a request about many people stands.
type StatoMassiva string

const (
	StatoAbsent     StatoMassiva = ""            // no request has this id
	StatoInProgress StatoMassiva = "in_progress" // rows are asked for
	StatoStopped    StatoMassiva = "stopped"     // what allows it fails: the requester may have it go on
	StatoWithdrawn  StatoMassiva = "withdrawn"   // no further row is asked for
	StatoCompleted  StatoMassiva = "completed"   // every row was asked for
)

// RigaMassiva is the row of a request about many people by which a visura was asked for.
type RigaMassiva struct {
	Massiva MassivaID `json:"massiva"`
	Riga    int       `json:"riga"` // from 1
}

// MassivaRequested opens the stream: what is asked about whom, what for, under which act
// and by which legal basis that admits requests about many.
type MassivaRequested struct {
	Comune        CodiceISTAT   `json:"comune"`
	Ente          EnteID        `json:"ente"`
	Convenzione   ConvenzioneID `json:"convenzione"`
	Atto          int           `json:"atto"` // number of the act within the pair
	Ufficio       string        `json:"ufficio,omitempty"`
	Tipo          Tipo          `json:"tipo"`
	Ambito        Ambito        `json:"ambito"`
	Purpose       Purpose       `json:"purpose"`
	Tetto         int           `json:"tetto"`          // rows the act admitted at most
	BaseGiuridica string        `json:"base_giuridica"` // by which the act admitted it
	Righe         int           `json:"righe"`          // how many
	Soggetti      []Soggetto    `json:"soggetti" sealed:"person"`
}

// RowsAsked says that visure were asked for about the rows up to one.
type RowsAsked struct {
	To int `json:"to"` // from 1
}

// MassivaDelayed says that a quota is used up, or that the hours are over in which one may
// ask: the next row is asked for when its period is over, or they begin.
type MassivaDelayed struct {
	Quota string    `json:"quota,omitempty"` // see Quota.Nome; empty: it is the hours
	Until time.Time `json:"until"`
}

// Fermata is what a request about many people was stopped by.
type Fermata struct {
	Item  string `json:"item"`  // what fails, as a request about one person would be refused by it
	Testo string `json:"testo"` // the refusal, in Italian
}

// MassivaStopped stops the request at a row that is refused by what allows all of them.
type MassivaStopped Fermata

// MassivaResumed has it go on.
type MassivaResumed struct{}

// MassivaWithdrawn ends it where it stands: the requester, or who administers them, or the
// system since it could not go on in time. What was asked for goes on.
type MassivaWithdrawn struct{}

// PeopleDestroyed says that the key of the people is destroyed: each is known by the visura
// asked for about them alone.
type PeopleDestroyed struct{}

func (MassivaRequested) EventType() string { return "massiva.requested.v1" }
func (RowsAsked) EventType() string        { return "massiva.rows-asked.v1" }
func (MassivaDelayed) EventType() string   { return "massiva.delayed.v1" }
func (MassivaStopped) EventType() string   { return "massiva.stopped.v1" }
func (MassivaResumed) EventType() string   { return "massiva.resumed.v1" }
func (MassivaWithdrawn) EventType() string { return "massiva.withdrawn.v1" }
func (PeopleDestroyed) EventType() string  { return "massiva.people-destroyed.v1" }

func init() {
	register[MassivaRequested]()
	register[RowsAsked]()
	register[MassivaDelayed]()
	register[MassivaStopped]()
	register[MassivaResumed]()
	register[MassivaWithdrawn]()
	register[PeopleDestroyed]()
}

// Object says whose the request is, for who asks whether they may know of it.
func (s Massiva) Object() Object {
	return Object{Comune: s.Request.Comune, Ente: s.Request.Ente, Requester: s.Requester.Utente}
}

// Evolve returns the state after one more event.
func (s Massiva) Evolve(e Event, m Meta) Massiva {
	switch e := e.(type) {
	case MassivaRequested:
		s = Massiva{Stato: StatoInProgress, Request: e, Requester: m.By, RequestedAt: m.At, Correlation: m.Correlation}
	case RowsAsked:
		s.Chieste, s.ResumeAt = e.To, time.Time{}
		if s.Chieste >= s.Request.Righe && s.Stato == StatoInProgress {
			s.Stato = StatoCompleted
			s = s.tells(FattoConclusa)
		}
	case MassivaDelayed:
		s.ResumeAt = e.Until
	case MassivaStopped:
		s.Stato, s.Fermata, s.StoppedAt = StatoStopped, Fermata(e), m.At
		s = s.tells(FattoFerma)
	case MassivaResumed:
		s.Stato, s.ResumeAt, s.Requester, s.Untold = StatoInProgress, time.Time{}, m.By, "" // from where they had it go on
	case MassivaWithdrawn:
		s = s.withdrawn(m.By)
	case MassivaRequesterTold:
		s.Untold = ""
	case PeopleDestroyed:
		s.Destroyed, s.Request.Soggetti = true, nil
	}
	return s
}

// Ended says whether no further row is asked for.
func (s Massiva) Ended() bool { return s.Stato == StatoWithdrawn || s.Stato == StatoCompleted }

// GiorniFermata is for how many days a request that was stopped may be had go on, and
// GiorniMassiva how many it has in all, quotas and hours among them: the people in it are
// kept no longer.
const (
	GiorniFermata = 30
	GiorniMassiva = 90
)

// StoppedUntil returns until when a request may be had go on that was made and stopped at
// some instants.
func StoppedUntil(requested, stopped time.Time) time.Time {
	end, last := stopped.AddDate(0, 0, GiorniFermata), requested.AddDate(0, 0, GiorniMassiva)
	if last.Before(end) {
		return last
	}
	return end
}

// MassivaStep is what a request about many people waits for.
type MassivaStep string

const (
	MassivaWaits    MassivaStep = "wait"    // for somebody, or for nothing any more
	MassivaPauses   MassivaStep = "pause"   // for the period of a quota to be over
	MassivaAsks     MassivaStep = "ask"     // for the next row to be asked for
	MassivaAbandons MassivaStep = "abandon" // to be ended, since it cannot go on
	MassivaDestroys MassivaStep = "destroy" // for the people to be destroyed
)

// Next returns what s is waiting for at a given time.
func (s Massiva) Next(now time.Time) MassivaStep {
	switch {
	case s.Ended() && !s.Destroyed:
		return MassivaDestroys
	case s.Stato == StatoStopped && !now.Before(StoppedUntil(s.RequestedAt, s.StoppedAt)),
		s.Stato == StatoInProgress && !now.Before(s.RequestedAt.AddDate(0, 0, GiorniMassiva)),
		s.Stato == StatoInProgress && len(s.Request.Soggetti) < s.Request.Righe: // erased before their time
		return MassivaAbandons
	case s.Stato == StatoInProgress && now.Before(s.ResumeAt):
		return MassivaPauses
	case s.Stato == StatoInProgress:
		return MassivaAsks
	}
	return MassivaWaits
}
