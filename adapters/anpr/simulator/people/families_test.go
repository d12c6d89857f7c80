package people_test

import (
	"slices"
	"testing"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
)

// kinship are the codes of table 5 that a member may have, and those closed
// since 2015 that only old cards carry.
var kinship = []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 16, 17, 18, 20, 21, 22, 23, 24, 25, 26, 28, 81, 99, 14, 15, 19, 80}

func TestBondsAreTheSameSeenFromEitherSide(t *testing.T) {
	t.Parallel()
	everyPopulation(t, func(t *testing.T, pop *people.Population) {
		second := func(p *people.Person) bool { return p.Twice != nil || p.Has(people.DuplicateCard) }
		each(t, known(pop), func(p *people.Person, say complaint) {
			for i, b := range p.Bonds {
				say(b.With != p && b.Ordinal == i+1, "bond %d is number %d", i+1, b.Ordinal)
				at := slices.IndexFunc(b.With.Bonds, func(o *people.Bond) bool {
					return o.With == p || (second(p) && o.With.CodiceFiscale == p.CodiceFiscale)
				})
				if at < 0 {
					say(false, "the other knows nothing of bond %d", i+1)
					continue
				}
				o := b.With.Bonds[at]
				say(o.Civil == b.Civil && o.Event.Date.Equal(b.Event.Date) && o.Event.Act == b.Event.Act && o.Event.Place == b.Event.Place, "bond %d is another event for the other", i+1)
				dissolved := func(x *people.Bond) bool { return x.End != nil && x.End.Code != "" }
				say(dissolved(b) == dissolved(o), "bond %d is dissolved for one alone", i+1)
				if dissolved(b) && dissolved(o) {
					say(b.End.Event.Date.Equal(o.End.Event.Date) && b.End.Code == o.End.Code, "bond %d is dissolved twice", i+1)
				}
				say(b.Civil == (p.Sex == b.With.Sex), "bond %d of %c and %c", i+1, p.Sex, b.With.Sex)
			}
			if c := p.Cohabitation; c != nil {
				back := c.With.Cohabitation
				say(c.With != p && back != nil && back.With == p && back.Since.Equal(c.Since), "the partner lives with another")
				say(p.Family != nil && p.Family == c.With.Family && len(p.Bonds) == 0, "partners in two families, or married")
				inOrder(say, "cohabitation", p.Birth.Date.AddDate(18, 0, 0), c.Since, people.AsOf)
			}
		})
	})
}

func TestParentsAreOfAgeAndOfOneSexEach(t *testing.T) {
	t.Parallel()
	everyPopulation(t, func(t *testing.T, pop *people.Population) {
		children := 0
		each(t, known(pop), func(p *people.Person, say complaint) {
			if p.Father != nil {
				children++
				inOrder(say, "father and child", p.Father.Birth.Date.AddDate(14, 0, 0), p.Birth.Date)
				say(p.Father.Sex == 'M', "the father is a woman")
				say(p.Father != p.Mother, "one parent twice")
			}
			if p.Mother != nil {
				inOrder(say, "mother and child", p.Mother.Birth.Date.AddDate(14, 0, 0), p.Birth.Date)
				if p.Abroad == nil { // the child abroad is of a couple of any age
					inOrder(say, "child and mother", p.Birth.Date, p.Mother.Birth.Date.AddDate(50, 0, 0))
				}
				say(p.Mother.Sex == 'F', "the mother is a man")
			}
		})
		if children < 10 {
			t.Errorf("%d children", children)
		}
	})
}

func TestEveryFamilyHasOneHeadAndEveryMemberALinkToIt(t *testing.T) {
	t.Parallel()
	everyPopulation(t, func(t *testing.T, pop *people.Population) {
		for _, f := range families(pop) {
			heads, unlinked := 0, 0
			for i, m := range f.Members {
				if m.Family != f || m.Order != i+1 || m.Home != f.Home {
					t.Errorf("%s: member %d is number %d of another family or Comune", f.ID, i+1, m.Order)
				}
				switch {
				case m.Link == 1:
					heads++
				case m.Link == 0:
					unlinked++
				case f.Card == 4 && m.Link != 2, f.Card != 4 && !slices.Contains(kinship, m.Link):
					t.Errorf("%s: member %d has link %d", f.ID, i+1, m.Link)
				}
				if slices.Contains(f.Members[:i], m) {
					t.Errorf("%s: member %d twice", f.ID, i+1)
				}
			}
			if heads != 1 || f.Members[0].Link != 1 {
				t.Errorf("%s has %d heads, the first member has link %d", f.ID, heads, f.Members[0].Link)
			}
			if unlinked > 1 || (unlinked == 1 && f.Card != 4) {
				t.Errorf("%s: %d members without a link", f.ID, unlinked)
			}
		}
	})
}

