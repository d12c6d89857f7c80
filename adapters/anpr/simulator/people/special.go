package people

import (
	"fmt"
	"strings"
)

// specials adds one of each uncommon case to a Comune. They come first in the
// population, so that every size has them all in the first Comune.
func (b *builder) specials(home *Comune) {
	b.partialCards(home)
	b.oddNames(home)
	b.oddBirths(home)
	b.oddCitizens(home)
	b.oddBonds(home)
	b.oddFamilies(home)
	b.oddCards(home)
	b.oddDeaths(home)
	b.convivenza(home, "CASA DI RIPOSO SANTA CHIARA", "3", 8)
	b.convivenza(home, "MONASTERO DELLE CLARISSE", "1", 5)
	b.aireCases(home)
}

// plainAdult is a single resident, made odd by the caller before enrolment.
func (b *builder) plainAdult(home *Comune, odd func(*Person)) *Person {
	p := b.italian(b.sex(), b.aged(30, 70), home)
	if odd != nil {
		odd(p)
	}
	f := b.housed(home, "2", p)
	b.enrol(p)
	f.join(p, 1, f.Origin)
	return p
}

func (b *builder) oddNames(home *Comune) {
	b.plainAdult(home, func(p *Person) { p.Surname = "" })
	b.plainAdult(home, func(p *Person) { p.Name = "" })
	b.plainAdult(home, func(p *Person) {
		p.Surname = "DE' VECCHI-ČERNIČ DALLA CHIESA MONTECUCCOLI DEGLI ERRI DI SAN MARTINO IN STRADA" // 79
		p.Name, p.Sex = "MARIA GIOVANNA BATTISTA ANNUNZIATA IMMACOLATA CONCETTA FILOMENA", 'F'
	})
	b.plainAdult(home, func(p *Person) { p.Surname, p.Name, p.Sex = "ŽUPANČIČ GROßMANN", "ÍÑIGO", 'M' })
	b.plainAdult(home, func(p *Person) { p.Surname, p.Name, p.Sex = "D'ALÒ", "NICOLÒ", 'M' })
	b.plainAdult(home, func(p *Person) { // whose name was corrected, and the codice fiscale with it
		p.Surname, p.Name = "FO", "IO"
		p.FormerCF, p.Recoded = fiscalCode("FO", "YO", p.Sex, p.Birth.Date, p.Birth.Place.catastale()), day(2021, 5, 10)
	})
	born := b.aged(40, 50)
	for _, where := range []*Comune{home, elsewhere[2], elsewhere[3]} {
		b.plainAdult(home, func(p *Person) {
			p.Surname, p.Name, p.Sex = "ZAFFAGNINI", "MARIO", 'M'
			p.Birth = Event{Date: born, Place: Place{Comune: where}, Act: b.act(where, born, "1")}
			p.Citizenships[0].From = born
		})
	}
	for range 2 { // the second becomes an omocode of the first
		b.plainAdult(home, func(p *Person) {
			p.Surname, p.Name, p.Sex = "FUSCHINI", "CARLA", 'F'
			p.Birth = Event{Date: born, Place: Place{Comune: home}, Act: b.act(home, born, "1")}
			p.Citizenships[0].From = born
		})
	}
}

func (b *builder) oddBirths(home *Comune) {
	b.plainAdult(home, func(p *Person) { p.Birth.Act = nil })
	b.plainAdult(home, func(p *Person) {
		p.Birth = Event{Date: p.Birth.Date, Place: Place{Exceptional: "A BORDO DELLA NAVE AURELIA IN NAVIGAZIONE"}, Act: b.act(home, p.Birth.Date, "2")}
	})
	for i := range 2 {
		p := b.foreigner(b.sex(), b.aged(30, 60), nations[2+6*i%len(nations)], home)
		if i == 0 {
			p.Birth.Date, p.Birth.NoDay = day(p.Birth.Date.Year(), int(p.Birth.Date.Month()), 1), true
		} else {
			p.Birth.Date, p.Birth.NoDayMonth = day(p.Birth.Date.Year(), 1, 1), true
		}
		p.Citizenships[0].From = p.Birth.Date
		f := b.housed(home, "2", p)
		b.enrol(p)
		f.join(p, 1, f.Origin)
	}
	b.plainAdult(home, func(p *Person) { p.InvalidCF = true })
}

