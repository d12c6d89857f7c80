package pages

import (
	"cmp"
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// state is how a page shows the state of something: always an icon and a word.
type state struct{ Text, Icon, Tone string }

// states are those of a visura.
var states = map[domain.Status]state{
	domain.Awaiting:    {"In attesa di conferma", "clock", "wait"},
	domain.InProgress:  {"In elaborazione", "refresh", "run"},
	domain.Issued:      {"Emessa", "check-circle", "ok"},
	domain.Revoked:     {"Revocata", "warning-circle", "bad"},
	domain.NotIssuable: {"Non emettibile", "ban", "end"},
	domain.Rejected:    {"Rifiutata", "close-circle", "bad"},
	domain.Withdrawn:   {"Ritirata", "restore", "end"},
	domain.Lapsed:      {"Decaduta", "ban", "end"},
	domain.Expired:     {"Scaduta", "clock", "end"},
	domain.Failed:      {"Senza esito", "warning-circle", "bad"},
}

// questioned is the state of a visura whose requester is to answer an officer's question.
var questioned = state{"Chiarimenti richiesti", "help-circle", "wait"}

// stateOf is how a visura stands, since an instant with a question to its requester.
func stateOf(s domain.Status, suspended *time.Time) state {
	if s == domain.Awaiting && suspended != nil {
		return questioned
	}
	return states[s]
}

// drawn is a state as it stands in a page.
func (s state) drawn() template.HTML {
	return template.HTML(`<span class="v-state `+s.Tone+`">`) + icon(s.Icon) + template.HTML(s.Text+`</span>`)
}

// drawnStates are the states as they stand in a page, made once as icons are.
var drawnStates = func() map[state]template.HTML {
	all := map[state]template.HTML{questioned: questioned.drawn()}
	for _, s := range states {
		all[s] = s.drawn()
	}
	return all
}()

// drawnState is the state of a visura as it stands in a page: of a row of a list, or as it
// is named.
func drawnState(of any) template.HTML {
	switch of := of.(type) {
	case projections.RigaElenco:
		return drawnStates[stateOf(of.Status, of.SospesaDal)]
	case domain.Status:
		return drawnStates[stateOf(of, nil)]
	}
	return ""
}

// moment is domain.ItalianMoment; of no instant it is nothing.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return domain.ItalianMoment(t)
}

// hour writes the time of an instant on the clocks of Italy, without seconds: 10:41.
func hour(t time.Time) string { return domain.ItalianTime(t).Format("15:04") }

// clock writes the time of an instant on the clocks of Italy: 10:41:07.
func clock(t time.Time) string { return domain.ItalianTime(t).Format("15:04:05") }

// day writes a date, or as much of it as is known: 28/11/2026.
func day(d domain.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.Italian()
}

// typedDay reads a day as people type it: 14/03/1978, 14031978, 14-3-1978 or 14.3.78,
// of which the year is the last that has come.
func typedDay(text string, today domain.Date) (domain.Date, bool) {
	parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("/-. ", r) })
	if len(parts) == 1 && len(parts[0]) == 8 {
		parts = []string{text[:2], text[2:4], text[4:]}
	}
	if len(parts) != 3 || len(parts[0]) > 2 || len(parts[1]) > 2 {
		return domain.Date{}, false
	}
	var numbers [3]int
	for i, part := range parts {
		n, err := strconv.ParseUint(part, 10, 16)
		if err != nil {
			return domain.Date{}, false
		}
		numbers[i] = int(n)
	}
	switch len(parts[2]) {
	case 2:
		numbers[2] += today.Year / 100 * 100
		if numbers[2] > today.Year {
			numbers[2] -= 100
		}
	case 4:
	default:
		return domain.Date{}, false
	}
	d := domain.Date{Year: numbers[2], Month: numbers[1], Day: numbers[0]}
	return d, d.Year > 0 && d.Month > 0 && d.Day > 0 && domain.DateOf(d.Time()) == d
}

// typedBirth is typedDay for a birth, of which the day and the month may not be known:
// 03/1978, 1978.
func typedBirth(text string, today domain.Date) (domain.Date, bool) {
	text = strings.TrimSpace(text)
	month, year, partial := strings.Cut(text, "/")
	if !partial {
		month, year = "", text
	}
	if len(year) != 4 {
		return typedDay(text, today)
	}
	y, err := strconv.ParseUint(year, 10, 16)
	if err != nil || y == 0 {
		return domain.Date{}, false
	}
	if month == "" {
		return domain.Date{Year: int(y)}, !partial
	}
	m, err := strconv.ParseUint(month, 10, 8)
	return domain.Date{Year: int(y), Month: int(m)}, err == nil && m >= 1 && m <= 12
}

// typedClock reads a time of day as people type it: 9, 9:30, 09.30.
func typedClock(text string) (time.Duration, bool) {
	hour, minute, _ := strings.Cut(strings.ReplaceAll(text, ".", ":"), ":")
	h, wrong := strconv.ParseUint(hour, 10, 8)
	if wrong != nil || h > 23 {
		return 0, false
	}
	m, wrong := strconv.ParseUint(cmp.Or(minute, "0"), 10, 8)
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute, wrong == nil && m < 60
}

// figure writes a number with its thousands apart: 1.204.
func figure(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "." + digits[i:]
	}
	return digits
}

// size writes that of a file: 41 kB.
func size(n int64) string {
	if n < 1000 {
		return fmt.Sprintf("%d byte", n)
	}
	return figure(int((n+999)/1000)) + " kB"
}
