package people_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
)

// complaint says what is impossible; ok false makes it heard.
type complaint func(ok bool, format string, args ...any)

// everyone checks a rule on each person with a card.
func everyone(t *testing.T, rule func(p *people.Person, say complaint)) {
	everyPopulation(t, func(t *testing.T, pop *people.Population) { each(t, pop.Persons(), rule) })
}

func each(t *testing.T, list []*people.Person, rule func(p *people.Person, say complaint)) {
	for _, p := range list {
		rule(p, func(ok bool, format string, args ...any) {
			if !ok {
				t.Errorf("%s (%d, %s): %s", p.CodiceFiscale, p.Index, p.Home.Name, fmt.Sprintf(format, args...))
			}
		})
	}
}

// inOrder wants each day not before the one it follows; a zero day is unknown.
func inOrder(say complaint, what string, days ...time.Time) {
	var last time.Time
	for i, d := range days {
		if d.IsZero() {
			continue
		}
		say(!d.Before(last), "%s: %s comes after %s (%d)", what, last.Format(time.DateOnly), d.Format(time.DateOnly), i)
		last = d
	}
}

func died(p *people.Person) time.Time {
	if p.Death == nil {
		return time.Time{}
	}
	return p.Death.Date
}

func removed(p *people.Person) time.Time {
	if p.Removed == nil {
		return time.Time{}
	}
	return p.Removed.Date
}

func TestBirthMarriageItsEndAndDeathComeInThatOrder(t *testing.T) {
	t.Parallel()
	everyPopulation(t, func(t *testing.T, pop *people.Population) {
		each(t, known(pop), func(p *people.Person, say complaint) {
			inOrder(say, "life", p.Birth.Date, died(p), people.AsOf)
			for i, b := range p.Bonds {
				what := fmt.Sprintf("bond %d", i+1)
				end := people.AsOf
				if b.End != nil {
					end = b.End.Event.Date
					say(b.Event.Date.Before(end), "%s ended the day it began", what)
				}
				inOrder(say, what, p.Birth.Date.AddDate(18, 0, 0), b.Event.Date, end, people.AsOf)
				inOrder(say, what, b.Event.Date, died(p), people.AsOf)
				inOrder(say, what, b.Event.Date, died(b.With), people.AsOf)
				if b.Civil {
					inOrder(say, what+", civil", time.Date(2016, 6, 5, 0, 0, 0, 0, time.UTC), b.Event.Date)
				}
				if b.End != nil && b.End.Sentence != nil {
					inOrder(say, what+", sentence", b.Event.Date, b.End.Sentence.Date, b.End.Sentence.Effective, people.AsOf)
				}
			}
		})
	})
}

func TestABondEndsByDeathOrBySentence(t *testing.T) {
	t.Parallel()
	everyPopulation(t, func(t *testing.T, pop *people.Population) {
		each(t, known(pop), func(p *people.Person, say complaint) {
			for i, b := range p.Bonds {
				switch {
				case b.End == nil:
				case b.End.Code == "":
					say(b.End.Sentence == nil && b.With.Death != nil && b.End.Event.Date.Equal(b.With.Death.Date), "bond %d ended on %s, not by a death", i+1, b.End.Event.Date)
				default:
					say(b.End.Sentence != nil, "bond %d ended without a sentence", i+1)
					want := "1" // table 31
					if b.Civil {
						want = "3" // table 43
					}
					say(b.End.Code == want, "bond %d ended with code %s", i+1, b.End.Code)
				}
			}
		})
	})
}

func TestEnrolmentResidencesAndCancellationComeInThatOrder(t *testing.T) {
	t.Parallel()
	everyone(t, func(p *people.Person, say complaint) {
		inOrder(say, "card", p.Birth.Date, p.Enrolled.Date, removed(p), people.AsOf)
		for i, r := range p.Residences {
			inOrder(say, fmt.Sprintf("residence %d", i), p.Birth.Date, r.From, removed(p), people.AsOf)
			inOrder(say, fmt.Sprintf("residence %d", i), r.From, r.Until, people.AsOf)
		}
		last := p.Residences[len(p.Residences)-1]
		inOrder(say, "the last residence ends with the card", last.Until, removed(p))
		if d := p.Domicile; d != nil {
			inOrder(say, "domicile", p.Birth.Date, d.From, people.AsOf)
		}
		if o := p.Procedure; o != nil {
			inOrder(say, "procedure", p.Enrolled.Date, o.Opened, people.AsOf)
		}
	})
}

func TestEnrolmentIsTheBeginningOfAStayInTheComune(t *testing.T) {
	t.Parallel()
	everyone(t, func(p *people.Person, say complaint) {
		var began []time.Time
		for _, r := range p.Residences {
			began = append(began, r.From)
		}
		found := p.Enrolled.Date.Equal(p.Birth.Date)
		for _, d := range began {
			found = found || d.Equal(p.Enrolled.Date)
		}
		if p.Removed != nil && p.Has(people.DuplicateCard) {
			return // the earlier card keeps its enrolment, not every stay
		}
		say(found, "enrolled on %s, lived since %v", p.Enrolled.Date.Format(time.DateOnly), began)
		say(p.Enrolled.Protocol != "" && p.Enrolled.Operation != "", "enrolled without a protocol")
		say(p.Enrolled.FromComune != p.Home, "came from where they live")
		say(p.Enrolled.FromComune == nil || p.Enrolled.FromState == nil, "came from two places")
	})
}

