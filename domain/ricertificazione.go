package domain

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"time"
)

// RicertificazioneCategory is the category of the streams of recertifications.
const RicertificazioneCategory = "ricertificazione"

// RicertificazioneID is the id of one recertification of a pair.
type RicertificazioneID string

// Stream returns the stream of one recertification of a pair.
func (id RicertificazioneID) Stream() Stream[Ricertificazione] {
	return Stream[Ricertificazione](RicertificazioneCategory + "-" + id)
}

// ParseRicertificazioneID reads the id of a recertification.
func ParseRicertificazioneID(s string) (RicertificazioneID, error) {
	return parseID[RicertificazioneID](s, "ricertificazione")
}

// YearlyRicertificazione returns the id of the recertification of a pair that the
// system opens in a calendar year: it follows from the two, so that there is one.
func YearlyRicertificazione(p Pair, year int) RicertificazioneID {
	sum := sha256.Sum256(fmt.Appendf(nil, "visure/ricertificazione/%s/%s/%d", p.Ente, p.Comune, year))
	return RicertificazioneID(UUID8([16]byte(sum[:16])))
}

// Ricertificazione is a review of who may act for an Ente at a Comune and what for:
// whom nobody has confirmed by the last day is suspended there, and which purpose of the
// act nobody has is inhibited (product rule C06).
type Ricertificazione struct {
	Pair
	Entro     Date       // last day to confirm; zero: not opened
	Listed    bool       // Utenti is known
	Utenti    []UtenteID // who is to be confirmed: those who held a role at the pair when it was opened
	Confirmed []UtenteID
	Atto      int      // number of the act whose purposes are to be confirmed; 0: none are
	Purposes  []string // their codes
	Current   []string // codes of those confirmed
	Reminded  bool
	Closed    bool
}

// RicertificazioneOpened begins a review of a pair.
type RicertificazioneOpened struct {
	Ente   EnteID      `json:"ente"`
	Comune CodiceISTAT `json:"comune"`
	Entro  Date        `json:"entro"` // last day to confirm
}

// UsersListed says who is to be confirmed until the last day, Entro. Those who are to
// confirm them have been told.
type UsersListed struct {
	Utenti []UtenteID `json:"utenti"`
	Entro  Date       `json:"entro"`
}

// PurposesListed says which purposes are to be confirmed, by their codes: those of the
// act with a number that may be named.
type PurposesListed struct {
	Atto     int      `json:"atto"`
	Finalita []string `json:"finalita"`
}

// UserConfirmed says that somebody vouches for a person's roles at the pair.
type UserConfirmed struct {
	Utente UtenteID `json:"utente"`
}

// PurposeConfirmed says that somebody vouches that a purpose, named by its code, is
// still current.
type PurposeConfirmed struct {
	Finalita string `json:"finalita"`
}

// ConfirmationReminded says that those who are to confirm by Entro were told again.
type ConfirmationReminded struct {
	Entro Date `json:"entro"`
}

// RicertificazioneClosed ends the review: so many persons and purposes were not
// confirmed, and are suspended and inhibited for that.
type RicertificazioneClosed struct {
	Sospesi int `json:"sospesi"`
	Inibite int `json:"inibite"`
}

// Pair returns the pair that is reviewed.
func (e RicertificazioneOpened) Pair() Pair { return Pair{e.Ente, e.Comune} }

func (RicertificazioneOpened) EventType() string { return "ricertificazione.opened.v1" }
func (UsersListed) EventType() string            { return "ricertificazione.users-listed.v1" }
func (PurposesListed) EventType() string         { return "ricertificazione.purposes-listed.v1" }
func (PurposeConfirmed) EventType() string       { return "ricertificazione.purpose-confirmed.v1" }
func (UserConfirmed) EventType() string          { return "ricertificazione.user-confirmed.v1" }
func (ConfirmationReminded) EventType() string   { return "ricertificazione.confirmation-reminded.v1" }
func (RicertificazioneClosed) EventType() string { return "ricertificazione.closed.v1" }

func init() {
	register[RicertificazioneOpened]()
	register[UsersListed]()
	register[PurposesListed]()
	register[PurposeConfirmed]()
	register[UserConfirmed]()
	register[ConfirmationReminded]()
	register[RicertificazioneClosed]()
}

// Evolve returns the state after one more event.
func (s Ricertificazione) Evolve(e Event, _ Meta) Ricertificazione {
	switch e := e.(type) {
	case RicertificazioneOpened:
		s.Pair, s.Entro = e.Pair(), e.Entro
	case UsersListed:
		s.Listed, s.Utenti = true, e.Utenti
	case PurposesListed:
		s.Atto, s.Purposes = e.Atto, e.Finalita
	case PurposeConfirmed:
		s.Current = replace(s.Current, e.Finalita, func(codice string) bool { return codice == e.Finalita })
	case UserConfirmed:
		s.Confirmed = replace(s.Confirmed, e.Utente, func(id UtenteID) bool { return id == e.Utente })
	case ConfirmationReminded:
		s.Reminded = true
	case RicertificazioneClosed:
		s.Closed = true
	}
	return s
}

// RicertificazioneStep is what a recertification waits for.
type RicertificazioneStep string

const (
	RicertificazioneWaits   RicertificazioneStep = "wait" // for people or a day, or for nothing any more
	RicertificazioneLists   RicertificazioneStep = "list" // who is to be confirmed
	RicertificazioneReminds RicertificazioneStep = "remind"
	RicertificazioneCloses  RicertificazioneStep = "close"
)

// Next returns what s is waiting for at a given time.
func (s Ricertificazione) Next(now time.Time) RicertificazioneStep {
	switch {
	case s.Entro.IsZero() || s.Closed:
		return RicertificazioneWaits
	case !s.Listed:
		return RicertificazioneLists
	case !now.Before(ConfirmationEnd(s.Entro)):
		return RicertificazioneCloses
	case !s.Reminded && !now.Before(ConfirmationReminder(s.Entro)):
		return RicertificazioneReminds
	}
	return RicertificazioneWaits
}

// ConfirmationReminder returns when those who are to confirm by a day are reminded:
// seven days before, as that day begins in Italy.
func ConfirmationReminder(entro Date) time.Time { return ItalianInstant(entro.Plus(-7), 0) }

// ConfirmationEnd returns from when on nobody can be confirmed any more: the end of
// the last day in Italy.
func ConfirmationEnd(entro Date) time.Time { return ItalianInstant(entro.Plus(1), 0) }

// Unconfirmed returns who has not been confirmed of those who are to be.
func (s Ricertificazione) Unconfirmed() []UtenteID {
	return without(s.Utenti, func(id UtenteID) bool { return slices.Contains(s.Confirmed, id) })
}

// UnconfirmedPurposes returns the codes of the purposes that have not been confirmed of
// those that are to be.
func (s Ricertificazione) UnconfirmedPurposes() []string {
	return without(s.Purposes, func(codice string) bool { return slices.Contains(s.Current, codice) })
}
