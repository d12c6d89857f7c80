package people

// head is the head of a family of more than one.
func (b *builder) head(home *Comune) *Person { return b.married(home, 1).Members[0] }

// partlyCertifiable is a head of whom ANPR certifies residence and family alone.
func (b *builder) partlyCertifiable(home *Comune) *Person {
	p := b.head(home)
	p.Certifiable = 1
	return p
}

// besideUncertifiable is a head whose spouse is not certifiable.
func (b *builder) besideUncertifiable(home *Comune) *Person {
	p := b.head(home)
	p.Family.Members[1].Certifiable = 0
	return p
}

// settled enrols a foreigner who lives alone.
func (b *builder) settled(home *Comune, p *Person) *Person {
	f := b.housed(home, "2", p)
	b.enrol(p)
	f.join(p, 1, f.Origin)
	return p
}

// provisional has the code that is given until names, birth and place are certain.
func (b *builder) provisional(home *Comune) *Person {
	p := b.foreigner(b.sex(), b.aged(25, 45), pick(b, nations), home)
	p.CodiceFiscale = "03900200019"
	return b.settled(home, p)
}

// unnamed has a surname alone, and was born nobody knows on which day.
func (b *builder) unnamed(home *Comune) *Person {
	p := b.foreigner(b.sex(), b.aged(35, 60), nations[2], home)
	p.Name = ""
	p.Birth.Date, p.Birth.NoDayMonth = day(p.Birth.Date.Year(), 1, 1), true
	p.Citizenships[0].From = p.Birth.Date
	return b.settled(home, p)
}

// umlauts has a surname and a name that are written out where there are no umlauts.
func (b *builder) umlauts(home *Comune) *Person {
	p := b.foreigner('M', b.aged(35, 60), nations[4], home)
	p.Surname, p.Name = "WEIßENBÖCK", "JÜRGEN"
	return b.settled(home, p)
}
