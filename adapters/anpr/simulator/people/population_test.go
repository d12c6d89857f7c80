package people_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
)

func TestEveryFeatureExistsInTheFirstComuneEvenWhenFewPeopleAreAskedFor(t *testing.T) {
	t.Parallel()
	pop := people.People(7, 1)
	first := people.Comuni()[0].Istat
	for name, f := range people.ByName {
		if pop.First(first, f) == nil {
			t.Errorf("nobody in %s is %s", first, name)
		}
	}
}

func TestEveryVisuraHasSomeoneItFitsAndSomeoneItDoesNot(t *testing.T) {
	t.Parallel()
	pop := people.People(1, 2000)
	for _, c := range people.Comuni() {
		for tipo, f := range people.ByTipo {
			yes, no := 0, 0
			for _, p := range pop.Persons() {
				if p.Home.Istat != c.Istat {
					continue
				}
				if p.Has(f) {
					yes++
				} else {
					no++
				}
			}
			if yes == 0 || no == 0 {
				t.Errorf("%s in %s: fits %d, does not fit %d", tipo, c.Name, yes, no)
			}
		}
	}
}

func TestEveryOddityIsSomebodysInTheFirstComune(t *testing.T) {
	t.Parallel()
	everyPopulation(t, func(t *testing.T, pop *people.Population) {
		for _, o := range people.Oddities() {
			if p := pop.Odd(o); p == nil || p.Oddity != o || p.Home.Istat != people.Comuni()[0].Istat || p.Has(people.Clean) {
				t.Errorf("nobody fitting is %s", o)
			}
		}
		if pop.Odd("") != nil {
			t.Error("somebody has the oddity of having none")
		}
	})
}

func TestTheSameSeedGivesTheSamePeople(t *testing.T) {
	t.Parallel()
	codes := func(seed uint64) (list []string) {
		for _, p := range people.People(seed, 1500).Persons() {
			s := fmt.Sprint(p.CodiceFiscale, p.IDANPR, p.Card, p.Enrolled.Protocol, p.Features)
			for _, r := range p.Residences {
				if r.Address != nil {
					s += fmt.Sprint(r.From, r.Until, r.Address.Street, r.Address.Number, r.Address.Comune.Istat)
				}
			}
			list = append(list, s)
		}
		return list
	}
	if diff := cmp.Diff(codes(3), codes(3)); diff != "" {
		t.Error(diff)
	}
	if cmp.Equal(codes(3), codes(4)) {
		t.Error("another seed gave the same people")
	}
}

func TestThePopulationIsAsLargeAsAskedFor(t *testing.T) {
	t.Parallel()
	odd := func(pop *people.Population) int {
		for i, p := range pop.Persons() {
			if p == pop.Odd(people.Oddities()[0]) {
				return len(pop.Persons()) - i
			}
		}
		return 0
	}
	for _, n := range []int{1999, 2000, 5003, people.Default} {
		pop := people.People(1, n)
		if got := len(pop.Persons()) - odd(pop); got != n {
			t.Errorf("%d people before the oddities, want %d", got, n)
		}
	}
	if got := len(people.People(1, 0).Persons()); got != len(people.People(1, people.Default).Persons()) {
		t.Errorf("%d people by default", got)
	}
}

func TestKnownCodesAreComputedAsTheTaxAgencyDoes(t *testing.T) {
	t.Parallel()
	pop := people.People(1, 1)
	for _, cf := range []string{"VRDLCU78C14A547O", "RCCLNE80L62H501A", "VRDNNA10S45H199D", "PNTSRA85A49A547K", "SLVPTR40E30D612V", "VRDLCU78C14L219S"} {
		if len(pop.ByCodiceFiscale(cf)) != 1 {
			t.Errorf("nobody has %s", cf)
		}
	}
	if got := people.Operator("039002"); got != "PRTGLI75P58A547F" {
		t.Errorf("operator of Bagnacavallo is %s", got)
	}
}

