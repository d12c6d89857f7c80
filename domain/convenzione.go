package domain

import "slices"

// ConvenzioneID is the id of an agreement.
type ConvenzioneID string

// Stream returns the stream of one agreement between an Ente and a Comune.
func (id ConvenzioneID) Stream() Stream[Convenzione] {
	return Stream[Convenzione]("convenzione-" + id)
}

// Convenzione is the agreement by which a Comune lets an Ente ask (CAD art. 62
// c.3, art. 50; DPR 445/2000 art. 43 c.2): what for, which types at most, and
// how far.
type Convenzione struct {
	Signed bool
	ConvenzioneSigned
}

// ConvenzioneSigned enters an agreement.
type ConvenzioneSigned struct {
	Ente     EnteID      `json:"ente"`
	Comune   CodiceISTAT `json:"comune"`
	Estremi  string      `json:"estremi"` // act and date, as printed
	Dal      Date        `json:"dal"`
	Al       Date        `json:"al"` // last day included
	Finalita []Finalita  `json:"finalita"`
	Tipi     []Tipo      `json:"tipi"`
	Conferme []Conferma  `json:"conferme,omitempty"` // modes admitted for ambito nazionale; none: not admitted
}

// Finalita is a purpose the agreement admits, with its legal basis.
type Finalita struct {
	Codice        string `json:"codice"`
	Descrizione   string `json:"descrizione"`
	BaseGiuridica string `json:"base_giuridica"`
}

func (ConvenzioneSigned) EventType() string { return "convenzione.signed.v1" }

func init() {
	register[ConvenzioneSigned]()
}

// Evolve returns the state after one more event.
func (s Convenzione) Evolve(e Event, _ Meta) Convenzione {
	if e, ok := e.(ConvenzioneSigned); ok {
		s = Convenzione{Signed: true, ConvenzioneSigned: e}
	}
	return s
}

// InForce says whether the agreement holds on a calendar day.
func (s Convenzione) InForce(day Date) bool {
	return s.Signed && s.Dal.Compare(day) <= 0 && day.Compare(s.Al) <= 0
}

// Purpose returns the finalità with the given code.
func (s Convenzione) Purpose(codice string) (Finalita, bool) {
	i := slices.IndexFunc(s.Finalita, func(f Finalita) bool { return f.Codice == codice })
	if i < 0 {
		return Finalita{}, false
	}
	return s.Finalita[i], true
}
