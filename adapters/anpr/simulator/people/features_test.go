package people_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
)

// world is what the features of one person depend on besides the person.
type world struct {
	cards map[string]int // by codice fiscale
	names map[string]int // cards of the same names, sex and birthday
}

func worldOf(pop *people.Population) world {
	w := world{map[string]int{}, map[string]int{}}
	for _, p := range pop.Persons() {
		w.cards[p.CodiceFiscale]++
		w.names[nameOf(p)]++
	}
	return w
}

func nameOf(p *people.Person) string {
	return p.Surname + "/" + p.Name + "/" + string(rune(p.Sex)) + "/" + p.Birth.Date.String()
}

// statusOf is the code of table 1, from the last marriage or union.
func statusOf(p *people.Person) string {
	switch n := len(p.Bonds); {
	case p.StatusUnknown:
		return "9"
	case n == 0:
		return "1"
	default:
		b := p.Bonds[n-1]
		codes := "234"
		if b.Civil {
			codes = "678"
		}
		switch {
		case b.End == nil:
			return codes[:1]
		case b.End.Code == "":
			return codes[1:2]
		}
		return codes[2:]
	}
}

// held are the codes of the citizenships never lost in life.
func held(p *people.Person) (codes []string) {
	for _, c := range p.Citizenships {
		if c.Until.IsZero() && (p.Death == nil || !c.From.After(p.Death.Date)) || (p.Death != nil && c.Until.After(p.Death.Date)) {
			codes = append(codes, c.State.Code)
		}
	}
	return codes
}