func TestEveryLifeIsCoherent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		pop := people.People(rapid.Uint64().Draw(t, "seed"), rapid.IntRange(1, 1500).Draw(t, "n"))
		for _, p := range pop.Persons() {
			for _, problem := range problems(pop, p) {
				t.Errorf("%s (%d, %s): %s", p.CodiceFiscale, p.Index, p.Home.Name, problem)
			}
		}
	})
}

// problems says what is impossible about a person.
func problems(pop *people.Population, p *people.Person) (list []string) {
	say := func(ok bool, format string, args ...any) {
		if !ok {
			list = append(list, fmt.Sprintf(format, args...))
		}
	}
	born := p.Birth.Date
	if p.Oddity != people.ProvisionalCode {
		say(len(p.CodiceFiscale) == 16, "codice fiscale %q", p.CodiceFiscale)
		say(p.CodiceFiscale[15] == check(p.CodiceFiscale), "check character of %s", p.CodiceFiscale)
	}
	same := pop.ByCodiceFiscale(p.CodiceFiscale)
	say(len(same) == 1 || p.HasAny(people.DuplicateCard|people.DoubleRegistration), "code shared by %d", len(same))
	say((p.FormerCF == "") == p.Recoded.IsZero() && p.FormerCF != p.CodiceFiscale, "the code before is %q, changed on %s", p.FormerCF, p.Recoded)
	if p.FormerCF != "" {
		say(p.FormerCF[15] == check(p.FormerCF), "check character of %s", p.FormerCF)
		old := pop.ByCodiceFiscale(p.FormerCF)
		say(len(old) == 1 && old[0] == p, "the code before is %d others'", len(old))
	}
	say(len(p.IDANPR) == 9 && len(pop.ByIDANPR(p.IDANPR)) == 1, "idANPR %s", p.IDANPR)
	say(pop.ByCard(p.Card) == p, "card %s", p.Card)
	say(born.Before(people.AsOf), "born in the future")
	say(born.After(people.AsOf.AddDate(-105, 0, 0)), "aged over 105")
	say(p.Birth.Act == nil || !p.Birth.Act.Formed.Before(born), "birth act before birth")
	say(!p.Enrolled.Date.Before(born), "enrolled before birth")
	say(p.Home.Catastale != "" && p.Home.Istat != "", "no Comune")

	residences(p, say)
	for _, c := range p.Citizenships {
		say(!c.From.Before(born) && !c.From.After(people.AsOf), "citizenship from %s", c.From)
	}
	for _, parent := range []*people.Person{p.Father, p.Mother} {
		if parent != nil {
			say(born.Year()-parent.Birth.Date.Year() >= 16, "parent aged %d", born.Year()-parent.Birth.Date.Year())
			say(parent.Death == nil || parent.Death.Date.AddDate(1, 0, 0).After(born), "born after a parent's death")
		}
	}
	bonds(p, say)
	if p.Death != nil {
		say(p.Death.Date.After(born) && !p.Death.Date.After(people.AsOf), "death on %s", p.Death.Date)
		say(p.Removed != nil && p.Removed.Date.Equal(p.Death.Date), "dead but not cancelled")
		say(p.Family == nil, "dead but in a family")
		say(p.Death.Date.After(p.Home.Subentro), "died before the subentro, yet in ANPR")
	}
	if f := p.Family; f != nil {
		family(f, p, say)
	}
	say(p.Removed == nil || p.Family == nil, "cancelled but in a family")
	return list
}