func TestLinksSayWhatBondsAndParentsSay(t *testing.T) {
	t.Parallel()
	everyPopulation(t, func(t *testing.T, pop *people.Population) {
		for _, f := range families(pop) {
			if f.Card == 4 {
				continue
			}
			head := f.Members[0]
			spouse := head
			if n := len(head.Bonds); n > 0 && head.Bonds[n-1].End == nil {
				spouse = head.Bonds[n-1].With
			}
			each(t, f.Members[1:], func(m *people.Person, say complaint) {
				married, child := m == spouse, m.Father == head || m.Mother == head
				if m.Link == 99 || m.Link == 14 {
					return // says nothing, or what was allowed until 2015
				}
				say(married == (m.Link == 2 || m.Link == 28), "link %d, married to the head: %v", m.Link, married)
				say(!married || (m.Link == 28) == head.Bonds[len(head.Bonds)-1].Civil, "link %d for the bond", m.Link)
				say(m.Link != 3 || child, "link 3, of other parents")
				say(!child || m.Link == 3, "link %d of a child of the head", m.Link)
				say((head.Mother == m || head.Father == m) == (m.Link == 6), "link %d of a parent of the head: %v", m.Link, head.Mother == m)
				say(m.Link != 17 || spouse.Mother == m || spouse.Father == m, "link 17, of another family")
				say(m.Link != 23 || m.Cohabitation == nil || m.Cohabitation.With == head, "link 23, partner of another")
			})
		}
	})
}

func TestAFamilyLivesTogetherInItsComune(t *testing.T) {
	t.Parallel()
	everyPopulation(t, func(t *testing.T, pop *people.Population) {
		for _, f := range families(pop) {
			if (f.Residence.Abroad != nil) != (f.Card == 5) || (f.Residence.Address != nil && f.Residence.Address.Comune != f.Home) {
				t.Errorf("%s, card %d of %s, lives elsewhere", f.ID, f.Card, f.Home.Name)
			}
			if (f.Card == 4) != (f.Name != "") || (f.Card == 4) != (f.Species != "") {
				t.Errorf("%s, card %d, is called %q of species %q", f.ID, f.Card, f.Name, f.Species)
			}
			each(t, f.Members, func(m *people.Person, say complaint) {
				r := m.Residences[len(m.Residences)-1]
				say(r.Address == f.Residence.Address && r.Abroad == f.Residence.Abroad, "lives apart")
				say(f.Card != 4 || r.Presso == f.Name, "lives at %q of %q", r.Presso, f.Name)
				inOrder(say, "family", f.Origin, m.Joined, people.AsOf)
				inOrder(say, "member", m.Birth.Date, m.Joined)
				say(m.FamilyAt(m.Joined) == f && m.FamilyAt(m.Joined.AddDate(0, 0, -1)) == nil, "is a member at other times")
			})
			if got := f.MembersAt(people.AsOf); !slices.Equal(got, f.Members) {
				t.Errorf("%s has %d members, %d of them now", f.ID, len(f.Members), len(got))
			}
			if got := f.MembersAt(f.Origin.AddDate(0, 0, -1)); len(got) != 0 {
				t.Errorf("%s had %d members before it began", f.ID, len(got))
			}
			if pop.Family(f.ID) != f || pop.FamilyOf(f.Home.Istat, f.ComuneID) != f {
				t.Errorf("%s is not found by its numbers", f.ID)
			}
		}
		if pop.Family("") != nil || pop.FamilyOf("", "") != nil || pop.Family("700000999999") != nil {
			t.Error("a family without a number is found")
		}
	})
}

func TestOneFamilyOfEachStateIsInEveryComune(t *testing.T) {
	t.Parallel()
	count := map[string]map[people.FamilyState]int{}
	for _, f := range families(population(1, people.Default)) {
		if count[f.Home.Istat] == nil {
			count[f.Home.Istat] = map[people.FamilyState]int{}
		}
		count[f.Home.Istat][f.State]++
	}
	for _, c := range people.Comuni() {
		for _, s := range []people.FamilyState{people.Incomplete, people.Registering, people.InProgress} {
			if count[c.Istat][s] != 1 {
				t.Errorf("%d families of %s in state %d", count[c.Istat][s], c.Name, s)
			}
		}
	}
}
