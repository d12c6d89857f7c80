package people

import "time"

// Comune is an Italian municipality with its real codes.
type Comune struct {
	Istat     string // six digits
	Catastale string // the four characters of a codice fiscale
	Name      string // as ANPR writes it, upper case
	Province  string // two letters
	CAP       string
	Subentro  time.Time // day its registry moved into ANPR
}

// homes are the Comuni people live in, largest share of the population first.
var homes = []*Comune{
	{"039002", "A547", "BAGNACAVALLO", "RA", "48012", day(2016, 10, 21)},
	{"040007", "C573", "CESENA", "FC", "47521", day(2017, 4, 23)},
	{"039014", "H199", "RAVENNA", "RA", "48121", day(2018, 1, 19)},
	{"036023", "F257", "MODENA", "MO", "41121", day(2017, 12, 12)},
	{"048017", "D612", "FIRENZE", "FI", "50122", day(2018, 9, 28)},
	{"072004", "A225", "ALTAMURA", "BA", "70022", day(2017, 10, 17)},
	{"022161", "H612", "ROVERETO", "TN", "38068", day(2017, 12, 12)},
	{"007003", "A326", "AOSTA", "AO", "11100", day(2018, 12, 14)},
}

// elsewhere are Comuni people were born in, married in or came from.
var elsewhere = []*Comune{
	{"039010", "D458", "FAENZA", "RA", "48018", day(2017, 11, 20)},
	{"037006", "A944", "BOLOGNA", "BO", "40121", day(2019, 2, 23)},
	{"001272", "L219", "TORINO", "TO", "10123", day(2018, 7, 13)},
	{"015146", "F205", "MILANO", "MI", "20121", day(2018, 7, 14)},
	{"060038", "D810", "FROSINONE", "FR", "03100", day(2018, 2, 2)},
	{"010028", "E488", "LAVAGNA", "GE", "16033", day(2017, 3, 7)},
	{"058091", "H501", "ROMA", "RM", "00184", day(2020, 12, 15)},
	{"063049", "F839", "NAPOLI", "NA", "80133", day(2021, 6, 21)},
	{"082053", "G273", "PALERMO", "PA", "90133", day(2021, 9, 13)},
	{"010025", "D969", "GENOVA", "GE", "16121", day(2020, 10, 19)},
	{"032006", "L424", "TRIESTE", "TS", "34121", day(2020, 6, 22)},
	{"021008", "A952", "BOLZANO", "BZ", "39100", day(2020, 11, 16)},
	{"075052", "F842", "NARDÒ", "LE", "73048", day(2017, 7, 10)},
	{"039017", "I196", "SANT'AGATA SUL SANTERNO", "RA", "48020", day(2017, 3, 24)},
	{"025016", "A266", "CORTINA D'AMPEZZO", "BL", "32043", day(2017, 11, 17)},
}

// comuneByIstat finds any Comune of the two tables.
var comuneByIstat = func() map[string]*Comune {
	m := make(map[string]*Comune, len(homes)+len(elsewhere))
	for _, c := range homes {
		m[c.Istat] = c
	}
	for _, c := range elsewhere {
		m[c.Istat] = c
	}
	return m
}()

// Comuni lists the Comuni whose registries hold people, always in this order.
func Comuni() []Comune {
	list := make([]Comune, len(homes))
	for i, c := range homes {
		list[i] = *c
	}
	return list
}

// ComuneByIstat looks up any Comune the population mentions.
func ComuneByIstat(istat string) (Comune, bool) {
	c, ok := comuneByIstat[istat]
	if !ok {
		return Comune{}, false
	}
	return *c, true
}

// Operator is the codice fiscale of the registry officer enabled in ANPR for a
// Comune: the same for every seed, so that a connection can be configured
// before the population is chosen. It is "" for an unknown Comune.
func Operator(istat string) string {
	c, ok := comuneByIstat[istat]
	if !ok {
		return ""
	}
	return fiscalCode("PORTALUPI", "GIULIA", 'F', day(1975, 9, 18), c.Catastale)
}

func day(y, m, d int) time.Time {
	return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
}
