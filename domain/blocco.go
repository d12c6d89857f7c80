package domain

import (
	"slices"
	"time"
)

// Allarme is what a person was blocked for: a code that never changes (product rule 2.2).
type Allarme string

const (
	AllarmeFrequenza Allarme = "frequenza" // too many requests in a minute
	AllarmeVolume    Allarme = "volume"    // about too many persons in a day
	AllarmeEsito     Allarme = "esito"     // nobody found too often in an hour, as who tries names would
)

// Limit is how many are too many: a person is blocked who has come so far.
func (a Allarme) Limit() int {
	return map[Allarme]int{AllarmeFrequenza: 61, AllarmeVolume: 501, AllarmeEsito: 10}[a]
}

// Text says in Italian what the person did.
func (a Allarme) Text() string {
	return map[Allarme]string{
		AllarmeFrequenza: "troppe richieste in un minuto", AllarmeVolume: "richieste su troppe persone in un giorno",
		AllarmeEsito: "troppe richieste su persone non trovate in un'ora",
	}[a]
}

// UtenteBlocked stops what a person asks for and obtains at a pair until the day ends in
// Italy. What was asked for before goes on.
type UtenteBlocked struct {
	Ente    EnteID      `json:"ente"`
	Comune  CodiceISTAT `json:"comune"`
	Allarme Allarme     `json:"allarme"`
	Count   int         `json:"count"` // what was counted
	Limit   int         `json:"limit"` // what it has come to
	Until   time.Time   `json:"until"` // the midnight after, UTC
}

// UtenteUnblocked lifts a block before its time.
type UtenteUnblocked struct {
	Ente   EnteID      `json:"ente"`
	Comune CodiceISTAT `json:"comune"`
	Motivo string      `json:"motivo" sealed:"person"`
}

func (UtenteBlocked) EventType() string   { return "utente.blocked.v1" }
func (UtenteUnblocked) EventType() string { return "utente.unblocked.v1" }

func init() {
	register[UtenteBlocked]()
	register[UtenteUnblocked]()
}

// Pair returns where the person is blocked.
func (e UtenteBlocked) Pair() Pair { return Pair{e.Ente, e.Comune} }

// Pair returns where the person is no longer blocked.
func (e UtenteUnblocked) Pair() Pair { return Pair{e.Ente, e.Comune} }

// Block is the last block of a person at a pair for one alarm.
type Block struct {
	UtenteBlocked
	Lifted bool // somebody ended it before its time
}

// BlockEnd is when a block for what happened at an instant ends: the midnight that follows
// it in Italy, as long as that day is.
func BlockEnd(at time.Time) time.Time { return ItalianMidnight(ItalianDay(at).Plus(1)) }

// blocked returns the blocks with one more.
func (s Utente) blocked(e UtenteBlocked) []Block {
	return replace(s.Blocks, Block{UtenteBlocked: e}, func(b Block) bool { return b.Pair() == e.Pair() && b.Allarme == e.Allarme })
}

// unblocked returns the blocks, those of a pair lifted.
func (s Utente) unblocked(p Pair) []Block {
	blocks := slices.Clone(s.Blocks)
	for i, b := range blocks {
		blocks[i].Lifted = b.Lifted || b.Pair() == p
	}
	return blocks
}

// Blocked returns the block of a person at a pair that ends last, if one is in force at an
// instant.
func (s Utente) Blocked(p Pair, at time.Time) (last Block, ok bool) {
	for _, b := range s.Blocks {
		if b.Pair() == p && !b.Lifted && at.Before(b.Until) && (!ok || b.Until.After(last.Until)) {
			last, ok = b, true
		}
	}
	return last, ok
}

// BlockedFor says whether the person was blocked at a pair for an alarm until an instant,
// also if that was lifted.
func (s Utente) BlockedFor(a Allarme, p Pair, until time.Time) bool {
	return slices.ContainsFunc(s.Blocks, func(b Block) bool { return b.Pair() == p && b.Allarme == a && b.Until.Equal(until) })
}

// Refusal refuses what a blocked person asks for: until when, for what, and who may end it.
func (b Block) Refusal(contact string) *Error {
	e := FieldErrorf(Forbidden, "utente", "l'utenza è bloccata fino al %s per %s: prima di allora la sblocca chi amministra l'Ente, o il Comune", ItalianMoment(b.Until), b.Allarme.Text())
	e.Contact = contact
	return e
}