// is says what each feature means, from the facts alone.
var is = map[people.Feature]func(w world, p *people.Person) bool{
	people.Minor: func(_ world, p *people.Person) bool {
		return p.Birth.Date.Year() > 2008 || p.Birth.Date.Year() == 2008 && p.Birth.Date.YearDay() > 1
	},
	people.Deceased:     func(_ world, p *people.Person) bool { return p.Death != nil && p.Removed.Reason == "1" },
	people.PresumedDead: func(_ world, p *people.Person) bool { return p.Death != nil && p.Removed.Reason == "2" },
	people.Irreperibile: func(_ world, p *people.Person) bool {
		return p.Removed != nil && (p.Removed.Reason == "6" || p.Abroad != nil && p.Removed.Reason == "5")
	},
	people.AIRE:            func(_ world, p *people.Person) bool { return p.Residences[len(p.Residences)-1].Kind == 4 },
	people.Single:          func(_ world, p *people.Person) bool { return statusOf(p) == "1" },
	people.Married:         func(_ world, p *people.Person) bool { return statusOf(p) == "2" },
	people.Widowed:         func(_ world, p *people.Person) bool { return statusOf(p) == "3" },
	people.Divorced:        func(_ world, p *people.Person) bool { return statusOf(p) == "4" },
	people.CivilUnion:      func(_ world, p *people.Person) bool { return statusOf(p) == "6" },
	people.CivilUnionEnded: func(_ world, p *people.Person) bool { return statusOf(p) == "7" || statusOf(p) == "8" },
	people.StatusUnknown:   func(_ world, p *people.Person) bool { return p.StatusUnknown },
	people.MissingBondData: func(_ world, p *people.Person) bool {
		return slices.ContainsFunc(p.Bonds, func(b *people.Bond) bool { return b.NoData || b.End != nil && b.End.NoData })
	},
	people.Remarried:  func(_ world, p *people.Person) bool { return len(p.Bonds) >= 2 },
	people.Cohabiting: func(_ world, p *people.Person) bool { return p.Cohabitation != nil },
	people.Foreigner: func(_ world, p *people.Person) bool {
		return len(held(p)) > 0 && !slices.Contains(held(p), "100")
	},
	people.SeveralCitizenships: func(_ world, p *people.Person) bool { return len(held(p)) >= 2 },
	people.AcquiredCitizenship: func(_ world, p *people.Person) bool {
		return len(p.Citizenships) > 0 && p.Citizenships[0].State.Code != "100" && slices.Contains(held(p), "100")
	},
	people.CitizenshipUnknown: func(_ world, p *people.Person) bool {
		return len(held(p)) == 0 || held(p)[0] == "998" || held(p)[0] == "999"
	},
	people.Homeless:     func(_ world, p *people.Person) bool { return p.Homeless },
	people.InConvivenza: func(_ world, p *people.Person) bool { return p.Family != nil && p.Family.Name != "" },
	people.LinkUnknown: func(_ world, p *people.Person) bool {
		return p.Family != nil && slices.ContainsFunc(p.Family.Members, func(m *people.Person) bool {
			return m.Link == 0 || m.Link == 99 || m.Link == 14 || m.Link == 15 || m.Link == 19 || m.Link == 80
		})
	},
	people.LivesAlone: func(_ world, p *people.Person) bool {
		return p.Family != nil && p.Family.Name == "" && len(p.Family.Members) == 1
	},
	people.LargeFamily: func(_ world, p *people.Person) bool {
		return p.Family != nil && p.Family.Name == "" && len(p.Family.Members) >= 12
	},
	people.FamilyIncomplete:  func(_ world, p *people.Person) bool { return p.Family != nil && p.Family.State == people.Incomplete },
	people.FamilyRegistering: func(_ world, p *people.Person) bool { return p.Family != nil && p.Family.State == people.Registering },
	people.FamilyInProgress:  func(_ world, p *people.Person) bool { return p.Family != nil && p.Family.State == people.InProgress },
	people.Homonym:           func(w world, p *people.Person) bool { return w.names[nameOf(p)] > 1 && w.cards[p.CodiceFiscale] == 1 },
	people.DuplicateCard:     func(w world, p *people.Person) bool { return w.cards[p.CodiceFiscale] > 1 && p.Twice == nil },
	people.DoubleRegistration: func(w world, p *people.Person) bool {
		return w.cards[p.CodiceFiscale] > 1 && p.Twice != nil && p.Twice != p.Home
	},
	people.NotCertifiable:       func(_ world, p *people.Person) bool { return slices.Contains([]int{0, 3, 4}, p.Certifiable) },
	people.PartiallyCertifiable: func(_ world, p *people.Person) bool { return p.Certifiable == 1 },
	people.OpenProcedure:        func(_ world, p *people.Person) bool { return p.Procedure != nil && p.Procedure.About != "" },
	people.NoSurname:            func(_ world, p *people.Person) bool { return p.Surname == "" },
	people.NoName:               func(_ world, p *people.Person) bool { return p.Name == "" },
	people.LongName:             func(_ world, p *people.Person) bool { return len([]rune(p.Surname)) > 60 },
	people.NonASCII: func(_ world, p *people.Person) bool {
		return strings.ContainsFunc(p.Surname+p.Name, func(r rune) bool { return r > '~' })
	},
	people.PartialBirthDate:      func(_ world, p *people.Person) bool { return p.Birth.NoDay || p.Birth.NoDayMonth },
	people.ExceptionalBirthplace: func(_ world, p *people.Person) bool { return p.Birth.Place.Comune == nil && p.Birth.Place.State == nil },
	people.BornAbroad: func(_ world, p *people.Person) bool {
		return (strings.HasPrefix(p.CodiceFiscale[11:], "Z") || p.Oddity == people.ProvisionalCode) && p.Birth.Place.Exceptional == ""
	},
	people.MissingBirthAct: func(_ world, p *people.Person) bool { return p.Birth.Act == nil },
	people.Omocode:         func(_ world, p *people.Person) bool { return plainCode(p.CodiceFiscale) != p.CodiceFiscale },
	people.InvalidCF:       func(_ world, p *people.Person) bool { return p.InvalidCF },
	people.Moved: func(_ world, p *people.Person) bool {
		n := 0
		for _, r := range p.Residences {
			if r.Address == nil || r.Until.IsZero() || r.Until.After(r.Address.Comune.Subentro) {
				n++
			}
		}
		return n >= 2
	},
	people.CameFromElsewhere: func(_ world, p *people.Person) bool {
		return p.Enrolled.FromComune != nil || p.Enrolled.FromState != nil
	},
	people.TwoAddresses: func(_ world, p *people.Person) bool { return p.Domicile != nil && p.Domicile.Kind == 3 },
	people.CodeChanged:  func(_ world, p *people.Person) bool { return p.FormerCF != "" },
}

// clean is a card in force that every certificate may be made from.
func clean(w world, p *people.Person) bool {
	return p.Oddity == "" && p.Removed == nil && p.Certifiable == 2 && p.Procedure == nil && !p.InvalidCF && w.cards[p.CodiceFiscale] == 1 &&
		(p.Family == nil || p.Family.State != people.Registering)
}

