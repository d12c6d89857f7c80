package domain

// Comune is the municipality that gives access, with its way to ANPR.
type Comune struct {
	Registered bool
	ComuneRegistered
	Collegamento Collegamento
}

// ComuneRegistered enters a Comune.
type ComuneRegistered struct {
	ISTAT        CodiceISTAT `json:"istat"`
	Nome         string      `json:"nome"`
	Provincia    string      `json:"provincia"` // two letters
	PEC          string      `json:"pec,omitempty"`
	Ufficio      string      `json:"ufficio"` // as printed in the heading
	OreSilenzio  int         `json:"ore_silenzio"`
	SantoPatrono string      `json:"santo_patrono,omitempty"` // MM-DD
}

func (ComuneRegistered) EventType() string { return "comune.registered.v1" }

func init() {
	register[ComuneRegistered]()
}

// Evolve returns the state after one more event.
func (s Comune) Evolve(e Event, m Meta) Comune {
	switch e := e.(type) {
	case ComuneRegistered:
		s.Registered, s.ComuneRegistered = true, e
	case ComuneConnected, ConnectionTested, OperatorStoodIn, CertificateExpiryAnnounced:
		s.Collegamento = s.Collegamento.evolve(e, m)
	}
	return s
}
