package edge

import (
	"mime"

	"github.com/visure-anagrafiche/visure/domain"
)

// Annex is a file of an act, as it is handed out.
type Annex struct {
	domain.AnnexAttached
	Type  string // media type
	Bytes []byte
}

// Disposition has a client save the file under the name it was attached by.
func (a Annex) Disposition() string {
	return mime.FormatMediaType("attachment", map[string]string{"filename": a.Nome})
}
