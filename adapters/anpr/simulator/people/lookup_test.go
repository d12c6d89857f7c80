package people_test

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
)

func TestSelectFindAndFirstAgree(t *testing.T) {
	t.Parallel()
	pop := population(2, 3000)
	names := slices.Sorted(maps.Keys(people.ByName))
	comuni := []string{"", "000000"}
	for _, c := range people.Comuni() {
		comuni = append(comuni, c.Istat)
	}
	rapid.Check(t, func(t *rapid.T) {
		set := func(label string, most int) (list []people.Feature, all people.Feature) {
			for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom(names), 0, most, rapid.ID[string]).Draw(t, label) {
				list = append(list, people.ByName[name])
				all |= people.ByName[name]
			}
			return list, all
		}
		list, with := set("with", 3)
		_, without := set("without", 2)
		istat := rapid.SampledFrom(comuni).Draw(t, "comune")
		var want []*people.Person
		for _, p := range pop.Persons() {
			if p.Features&with == with && p.Features&without == 0 && (istat == "" || p.Home.Istat == istat) {
				want = append(want, p)
			}
		}
		if got := pop.Select(istat, with, without); !slices.Equal(got, want) {
			t.Errorf("Select: %d people, want %d", len(got), len(want))
		}
		if got, want := pop.Find(list...), pop.Select("", with, 0); !slices.Equal(got, want) {
			t.Errorf("Find: %d people, Select %d", len(got), len(want))
		}
		first, all := pop.First(istat, list...), pop.Select(istat, with, 0)
		if (first == nil) != (len(all) == 0) || (first != nil && first != all[0]) {
			t.Errorf("First is %v of %d", first, len(all))
		}
	})
}

func TestEveryNumberIsOfOneCard(t *testing.T) {
	t.Parallel()
	everyPopulation(t, func(t *testing.T, pop *people.Population) {
		ids, cards, local := map[string]bool{}, map[string]bool{}, map[string]bool{}
		operations := map[string]int{}
		for i, p := range pop.Persons() {
			of := p.Home.Istat + "/" + p.ComuneCard
			if p.Index != i || ids[p.IDANPR] || cards[p.Card] || local[of] {
				t.Errorf("card %d has a number of another: %s %s %s", i, p.IDANPR, p.Card, of)
			}
			ids[p.IDANPR], cards[p.Card], local[of] = true, true, true
			operations[p.Enrolled.Operation]++
			if len(p.IDANPR) != 9 || strings.Trim(p.IDANPR[2:7], "0123456789") != "" || strings.Trim(p.IDANPR[:2]+p.IDANPR[7:], "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
				t.Errorf("idANPR %q", p.IDANPR)
			}
			if got := pop.ByIDANPR(strings.ToLower(p.IDANPR)); len(got) != 1 || got[0] != p {
				t.Errorf("%s finds %d", p.IDANPR, len(got))
			}
			if pop.ByCard(p.Card) != p || pop.ByComuneCard(p.Home.Istat, p.ComuneCard) != p {
				t.Errorf("card %s is not found by its numbers", p.Card)
			}
		}
		families := map[string]bool{}
		for _, p := range pop.Persons() {
			if f := p.Family; f != nil && p.Order == 1 {
				if families[f.ID] || families[f.Home.Istat+"/"+f.ComuneID] {
					t.Errorf("two families have the number %s or %s", f.ID, f.ComuneID)
				}
				families[f.ID], families[f.Home.Istat+"/"+f.ComuneID] = true, true
			}
		}
	})
}

func TestANameFindsAllItsHolders(t *testing.T) {
	t.Parallel()
	pop := population(2, 3000)
	holders := map[string][]*people.Person{}
	for _, p := range pop.Persons() {
		holders[nameOf(p)] = append(holders[nameOf(p)], p)
	}
	for _, list := range holders {
		p := list[0]
		for _, write := range []func(string) string{strings.ToUpper, strings.ToLower} {
			got := pop.ByName(write(p.Surname), write(p.Name), p.Sex, p.Birth.Date)
			if !slices.Equal(got, list) {
				t.Errorf("%s %s: %d found of %d", p.Surname, p.Name, len(got), len(list))
			}
		}
		other := byte('M' + 'F' - int(p.Sex))
		if got := pop.ByName(p.Surname, p.Name, other, p.Birth.Date); slices.Contains(got, p) {
			t.Errorf("%s %s is found by another sex", p.Surname, p.Name)
		}
		if got := pop.ByName(p.Surname, p.Name, p.Sex, p.Birth.Date.AddDate(0, 0, 1)); slices.Contains(got, p) {
			t.Errorf("%s %s is found by another birthday", p.Surname, p.Name)
		}
	}
}

