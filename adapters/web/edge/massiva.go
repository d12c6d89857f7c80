package edge

import (
	"net/http"

	"github.com/visure-anagrafiche/visure/domain"
)

// MostPeople bounds a file, or a body, with a list of people: bytes.
const MostPeople = 2 << 20

// Massiva is what a list of people led to, or would.
type Massiva struct {
	Preview  bool            `json:"preview"`
	Righe    int             `json:"righe"`
	Errori   []WrongRow      `json:"errori"`
	Position domain.Position `json:"-"` // of the event written
}

// WrongRow is what is wrong with a person of a list.
type WrongRow struct {
	Riga    int    `json:"riga"` // the line of the file, or which of the people, from 1
	Field   string `json:"field"`
	Message string `json:"message"`
}

// Documents are the documents of a request about many people, ready to be handed out as one
// file.
type Documents struct {
	Name  string                                   // of the file: no person is in it
	Write func(http.ResponseWriter, *http.Request) // hands them out, each recorded before; it ends the connection if the file is not whole
}
