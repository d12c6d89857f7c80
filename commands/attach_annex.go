package commands

import (
	"regexp"

	"github.com/visure-anagrafiche/visure/domain"
)

// AttachAnnex records a file of an act, which is kept encrypted already.
type AttachAnnex struct {
	ID     string // UUID, by which the file is kept
	Nome   string
	SHA256 string // lower-case hexadecimal, of the file
	Size   int    // bytes
}

// sha256Hex is the form of a hash.
var sha256Hex = regexp.MustCompile(`^[0-9a-f]{64}$`)

// Decide records it once.
func (c AttachAnnex) Decide(g Given[domain.Convenzione]) ([]domain.Event, error) {
	if err := agreed(g); err != nil {
		return nil, err
	}
	attached := domain.AnnexAttached(c)
	switch {
	case c.Nome == "" || len(c.Nome) > 200 || words("nome", c.Nome) != nil:
		return nil, domain.FieldErrorf(domain.Invalid, "nome", "il nome dell'allegato manca, è troppo lungo o ha caratteri che non si possono stampare")
	case !sha256Hex.MatchString(c.SHA256) || c.Size <= 0 || c.ID == "":
		return nil, domain.FieldErrorf(domain.Invalid, "file", "l'allegato è vuoto")
	}
	if _, ok := g.State.Annex(c.ID); ok {
		return nil, nil
	}
	return []domain.Event{attached}, nil
}