func TestACodeFindsItsCardsAndNothingElse(t *testing.T) {
	t.Parallel()
	pop := population(2, 3000)
	for _, p := range pop.Persons() {
		for _, q := range pop.ByCodiceFiscale(p.CodiceFiscale) {
			if q.CodiceFiscale != p.CodiceFiscale {
				t.Errorf("%s finds %s", p.CodiceFiscale, q.CodiceFiscale)
			}
		}
		if !slices.Contains(pop.ByCodiceFiscale(p.CodiceFiscale), p) {
			t.Errorf("%s does not find its card", p.CodiceFiscale)
		}
	}
	for _, nobody := range []string{"", "ZZZZZZ78C14A547X", "VRDLCU78C14A547", "VRDLCU78C14A547O "} {
		if got := pop.ByCodiceFiscale(nobody); len(got) > 0 {
			t.Errorf("%q finds %d", nobody, len(got))
		}
		if pop.ByCard(nobody) != nil || pop.ByComuneCard("039002", nobody) != nil || len(pop.ByIDANPR(nobody)) > 0 {
			t.Errorf("%q is a number", nobody)
		}
	}
}

// digest is a fingerprint of everything told of a population: persons stand for
// themselves by their place in the list.
func digest(pop *people.Population) string {
	h := fnv.New64a()
	enc := json.NewEncoder(h)
	for _, p := range known(pop) {
		var bonds []string
		for _, b := range p.Bonds {
			bonds = append(bonds, fmt.Sprint(b.Civil, b.With.CodiceFiscale, b.Ordinal, b.NoData, b.Event.Date, b.Event.Place.Locality, b.End != nil))
		}
		family := ""
		if f := p.Family; f != nil {
			family = fmt.Sprint(f.ID, f.ComuneID, f.Card, f.Origin, f.Reason, f.State, len(f.Members), p.Link, p.Order, p.Joined)
		}
		_ = enc.Encode([]any{p.Index, p.IDANPR, p.Card, p.ComuneCard, p.CodiceFiscale, p.FormerCF, p.InvalidCF, p.Surname, p.Name, p.Sex, p.Birth, p.Home.Istat,
			p.Enrolled, p.Citizenships, p.Residences, bonds, family, p.Abroad, p.Removed, p.Death, p.Procedure, p.Domicile, p.Homeless, p.Certifiable, p.StatusUnknown, p.Features})
	}
	return fmt.Sprintf("%016x", h.Sum64())
}

func TestTheSameSeedGivesTheSameLivesAlsoSideBySide(t *testing.T) {
	t.Parallel()
	const n = 2500
	want := digest(population(1<<64-1, n))
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			if got := digest(people.People(1<<64-1, n)); got != want {
				t.Errorf("another life for the same seed: %s, want %s", got, want)
			}
		})
	}
	wg.Wait()
	if digest(people.People(5, n)) == want || digest(people.People(1<<64-1, n+1)) == want {
		t.Error("another seed or size gave the same people")
	}
}

// Documents and examples name these people; they may not move.
func TestTheExamplesAreTheSameForEverySeed(t *testing.T) {
	t.Parallel()
	everyPopulation(t, func(t *testing.T, pop *people.Population) {
		var got []string
		for _, p := range pop.Persons()[:6] {
			got = append(got, p.IDANPR+" "+p.Card+" "+p.CodiceFiscale)
		}
		want := []string{"VR10001LU 9000000000101 VRDLCU78C14A547O", "RC10002EL 9000000000102 RCCLNE80L62H501A", "VR10003AN 9000000000103 VRDNNA10S45H199D",
			"PN10004SA 9000000000104 PNTSRA85A49A547K", "SL10005PI 9000000000105 SLVPTR40E30D612V", "VR10006LU 9000000000106 VRDLCU78C14L219S"}
		if !slices.Equal(got, want) {
			t.Errorf("examples %v", got)
		}
		if f := pop.Family("700000012345"); f == nil || f != pop.Persons()[0].Family || len(f.Members) != 3 {
			t.Error("the family of the examples is another")
		}
	})
}

func TestALargerPopulationServesEveryComune(t *testing.T) {
	t.Parallel()
	count := map[string]int{}
	for _, p := range population(1, people.Default).Persons() {
		count[p.Home.Istat]++
	}
	homes := people.Comuni()
	if len(count) != len(homes) {
		t.Errorf("people live in %d Comuni", len(count))
	}
	for i, c := range homes[1:] {
		if count[c.Istat] >= count[homes[i].Istat] || count[c.Istat] < 100 {
			t.Errorf("%s has %d people, %s before it %d", c.Name, count[c.Istat], homes[i].Name, count[homes[i].Istat])
		}
	}
}

func TestAgesAreThoseOfARegistry(t *testing.T) {
	t.Parallel()
	minors, old, women := 0, 0, 0
	list := population(1, people.Default).Persons()
	for _, p := range list {
		if p.Has(people.Minor) {
			minors++
		}
		if p.Birth.Date.Before(people.AsOf.AddDate(-65, 0, 0)) {
			old++
		}
		if p.Sex == 'F' {
			women++
		}
	}
	for name, c := range map[string]struct{ got, least, most int }{
		"minors": {minors, 8, 25}, "over 65": {old, 8, 35}, "women": {women, 45, 56},
	} {
		if share := 100 * c.got / len(list); share < c.least || share > c.most {
			t.Errorf("%s are %d%%", name, share)
		}
	}
	if people.AsOf.After(time.Now()) {
		t.Error("lives are told beyond today")
	}
}
