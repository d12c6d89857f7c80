package people

// entered gives a person, before the card is made, an entry in the register that
// does not follow from where they lived.
func (b *builder) entered(p *Person, f *Family, reason string) *Person {
	b.enrol(p)
	p.Enrolled.Reason, p.Enrolled.FromComune = reason, nil
	f.join(p, 1, f.Origin)
	return p
}

// missed lived in the Comune until not found there any more, and was found again:
// the card is one, and tells of the second entry alone.
func (b *builder) missed(home *Comune) *Person {
	p := b.italian(b.sex(), b.aged(35, 60), home)
	p.Residences = []Residence{{Kind: 1, Address: b.address(home), From: day(2017, 2, 1), Until: day(2019, 9, 12)}}
	now := Residence{Kind: 1, Address: b.address(home), From: day(2022, 6, 27)}
	f := b.family(home, now, "2")
	p.Residences = append(p.Residences, now)
	p.Enrolled.Date = now.From
	b.registered(p)
	p.Enrolled.Date = now.From
	return b.entered(p, f, "5")
}

// longEntered was born in the Comune and moved within it before its registry was
// in ANPR, which tells of the last address alone.
func (b *builder) longEntered(home *Comune) *Person {
	p := b.italian(b.sex(), b.aged(55, 80), home)
	p.Birth.Place.Comune, p.Birth.Act.Comune = home, home
	p.Residences = []Residence{{Kind: 1, Address: b.address(home), From: p.Birth.Date}}
	now := Residence{Kind: 1, Address: b.address(home), From: day(2011, 2, 7)}
	f := b.family(home, now, "2")
	p.move(now)
	return b.entered(p, f, "1")
}

// dead died, and the card was cancelled some days later.
func (b *builder) dead(home *Comune) *Person {
	p := b.plainAdult(home, nil)
	b.die(p, later(day(2024, 3, 10), p.Family.Origin.AddDate(0, 0, 3)))
	p.leave()
	return p
}

// namedHouse lives where a building's name stands for the number.
func (b *builder) namedHouse(home *Comune) *Person {
	p := b.plainAdult(home, nil)
	a := p.Family.Residence.Address
	a.Number, a.Metric, a.Letter, a.Exponent, a.Colour = "0", "", "", "RESIDENZA I TIGLI", ""
	return p
}

// simplyHoused lives in the Comune; only the card is odd.
func (b *builder) simplyHoused(home *Comune) *Person { return b.plainAdult(home, nil) }

// Former is the Comune under the code that entries made before a change of codes
// bear. No Comune of the population has really changed its code: this one is
// invented.
func (c *Comune) Former() *Comune {
	former := *c
	former.Istat = c.Istat[:3] + "9" + c.Istat[4:]
	return &former
}
