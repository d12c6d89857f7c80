package domain

import (
	"slices"
	"time"
)

// Orario is when rights may be used, on the clocks of Italy: within any of its
// windows. An empty one sets no limit.
type Orario []Fascia

// Fascia is a window of the days of a week.
type Fascia struct {
	Giorni []int  `json:"giorni" doc:"Giorni della settimana, da 1 (lunedì) a 7 (domenica)"`
	Dalle  string `json:"dalle" doc:"HH:MM" example:"08:00"`
	Alle   string `json:"alle" doc:"HH:MM, escluso; 24:00 è la fine del giorno" example:"14:00"`
}

// Check refuses a window that no instant can be in.
func (o Orario) Check(field string) error {
	for _, f := range o {
		from, ok1 := timeOfDay(f.Dalle)
		to, ok2 := timeOfDay(f.Alle)
		outside := slices.ContainsFunc(f.Giorni, func(d int) bool { return d < 1 || d > 7 })
		if !ok1 || !ok2 || from >= to || outside || len(f.Giorni) == 0 {
			return FieldErrorf(Invalid, field, "la fascia oraria vuole giorni da 1 a 7 e due ore HH:MM, la prima minore della seconda")
		}
	}
	return nil
}

// Admits says whether rights may be used at an instant.
func (o Orario) Admits(at time.Time) bool {
	local := ItalianTime(at)
	day := (int(local.Weekday())+6)%7 + 1
	clock := time.Duration(local.Hour())*time.Hour + time.Duration(local.Minute())*time.Minute
	within := func(f Fascia) bool {
		from, _ := timeOfDay(f.Dalle)
		to, _ := timeOfDay(f.Alle)
		return slices.Contains(f.Giorni, day) && from <= clock && clock < to
	}
	return len(o) == 0 || slices.ContainsFunc(o, within)
}

// timeOfDay reads HH:MM, up to 24:00.
func timeOfDay(s string) (time.Duration, bool) {
	if s == "24:00" {
		return 24 * time.Hour, true
	}
	t, err := time.Parse("15:04", s)
	if err != nil || len(s) != len("15:04") {
		return 0, false
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, true
}