// fits says whom each visura suits, from the conditions on it.
var fits = map[people.Feature]func(w world, p *people.Person) bool{
	people.FitsNascita: func(w world, p *people.Person) bool {
		return clean(w, p) && p.Abroad == nil && p.Birth.Act != nil && p.Birth.Place.State == nil
	},
	people.FitsEsistenzaInVita: func(w world, p *people.Person) bool { return clean(w, p) && p.Abroad == nil && p.Death == nil },
	people.FitsMorte: func(w world, p *people.Person) bool {
		return p.Death != nil && p.Removed.Reason == "1" && p.Abroad == nil && w.cards[p.CodiceFiscale] == 1
	},
	people.FitsCittadinanza: func(w world, p *people.Person) bool {
		h := held(p)
		return clean(w, p) && p.Abroad == nil && len(h) == 1 && h[0] != "998" && h[0] != "999"
	},
	people.FitsMatrimonio: func(w world, p *people.Person) bool {
		return clean(w, p) && p.Abroad == nil && statusOf(p) == "2" && !p.Bonds[len(p.Bonds)-1].NoData
	},
	people.FitsStatoLibero: func(w world, p *people.Person) bool {
		return clean(w, p) && p.Abroad == nil && strings.Contains("13478", statusOf(p)) && !is[people.MissingBondData](w, p)
	},
	people.FitsResidenza: func(w world, p *people.Person) bool { return clean(w, p) && p.Abroad == nil && !p.Homeless },
	people.FitsStatoCivile: func(w world, p *people.Person) bool {
		return clean(w, p) && p.Abroad == nil && statusOf(p) != "9" && !is[people.MissingBondData](w, p)
	},
	people.FitsStatoFamiglia: func(w world, p *people.Person) bool {
		return clean(w, p) && p.Abroad == nil && !p.Homeless && p.Family != nil && p.Family.Card == 3 && p.Family.State == people.Complete
	},
	people.FitsStatoFamigliaParentela: func(w world, p *people.Person) bool {
		return clean(w, p) && p.Abroad == nil && !p.Homeless && p.Family != nil && p.Family.Card == 3 && p.Family.State == people.Complete &&
			len(p.Family.Members) > 1 && !is[people.LinkUnknown](w, p)
	},
	people.FitsStatoFamigliaAIRE: func(w world, p *people.Person) bool {
		return clean(w, p) && p.Abroad != nil && p.Family != nil && p.Family.Card == 5 && p.Family.State == people.Complete
	},
	people.FitsResidenzaAIRE: func(w world, p *people.Person) bool { return clean(w, p) && p.Abroad != nil },
	people.FitsCittadinanzaStorica: func(w world, p *people.Person) bool {
		return clean(w, p) && p.Abroad == nil && is[people.AcquiredCitizenship](w, p)
	},
	people.FitsResidenzaStorica: func(w world, p *people.Person) bool {
		return clean(w, p) && p.Abroad == nil && !p.Homeless && is[people.Moved](w, p)
	},
}

func TestAFeatureSaysWhatIsThere(t *testing.T) {
	t.Parallel()
	everyPopulation(t, func(t *testing.T, pop *people.Population) {
		w := worldOf(pop)
		each(t, pop.Persons(), func(p *people.Person, say complaint) {
			for name, f := range people.ByName {
				if f != people.Clean {
					say(p.Has(f) == is[f](w, p), "%s is %v", name, p.Has(f))
				}
			}
			for tipo, f := range people.ByTipo {
				say(p.Has(f) == fits[f](w, p), "fits %s: %v", tipo, p.Has(f))
			}
			say(p.Has(people.Clean) == clean(w, p), "Clean is %v", p.Has(people.Clean))
		})
	})
}

func TestEveryFeatureIsNamedAndHasSomeoneInEveryComune(t *testing.T) {
	t.Parallel()
	pop := population(1, people.Default)
	all := map[people.Feature]string{}
	for name, f := range people.ByName {
		all[f] = name
	}
	for tipo, f := range people.ByTipo {
		all[f] = tipo
	}
	if len(all) != len(people.ByName)+len(people.ByTipo) || len(people.ByTipo) != 14 || len(all) != len(is)+len(fits)+1 {
		t.Errorf("%d features, %d names, %d visure, %d checked", len(all), len(people.ByName), len(people.ByTipo), len(is)+len(fits)+1)
	}
	for f, name := range all {
		if f == 0 || f&(f-1) != 0 {
			t.Errorf("%s is not one feature", name)
		}
		if f&(f-1) == 0 && f>>len(all) != 0 {
			t.Errorf("%s leaves a gap below it", name)
		}
		for _, c := range people.Comuni() {
			if pop.First(c.Istat, f) == nil {
				t.Errorf("nobody in %s is %s", c.Name, name)
			}
		}
	}
}

func TestFeaturesOfOnePersonDoNotContradictEachOther(t *testing.T) {
	t.Parallel()
	everyone(t, func(p *people.Person, say complaint) {
		count := func(list ...people.Feature) (n int) {
			for _, f := range list {
				if p.Has(f) {
					n++
				}
			}
			return n
		}
		say(count(people.Single, people.Married, people.Widowed, people.Divorced, people.CivilUnion, people.CivilUnionEnded, people.StatusUnknown) == 1, "several states at once")
		say(count(people.Deceased, people.PresumedDead, people.Irreperibile) <= 1, "gone in two ways")
		say(count(people.LivesAlone, people.LargeFamily, people.InConvivenza) <= 1, "alone among many")
		say(count(people.FamilyIncomplete, people.FamilyRegistering, people.FamilyInProgress) <= 1, "a family in two states")
		say(count(people.FitsResidenza, people.FitsResidenzaAIRE, people.FitsMorte) <= 1, "resident, abroad and dead")
		say(!p.Has(people.Minor) || count(people.Married, people.CivilUnion, people.Divorced) == 0, "a minor married")
		var none people.Feature
		say(p.Has(none) && !p.HasAny(none), "nothing is asked and there is no answer")
	})
}
