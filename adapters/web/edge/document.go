package edge

import "github.com/visure-anagrafiche/visure/domain"

// Document is a document as it is handed out.
type Document struct {
	PDF      []byte
	Numero   string
	SHA256   string          // lower-case hexadecimal, of the PDF
	Position domain.Position // where it is recorded that it was handed out
}

// Disposition is the header that names its file, by its number: no person is in it.
func (d Document) Disposition() string {
	return `attachment; filename="visura-` + d.Numero + `.pdf"`
}
