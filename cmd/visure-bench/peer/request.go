package peer

import (
	"cmp"
	"encoding/json"
	"io"
	"strings"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
)

// body is what a client sends: the same document as to the program measured.
type body struct {
	Comune   string `json:"comune"`
	Tipo     string `json:"tipo"`
	Ambito   string `json:"ambito"`
	Soggetto struct {
		CodiceFiscale string `json:"codice_fiscale"`
	} `json:"soggetto"`
	Finalita      string `json:"finalita"`
	NumeroPratica string `json:"numero_pratica"`
}

// request is a body whose words are right.
type request struct {
	id       domain.VisuraID
	comune   domain.CodiceISTAT
	tipo     domain.Tipo
	ambito   domain.Ambito
	subject  domain.CodiceFiscale
	finalita string
	pratica  domain.NumeroPratica
}

// read parses a request, refusing the first word that is wrong. Persons are asked
// for by their tax code alone.
func read(id string, from io.Reader) (r request, err error) {
	var b body
	in := json.NewDecoder(from)
	in.DisallowUnknownFields()
	if err := in.Decode(&b); err != nil {
		return r, domain.Errorf(domain.Invalid, "il corpo non è il documento JSON atteso")
	}
	if r.id, err = domain.ParseVisuraID(id); err != nil {
		return r, err
	}
	if r.comune, err = domain.ParseCodiceISTAT(b.Comune); err != nil {
		return r, err
	}
	if r.tipo = domain.Tipo(b.Tipo); !documento.Offered(r.tipo) {
		return r, domain.FieldErrorf(domain.Invalid, "tipo", "il tipo di visura non è tra quelli offerti")
	}
	if r.ambito = domain.Ambito(cmp.Or(b.Ambito, string(domain.Comunale))); r.ambito != domain.Comunale && r.ambito != domain.Nazionale {
		return r, domain.FieldErrorf(domain.Invalid, "ambito", "l'ambito è comunale o nazionale")
	}
	if r.subject, err = domain.ParseCodiceFiscale(b.Soggetto.CodiceFiscale); err != nil {
		return r, err
	}
	if r.pratica, err = domain.ParseNumeroPratica(b.NumeroPratica); err != nil {
		return r, err
	}
	if r.finalita = b.Finalita; strings.TrimSpace(r.finalita) == "" {
		return r, domain.FieldErrorf(domain.Invalid, "finalita", "la finalità è obbligatoria")
	}
	return r, nil
}