// A card of the Comune's own is of who lives there, or was enrolled by it among
// the Italians abroad; only a cancelled card may be of who has gone elsewhere.
func TestResidenceIsWithinTheComuneOrAbroad(t *testing.T) {
	t.Parallel()
	everyone(t, func(p *people.Person, say complaint) {
		last := p.Residences[len(p.Residences)-1]
		switch {
		case p.Abroad != nil:
			say(last.Kind == 4 && last.Abroad != nil && last.Address == nil, "in AIRE, lives in Italy")
			say(p.Abroad.Since.Equal(last.From) && p.Abroad.Year == last.From.Year(), "in AIRE since %s, abroad since %s", p.Abroad.Since, last.From)
			say(p.Italian(people.AsOf), "in AIRE, not Italian")
			say(p.Enrolled.Reason == "C01" || p.Enrolled.Reason == "C02", "in AIRE for reason %q", p.Enrolled.Reason)
			for _, r := range p.Residences[:len(p.Residences)-1] {
				say(r.Address != nil, "lived abroad before AIRE")
			}
		case p.Removed == nil || p.Death != nil:
			say(last.Kind == 1 && last.Abroad == nil && last.Address.Comune == p.Home, "lives outside the Comune")
			say(p.Enrolled.Reason == "1" || p.Enrolled.Reason == "3" || p.Enrolled.Reason == "4" || p.Enrolled.Reason == "5", "enrolled for reason %q", p.Enrolled.Reason)
		}
		for _, r := range p.Residences {
			if a := r.Address; a != nil {
				say(a.CAP == a.Comune.CAP && a.Street.Name != "" && a.Street.Kind != "" && a.Street.Code != "", "address %+v", a)
				say((a.Number == "") != (a.Metric == ""), "number %q and kilometre %q", a.Number, a.Metric)
			} else {
				code, seat := r.Abroad.Consulate()
				say(len(code) == 7 && seat != "" && r.Abroad.State() != nil && r.Abroad.Locality() != "" && r.Abroad.Street != "", "address abroad %+v", r.Abroad)
			}
		}
	})
}

func TestCitizenshipsAreHeldOneAfterTheOtherOrTogether(t *testing.T) {
	t.Parallel()
	everyone(t, func(p *people.Person, say complaint) {
		states := map[string]bool{}
		for i, c := range p.Citizenships {
			inOrder(say, "citizenship", p.Birth.Date, c.From, people.AsOf)
			say(c.Until.IsZero() || c.From.Before(c.Until), "citizenship %d lasted no day", i)
			// Who is given the Spanish citizenship besides their own may be Spanish already.
			say(!states[c.State.Code] || (i == 1 && c.State.Name == "SPAGNA"), "citizenship of %s twice", c.State.Name)
			states[c.State.Code] = true
			if i > 0 {
				inOrder(say, "citizenships, oldest first", p.Citizenships[i-1].From, c.From)
			}
		}
		if len(p.Citizenships) > 0 {
			say(p.Citizenships[0].From.Equal(p.Birth.Date), "no citizenship at birth")
		}
		for _, day := range []time.Time{p.Birth.Date, p.Birth.Date.AddDate(20, 0, 0), people.AsOf} {
			list := p.CitizenshipsAt(day)
			if p.Death != nil && p.Death.Date.Before(day) {
				day = p.Death.Date // the dead keep what they had
			}
			for i, c := range list {
				say(!c.From.After(day) && (c.Until.IsZero() || day.Before(c.Until)), "citizenship of %s on %s", c.State.Name, day)
				say(c.State.Code != "100" || i == 0, "the Italian citizenship is not the first")
			}
			say(p.Italian(day) == (len(list) > 0 && list[0].State.Code == "100"), "Italian on %s", day)
		}
	})
}

