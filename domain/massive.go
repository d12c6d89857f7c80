package domain

import "slices"

// MassiveGranted lets who may ask under an act ask about many people at once: no act does
// by itself.
type MassiveGranted struct {
	Atto          int    `json:"atto"`           // number of the act within the pair
	Tetto         int    `json:"tetto"`          // rows of one request at most
	BaseGiuridica string `json:"base_giuridica"` // by which it is admitted
}

// MassiveEnded takes that back.
type MassiveEnded struct {
	Atto   int    `json:"atto"`
	Motivo string `json:"motivo"`
}

func (MassiveGranted) EventType() string { return "convenzione.massive-granted.v1" }
func (MassiveEnded) EventType() string   { return "convenzione.massive-ended.v1" }

func init() {
	register[MassiveGranted]()
	register[MassiveEnded]()
}

// massive notes what an act admits about many people at once; nil: nothing.
func (s *Convenzione) massive(numero int, granted *MassiveGranted) {
	if numero >= 1 && numero <= len(s.Atti) {
		s.Atti = slices.Clone(s.Atti)
		s.Atti[numero-1].Massive = granted
	}
}

// Massive returns what the act a right rests on admits about many people at once, or its
// refusal.
func (g Grounds) Massive(r Right) (MassiveGranted, *Error) {
	if granted := g.Parties.Convenzione.Atto(r.Atto).Massive; granted != nil {
		return *granted, nil
	}
	return MassiveGranted{}, g.refer(g.Parties.Comune.Contatti.Assistenza, "massiva", "la convenzione non ammette richieste massive: le concede il Comune")
}
