package documento_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

// asking is a request of a type about somebody, with the registry's answer.
func asking(tipo domain.Tipo, about domain.Soggetto, answer scheda.Scheda) documento.Case {
	r := richiesta
	r.Tipo, r.Soggetto = tipo, about
	return documento.Case{ID: visuraID, Visura: domain.Visura{Request: r}, Comune: comune, Scheda: answer}
}

func byCode(p scheda.Persona) domain.Soggetto {
	return domain.Soggetto{CodiceFiscale: p.Generalita.CodiceFiscale}
}

func byName(p scheda.Persona) domain.Soggetto {
	g := p.Generalita
	return domain.Soggetto{Cognome: g.Cognome, Nome: g.Nome, Sesso: g.Sesso, DataNascita: g.Nascita}
}

// coded is a person under another tax code or none, and another id or none.
func coded(p scheda.Persona, cf domain.CodiceFiscale, id string) scheda.Persona {
	p.Generalita.CodiceFiscale, p.IDANPR = cf, id
	return p
}

func withAnomalia(s scheda.Scheda, code string) scheda.Scheda {
	s.Anomalie = append(s.Anomalie, scheda.Anomalia{Codice: code})
	return s
}

func TestThePersonFoundIsTheOneTheRegistryKnows(t *testing.T) {
	t.Parallel()
	const old = domain.CodiceFiscale("RSSMRA85T10A562S")
	lucas, saras := byCode(luca()), byCode(sara())
	nobody := domain.Soggetto{}
	for name, tc := range map[string]struct {
		tipo   domain.Tipo
		asked  domain.Soggetto
		answer scheda.Scheda
		want   domain.Soggetto
	}{
		"by the code they have":                      {domain.Residenza, lucas, persona(luca()), lucas},
		"by a code they no longer have":              {domain.Residenza, domain.Soggetto{CodiceFiscale: old}, persona(luca()), lucas},
		"by name":                                    {domain.Residenza, byName(luca()), persona(luca()), lucas},
		"by a name that is not quite theirs":         {domain.Residenza, domain.Soggetto{Cognome: "VERDEMARI", Nome: "LUCA"}, persona(luca()), lucas},
		"who has no code, by ANPR's id":              {domain.Residenza, byName(luca()), persona(coded(luca(), "", "VR10001LU")), domain.Soggetto{IDANPR: "VR10001LU"}},
		"who has neither code nor id":                {domain.Residenza, byName(luca()), persona(coded(luca(), "", "")), nobody},
		"on two cards of one id":                     {domain.Residenza, lucas, persona(luca(), luca()), lucas},
		"on two cards of one code and two ids":       {domain.Residenza, lucas, persona(luca(), coded(luca(), lucas.CodiceFiscale, "VR10009XX")), lucas},
		"on two cards in force, of two codes":        {domain.Residenza, lucas, persona(luca(), coded(luca(), old, "VR10001LU")), domain.Soggetto{CodiceFiscale: old}},
		"in force under a new code, dead under none": {domain.Residenza, lucas, persona(coded(defunto(), "", "VR10001LU"), luca()), lucas},
		"cancelled under an old code, now in force":  {domain.Residenza, lucas, persona(coded(cancellato("5"), old, "VR10001LU"), luca()), lucas},
		"two people and a card that could be either": {domain.Residenza, byName(luca()), persona(coded(luca(), "", ""), luca(), coded(luca(), old, "VR10009XX")), nobody},
		"two people of one name":                     {domain.Residenza, byName(luca()), persona(luca(), coded(luca(), old, "VR10009XX")), nobody},
		"two people, though asked by code":           {domain.Residenza, lucas, persona(luca(), sara()), nobody},
		"one card, but ANPR says several fit":        {domain.Residenza, byName(luca()), withAnomalia(persona(luca()), "EN043"), nobody},
		"one card, with a warning of something else": {domain.Residenza, byName(luca()), withAnomalia(persona(luca()), "EN213"), lucas},
		"nobody":               {domain.Residenza, lucas, persona(), nobody},
		"nobody, for a family": {domain.StatoFamiglia, lucas, persona(), nobody},
		"who has died, on a card without document": {domain.Residenza, byCode(defunto()), persona(defunto()), byCode(defunto())},
		"who was cancelled":                        {domain.Residenza, lucas, persona(cancellato("5")), lucas},
		"in force here and dead there":             {domain.Residenza, lucas, persona(luca(), defunto()), lucas},
		"a member of a family, by code":            {domain.StatoFamiglia, saras, famiglia(luca(), sara(), agata()), saras},
		"a member of a family, by name":            {domain.StatoFamiglia, byName(sara()), famiglia(luca(), sara(), agata()), saras},
		"a member without a code":                  {domain.StatoFamiglia, byName(sara()), famiglia(luca(), coded(sara(), "", "BN10002SA")), domain.Soggetto{IDANPR: "BN10002SA"}},
		"a member without code or id":              {domain.StatoFamiglia, byName(sara()), famiglia(luca(), coded(sara(), "", "")), nobody},
		"who is not in the family of the answer":   {domain.StatoFamiglia, saras, famiglia(luca(), agata()), nobody},
		"a member by a code they no longer have":   {domain.StatoFamiglia, domain.Soggetto{CodiceFiscale: old}, famiglia(luca(), sara()), nobody},
		"two members of one name":                  {domain.StatoFamiglia, byName(sara()), famiglia(luca(), sara(), coded(sara(), old, "BN10009XX")), nobody},
		"a member twice in force":                  {domain.StatoFamiglia, saras, famiglia(luca(), sara(), sara()), nobody},
		"of a family that is being worked on":      {domain.StatoFamiglia, saras, withAnomalia(famiglia(luca(), sara()), "EN214"), saras},
		"not in a family that is being worked on":  {domain.StatoFamiglia, saras, withAnomalia(famiglia(luca()), "EN214"), nobody},
		"for a type that is not on offer":          {"oroscopo", lucas, persona(luca()), nobody},
		"of a history of residences":               {domain.ResidenzaStorica, lucas, traslochi(luca()), lucas},
		"an Italian abroad":                        {domain.ResidenzaAIRE, byCode(espatriata()), persona(espatriata()), byCode(espatriata())},
	} {
		got, ok := documento.Found(asking(tc.tipo, tc.asked, tc.answer))
		if ok != (tc.want != nobody) {
			t.Errorf("%s: found %v", name, ok)
		}
		if ok && got != tc.want {
			t.Errorf("%s: %+v, want %+v", name, got, tc.want)
		}
	}
}