func (b *builder) oddCitizens(home *Comune) {
	add := func(change func(*Person)) {
		p := b.foreigner(b.sex(), b.aged(35, 60), pick(b, nations), home)
		change(p)
		f := b.housed(home, "2", p)
		b.enrol(p)
		f.join(p, 1, f.Origin)
	}
	add(func(*Person) {})
	add(func(p *Person) { p.acquire(day(2019, 5, 20), false) })
	add(func(p *Person) { p.acquire(day(2022, 3, 14), true) })
	add(func(p *Person) { // two foreign citizenships, then the Italian one
		p.Citizenships = append(p.Citizenships, Citizenship{State: spain, From: p.Birth.Date.AddDate(3, 0, 0)})
		p.acquire(day(2020, 10, 2), true)
	})
	add(func(p *Person) { p.Citizenships[0].State = undefined })
	add(func(p *Person) { p.Citizenships[0].State = stateless })
	add(func(p *Person) { p.Citizenships = nil })
}

func (b *builder) oddBonds(home *Comune) {
	b.united(home)
	p, q := b.united(home)
	p.leave()
	q.leave()
	f, g := b.family(home, b.lastHome(p), "2"), b.family(home, b.lastHome(q), "2")
	f.join(p, 1, f.Origin)
	g.join(q, 1, g.Origin)
	b.divorce(p, b.between(p.Bonds[0].Event.Date.AddDate(0, 1, 0), AsOf))

	p, q = b.united(home)
	b.die(q, b.between(later(q.Joined, later(p.Bonds[0].Event.Date, home.Subentro)).AddDate(0, 0, 1), AsOf))
	q.leave()

	b.widow(home)
	w := b.widow(home)
	lost := *w.Bonds[0].End
	lost.NoData = true
	w.Bonds[0].End = &lost

	b.divorced(home)
	b.remarried(home)
	p, _ = b.pair(home)
	p.Bonds[0].NoData = true
	b.plainAdult(home, func(p *Person) { p.StatusUnknown = true })
	b.unmarried(home)
}

func (b *builder) lastHome(p *Person) Residence { return p.Residences[len(p.Residences)-1] }

// remarried is a couple where one was divorced before.
func (b *builder) remarried(home *Comune) *Person {
	p, q := b.couple(home, 45, 65, false)
	before := b.italian(q.Sex, p.Birth.Date, home)
	b.giveCode(before)
	wed := p.Birth.Date.AddDate(22, 3, 9)
	b.marry(p, before, wed, false)
	b.divorce(p, wed.AddDate(6, 1, 4))
	f := b.housed(home, "1", p, q)
	b.marry(p, q, later(f.Origin, later(wed.AddDate(8, 0, 0), q.Birth.Date.AddDate(21, 0, 0))), false)
	b.enrolAll(f, p, 1, q, 2)
	return p
}

func (b *builder) oddCards(home *Comune) {
	b.plainAdult(home, func(p *Person) { p.Certifiable = 0 })
	b.plainAdult(home, func(p *Person) { p.Certifiable = 1 })
	b.plainAdult(home, func(p *Person) { p.Certifiable = 4 })
	p := b.plainAdult(home, nil)
	p.Procedure = &Procedure{Opened: day(2025, 11, 3), About: "CANCELLAZIONE PER IRREPERIBILITA'"}

	p = b.plainAdult(home, nil)
	p.move(Residence{Kind: 1, Address: &Address{Comune: home, CAP: home.CAP, Street: street{"213", "VIA", "DELLA CASA COMUNALE"}, Number: "1"}, From: later(day(2021, 4, 19), p.Family.Origin.AddDate(0, 0, 9))})
	p.Homeless, p.Family.Residence = true, b.lastHome(p)

	p = b.plainAdult(home, nil)
	p.Removed = &Removal{Reason: "6", Date: later(day(2023, 6, 14), p.Family.Origin.AddDate(0, 0, 7)), Note: "IRREPERIBILITA' ACCERTATA"}
	p.leave()

	for range 2 {
		p = b.plainAdult(home, nil)
		p.Domicile = &Residence{Kind: 3, Address: b.address(pick(b, elsewhere)), From: p.Family.Origin}
	}

	b.again(b.plainAdult(home, nil), home)
	p = b.plainAdult(home, nil)
	other := homes[0]
	if home == other {
		other = homes[1]
	}
	b.twice(p, other)
}

