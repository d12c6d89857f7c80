package people

// examples adds the invented persons of the documentation's messages, so that
// a request written by hand from it finds someone. They live in the first Comune.
func (b *builder) examples() {
	home := homes[0]
	named := func(surname, name string, sex byte, y, m, d int, where *Comune, id, card string) *Person {
		born := day(y, m, d)
		return &Person{IDANPR: id, Card: "9000000000" + card, ComuneCard: card, Surname: surname, Name: name, Sex: sex,
			Home: home, Certifiable: 2, Birth: Event{Date: born, Place: Place{Comune: where}, Act: b.act(where, born, "1")},
			Citizenships: []Citizenship{{State: italy, From: born}}}
	}
	roma, torino, cesena, ravenna := comuneByIstat["058091"], comuneByIstat["001272"], comuneByIstat["040007"], comuneByIstat["039014"]
	at := func(c *Comune, s street, number string, y, m, d int) Residence {
		return Residence{Kind: 1, Address: &Address{Comune: c, CAP: c.CAP, Street: s, Number: number}, From: day(y, m, d)}
	}
	house := at(home, streets[0], "7", 2015, 9, 1)
	house.Address.Stair, house.Address.Inner = "A", "3"

	luca := named("VERDEMARE", "LUCA", 'M', 1978, 3, 14, home, "VR10001LU", "101")
	elena := named("ROCCAFIORITA", "ELENA", 'F', 1980, 7, 22, roma, "RC10002EL", "102")
	luca.move(at(cesena, streets[5], "4", 1999, 6, 30))
	luca.move(at(home, streets[1], "21", 2009, 2, 1))
	luca.move(house)
	elena.move(at(home, streets[1], "21", 2008, 6, 15))
	elena.move(house)
	luca.Enrolled = Enrolment{Date: luca.Birth.Date, Reason: "1", Protocol: "2015-000045", Operation: "COM2015000045"}
	f := b.family(home, house, "1")
	f.ID, f.ComuneID, f.Origin = "700000012345", "4321", day(2008, 6, 15)
	b.marry(luca, elena, day(2008, 6, 15), false)
	b.enrolAll(f, luca, 1, elena, 2)
	anna := named("VERDEMARE", "ANNA", 'F', 2010, 11, 5, ravenna, "VR10003AN", "103")
	anna.Father, anna.Mother = luca, elena
	anna.follow(elena)
	b.enrol(anna)
	f.join(anna, 3, anna.Birth.Date)

	sara := named("PONTELUNGO", "SARA", 'F', 1985, 1, 9, home, "PN10004SA", "104")
	sara.move(at(home, streets[7], "12", 1985, 1, 9))
	abroad := Residence{Kind: 4, Abroad: &Foreign{post: &posts[0], Street: "RUE IMAGINAIRE", Number: "12"}, From: day(2012, 4, 1)}
	sara.move(abroad)
	g := b.family(home, abroad, "1")
	g.ID, g.Card = "700000054321", 5
	b.expatriate(sara, abroad.From, "C01")
	g.join(sara, 1, abroad.From)

	pietro := named("SELVACHIARA", "PIETRO", 'M', 1940, 5, 30, comuneByIstat["048017"], "SL10005PI", "105")
	pietro.move(at(home, streets[6], "3", 1970, 1, 1))
	b.die(pietro, day(2023, 2, 11))
	b.enrol(pietro)

	namesake := named("VERDEMARE", "LUCA", 'M', 1978, 3, 14, torino, "VR10006LU", "106")
	namesake.move(at(home, streets[14], "9", 2019, 5, 5))
	b.enrol(namesake)
	h := b.family(home, b.lastHome(namesake), "2")
	h.join(namesake, 1, h.Origin)
}
