package people

import (
	"fmt"
	"time"
)

// family opens a family card at an address.
func (b *builder) family(home *Comune, r Residence, reason string) *Family {
	b.fams++
	return &Family{ID: fmt.Sprint(700000100000 + b.fams), ComuneID: fmt.Sprint(5000 + b.fams),
		Home: home, Card: 3, Origin: r.From, Reason: reason, Residence: r}
}

// join makes p a member; the first to join is the intestatario (link 1).
func (f *Family) join(p *Person, link int, since time.Time) {
	if since.Before(f.Origin) {
		since = f.Origin
	}
	p.Family, p.Link, p.Joined = f, link, since
	f.Members = append(f.Members, p)
	p.Order = len(f.Members)
}

// marry joins two people in marriage, or in a civil union.
func (b *builder) marry(p, q *Person, d time.Time, civil bool) {
	place := p.Home
	if b.chance(25) {
		place = pick(b, elsewhere)
	}
	part := "2"
	if civil {
		part = "1"
	}
	e := Event{Date: d, Place: Place{Comune: place}, Act: b.act(place, d, part)}
	if !civil && p.Birth.Place.State != nil && d.Year() < 2010 {
		e.Place = Place{State: p.Birth.Place.State, Locality: p.Birth.Place.Locality}
		e.Act = b.act(p.Home, d.AddDate(1, 0, 0), "2")
		e.Act.Serie, e.Act.Transcribed, e.Act.ANSC = "C", true, ""
	}
	p.Bonds = append(p.Bonds, &Bond{Civil: civil, With: q, Event: e, Ordinal: len(p.Bonds) + 1})
	q.Bonds = append(q.Bonds, &Bond{Civil: civil, With: p, Event: e, Ordinal: len(q.Bonds) + 1})
}

// divorce ends the last bond of p and of the other.
func (b *builder) divorce(p *Person, d time.Time) {
	bond := p.Bonds[len(p.Bonds)-1]
	court := Sentence{Date: d.AddDate(0, -2, 0), Number: fmt.Sprintf("%d/%d", 100+b.IntN(900), d.Year()),
		Court: "1", Authority: "TRIBUNALE DI " + p.Home.Name, Effective: d}
	if !court.Date.After(bond.Event.Date) {
		court.Date = d
	}
	code := "1"
	if bond.Civil {
		code = "3"
	}
	end := &BondEnd{Code: code, Event: Event{Date: d, Place: Place{Comune: p.Home}, Act: b.act(p.Home, d, "2")}, Sentence: &court}
	bond.End = end
	for _, other := range bond.With.Bonds {
		if other.With == p {
			other.End = end
		}
	}
}

// die records a death, and for the other of a marriage the widowhood.
func (b *builder) die(p *Person, d time.Time) {
	where := p.Home
	if b.chance(30) {
		where = pick(b, elsewhere)
	}
	p.Death = &Event{Date: d, Place: Place{Comune: where}, Act: b.act(where, d, "1")}
	p.Removed = &Removal{Reason: "1", Date: d}
	if n := len(p.Bonds); n > 0 && p.Bonds[n-1].End == nil {
		end := &BondEnd{Event: *p.Death}
		for _, other := range p.Bonds[n-1].With.Bonds {
			if other.With == p {
				other.End = end
			}
		}
	}
}

// couple invents two adults of compatible age; same sex when asked.
func (b *builder) couple(home *Comune, min, max int, same bool) (p, q *Person) {
	born := b.aged(min, max)
	sex := b.sex()
	other := byte('M' + 'F' - int(sex))
	if same {
		other = sex
	}
	p = b.adult(sex, born, home)
	near := born.AddDate(0, b.IntN(120)-60, 0)
	if oldest := AsOf.AddDate(-min, 0, 0); near.After(oldest) {
		near = oldest
	}
	q = b.adult(other, near, home)
	return p, q
}

// adult is Italian nine times in ten.
func (b *builder) adult(sex byte, born time.Time, home *Comune) *Person {
	if b.chance(10) {
		return b.naturalised(b.foreigner(sex, born, pick(b, nations), home))
	}
	return b.italian(sex, born, home)
}

// naturalised gives one foreigner in three Italian citizenship, half of them
// keeping the old one.
func (b *builder) naturalised(p *Person) *Person {
	d := b.between(day(2008, 1, 1), day(2025, 6, 1))
	if !b.chance(33) || d.Before(p.Birth.Date.AddDate(20, 0, 0)) {
		return p
	}
	return p.acquire(d, b.chance(50))
}

func (p *Person) acquire(d time.Time, keep bool) *Person {
	if !keep {
		p.Citizenships[0].Until = d
	}
	p.Citizenships = append(p.Citizenships, Citizenship{State: italy, From: d})
	return p
}

// housed opens a family for p at an address since a plausible day, tells where
// p and the other adults lived before, and returns it.
func (b *builder) housed(home *Comune, reason string, adults ...*Person) *Family {
	grown := adults[0].Birth.Date
	for _, a := range adults {
		if a.Birth.Date.After(grown) {
			grown = a.Birth.Date
		}
	}
	from := grown.AddDate(19, 0, 0)
	if recent := home.Subentro.AddDate(1, 0, 0); b.chance(55) && from.Before(recent) {
		from = recent
	}
	since := b.between(from, AsOf.AddDate(0, -1, 0))
	f := b.family(home, Residence{Kind: 1, Address: b.address(home), From: since}, reason)
	for _, a := range adults {
		b.lived(a, f.Residence)
	}
	return f
}

// child is born to a parent of the family between two days and follows it.
func (b *builder) child(f *Family, father, mother *Person, from, to time.Time) *Person {
	born := b.between(from, to)
	p := b.italian(b.sex(), born, f.Home)
	p.Father, p.Mother = father, mother
	parent := mother
	if parent == nil {
		parent = father
	}
	switch {
	case father != nil && father.Surname != "":
		p.Surname = father.Surname
	case parent.Surname != "":
		p.Surname = parent.Surname
	}
	if where := parent.ResidenceAt(born); where == nil {
		p.Birth.Place = Place{State: parent.Birth.Place.State, Locality: parent.Birth.Place.Locality}
		p.Birth.Act = nil
		if parent.Birth.Place.State == nil {
			p.Birth.Place = Place{Comune: f.Home}
			p.Birth.Act = b.act(f.Home, born, "1")
		}
	}
	if !parent.Italian(born) && (father == nil || !father.Italian(born)) {
		p.Citizenships = []Citizenship{{State: parent.Citizenships[0].State, From: born}}
	}
	p.follow(parent)
	if p.Birth.Place.State != nil {
		p.Enrolled.FromState = p.Birth.Place.State
	}
	b.enrol(p)
	f.join(p, 3, born)
	return p
}

// fertile is the span in which a couple may have had children still at home.
func fertile(mother *Person, after time.Time) (from, to time.Time) {
	from, to = mother.Birth.Date.AddDate(19, 0, 0), mother.Birth.Date.AddDate(44, 0, 0)
	if from.Before(after) {
		from = after
	}
	if to.After(AsOf) {
		to = AsOf
	}
	return from, to
}
