package people

import (
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// Population is a fixed set of people with its indexes. It is safe for
// concurrent use: nothing changes after People has returned.
type Population struct {
	persons []*Person
	byCF    map[string][]*Person
	byOldCF map[string][]*Person
	byID    map[string][]*Person
	byCard  map[string]*Person
	byLocal map[string]*Person // Comune and its own card number
	named   map[string]int
	byName  map[string][]*Person
	byPlain map[string][]*Person // the same by letters from A to Z, in both ways to write them
	family  map[string]*Family
	odd     map[Oddity]*Person
}

// Default is the size of a population when none is asked for.
const Default = 20000

// People invents n people from a seed, and after them those of the oddities with
// their families. Every feature exists whatever n is, so a small n is raised to
// what that takes (a few hundred).
func People(seed uint64, n int) *Population {
	if n <= 0 {
		n = Default
	}
	pop := &Population{byCF: map[string][]*Person{}, byOldCF: map[string][]*Person{}, byID: map[string][]*Person{}, byCard: map[string]*Person{},
		byLocal: map[string]*Person{}, named: map[string]int{}, byName: map[string][]*Person{}, byPlain: map[string][]*Person{}, family: map[string]*Family{}, odd: map[Oddity]*Person{}}
	b := &builder{Rand: rand.New(rand.NewPCG(seed, 0x76697375726100)), pop: pop, used: map[string]int{}}
	b.examples()
	for i, home := range homes {
		if i == 0 || len(pop.persons) < n/2 {
			b.specials(home)
		}
	}
	for len(pop.persons) < n {
		b.household(b.somewhere(), n-len(pop.persons))
	}
	b.oddities(seed)
	pop.index()
	return pop
}

// somewhere is a Comune, the first ones more often.
func (b *builder) somewhere() *Comune {
	i := b.IntN(len(homes))
	return homes[b.IntN(i+1)]
}

func (pop *Population) index() {
	for _, p := range pop.persons {
		pop.byCF[p.CodiceFiscale] = append(pop.byCF[p.CodiceFiscale], p)
		if p.FormerCF != "" {
			pop.byOldCF[p.FormerCF] = append(pop.byOldCF[p.FormerCF], p)
		}
		pop.byID[p.IDANPR] = append(pop.byID[p.IDANPR], p)
		pop.byCard[p.Card] = p
		pop.byLocal[p.Home.Istat+"/"+p.ComuneCard] = p
		key := nameKey(p.Surname, p.Name, p.Sex, p.Birth.Date)
		pop.named[key]++
		pop.byName[key] = append(pop.byName[key], p)
		for _, plain := range plainKeys(p.Surname, p.Name, p.Sex, p.Birth.Date) {
			pop.byPlain[plain] = append(pop.byPlain[plain], p)
		}
		if p.Oddity != "" {
			pop.odd[p.Oddity] = p
		}
		if f := p.Family; f != nil {
			pop.family[f.ID], pop.family[f.Home.Istat+"/"+f.ComuneID] = f, f
		}
	}
	for _, p := range pop.persons {
		pop.classify(p)
	}
}

func nameKey(surname, name string, sex byte, born time.Time) string {
	return strings.ToUpper(surname) + "|" + strings.ToUpper(name) + "|" + string(rune(sex)) + "|" + born.Format(time.DateOnly)
}

// Persons lists everyone, the examples first; the slice must not be changed.
func (pop *Population) Persons() []*Person { return pop.persons }

// Find lists the people who have all the features, in order.
func (pop *Population) Find(features ...Feature) []*Person {
	var want Feature
	for _, f := range features {
		want |= f
	}
	return pop.Select("", want, 0)
}

// First is the first person living in (or, in AIRE, enrolled by) a Comune who
// has all the features; istat "" means any Comune. It is nil if nobody has.
func (pop *Population) First(istat string, features ...Feature) *Person {
	var want Feature
	for _, f := range features {
		want |= f
	}
	if list := pop.Select(istat, want, 0); len(list) > 0 {
		return list[0]
	}
	return nil
}

// Select lists the people of a Comune ("" for any) who have all of one set of
// features and none of another.
func (pop *Population) Select(istat string, with, without Feature) []*Person {
	var list []*Person
	for _, p := range pop.persons {
		if p.Has(with) && !p.HasAny(without) && (istat == "" || p.Home.Istat == istat) {
			list = append(list, p)
		}
	}
	return list
}

// Elsewhere lists who is of any Comune but one, as Select does; who may be read by that
// Comune all the same: no family of theirs is being registered.
func (pop *Population) Elsewhere(istat string, with Feature) []*Person {
	return slices.DeleteFunc(pop.Select("", with, FamilyInProgress), func(p *Person) bool { return p.Home.Istat == istat })
}

// ByCodiceFiscale lists the cards with a codice fiscale, case ignored; where
// nobody has it, those of who had it before.
func (pop *Population) ByCodiceFiscale(cf string) []*Person {
	if list := pop.byCF[strings.ToUpper(cf)]; len(list) > 0 {
		return list
	}
	return pop.byOldCF[strings.ToUpper(cf)]
}

// ByIDANPR lists the cards with a national identifier.
func (pop *Population) ByIDANPR(id string) []*Person { return pop.byID[strings.ToUpper(id)] }

// ByCard finds a card by idSchedaSoggettoANPR.
func (pop *Population) ByCard(card string) *Person { return pop.byCard[card] }

// ByComuneCard finds a card by the Comune's own number.
func (pop *Population) ByComuneCard(istat, card string) *Person { return pop.byLocal[istat+"/"+card] }

// ByName lists the cards with exactly these names ("" for none), sex and
// birthday, case ignored; where there are none, those whose names have the same
// letters.
func (pop *Population) ByName(surname, name string, sex byte, born time.Time) []*Person {
	if exact := pop.byName[nameKey(surname, name, sex, born)]; len(exact) > 0 {
		return exact
	}
	var list []*Person
	for _, plain := range plainKeys(surname, name, sex, born) {
		for _, p := range pop.byPlain[plain] {
			if !slices.Contains(list, p) {
				list = append(list, p)
			}
		}
	}
	return list
}

// plainKeys are the keys of names in the two ways to write them with A to Z, one
// where they are the same.
func plainKeys(surname, name string, sex byte, born time.Time) []string {
	return slices.Compact([]string{nameKey(decreed(surname), decreed(name), sex, born), nameKey(unmarked(surname), unmarked(name), sex, born)})
}

// Family finds a family by idFamigliaConvivenzaANPR.
func (pop *Population) Family(id string) *Family { return pop.family[id] }

// FamilyOf finds a family by the Comune's own number.
func (pop *Population) FamilyOf(istat, id string) *Family { return pop.family[istat+"/"+id] }
