package people

import "time"

// household adds one ordinary household of at most room people.
func (b *builder) household(home *Comune, room int) {
	switch n := b.IntN(100); {
	case room < 2 || n < 24:
		b.single(home)
	case room < 7:
		b.pair(home)
	case n < 60:
		b.married(home, 1+b.IntN(4))
	case n < 70:
		b.pair(home)
	case n < 76:
		b.unmarried(home)
	case n < 79:
		b.united(home)
	case n < 86:
		b.widow(home)
	case n < 92:
		b.divorced(home)
	default:
		b.italiansAbroad(home)
	}
}

func (b *builder) single(home *Comune) *Person {
	p := b.adult(b.sex(), b.aged(20, 92), home)
	f := b.housed(home, "2", p)
	b.enrol(p)
	f.join(p, 1, f.Origin)
	if b.chance(4) {
		b.die(p, b.between(later(home.Subentro, f.Origin).AddDate(0, 1, 0), AsOf))
		p.leave()
	}
	return p
}

// leave takes a removed person out of its family; the family loses the member.
func (p *Person) leave() {
	f := p.Family
	p.Family, p.Link, p.Order = nil, 0, 0
	kept := f.Members[:0]
	for _, m := range f.Members {
		if m != p {
			kept = append(kept, m)
			m.Order = len(kept)
		}
	}
	f.Members = kept
}

func (b *builder) pair(home *Comune) (p, q *Person) {
	p, q = b.couple(home, 24, 88, false)
	f := b.housed(home, "1", p, q)
	b.marry(p, q, f.Origin, false)
	b.enrolAll(f, p, 1, q, 2)
	return p, q
}

// married is a couple with children, now and then with a grandparent.
func (b *builder) married(home *Comune, children int) *Family {
	p, q := b.couple(home, 24, 75, false)
	f := b.housed(home, "1", p, q)
	b.marry(p, q, b.between(later(p.Birth.Date, q.Birth.Date).AddDate(19, 0, 0), AsOf.AddDate(0, -2, 0)), false)
	b.enrolAll(f, p, 1, q, 2)
	father, mother := p, q
	if p.Sex == 'F' {
		father, mother = q, p
	}
	from, to := fertile(mother, p.Bonds[0].Event.Date)
	for range children {
		if from.Before(to) {
			b.child(f, father, mother, from, to)
		}
	}
	if b.chance(8) {
		b.grandparent(f, p)
	}
	return f
}

// grandparent moves in with an adult child.
func (b *builder) grandparent(f *Family, p *Person) {
	old := b.italian('F', p.Birth.Date.AddDate(-22-b.IntN(12), 0, 0), f.Home)
	if p.Birth.Place.State != nil || old.Birth.Date.Before(AsOf.AddDate(-102, 0, 0)) {
		return
	}
	b.lived(old, f.Residence)
	p.Mother = old
	spouse := b.italian('M', old.Birth.Date.AddDate(-2, 0, 0), f.Home)
	b.giveCode(spouse)
	b.marry(old, spouse, old.Birth.Date.AddDate(20, 0, 0), false)
	b.die(spouse, b.between(later(old.Bonds[0].Event.Date, p.Birth.Date).AddDate(1, 0, 0), f.Home.Subentro))
	b.enrol(old)
	f.join(old, 6, f.Residence.From)
}

func (b *builder) unmarried(home *Comune) {
	p, q := b.couple(home, 22, 60, false)
	f := b.housed(home, "6", p, q)
	b.enrolAll(f, p, 1, q, 23)
	if b.chance(60) {
		p.Cohabitation, q.Cohabitation = &Cohabitation{q, f.Origin}, &Cohabitation{p, f.Origin}
	}
	father, mother := p, q
	if p.Sex == 'F' {
		father, mother = q, p
	}
	if from, to := fertile(mother, f.Origin); from.Before(to) {
		b.child(f, father, mother, from, to)
	}
}

// unions are civil since law 76/2016.
var unions = day(2016, 8, 1)

func (b *builder) united(home *Comune) (p, q *Person) {
	p, q = b.couple(home, 30, 75, true)
	f := b.housed(home, "6", p, q)
	b.marry(p, q, b.between(unions, AsOf.AddDate(0, -2, 0)), true)
	b.enrolAll(f, p, 1, q, 28)
	return p, q
}

// widow is left by a death, which ANPR knows when it came after the subentro.
func (b *builder) widow(home *Comune) *Person {
	p, q := b.couple(home, 55, 90, false)
	f := b.housed(home, "1", p, q)
	b.marry(p, q, b.between(later(p.Birth.Date, q.Birth.Date).AddDate(20, 0, 0), f.Origin.AddDate(0, 0, 1)), false)
	from := later(p.Bonds[0].Event.Date.AddDate(0, 1, 0), f.Origin.AddDate(0, 0, 1))
	if b.chance(60) {
		from = later(from, home.Subentro)
	}
	d := b.between(from, AsOf)
	b.die(q, d)
	b.enrol(p)
	f.join(p, 1, f.Origin)
	if d.After(home.Subentro) {
		b.enrol(q)
	} else {
		b.giveCode(q)
	}
	return p
}

func (b *builder) divorced(home *Comune) (p, q *Person) {
	p, q = b.couple(home, 32, 70, false)
	f := b.housed(home, "2", p)
	wed := b.between(later(p.Birth.Date, q.Birth.Date).AddDate(20, 0, 0), AsOf.AddDate(-3, 0, 0))
	b.marry(p, q, wed, false)
	b.divorce(p, b.between(wed.AddDate(1, 0, 0), AsOf.AddDate(0, -1, 0)))
	g := b.housed(home, "2", q)
	b.enrol(p)
	f.join(p, 1, f.Origin)
	b.enrol(q)
	g.join(q, 1, g.Origin)
	return p, q
}

func (b *builder) enrolAll(f *Family, p *Person, link int, q *Person, other int) {
	b.enrol(p)
	f.join(p, link, f.Origin)
	b.enrol(q)
	f.join(q, other, f.Origin)
}

// italiansAbroad is a couple or a single enrolled in AIRE of the Comune.
func (b *builder) italiansAbroad(home *Comune) *Family {
	p := b.italian(b.sex(), b.aged(25, 80), home)
	since := b.between(later(day(1991, 1, 1), p.Birth.Date.AddDate(20, 0, 0)), AsOf.AddDate(0, -2, 0))
	r := Residence{Kind: 4, Abroad: b.abroad(), From: since}
	b.lived(p, r)
	f := b.family(home, r, "2")
	f.Card = 5
	b.expatriate(p, since, "C01")
	f.join(p, 1, since)
	if b.chance(50) {
		q := b.italian(byte('M'+'F'-int(p.Sex)), p.Birth.Date.AddDate(0, b.IntN(60)-30, 0), home)
		b.lived(q, r)
		wed := b.between(later(later(p.Birth.Date, q.Birth.Date).AddDate(19, 0, 0), since.AddDate(-3, 0, 0)), AsOf.AddDate(0, -1, 0))
		b.marry(p, q, wed, false)
		f.Reason = "1"
		b.expatriate(q, since, "C01")
		f.join(q, 2, since)
	}
	return f
}

func (b *builder) expatriate(p *Person, since time.Time, reason string) {
	p.Abroad = &Abroad{Year: since.Year(), Since: since, Initiated: "1", Chosen: "1"}
	b.registered(p)
	p.Enrolled.Date, p.Enrolled.Reason = since, reason
	p.Enrolled.FromComune, p.Enrolled.FromState = nil, nil
	b.enrol(p)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
