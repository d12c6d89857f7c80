package people_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
)

// made are populations already invented: a large one serves many tests.
var made sync.Map

func population(seed uint64, n int) *people.Population {
	type key struct {
		seed uint64
		n    int
	}
	once, _ := made.LoadOrStore(key{seed, n}, sync.OnceValue(func() *people.Population { return people.People(seed, n) }))
	return once.(func() *people.Population)()
}

// everyPopulation runs a test on the population of default size and on small
// ones of other seeds.
func everyPopulation(t *testing.T, test func(t *testing.T, pop *people.Population)) {
	for _, c := range []struct {
		seed uint64
		n    int
	}{{1, people.Default}, {2, 3000}, {3, 1}, {20260101, 4001}, {1<<64 - 1, 2500}} {
		t.Run(fmt.Sprintf("seed %d, %d people", c.seed, c.n), func(t *testing.T) {
			t.Parallel()
			test(t, population(c.seed, c.n))
		})
	}
}

// known are the people of a population and those it only speaks of: spouses,
// parents and partners without a card.
func known(pop *people.Population) []*people.Person {
	seen := map[*people.Person]bool{}
	var list []*people.Person
	var add func(p *people.Person)
	add = func(p *people.Person) {
		if p == nil || seen[p] {
			return
		}
		seen[p] = true
		list = append(list, p)
		for _, b := range p.Bonds {
			add(b.With)
		}
		add(p.Father)
		add(p.Mother)
		if p.Cohabitation != nil {
			add(p.Cohabitation.With)
		}
	}
	for _, p := range pop.Persons() {
		add(p)
	}
	return list
}

// families are those anyone belongs to.
func families(pop *people.Population) []*people.Family {
	seen := map[*people.Family]bool{}
	var list []*people.Family
	for _, p := range pop.Persons() {
		if f := p.Family; f != nil && !seen[f] {
			seen[f] = true
			list = append(list, f)
		}
	}
	return list
}
