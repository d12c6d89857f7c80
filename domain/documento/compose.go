package documento

import (
	"github.com/visure-anagrafiche/visure/domain"
	"slices"
	"time"
)

// Compose judges the answer of ANPR by the rules of the requested kind and
// makes the document. It returns either a document, with the warnings printed
// on it, or a refusal whose Codice is the reason of VisuraNotIssuable. All of c
// but Persona must be given. It is pure: equal cases make equal documents.
func Compose(c Case) (doc Documento, warnings []Finding, refusal *Finding) {
	voce, ok := Lookup(c.Visura.Request.Tipo)
	if !ok {
		return Documento{}, nil, refusalOf(c, domain.ReasonUnknownTipo)
	}
	persona, reason := choose(c, voce)
	if reason != "" {
		return Documento{}, nil, refusalOf(c, reason)
	}
	c.Persona = persona
	for _, regola := range voce.Rules {
		switch e := regola(c); {
		case e.Refuses:
			return Documento{}, nil, refusalOf(c, e.Code)
		case e.Code != "":
			warnings = append(warnings, e)
		}
	}
	warnings = append(warnings, anprWarnings(c.Scheda.Anomalie)...)
	return layOut(c, voce, warnings), warnings, nil
}

// refuse turns a reason into the word the requester gets.
func refusalOf(c Case, reason string) *Finding {
	e := refuse(neutral(c.Visura.Request.Tipo, reason))
	return &e
}

// documento lays the case out as sections of words.
func layOut(c Case, v Entry, warnings []Finding) Documento {
	d := Documento{
		Numero:      domain.NewCIUV(c.ID),
		Title:       "Visura anagrafica – " + v.Tipo.Title(),
		Comune:      "Comune di " + c.Comune.Nome,
		Provincia:   c.Comune.Provincia,
		Ufficio:     c.Comune.Ufficio,
		Subtitle:    subtitleV1,
		Estremi:     estremi(c),
		Richiedente: richiedente(c),
		Foot:        slices.Clone(footV1),
		VerifyURL:   c.VerifyURL,
		Created:     c.IssuedAt.Format(time.RFC3339),
	}
	for _, blocco := range v.Body {
		if s := blocco(c); len(s.Text) > 0 || len(s.Rows) > 0 || s.Table != nil {
			d.Sections = append(d.Sections, s)
		}
	}
	for _, w := range warnings {
		d.Warnings = append(d.Warnings, w.Text)
	}
	return d
}

// estremi is the box that identifies the document and its source. The order
// keeps the number, of varying width, on a line of its own.
func estremi(c Case) []Row {
	return []Row{
		{"Numero visura", string(domain.NewCIUV(c.ID))},
		{"Fonte", "ANPR – Anagrafe Nazionale della Popolazione Residente"},
		{"Data e ora di emissione", c.IssuedAt.Format("02/01/2006 15:04:05")},
		{"Data di riferimento dei dati", c.Day.Italian()},
		{"Id operazione ANPR", c.Scheda.IDOperazioneANPR},
		{"Ambito", ambiti[c.Visura.Request.Ambito]},
		{"Modalità di conferma", conferme[c.Visura.Approval]},
	}
}

// richiedente is the box that says who asked and what for.
func richiedente(c Case) []Row {
	p := c.Visura.Request.Purpose
	return filled(
		Row{"Ente", c.Ente.Denominazione},
		Row{"Codice IPA", c.Ente.CodiceIPA},
		Row{"Codice utente", c.Utente.Codice},
		Row{"Finalità", p.Descrizione},
		Row{"Base giuridica", p.BaseGiuridica},
		Row{"Numero di pratica", p.NumeroPratica},
		Row{"Convenzione", c.Convenzione.Estremi},
	)
}

var ambiti = map[domain.Ambito]string{domain.Comunale: "comunale", domain.Nazionale: "nazionale"}

var conferme = map[domain.Conferma]string{
	domain.Immediata:       "immediata",
	domain.Manuale:         "operatore dell'Ufficio Anagrafe",
	domain.SilenzioAssenso: "silenzio-assenso",
}

// piene drops the rows without a value.
func filled(righe ...Row) []Row {
	return slices.DeleteFunc(righe, func(r Row) bool { return r.Value == "" })
}
