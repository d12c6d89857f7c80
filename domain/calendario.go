package domain

import "time"

// Calendario is when an office is open, on the clocks of Italy. National
// holidays and the patron saint's day are closed whatever the timetable says.
type Calendario struct {
	Orario       [7]Fascia // by time.Weekday; the zero Fascia is a closed day
	SantoPatrono string    // MM-DD, empty when there is none
}

// Fascia is the opening of a day, counted from midnight by the clock on the
// wall; Alle is not included.
type Fascia struct{ Dalle, Alle time.Duration }

// OrarioOrdinario is the timetable of an office that has set none: Monday to
// Friday from 8 to 14.
func OrarioOrdinario() (orario [7]Fascia) {
	for day := time.Monday; day <= time.Friday; day++ {
		orario[day] = Fascia{8 * time.Hour, 14 * time.Hour}
	}
	return orario
}

// Calendario returns when the Comune's office is open.
func (s Comune) Calendario() Calendario {
	return Calendario{Orario: OrarioOrdinario(), SantoPatrono: s.SantoPatrono}
}

// Aperto returns the opening of the day d; ok is false when the office stays
// closed.
func (c Calendario) Aperto(d Data) (f Fascia, ok bool) {
	f = c.Orario[d.Time().Weekday()]
	return f, f.Alle > f.Dalle && !Festivo(d) && !c.patrono(d)
}

func (c Calendario) patrono(d Data) bool {
	return len(c.SantoPatrono) == 5 && d.String()[5:] == c.SantoPatrono
}

// maxClosed is how many days in a row an office may stay closed: more than any
// holidays explain, so a calendar that never opens is recognised.
const maxClosed = 62

// TermineSilenzio returns when the office will have been open for ore hours
// since from: the moment silence counts as consent. Hours that end with the
// day's opening end then, not the next morning. An office that never opens can
// never be taken to have consented: the answer is the zero time.
func TermineSilenzio(from time.Time, ore int, cal Calendario) time.Time {
	left := time.Duration(ore) * time.Hour
	if left <= 0 {
		return from
	}
	closed := 0
	for d := GiornoItaliano(from); closed <= maxClosed; d = DataOf(d.Time().AddDate(0, 0, 1)) {
		f, ok := cal.Aperto(d)
		if !ok {
			closed++
			continue
		}
		closed = 0
		start, end := alle(d, f.Dalle), alle(d, f.Alle)
		if start.Before(from) {
			start = from
		}
		open := end.Sub(start)
		if open >= left {
			return start.Add(left).UTC()
		}
		left -= max(open, 0)
	}
	return time.Time{}
}

// alle returns the instant at which the clocks of Italy show a time of day. An
// hour that does not exist on that day is taken as the one after it.
func alle(d Data, clock time.Duration) time.Time {
	t := time.Date(d.Anno, time.Month(d.Mese), d.Giorno, 0, 0, 0, int(clock), cet)
	if summer := t.Add(-time.Hour); OraItaliana(summer).Location() == cest {
		return summer
	}
	return t
}

// Festivo says whether d is a national holiday (L. 260/1949 as
// amended; 4 October is one again from 2026).
func Festivo(d Data) bool {
	switch (Data{Mese: d.Mese, Giorno: d.Giorno}) {
	case Data{0, 1, 1}, Data{0, 1, 6}, Data{0, 4, 25}, Data{0, 5, 1}, Data{0, 6, 2}, Data{0, 8, 15},
		Data{0, 11, 1}, Data{0, 12, 8}, Data{0, 12, 25}, Data{0, 12, 26}:
		return true
	case Data{0, 10, 4}:
		return d.Anno >= 2026
	}
	easter := Pasqua(d.Anno)
	return d == easter || d == DataOf(easter.Time().AddDate(0, 0, 1))
}

// Pasqua returns Easter Sunday of a year of the Gregorian calendar (Meeus,
// Jones and Butcher).
func Pasqua(anno int) Data {
	a, b, c := anno%19, anno/100, anno%100
	h := (19*a + b - b/4 - (b-(b+8)/25+1)/3 + 15) % 30
	l := (32 + 2*(b%4) + 2*(c/4) - h - c%4) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return Data{anno, n / 31, n%31 + 1}
}