func residences(p *people.Person, say func(bool, string, ...any)) {
	say(len(p.Residences) > 0, "no residence")
	for i, r := range p.Residences {
		say((r.Address == nil) != (r.Abroad == nil), "residence %d has not one address", i)
		say(!r.From.Before(p.Birth.Date), "residence %d before birth", i)
		say(!r.From.After(people.AsOf), "residence %d in the future", i)
		if i > 0 {
			say(p.Residences[i-1].Until.Equal(r.From) || p.Oddity == people.ReEntered && p.Residences[i-1].Until.Before(r.From), "gap before residence %d", i)
			say(p.Residences[i-1].From.Before(r.From), "residence %d lasted no day", i-1)
		}
	}
	last := p.Residences[len(p.Residences)-1]
	say(last.Until.IsZero() || p.Removed != nil, "last residence ended")
	say((last.Abroad != nil) == (p.Abroad != nil), "AIRE and address disagree")
	if last.Address != nil && p.Removed == nil {
		say(last.Address.Comune == p.Home, "lives in %s", last.Address.Comune.Name)
	}
}

func bonds(p *people.Person, say func(bool, string, ...any)) {
	for i, b := range p.Bonds {
		say(b.Event.Date.After(p.Birth.Date.AddDate(17, 0, 0)), "bond %d at %s", i, b.Event.Date)
		say(b.Ordinal == i+1, "bond %d is numbered %d", i, b.Ordinal)
		mirrored := p.Twice != nil || p.Has(people.DuplicateCard)
		for _, other := range b.With.Bonds {
			mirrored = mirrored || (other.With == p && other.Event.Date.Equal(b.Event.Date))
		}
		say(mirrored, "bond %d is not the other's", i)
		say(b.Civil == (b.With.Sex == p.Sex), "bond %d of sexes %c and %c", i, p.Sex, b.With.Sex)
		if b.End != nil {
			say(!b.End.Event.Date.Before(b.Event.Date), "bond %d ended before it began", i)
			say(b.End.Code != "" || b.With.Death != nil, "bond %d ended by nobody's death", i)
		} else {
			say(b.With.Death == nil || p.Death != nil, "bond %d outlived the other", i)
		}
		if i > 0 {
			say(p.Bonds[i-1].Ended(b.Event.Date), "bond %d began within another", i)
		}
	}
}

func family(f *people.Family, p *people.Person, say func(bool, string, ...any)) {
	heads := 0
	for i, m := range f.Members {
		say(m.Order == i+1, "member %d numbered %d", i+1, m.Order)
		if m.Link == 1 {
			heads++
			say(f.Card != 4 || m.Order == 1, "responsabile is not first")
		}
		if f.Card == 4 {
			continue
		}
		head := f.Members[0]
		switch m.Link {
		case 2, 28:
			b := m.BondAt(people.AsOf)
			say(b != nil && b.With == head && b.Civil == (m.Link == 28) && !b.Ended(people.AsOf), "link %d without the bond", m.Link)
		case 3:
			say(m.Father == head || m.Mother == head, "child of someone else")
		case 6:
			say(head.Father == m || head.Mother == m, "parent of someone else")
		}
		last := m.Residences[len(m.Residences)-1]
		say(last.Address == f.Residence.Address || f.Card == 5, "lives apart from the family")
	}
	say(heads == 1, "%d intestatari", heads)
	say(!p.Joined.Before(f.Origin) && !p.Joined.After(people.AsOf), "joined on %s a family of %s", p.Joined, f.Origin)
	say((f.Card == 5) == (p.Abroad != nil), "AIRE and family disagree")
}

// check computes the check character from the published tables, apart from the
// code under test.
func check(cf string) byte {
	const odd = "BAKPLCQDREVOSFTGUHMINJWZYX" // position = value
	sum := 0
	for i := range 15 {
		c := cf[i]
		if c >= '0' && c <= '9' {
			c = 'A' + c - '0'
		}
		if i%2 == 1 {
			sum += int(c - 'A')
			continue
		}
		for v := range len(odd) {
			if odd[v] == c {
				sum += v
			}
		}
	}
	return byte('A' + sum%26)
}

func BenchmarkPeople(b *testing.B) {
	for b.Loop() {
		people.People(1, people.Default)
	}
}