// Of every type, whoever is printed is the one found: what is stored of a
// document and what it says are never of two people.
func TestWhoIsPrintedIsWhoIsFound(t *testing.T) {
	t.Parallel()
	people := []func() scheda.Persona{luca, sara, agata, celibe, anziana, straniera, vedova, unita, divorziato, defunto, ospite, espatriata}
	printed := map[domain.Tipo]bool{}
	for _, entry := range documento.Catalogue() {
		for _, somebody := range people {
			p, other := somebody(), sara()
			if p.IDANPR == other.IDANPR {
				other = luca()
			}
			answer := traslochi(p)
			answer.Cittadinanze = naturalizzato(p).Cittadinanze
			if entry.Consultazione.Famiglia {
				answer = famiglia(p, other)
			}
			for _, asked := range []domain.Soggetto{byCode(p), byName(p)} {
				c := asking(entry.Tipo, asked, answer)
				c.Ente, c.Atto, c.Utente, c.Day, c.IssuedAt = ente, accordo, operatore, domain.DateOf(mattina), mattina
				found, ok := documento.Found(c)
				_, _, refusal := documento.Compose(c)
				if refusal == nil {
					printed[entry.Tipo] = true
				}
				if refusal == nil && (!ok || found != byCode(p)) {
					t.Errorf("%s of %s: printed, but found is %+v, %v", entry.Tipo, p.Generalita.Nome, found, ok)
				}
			}
		}
	}
	for _, entry := range documento.Catalogue() {
		if !printed[entry.Tipo] {
			t.Errorf("%s was never printed, so nothing is shown of it", entry.Tipo)
		}
	}
}

// In whatever order the registry lists the cards, the same person is found.
func TestTheOrderOfCardsDoesNotMatter(t *testing.T) {
	t.Parallel()
	const old = domain.CodiceFiscale("RSSMRA85T10A562S")
	cards := []scheda.Persona{luca(), sara(), agata(), defunto(), coded(sara(), "", "BN10002SA"), coded(sara(), old, "BN10009XX"), coded(agata(), "", "")}
	rapid.Check(t, func(t *rapid.T) {
		answer := rapid.SliceOfN(rapid.SampledFrom(cards), 1, 5).Draw(t, "cards")
		tipo := rapid.SampledFrom([]domain.Tipo{domain.Residenza, domain.StatoFamiglia}).Draw(t, "type")
		asked := rapid.SampledFrom([]domain.Soggetto{byCode(sara()), byName(sara()), byName(agata())}).Draw(t, "asked")
		first, ok := documento.Found(asking(tipo, asked, famiglia(answer...)))
		again, okAgain := documento.Found(asking(tipo, asked, famiglia(rapid.Permutation(answer).Draw(t, "order")...)))
		if ok != okAgain || ok && first != again {
			t.Fatalf("found %+v, %v; in another order %+v, %v", first, ok, again, okAgain)
		}
	})
}

// Looking for the person changes nothing of the case.
func TestFindingLeavesTheCaseAsItIs(t *testing.T) {
	t.Parallel()
	for _, tipo := range []domain.Tipo{domain.Residenza, domain.StatoFamiglia} {
		c, before := asking(tipo, byName(sara()), famiglia(luca(), sara())), asking(tipo, byName(sara()), famiglia(luca(), sara()))
		documento.Found(c)
		if diff := cmp.Diff(before, c); diff != "" {
			t.Errorf("%s: %s", tipo, diff)
		}
	}
}
