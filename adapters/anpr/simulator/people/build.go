package people

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// AsOf is the day up to which the lives of the population are told: nothing
// later has happened to anyone, whatever the clock says.
var AsOf = day(2026, 1, 1)

// builder adds people to a population; every choice comes from its generator.
type builder struct {
	*rand.Rand
	pop  *Population
	used map[string]int // times a base codice fiscale was given out
	acts int
	fams int
}

func (b *builder) chance(percent int) bool { return b.IntN(100) < percent }

func pick[T any](b *builder, list []T) T { return list[b.IntN(len(list))] }

// between is a day in [from, to); from itself when the range is empty.
func (b *builder) between(from, to time.Time) time.Time {
	days := int(to.Sub(from) / (24 * time.Hour))
	if days <= 0 {
		return from
	}
	return from.AddDate(0, 0, b.IntN(days))
}

// aged is a birthday of someone of min to max full years on AsOf.
func (b *builder) aged(min, max int) time.Time {
	return b.between(AsOf.AddDate(-max-1, 0, 1), AsOf.AddDate(-min, 0, 0))
}

func (b *builder) sex() byte {
	if b.chance(50) {
		return 'M'
	}
	return 'F'
}

// italian invents an Italian born in Italy, without residence or card yet.
func (b *builder) italian(sex byte, born time.Time, home *Comune) *Person {
	p := &Person{Sex: sex, Surname: pick(b, surnames), Home: home, Certifiable: 2}
	p.Name = b.given(sex, men, women)
	where := home
	if b.chance(35) {
		where = pick(b, elsewhere)
	}
	p.Birth = Event{Date: born, Place: Place{Comune: where}, Act: b.act(where, born, "1")}
	p.Citizenships = []Citizenship{{State: italy, From: born}}
	return p
}

// foreigner invents someone born abroad with the citizenship of the place.
func (b *builder) foreigner(sex byte, born time.Time, n nation, home *Comune) *Person {
	p := &Person{Sex: sex, Surname: pick(b, n.Surnames), Home: home, Certifiable: 2}
	p.Name = b.given(sex, n.Men, n.Women)
	p.Birth = Event{Date: born, Place: Place{State: n.State, Locality: pick(b, n.Towns)}}
	p.Citizenships = []Citizenship{{State: n.State, From: born}}
	return p
}

func (b *builder) given(sex byte, m, f []string) string {
	if sex == 'F' {
		return pick(b, f)
	}
	return pick(b, m)
}

// act invents the act of an event registered in c. Since 2024 acts are formed
// in the digital archive; a few old ones are still in the older element.
func (b *builder) act(c *Comune, d time.Time, part string) *Act {
	b.acts++
	a := &Act{Comune: c, Office: "1", Year: d.Year(), Part: part, Serie: "A",
		Number: fmt.Sprint(1 + b.IntN(900)), Formed: d.AddDate(0, 0, b.IntN(4))}
	if a.Formed.After(AsOf) {
		a.Formed = d
	}
	a.Year = a.Formed.Year()
	switch {
	case d.Year() >= 2024:
		a.ANSC = fmt.Sprintf("ANSC-%d-%07d", a.Year, b.acts)
	case b.chance(10):
		a.Plain = true
	}
	return a
}

func (b *builder) address(c *Comune) *Address {
	a := &Address{Comune: c, CAP: c.CAP, Street: pick(b, streets), Number: fmt.Sprint(1 + b.IntN(180))}
	if b.chance(15) {
		a.Letter = string("ABCD"[b.IntN(4)])
	}
	if b.chance(5) {
		a.Exponent = "BIS"
	}
	if b.chance(4) {
		a.Hamlet = pick(b, hamlets)
	}
	if c.Istat == "048017" && b.chance(20) {
		a.Colour = "1"
	}
	if b.chance(3) {
		a.Number, a.Metric = "", fmt.Sprint(100+b.IntN(9000))
	}
	if b.chance(45) {
		a.Stair, a.Inner, a.Floor = string("ABC"[b.IntN(3)]), fmt.Sprint(1+b.IntN(30)), fmt.Sprint(b.IntN(9))
	}
	return a
}

func (b *builder) abroad() *Foreign {
	c := &posts[b.IntN(len(posts))]
	return &Foreign{post: c, Street: pick(b, c.Streets), Number: fmt.Sprint(1 + b.IntN(200))}
}

