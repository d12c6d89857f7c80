package anpr_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

// Codes as another program computes them say of everybody in the population what
// they are.
func TestEverybodyIsTheHolderOfTheirCode(t *testing.T) {
	t.Parallel()
	for _, p := range population().Persons() {
		h, ok := domain.CodiceFiscale(p.CodiceFiscale).Holder()
		if !ok {
			continue
		}
		if !h.Exists() || !h.Born(day(p.Birth.Date)) || !h.Sex(string(p.Sex)) || !h.Surname(p.Surname) || !h.Name(p.Name) {
			t.Errorf("person %d, %s %s, is not who %s says: %+v", p.Index, p.Surname, p.Name, p.CodiceFiscale, h)
		}
	}
}

// cardsHeld are the registry's answers about residents of all sorts, by their place
// in the list.
func cardsHeld(t *testing.T, n int) (who []*people.Person, held []scheda.Scheda) {
	t.Helper()
	_, c := simulated(t)
	for _, p := range residents(domain.Residenza, 4*n) {
		if p.HasAny(people.NoSurname | people.NoName | people.PartialBirthDate | people.CodeChanged) {
			continue // their codes say less than the others'
		}
		answer, err := c.Consult(t.Context(), about(t, domain.Residenza, p, fmt.Sprint("I", p.Index)))
		if err != nil {
			t.Fatalf("person %d: %v", p.Index, err)
		}
		if who, held = append(who, p), append(held, answer); len(who) == n {
			break
		}
	}
	return who, held
}

// composed asks for a residence by code and returns the refusal, if any.
func composed(cf string, answer scheda.Scheda) string {
	request := domain.VisuraRequested{Comune: bagnacavallo, Tipo: domain.Residenza, Soggetto: domain.Soggetto{CodiceFiscale: domain.CodiceFiscale(cf)}}
	_, _, refusal := documento.Compose(documento.Case{Visura: domain.Visura{}.Evolve(request, domain.Meta{}), Scheda: answer})
	if refusal == nil {
		return ""
	}
	return refusal.Code
}

// bearing is an answer whose cards bear a code that the tax office cannot have
// confirmed for them.
func bearing(answer scheda.Scheda, cf string) scheda.Scheda {
	answer.Persone = slices.Clone(answer.Persone)
	for i := range answer.Persone {
		g := &answer.Persone[i].Generalita
		g.CodiceFiscale, g.CodiceFiscaleValido = domain.CodiceFiscale(cf), false
	}
	return answer
}

// No document is ever about somebody else than the code that was asked for says,
// whatever codes the registry has mixed up.
func TestNoDocumentIsAboutSomebodyElse(t *testing.T) {
	t.Parallel()
	who, held := cardsHeld(t, 200)
	alike := func(p, q *people.Person) bool {
		return p.Birth.Date.Equal(q.Birth.Date) && p.Sex == q.Sex && p.Surname == q.Surname && p.Name == q.Name
	}
	for i, p := range who {
		if got := composed(p.CodiceFiscale, held[i]); got != "" {
			t.Errorf("person %d is refused as it stands: %s", p.Index, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		i := rapid.IntRange(0, len(who)-1).Draw(t, "asked")
		j := rapid.IntRange(0, len(who)-1).Draw(t, "other")
		p, q := who[i], who[j]
		if alike(p, q) {
			return
		}
		if got := composed(p.CodiceFiscale, bearing(held[j], p.CodiceFiscale)); got != domain.ReasonCodeOfAnother {
			t.Errorf("codes swapped: asked for %d, card of %d: %q", p.Index, q.Index, got)
		}
		both := held[i]
		both.Persone = slices.Concat(held[i].Persone, bearing(held[j], p.CodiceFiscale).Persone)
		if got := composed(p.CodiceFiscale, both); got != domain.ReasonSeveralSubjects {
			t.Errorf("code duplicated: asked for %d, cards of %d too: %q", p.Index, q.Index, got)
		}
		slices.Reverse(both.Persone)
		if got := composed(p.CodiceFiscale, both); got != domain.ReasonSeveralSubjects {
			t.Errorf("code duplicated: asked for %d, cards of %d first: %q", p.Index, q.Index, got)
		}
		wrong := mistyped(t, p)
		if got := composed(wrong, held[i]); got != domain.ReasonMismatch {
			t.Errorf("mistyped by who asks: %s for %s: %q", wrong, p.CodiceFiscale, got)
		}
		if got := composed(wrong, bearing(held[i], wrong)); got != domain.ReasonCodeOfAnother {
			t.Errorf("mistyped in the register: %s for %s: %q", wrong, p.CodiceFiscale, got)
		}
	})
}

// mistyped is a person's code with one character of names, birth or sex that is
// another: a letter the names do not have, or another digit.
func mistyped(t *rapid.T, p *people.Person) string {
	code := []byte(p.CodiceFiscale)
	at := rapid.SampledFrom([]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}).Draw(t, "place")
	var letters string
	was := string(code[at])
	switch {
	case at < 6:
		letters = strings.Map(func(r rune) rune {
			if strings.ContainsRune(p.Surname+p.Name+"X", r) {
				return -1
			}
			return r
		}, "BCDEFGHJKLMNPQRSTVWYZ")
	case at == 8:
		letters = "ABCDEHLMPRST"
	default:
		letters = "0123456789"
		if digit := strings.IndexByte("LMNPQRSTUV", code[at]); digit >= 0 { // of an omocodia
			was = fmt.Sprint(digit)
		}
	}
	letters = strings.ReplaceAll(letters, was, "")
	code[at] = letters[rapid.IntRange(0, len(letters)-1).Draw(t, "typed")]
	return string(code)
}

// What is answered about somebody else in the course of a history is not printed.
func TestAHistoryOfSomebodyElseIsNotTaken(t *testing.T) {
	t.Parallel()
	other := strings.NewReplacer("VR10001LU", "ZZ99999ZZ", string(luca.CodiceFiscale), "RSSMRA85T10A562S")
	for name, next := range map[string]string{
		"certified": ok6001(`<soggettoIntestatario><generalita><codiceFiscale><codFiscale>RSSMRA85T10A562S</codFiscale></codiceFiscale></generalita></soggettoIntestatario>`),
		"walked":    ok3002(other.Replace(soggetto(residenza("DEL MULINO", "2009-02-01")))),
	} {
		asked := 0
		r := newRegistry(t, func(w http.ResponseWriter, req *http.Request) {
			if asked++; asked == 1 {
				reply(w, req, ok3002(soggetto(residenza("DELLE ROSE", "2015-09-01"))))
				return
			}
			reply(w, req, next)
		})
		q := query(t, domain.ResidenzaStorica)
		if name == "walked" {
			walking(&q)
		}
		if got := failure(t, client(t, r), q); got.Class != domain.FailureFinal || got.Reason != domain.ReasonRegistryData {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
