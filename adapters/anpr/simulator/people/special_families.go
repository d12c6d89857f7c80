package people

func (b *builder) oddFamilies(home *Comune) {
	for _, state := range []FamilyState{Incomplete, Registering, InProgress} {
		b.married(home, 2).State = state
	}
	b.twelve(home)
	f := b.married(home, 1)
	f.Members[len(f.Members)-1].Link = 99
	f = b.married(home, 1)
	f.Members[len(f.Members)-1].Link = 14 // closed in 2015
	b.relatives(home)
}

// twelve is a family of twelve: a couple, nine children and a grandmother.
func (b *builder) twelve(home *Comune) {
	p := b.italian('M', day(1972, 4, 2), home)
	q := b.italian('F', day(1975, 8, 30), home)
	f := b.family(home, Residence{Kind: 1, Address: b.address(home), From: day(2003, 6, 1)}, "1")
	b.lived(p, f.Residence)
	b.lived(q, f.Residence)
	b.marry(p, q, day(1998, 9, 12), false)
	b.enrolAll(f, p, 1, q, 2)
	for i := range 9 {
		from := day(1999+2*i, 3, 1)
		b.child(f, p, q, from, from.AddDate(1, 0, 0))
	}
	old := b.italian('F', day(1948, 2, 11), home)
	b.lived(old, f.Residence)
	b.enrol(old)
	f.join(old, 17, f.Origin)
	q.Mother = old
}

// relatives is a family with the rarer links of table 5.
func (b *builder) relatives(home *Comune) {
	p := b.italian('M', day(1968, 5, 6), home)
	f := b.family(home, Residence{Kind: 1, Address: b.address(home), From: day(2019, 2, 18)}, "2")
	add := func(q *Person, link int) *Person {
		b.lived(q, f.Residence)
		b.enrol(q)
		f.join(q, link, f.Origin)
		return q
	}
	add(p, 1)
	add(b.italian('F', day(1971, 11, 23), home), 9)
	add(b.italian('M', day(1994, 1, 15), home), 10)
	add(b.italian('F', day(1996, 7, 7), home), 12)
	add(b.italian('F', day(1939, 3, 3), home), 11)
	add(b.foreigner('F', day(1966, 12, 1), nations[6], home), 25)
}

// convivenza houses unrelated people; ANPR lacks the link of one of them.
func (b *builder) convivenza(home *Comune, name, species string, size int) {
	f := b.family(home, Residence{Kind: 1, Address: b.address(home), From: day(2012, 1, 1)}, "9")
	f.Card, f.Name, f.Species = 4, name, species
	for i := range size {
		p := b.italian('F', b.aged(45, 95), home)
		since := b.between(later(f.Origin, p.Birth.Date.AddDate(30, 0, 0)), AsOf.AddDate(0, -1, 0))
		r := f.Residence
		r.From, r.Presso = since, name
		b.lived(p, r)
		b.enrol(p)
		f.join(p, 2, since)
		switch i {
		case 0:
			p.Link = 1
		case 3:
			p.Link = 0
		}
	}
}
