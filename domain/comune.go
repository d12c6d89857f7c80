package domain

// Comune is the municipality that gives access, with its way to ANPR.
type Comune struct {
	Registered bool
	ComuneRegistered
	Collegamento ComuneConnected
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

// ComuneConnected says how the Comune reaches ANPR. It holds no secret: Keystore is
// a name that the adapter resolves.
type ComuneConnected struct {
	TipoInvio  string        `json:"tipo_invio"` // PROD, TEST, PRE_SUB
	Keystore   string        `json:"keystore"`   // name of the PKCS#12 of the Comune
	Postazione string        `json:"postazione"` // CN of the workstation certificate
	Operatore  CodiceFiscale `json:"operatore" sealed:"person"`
	Storico    FonteStorica  `json:"storico"`
}

// FonteStorica is where the historical types come from.
type FonteStorica string

const (
	Storico6001 FonteStorica = "6001"      // the certification service's data request
	StoricoWalk FonteStorica = "3002-walk" // repeated 3002, backwards in time
)

func (ComuneRegistered) EventType() string { return "comune.registered.v1" }
func (ComuneConnected) EventType() string  { return "comune.connected.v1" }

func init() {
	register[ComuneRegistered]()
	register[ComuneConnected]()
}

// Evolve returns the state after one more event.
func (s Comune) Evolve(e Event, _ Meta) Comune {
	switch e := e.(type) {
	case ComuneRegistered:
		s.Registered, s.ComuneRegistered = true, e
	case ComuneConnected:
		s.Collegamento = e
	}
	return s
}
