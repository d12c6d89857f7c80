package domain

import (
	"reflect"
	"slices"
)

// PurposesInhibited says that purposes which an act has, named by their codes, are not
// current any more: nobody confirmed them in a recertification. No request may name one
// as that act has it written.
type PurposesInhibited struct {
	Ricertificazione RicertificazioneID `json:"ricertificazione"`
	Atto             int                `json:"atto"` // number of the act that has them
	Finalita         []string           `json:"finalita"`
}

// PurposeReadmitted says that a purpose, named by its code, is current: it may be named
// again.
type PurposeReadmitted struct {
	Finalita string `json:"finalita"`
	Motivo   string `json:"motivo"`
}

func (PurposesInhibited) EventType() string { return "convenzione.purposes-inhibited.v1" }
func (PurposeReadmitted) EventType() string { return "convenzione.purpose-readmitted.v1" }

func init() {
	register[PurposesInhibited]()
	register[PurposeReadmitted]()
}

// inhibit notes the purposes as the act has them: one that another act has written
// otherwise was looked at when it was written.
func (s *Convenzione) inhibit(e PurposesInhibited) {
	s.Reviewed = append(slices.Clip(s.Reviewed), e.Ricertificazione)
	for _, codice := range e.Finalita {
		if f, ok := s.Atto(e.Atto).Purpose(codice); ok && !s.Inhibited(f) {
			s.Inibite = append(slices.Clip(s.Inibite), f)
		}
	}
}

// readmit drops whatever was noted under a code.
func (s *Convenzione) readmit(codice string) {
	s.Inibite = without(s.Inibite, func(f Finalita) bool { return f.Codice == codice })
}

// Inhibited says whether a purpose, as an act of the pair has it written, may not be
// named.
func (s Convenzione) Inhibited(f Finalita) bool {
	return slices.ContainsFunc(s.Inibite, func(i Finalita) bool { return reflect.DeepEqual(i, f) })
}

// Current returns the purposes of an act of the pair that may be named.
func (s Convenzione) Current(a ConvenzioneDrafted) []Finalita {
	return without(a.Finalita, s.Inhibited)
}

// Purpose returns the purpose with a code that a right is used for, or the refusal of
// one that may not be named.
func (g Grounds) Purpose(r Right, codice string) (Finalita, *Error) {
	purpose, known := g.Parties.Convenzione.Atto(r.Atto).Purpose(codice)
	switch {
	case !known:
		return Finalita{}, FieldErrorf(Invalid, "finalita", "la finalità non è tra quelle della convenzione")
	case !purpose.For(r.Tipo):
		return Finalita{}, FieldErrorf(Invalid, "finalita", "la convenzione non ammette questa finalità per il tipo di visura chiesto")
	case g.Parties.Convenzione.Inhibited(purpose):
		return Finalita{}, g.refer(g.Parties.Comune.Contatti.Assistenza, "finalita", "la finalità %s è inibita, perché nessuno l'ha confermata alla ricertificazione: può riammetterla il Comune", codice)
	}
	return purpose, nil
}

// Purposes returns the purposes that a right may be used for.
func (g Grounds) Purposes(r Right) []Finalita {
	act := g.Parties.Convenzione
	return without(act.Atto(r.Atto).Purposes(r.Tipo), act.Inhibited)
}
