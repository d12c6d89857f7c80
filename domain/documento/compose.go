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
func Compose(c Caso) (doc Documento, warnings []Esito, refusal *Esito) {
	voce, ok := Trova(c.Visura.Request.Tipo)
	if !ok {
		return Documento{}, nil, refuse(c, domain.ReasonUnknownTipo)
	}
	persona, reason := scegli(c, voce)
	if reason != "" {
		return Documento{}, nil, refuse(c, reason)
	}
	c.Persona = persona
	for _, regola := range voce.Regole {
		switch e := regola(c); {
		case e.Rifiuta:
			return Documento{}, nil, refuse(c, e.Codice)
		case e.Codice != "":
			warnings = append(warnings, e)
		}
	}
	warnings = append(warnings, segnalazioni(c.Scheda.Anomalie)...)
	return documento(c, voce, warnings), warnings, nil
}

// refuse turns a reason into the word the requester gets.
func refuse(c Caso, reason string) *Esito {
	e := rifiuta(neutral(c.Visura.Request.Tipo, reason))
	return &e
}

// documento lays the case out as sections of words.
func documento(c Caso, v Voce, warnings []Esito) Documento {
	d := Documento{
		Numero:      domain.NewCIUV(c.ID),
		Titolo:      "Visura anagrafica – " + v.Tipo.Title(),
		Comune:      "Comune di " + c.Comune.Nome,
		Provincia:   c.Comune.Provincia,
		Ufficio:     c.Comune.Ufficio,
		Sottotitolo: sottotitoloV1,
		Estremi:     estremi(c),
		Richiedente: richiedente(c),
		Piede:       slices.Clone(piedeV1),
		VerifyURL:   c.VerifyURL,
		Creato:      c.Emissione.Format(time.RFC3339),
	}
	for _, blocco := range v.Corpo {
		if s := blocco(c); len(s.Testo) > 0 || len(s.Righe) > 0 || s.Tabella != nil {
			d.Sezioni = append(d.Sezioni, s)
		}
	}
	for _, w := range warnings {
		d.Avvertenze = append(d.Avvertenze, w.Testo)
	}
	return d
}

// estremi is the box that identifies the document and its source. The order
// keeps the number, of varying width, on a line of its own.
func estremi(c Caso) []Riga {
	return []Riga{
		{"Numero visura", string(domain.NewCIUV(c.ID))},
		{"Fonte", "ANPR – Anagrafe Nazionale della Popolazione Residente"},
		{"Data e ora di emissione", c.Emissione.Format("02/01/2006 15:04:05")},
		{"Data di riferimento dei dati", c.Oggi.Italiana()},
		{"Id operazione ANPR", c.Scheda.IDOperazioneANPR},
		{"Ambito", ambiti[c.Visura.Request.Ambito]},
		{"Modalità di conferma", conferme[c.Visura.Approval]},
	}
}

// richiedente is the box that says who asked and what for.
func richiedente(c Caso) []Riga {
	p := c.Visura.Request.Purpose
	return piene(
		Riga{"Ente", c.Ente.Denominazione},
		Riga{"Codice IPA", c.Ente.CodiceIPA},
		Riga{"Codice utente", c.Utente.Codice},
		Riga{"Finalità", p.Descrizione},
		Riga{"Base giuridica", p.BaseGiuridica},
		Riga{"Numero di pratica", p.NumeroPratica},
		Riga{"Convenzione", c.Convenzione.Estremi},
	)
}

var ambiti = map[domain.Ambito]string{domain.Comunale: "comunale", domain.Nazionale: "nazionale"}

var conferme = map[domain.Conferma]string{
	domain.Immediata:       "immediata",
	domain.Manuale:         "operatore dell'Ufficio Anagrafe",
	domain.SilenzioAssenso: "silenzio-assenso",
}

// piene drops the rows without a value.
func piene(righe ...Riga) []Riga {
	return slices.DeleteFunc(righe, func(r Riga) bool { return r.Valore == "" })
}