func TestNobodyLivesAfterDeath(t *testing.T) {
	t.Parallel()
	everyPopulation(t, func(t *testing.T, pop *people.Population) {
		dead := 0
		each(t, known(pop), func(p *people.Person, say complaint) {
			for _, parent := range []*people.Person{p.Father, p.Mother} {
				if parent != nil && parent.Death != nil {
					last := parent.Death.Date // a father may die while the mother expects
					if parent.Sex == 'M' {
						last = last.AddDate(0, 0, 300)
					}
					inOrder(say, "birth and a parent's death", p.Birth.Date, last)
				}
			}
			if p.Death == nil {
				return
			}
			dead++
			end := p.Death.Date
			inOrder(say, "enrolled", p.Enrolled.Date, end)
			for _, r := range p.Residences {
				inOrder(say, "moved", r.From, end)
			}
			for _, c := range p.CitizenshipsAt(people.AsOf) {
				inOrder(say, "became a citizen", c.From, end)
			}
			for _, b := range p.Bonds {
				inOrder(say, "married", b.Event.Date, end)
			}
			say(p.Cohabitation == nil && p.Procedure == nil && p.Family == nil && p.Link == 0 && p.Order == 0, "lives with somebody")
			say(p.DeadAt(end) && !p.DeadAt(end.AddDate(0, 0, -1)) && p.FamilyAt(end) == nil, "dead on %s", end)
			if p.Removed != nil {
				say(p.Removed.Date.Equal(end) && (p.Removed.Reason == "1" || p.Removed.Reason == "2"), "cancelled for %s on %s", p.Removed.Reason, p.Removed.Date)
				say((p.Removed.Reason == "2") == (p.Removed.Sentence != nil), "presumed dead without a sentence, or dead with one")
			}
		})
		for _, f := range families(pop) {
			for _, m := range f.Members {
				if m.Death != nil || m.Removed != nil {
					t.Errorf("%s has a member who is gone", f.ID)
				}
			}
		}
		if dead == 0 {
			t.Error("nobody ever died")
		}
	})
}

func TestActsFollowTheirEvents(t *testing.T) {
	t.Parallel()
	everyPopulation(t, func(t *testing.T, pop *people.Population) {
		digital := map[string]bool{}
		each(t, known(pop), func(p *people.Person, say complaint) {
			check := func(what string, e people.Event) {
				a := e.Act
				if a == nil {
					return
				}
				inOrder(say, what, e.Date, a.Formed, people.AsOf.AddDate(1, 0, 0))
				say(a.Year == a.Formed.Year(), "%s formed in %d, numbered in %d", what, a.Formed.Year(), a.Year)
				say(a.Comune != nil && a.Office != "" && a.Part != "" && a.Number != "", "%s in act %+v", what, a)
				say(a.ANSC == "" || a.Year >= 2024, "%s of %d is digital", what, a.Year)
				say(a.ANSC == "" || !a.Plain, "%s is digital, in the older element", what)
				say(a.Transcribed == (a.Serie != "A"), "%s transcribed %v in serie %s", what, a.Transcribed, a.Serie)
				if a.ANSC != "" {
					digital[a.ANSC] = true
				}
			}
			check("birth", p.Birth)
			if p.Death != nil {
				check("death", *p.Death)
			}
			for _, b := range p.Bonds {
				check("bond", b.Event)
				if b.End != nil {
					check("end of a bond", b.End.Event)
				}
			}
		})
		if len(digital) == 0 {
			t.Error("no digital acts")
		}
	})
}

func TestPartialBirthDatesArePadded(t *testing.T) {
	t.Parallel()
	everyone(t, func(p *people.Person, say complaint) {
		b := p.Birth
		say(!b.NoDay || (b.Date.Day() == 1 && !b.NoDayMonth), "born without a day on %s", b.Date)
		say(!b.NoDayMonth || (b.Date.Day() == 1 && b.Date.Month() == 1), "born without day and month on %s", b.Date)
		where := 0
		for _, is := range []bool{b.Place.Comune != nil, b.Place.State != nil, b.Place.Exceptional != ""} {
			if is {
				where++
			}
		}
		say(where == 1, "born in %d places", where)
		h, m, s := b.Date.Clock()
		say(h+m+s == 0 && b.Date.Location() == time.UTC, "born at an hour")
	})
}

func TestWhatWasOnADayIsWhatTheListsSay(t *testing.T) {
	t.Parallel()
	pop := population(1, people.Default)
	each(t, pop.Persons(), func(p *people.Person, say complaint) {
		for i := range p.Residences {
			r := &p.Residences[i]
			say(p.ResidenceAt(r.From) == r, "residence %d is not that of its first day", i)
			if !r.Until.IsZero() {
				say(p.ResidenceAt(r.Until.AddDate(0, 0, -1)) == r, "residence %d is not that of its last day", i)
				say(p.ResidenceAt(r.Until) != r, "residence %d is still that of the day after", i)
			}
		}
		say(p.ResidenceAt(p.Residences[0].From.AddDate(0, 0, -1)) == nil, "lived somewhere before the first residence")
		for i, r := range p.KnownResidences(people.AsOf) {
			say(r.Abroad != nil || r.Until.IsZero() || r.Until.After(r.Address.Comune.Subentro), "residence %d ended before its Comune joined", i)
		}
		for i, b := range p.Bonds {
			say(p.BondAt(b.Event.Date) == b, "bond %d is not that of its first day", i)
			before := p.BondAt(b.Event.Date.AddDate(0, 0, -1))
			say((i == 0) == (before == nil), "a bond before bond %d", i)
		}
		if len(p.Bonds) > 0 && !p.StatusUnknown {
			say(p.StatusAt(p.Bonds[0].Event.Date.AddDate(0, 0, -1)) == "1", "not single before the first bond")
		}
	})
}
