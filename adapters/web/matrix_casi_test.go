package web_test

import (
	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// The rows of cases and of the rules of alarms.
func init() {
	const lifting = `{"codice":"ALR-ORARIO","ente":"{ente}"}`
	const same = `{"precedente":0,"codice":"ALR-ORARIO","attiva":true,"gravita":"bassa","orario":{"dalle":"22:00","alle":"06:00"}}`
	matrix = append(matrix, []row{
		{"list-casi", "", "", "{caso}", "+o+ooooo oooo oooooo oo 33333313 13++"},
		{"read-caso", "", "{caso}", "", "+4+44444 4444 444444 44 33333313 13++"},
		{"take-caso", "", "{caso}", "", "+4+44444 4444 444444 44 44444414 13++"},
		{"close-caso", "non preso in carico", "{caso}", `{"esito":"giustificata","testo":"Verificato."}`, "x4x44444 4444 444444 44 44444414 13xx"},
		{"read-regole-allarme", "", "{comune}", "", "+++44+44 +444 444444 44 33333313 13++"},
		{"set-regola-allarme", "", "{comune}", same, "+3333333 3333 433333 33 33333313 1333"},
		{"lift-regola-allarme", "", "{comune}", lifting, "+3333333 3333 433333 33 33333313 1333"},
	}...)
}

// alarmed opens a case about a request of somebody.
func (p *place) alarmed(utente domain.UtenteID) domain.CasoID {
	id, now := domain.CasoID(uuid.NewString()), p.handler.Now()
	as(p, domain.Sistema, id.Stream(), commands.RaiseCaso{Fatto: domain.CasoOpened{
		Regola: domain.RegoleIniziali()[1], Comune: p.comune, Ente: p.ente, Utente: utente, Conto: 1, Pratiche: 1, Dal: now, Al: now, Entro: now.AddDate(0, 0, domain.GiorniPresaInCarico),
		Visure: []domain.VisuraDiCaso{{Visura: domain.VisuraID(uuid.NewString()), Utente: utente}},
	}})
	p.caughtUp()
	return id
}

// The rows of their pages.
func init() {
	matrix = append(matrix, []row{
		{"GET /allarmi", "", "", "", "+4+4444> +44> +4+44> +4 3434441> >+>+"},
		{"GET /allarmi/{id}", "", "{caso}", "", "+4+4444> 444> 44444> 44 3434441> >+>+"},
		{"POST /allarmi/{id}/carico", "", "{caso}", "modulo={modulo}", "+4+44441 4441 444441 44 34344411 131+"},
		{"POST /allarmi/{id}/esito", "senza esito", "{caso}", "modulo={modulo}", "i4i44441 4441 444441 44 34344411 131i"},
		{"POST /regole/allarmi", "senza ore", "", "modulo={modulo}&codice=ALR-ORARIO", "i4444441 4441 i44441 44 34444411 131i"},
		{"POST /regole/allarmi/revoca", "di nessuna", "", "modulo={modulo}", "i4444441 4441 i44441 44 34444411 131i"},
	}...)
}