// lived tells where an adult lived from birth, or from immigration, until a
// residence begins.
func (b *builder) lived(p *Person, last Residence) {
	from, c := p.Birth.Date, p.Birth.Place.Comune
	if c == nil {
		from = b.between(p.Birth.Date.AddDate(0, 6, 0), last.From)
		c = p.Home
		if b.chance(40) {
			c = pick(b, elsewhere)
		}
		p.Enrolled.FromState = p.Birth.Place.State
	}
	if !from.Before(last.From) {
		p.Residences = append(p.Residences, last)
		return
	}
	grown := p.Birth.Date.AddDate(18, 0, 0)
	if grown.Before(from) {
		grown = from
	}
	p.Residences = append(p.Residences, Residence{Kind: 1, Address: b.address(c), From: from})
	for range b.IntN(3) {
		if to := p.Residences[len(p.Residences)-1].From; to.After(grown) {
			grown = to
		}
		d := b.between(grown.AddDate(0, 3, 0), last.From)
		if !d.Before(last.From) || !d.After(p.Residences[len(p.Residences)-1].From) {
			break
		}
		if b.chance(30) {
			c = pick(b, elsewhere)
		} else {
			c = p.Home
		}
		p.move(Residence{Kind: 1, Address: b.address(c), From: d})
	}
	p.move(last)
}

// move ends the present residence and begins another.
func (p *Person) move(r Residence) {
	if n := len(p.Residences); n > 0 {
		p.Residences[n-1].Until = r.From
	}
	p.Residences = append(p.Residences, r)
}

// follow gives a child the residences of a parent from its birth on.
func (p *Person) follow(parent *Person) {
	for _, r := range parent.Residences {
		if !r.Until.IsZero() && !r.Until.After(p.Birth.Date) {
			continue
		}
		if r.From.Before(p.Birth.Date) {
			r.From = p.Birth.Date
		}
		p.Residences = append(p.Residences, r)
	}
}

// enrol gives the person the ids of a card in the registry and adds it.
func (b *builder) enrol(p *Person) *Person {
	p.Index = len(b.pop.persons)
	n := p.Index + 1
	if p.IDANPR == "" {
		p.IDANPR = fmt.Sprintf("%c%c%05d%c%c", 'A'+b.IntN(26), 'A'+b.IntN(26), n%100000, 'A'+b.IntN(26), 'A'+b.IntN(26))
	}
	if p.Card == "" {
		p.Card = fmt.Sprint(9000000100000 + n)
		p.ComuneCard = fmt.Sprint(1000 + n)
	}
	b.giveCode(p)
	if p.Enrolled.Date.IsZero() {
		b.registered(p)
	}
	b.pop.persons = append(b.pop.persons, p)
	return p
}

// giveCode computes the codice fiscale, as an omocode when the plain one is
// already someone else's. People without a card get one too, not reserved.
func (b *builder) giveCode(p *Person) {
	if p.CodiceFiscale != "" {
		b.used[p.CodiceFiscale]++
		return
	}
	place := p.Birth.Place.catastale()
	base := fiscalCode(p.Surname, p.Name, p.Sex, p.Birth.Date, place)
	p.CodiceFiscale = base
	for n := 1; b.used[p.CodiceFiscale] > 0 && n <= 7; n++ {
		p.CodiceFiscale = omocode(base, n)
	}
	b.used[p.CodiceFiscale]++
}

func (p Place) catastale() string {
	switch {
	case p.Comune != nil:
		return p.Comune.Catastale
	case p.State != nil && p.State.Catastale != "":
		return p.State.Catastale
	}
	return "Z998"
}

// registered derives the enrolment from the last unbroken stay in the Comune.
func (b *builder) registered(p *Person) {
	first := len(p.Residences)
	for first > 0 && p.Residences[first-1].Address != nil && p.Residences[first-1].Address.Comune == p.Home {
		first--
	}
	e := &p.Enrolled
	switch {
	case first == len(p.Residences):
		e.Date, e.Reason = p.Birth.Date, "1"
	case first > 0:
		e.Date, e.Reason = p.Residences[first].From, "3"
		e.FromState = nil
		if a := p.Residences[first-1].Address; a != nil {
			e.FromComune = a.Comune
		}
	default:
		e.Date, e.Reason = p.Residences[0].From, "1"
		if e.FromState != nil {
			e.Reason = "4"
		}
	}
	year := e.Date.Year()
	n := 1 + b.IntN(90000)
	e.Protocol, e.Operation = fmt.Sprintf("%d-%06d", year, n), fmt.Sprintf("COM%d%06d", year, n)
}
