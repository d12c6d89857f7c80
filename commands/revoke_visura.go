package commands

import (
	"strings"

	"github.com/visure-anagrafiche/visure/domain"
)

// RevokeVisura takes an issued document out of use that was found wrong. Only an officer
// of the Comune may, with a reason; the reason "altro" wants words.
type RevokeVisura struct {
	Motivo string `json:"motivo" doc:"Codice del motivo" example:"dati_rettificati"`
	Testo  string `json:"testo,omitempty" maxLength:"1000" doc:"Spiegazione per chi ha il documento"`
	// Numero is that of the document, for officers whom it never awaited.
	Numero string `json:"numero,omitempty" maxLength:"40" doc:"Il numero stampato sul documento: lo indica l'ufficiale d'anagrafe per una visura che non ha atteso la sua conferma" example:"EPPC-R04J-ZV0G-2BEM1"`
}

// Decide revokes what was issued, by whoever confirms requests of the Comune and is not
// away. The same again by the same officer yields nothing; anybody else, and another
// reason, is told who was first and when. Of an erased visura words can no longer be kept.
func (c RevokeVisura) Decide(g Given[domain.Visura]) ([]domain.Event, error) {
	numero, err := atHand(c.Numero)
	if err != nil {
		return nil, err
	}
	if err := present(g, numero, "la revoca spetta all'Anagrafe del Comune"); err != nil {
		return nil, err
	}
	if err := words("testo", c.Testo); err != nil {
		return nil, err
	}
	v, text := g.State, strings.TrimSpace(c.Testo)
	_, known := domain.MotivoRevocaText(c.Motivo)
	switch {
	case !known:
		return nil, domain.FieldErrorf(domain.Invalid, "motivo", "il motivo della revoca non è tra quelli previsti")
	case v.Status == domain.Revoked && v.Revocation.By.Utente == g.Meta.By.Utente && v.Revocation.Motivo == c.Motivo:
		return nil, nil
	case v.Status == domain.Revoked:
		return nil, domain.Errorf(domain.Conflict, "la visura è già stata revocata da %s il %s", v.Revocation.By.Utente.Codice(), domain.ItalianMoment(v.Revocation.At))
	case v.Status != domain.Issued:
		return nil, domain.Errorf(domain.Conflict, "la visura non è stata emessa")
	case v.Erased && text != "":
		return nil, domain.FieldErrorf(domain.Invalid, "testo", "i dati di questa visura sono stati cancellati: si revoca con il solo motivo, senza altre parole")
	case c.Motivo == domain.MotivoAltro && text == "":
		return nil, domain.FieldErrorf(domain.Invalid, "testo", "con il motivo «altro» la spiegazione è obbligatoria")
	}
	return []domain.Event{domain.VisuraRevoked{Motivo: c.Motivo, Testo: text}}, nil
}

// atHand reads the number of a document as it was typed; empty: none was.
func atHand(text string) (domain.CIUV, error) {
	if text == "" {
		return "", nil
	}
	numero, err := domain.ParseCIUV(text)
	if err != nil {
		return "", domain.FieldErrorf(domain.Invalid, "numero", "il numero non è quello di una visura")
	}
	return numero, nil
}
