package domain

import "time"

// CodaCategory is the category of the streams of what officers are told of their queues.
const CodaCategory = "coda"

// CodaStream returns the stream of what the officers of a Comune were told of what awaits
// them.
func CodaStream(comune CodiceISTAT) Stream[Coda] { return Stream[Coda](CodaCategory + "-" + comune) }

// Coda is what the officers of a Comune were told last of what awaits them.
type Coda struct {
	CodaAnnounced
	At   time.Time // when; zero: never
	Told int       // how often
}

// CodaAnnounced records that the officers of a Comune were written to.
type CodaAnnounced struct {
	Attese  int       `json:"attese"`  // requests that awaited them
	Termini int       `json:"termini"` // of these, those that silence was to confirm, or that were to expire, until Fino
	Ultima  time.Time `json:"ultima"`  // when the last of them began to wait
	Fino    time.Time `json:"fino"`
}

func (CodaAnnounced) EventType() string { return "coda.announced.v1" }

func init() { register[CodaAnnounced]() }

// Evolve returns the state after one more event.
func (c Coda) Evolve(e Event, m Meta) Coda {
	if e, ok := e.(CodaAnnounced); ok {
		c = Coda{e, m.At, c.Told + 1}
	}
	return c
}

// InAttesa is what awaits the officers of a Comune, as read models know it; what awaits an
// answer is not among it.
type InAttesa struct {
	Comune  CodiceISTAT
	Attese  int       // requests
	Ultima  time.Time // when the last of them began to wait
	Termini int       // of these, those that end by themselves until an instant that the reader names
	Prima   time.Time // when the first of those ends; zero: there is none
	Estrema time.Time // when the last does
}

// Announces says whether officers are to be written to at an instant: something began to
// wait, or nears its end, of which they were not told, and they were not within the hour.
func (c Coda) Announces(w InAttesa, at time.Time) bool {
	return w.Attese > 0 && !at.Before(c.At.Add(time.Hour)) && (w.Ultima.After(c.Ultima) || w.Estrema.After(c.Fino))
}