// again is the earlier card, cancelled, of someone enrolled again.
func (b *builder) again(p *Person, home *Comune) {
	old := *p
	old.IDANPR, old.Card, old.Family, old.Features = "", "", nil, 0
	old.Link, old.Order = 0, 0
	old.Removed = &Removal{Reason: "6", Date: p.Family.Origin}
	old.Residences = append([]Residence(nil), p.Residences[:len(p.Residences)-1]...)
	if len(old.Residences) == 0 {
		old.Residences = append([]Residence(nil), p.Residences...)
	}
	p.Enrolled.Reason, p.Enrolled.Date = "5", p.Family.Origin
	b.enrol(&old)
}

// twice registers a person in a second Comune as well.
func (b *builder) twice(p *Person, other *Comune) {
	copy := *p
	copy.IDANPR, copy.Card, copy.Home = "", "", other
	r := Residence{Kind: 1, Address: b.address(other), From: later(day(2022, 9, 1), p.Family.Origin.AddDate(0, 0, 9))}
	copy.Residences = append([]Residence(nil), p.Residences...)
	(&copy).move(r)
	copy.Enrolled = Enrolment{}
	f := b.family(other, r, "2")
	p.Twice, copy.Twice = other, p.Home
	added := b.enrol(&copy)
	added.Family, added.Link, added.Order = nil, 0, 0
	f.join(added, 1, f.Origin)
}

func (b *builder) oddDeaths(home *Comune) {
	from := home.Subentro.AddDate(0, 2, 0)
	p := b.plainAdult(home, nil)
	b.die(p, later(b.between(from, AsOf), p.Family.Origin.AddDate(0, 0, 3)))
	p.leave()
	p = b.plainAdult(home, nil)
	d := later(day(2020, 1, 8), p.Family.Origin.AddDate(0, 0, 3))
	b.die(p, d)
	p.Death.Act = nil
	p.Removed = &Removal{Reason: "2", Date: d, Sentence: &Sentence{Date: d.AddDate(0, 0, 9), Number: fmt.Sprintf("88/%d", d.Year()),
		Court: "1", Authority: "TRIBUNALE DI " + home.Name, Effective: d.AddDate(0, 0, 20)}}
	p.leave()
}

func (b *builder) aireCases(home *Comune) {
	f := b.italiansAbroad(home)
	for len(f.Members) < 2 {
		f = b.italiansAbroad(home)
	}
	born := b.between(later(f.Origin, day(2005, 1, 1)), AsOf)
	kid := b.italian('F', born, home)
	who := f.Residence.Abroad.post
	kid.Birth = Event{Date: born, Place: Place{State: who.State, Locality: who.Town, County: who.County}, Act: b.act(home, born.AddDate(0, 0, 1), "2")}
	if kid.Birth.Act.Formed.Before(born) {
		kid.Birth.Act.Formed = born
	}
	kid.Birth.Act.Serie, kid.Birth.Act.Transcribed, kid.Birth.Act.ANSC = "B", true, ""
	kid.Surname = strings.TrimSpace(f.Members[0].Surname)
	kid.Father, kid.Mother = f.Members[0], f.Members[1]
	if kid.Father.Sex == 'F' {
		kid.Father, kid.Mother = kid.Mother, kid.Father
	}
	r := f.Residence
	r.From = born
	kid.Residences = []Residence{r}
	b.expatriate(kid, born, "C02")
	f.join(kid, 3, born)

	f = b.italiansAbroad(home)
	for len(f.Members) > 1 {
		f = b.italiansAbroad(home)
	}
	gone := f.Members[0]
	gone.Removed = &Removal{Reason: "5", Date: gone.Abroad.Since.AddDate(0, 1, 0)}
	gone.leave()
	single := b.italiansAbroad(home)
	for len(single.Members) > 1 {
		single = b.italiansAbroad(home)
	}
}

// partialCards are the plainest cases, one for each visura, whatever the size.
func (b *builder) partialCards(home *Comune) {
	b.single(home)
	b.plainAdult(home, nil)
	f := b.married(home, 2)
	for len(f.Members) < 3 {
		f = b.married(home, 2)
	}
	p := b.plainAdult(home, nil)
	for _, c := range []*Comune{home, elsewhere[1], home} {
		last := b.lastHome(p).From
		p.move(Residence{Kind: 1, Address: b.address(c), From: b.between(later(last, later(c.Subentro, home.Subentro)).AddDate(0, 0, 5), AsOf.AddDate(0, -1, 0))})
	}
	p.Family.Residence = b.lastHome(p)
	p.Enrolled = Enrolment{}
	b.registered(p)
}
