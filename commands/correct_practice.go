package commands

import "github.com/visure-anagrafiche/visure/domain"

// CorrectPractice puts another number of the case in the place of the one a visura was
// asked for with, which was wrong. Only who asked for it may; a document stays as it was
// printed.
type CorrectPractice struct {
	NumeroPratica string `json:"numero_pratica" doc:"Il numero giusto" example:"2026/004712"`
}

// Refs names the act under which the visura was asked for, which says of what form
// numbers are.
func (c CorrectPractice) Refs(g Given[domain.Visura]) Refs {
	return Refs{Convenzione: g.State.Request.Convenzione}
}

// Decide corrects it, whatever became of the request, as long as its data are there. The
// number is as good as one that is asked for with: of the form the act wants, and no name.
func (c CorrectPractice) Decide(g Given[domain.Visura]) ([]domain.Event, error) {
	v := g.State
	if err := asked(g, "solo il richiedente può correggere il numero di pratica"); err != nil {
		return nil, err
	}
	number, err := domain.ParseNumeroPratica(c.NumeroPratica)
	switch {
	case err != nil:
		return nil, err
	case v.Erased:
		return nil, domain.Errorf(domain.Conflict, "i dati di questa richiesta sono stati cancellati")
	case !g.Parties.Convenzione.Atto(v.Request.Atto).Massimo.Practice(string(number)):
		return nil, errPracticeForm
	case nameOf(number, g, v.Request.Soggetto):
		return nil, errPracticeName
	case string(number) == v.Pratica:
		return nil, nil
	}
	return []domain.Event{domain.PracticeCorrected{Precedente: v.Pratica, NumeroPratica: string(number)}}, nil
}

// What a number of a case may be refused for that is a reference.
var (
	errPracticeForm = domain.FieldErrorf(domain.Invalid, "numero_pratica", "il numero di pratica non ha la forma voluta dalla convenzione")
	errPracticeName = domain.FieldErrorf(domain.Invalid, "numero_pratica", "il numero di pratica non è un nome: indicare il protocollo o il fascicolo")
)

// nameOf says whether a number is the name of who gives it, or of whom is asked about.
func nameOf(n domain.NumeroPratica, g Given[domain.Visura], s domain.Soggetto) bool {
	return n.Names(g.Actor.Cognome, g.Actor.Nome) || n.Names(s.Cognome, s.Nome)
}
