package edge

import "github.com/visure-anagrafiche/visure/domain"

// Imported is what a file of persons led to, or would.
type Imported struct {
	Preview  bool            `json:"preview"`
	Righe    []ImportedRow   `json:"righe"`
	Position domain.Position `json:"-"` // of the last event written
}

// ImportedRow is what one row led to. Whether the person was known is not told.
type ImportedRow struct {
	Riga   int             `json:"riga"`
	Utente domain.UtenteID `json:"utente,omitempty"`
	Azioni []string        `json:"azioni"`
	Errori []Offender      `json:"errori,omitempty"`
}
