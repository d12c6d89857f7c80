package documento

import (
	"cmp"
	"slices"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// Compose applies the rules of the requested type to the answer of ANPR and
// makes the document. It returns either a document, with the warnings printed
// on it, or a refusal whose Code is the reason of VisuraNotIssuable. All of c
// but Persona must be given. It is pure: equal cases make equal documents.
func Compose(c Case) (doc Documento, warnings []Finding, refusal *Finding) {
	entry, ok := Lookup(c.Visura.Request.Tipo)
	if !ok {
		return Documento{}, nil, refusalOf(c, domain.ReasonUnknownTipo)
	}
	person, reason := choose(c, entry)
	if reason != "" {
		return Documento{}, nil, refusalOf(c, reason)
	}
	c.Persona = person
	for _, rule := range entry.Rules {
		switch f := rule(c); {
		case f.Refuses:
			return Documento{}, nil, refusalOf(c, f.Code)
		case f.Code != "":
			warnings = append(warnings, f)
		}
	}
	warnings = append(warnings, flagWarnings(c)...)
	return layOut(c, entry, warnings), warnings, nil
}

// refusalOf returns the refusal that the requester may read for a reason.
func refusalOf(c Case, reason string) *Finding {
	f := refuse(neutral(c.Visura.Request.Tipo, reason))
	f.Elsewhere = Elsewhere(reason)
	return &f
}

// layOut makes the document of a case that no rule refused.
func layOut(c Case, e Entry, warnings []Finding) Documento {
	d := Documento{
		Numero:      c.Visura.Numero,
		Title:       e.Heading,
		ISTAT:       c.Comune.ISTAT,
		Comune:      c.Comune.Heading(),
		Provincia:   c.Comune.Provincia,
		Stemma:      c.Modello.Stemma,
		Subtitle:    subtitle,
		Estremi:     estremi(c),
		Richiedente: richiedente(c),
		Foot:        legalFoot(c),
		VerifyURL:   c.VerifyURL,
		Created:     c.IssuedAt.Format(time.RFC3339),
	}
	d.Ufficio, d.Righe = c.Modello.Heading(c.Comune)
	if !c.Ambiente.Genuine() {
		d.Across = DiProva
	}
	for _, block := range e.Body {
		if s := block(c); len(s.Text) > 0 || len(s.Rows) > 0 || s.Table != nil {
			d.Sections = append(d.Sections, s)
		}
	}
	for _, w := range warnings {
		d.Warnings = append(d.Warnings, w.Text)
	}
	return d
}

// legalFoot is the legal foot; of who was found beyond the Comune with the title by which the
// Comune admits it. What the Comune adds comes last and takes nothing away.
func legalFoot(c Case) []string {
	texts := Foot()
	if title := c.Comune.Nazionale; c.Visura.Ambito() == domain.Nazionale && title.Testo != "" {
		texts = append(texts, title.Printed())
	}
	return append(texts, c.Modello.Piede...)
}

// estremi is the box that identifies the document and its source. With this
// order no other row shares the line of the number, whose width varies.
func estremi(c Case) []Row {
	return []Row{
		{"Numero visura", string(c.Visura.Numero)},
		{"Fonte", "ANPR – Anagrafe Nazionale della Popolazione Residente"},
		{"Data e ora di emissione", c.IssuedAt.Format("02/01/2006 15:04:05")},
		{"Data di riferimento dei dati", c.Day.Italian()},
		{"Id operazione ANPR", c.Scheda.IDOperazioneANPR},
		{"Ambito", ambiti[c.Visura.Ambito()]},
		{"Modalità di conferma", conferme[c.Visura.Confirmation()]},
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
		Row{"Numero di pratica", cmp.Or(c.Visura.Stated, p.NumeroPratica)},
		Row{c.Atto.Tipo.Title(), c.Atto.Estremi},
	)
}

var ambiti = map[domain.Ambito]string{domain.Comunale: "comunale", domain.Nazionale: "nazionale"}

var conferme = map[domain.Conferma]string{
	domain.Immediata:       "immediata",
	domain.Manuale:         "operatore dell'Ufficio Anagrafe",
	domain.SilenzioAssenso: "silenzio-assenso",
}

// filled drops the rows without a value.
func filled(rows ...Row) []Row {
	return slices.DeleteFunc(rows, func(r Row) bool { return r.Value == "" })
}
