package domain_test

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode"

	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/domain"
)

// officeHours draws a timetable: up to three openings a day, closed days, a patron saint
// or none, and times for which the office is shut.
var officeHours = rapid.Custom(func(t *rapid.T) domain.Calendar {
	var cal domain.Calendar
	for day := range cal.Hours {
		clock := 0
		for range rapid.IntRange(0, 3).Draw(t, "openings") {
			from := rapid.IntRange(clock, 24*60).Draw(t, "from")
			clock = rapid.IntRange(from, 24*60).Draw(t, "to")
			cal.Hours[day] = append(cal.Hours[day], domain.Opening{From: time.Duration(from) * time.Minute, To: time.Duration(clock) * time.Minute})
		}
	}
	cal.SantoPatrono = rapid.SampledFrom([]string{"", "09-29", "12-07", "02-29", "01-01", "xx-yy"}).Draw(t, "saint")
	for range rapid.IntRange(0, 4).Draw(t, "closures") {
		from := domain.DateOf(mattina).Plus(rapid.IntRange(0, 6*365).Draw(t, "shut"))
		cal.Chiusure = append(cal.Chiusure, domain.Chiusura{Dal: from, Al: from.Plus(rapid.IntRange(0, 100).Draw(t, "for"))})
	}
	return cal
})

var anyInstant = rapid.Custom(func(t *rapid.T) time.Time {
	return mattina.Add(time.Duration(rapid.Int64Range(0, 6*365*24*3600).Draw(t, "seconds")) * time.Second)
})

// openSince counts minute by minute how long the office was open between two
// instants, and knows nothing of how SilenceDue does it. Both instants are at a
// full minute.
func openSince(cal domain.Calendar, from, to time.Time) (open time.Duration) {
	for at := from; at.Before(to); at = at.Add(time.Minute) {
		there := domain.ItalianTime(at)
		clock := time.Duration(there.Hour())*time.Hour + time.Duration(there.Minute())*time.Minute
		for _, o := range cal.Open(domain.DateOf(there)) {
			if clock >= o.From && clock < o.To {
				open += time.Minute
			}
		}
	}
	return open
}

// The term is over when the office has been open for its hours, counted on the
// clock: neither sooner, nor a minute later. Where a day has 23 or 25 hours an
// opening across the change is as long as the clock says it is, so days of
// change are left to the table of cases.
func TestTheTermIsAsLongAsTheOfficeWasOpen(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		cal, hours := officeHours.Draw(t, "office"), rapid.IntRange(1, 30).Draw(t, "hours")
		from := anyInstant.Draw(t, "from").Truncate(time.Minute)
		due := domain.SilenceDue(from, hours, cal)
		if due.IsZero() || due.Sub(from) > 90*24*time.Hour || changesClock(from, due) {
			return
		}
		if got, want := openSince(cal, from, due), time.Duration(hours)*time.Hour; got != want {
			t.Fatalf("due at %s: open for %s since %s, want %s", domain.ItalianTime(due), got, domain.ItalianTime(from), want)
		}
		if got := openSince(cal, from, due.Add(-time.Minute)); got >= time.Duration(hours)*time.Hour {
			t.Fatalf("due at %s, but the hours were over before", domain.ItalianTime(due))
		}
	})
}

func changesClock(from, to time.Time) bool {
	_, a := domain.ItalianTime(from).Zone()
	for at := from; at.Before(to.Add(24 * time.Hour)); at = at.Add(24 * time.Hour) {
		if _, b := domain.ItalianTime(at).Zone(); a != b {
			return true
		}
	}
	return false
}

// Asking for the hours in two parts is asking for them at once: the second part
// begins when the first is over.
func TestTermsAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		cal, from := officeHours.Draw(t, "office"), anyInstant.Draw(t, "from")
		first, second := rapid.IntRange(1, 40).Draw(t, "first"), rapid.IntRange(1, 40).Draw(t, "second")
		at := domain.SilenceDue(from, first, cal)
		whole := domain.SilenceDue(from, first+second, cal)
		if at.IsZero() {
			if !whole.IsZero() {
				t.Fatalf("%d hours never pass, %d do", first, first+second)
			}
			return
		}
		if parts := domain.SilenceDue(at, second, cal); !parts.Equal(whole) {
			t.Fatalf("%d and then %d hours end at %s, %d hours at %s", first, second, parts, first+second, whole)
		}
	})
}

// The instant is the same in whatever zone the request was dated.
func TestTheTermDoesNotDependOnTheZoneOfTheRequest(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		cal, from := officeHours.Draw(t, "office"), anyInstant.Draw(t, "from")
		hours := rapid.IntRange(0, 60).Draw(t, "hours")
		zone := time.FixedZone("there", rapid.IntRange(-12*3600, 14*3600).Draw(t, "offset"))
		if here, there := domain.SilenceDue(from, hours, cal), domain.SilenceDue(from.In(zone), hours, cal); !here.Equal(there) {
			t.Fatalf("due at %s, in another zone at %s", here, there)
		}
	})
}

// Easter is a Sunday between 22 March and 25 April, whatever the year, and the
// day after it is a holiday.
func TestEasterIsASundayOfSpring(t *testing.T) {
	t.Parallel()
	for year := 1583; year < 4100; year++ {
		easter := domain.Easter(year)
		day := easter.Time()
		if day.Weekday() != time.Sunday || easter.Year != year || easter.Compare(domain.Date{Year: year, Month: 3, Day: 22}) < 0 ||
			easter.Compare(domain.Date{Year: year, Month: 4, Day: 25}) > 0 {
			t.Errorf("Easter %d is on %s, a %s", year, easter, day.Weekday())
		}
		if !domain.Holiday(easter) || !domain.Holiday(domain.DateOf(day.AddDate(0, 0, 1))) {
			t.Errorf("Easter %d is no holiday", year)
		}
	}
}

// What is taken is what was typed, of the characters ANPR admits; taken again it
// is taken alike.
func TestATakenNumeroPraticaIsWhatWasTyped(t *testing.T) {
	t.Parallel()
	typed := rapid.OneOf(rapid.StringMatching(`[A-Za-z0-9/_-]{1,22}`), rapid.StringMatching(` ?[0-9]{3,9}/[0-9]{2,4} ?`), rapid.String())
	rapid.Check(t, func(t *rapid.T) {
		text := typed.Draw(t, "text")
		n, err := domain.ParseNumeroPratica(text)
		if err != nil {
			var refused *domain.Error
			if n != "" || !errors.As(err, &refused) || refused.Code != domain.Invalid || refused.Field != "numero_pratica" {
				t.Fatalf("%q: %q, %v", text, n, err)
			}
			if strings.TrimSpace(text) != "" && strings.Contains(refused.Message, text) && len(text) > 3 {
				t.Fatalf("the refusal repeats what was typed: %s", refused.Message)
			}
			return
		}
		if string(n) != strings.TrimSpace(text) || len(n) < 3 || len(n) > 20 {
			t.Fatalf("%q is taken as %q", text, n)
		}
		if strings.IndexFunc(string(n), func(r rune) bool {
			return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_/", r)
		}) >= 0 {
			t.Fatalf("%q holds what ANPR refuses", n)
		}
		if again, err := domain.ParseNumeroPratica(string(n)); again != n || err != nil {
			t.Fatalf("%q is refused when given again: %v", n, err)
		}
	})
}

// However a tax code is dressed up as a reference, it is not taken: the number
// is stored and printed in clear.
func TestNoNumeroPraticaHidesATaxCode(t *testing.T) {
	t.Parallel()
	codes := []string{"RSSMRA85T10A562S", "VRDLCU78C14A547O", "BNCMRA75C15D458L", "VRDLSU70D55A547X"}
	rapid.Check(t, func(t *rapid.T) {
		code := rapid.SampledFrom(codes).Draw(t, "code")
		if rapid.Bool().Draw(t, "small") {
			code = strings.ToLower(code)
		}
		for room := 4; room > 0; room-- {
			switch at := rapid.IntRange(0, len(code)).Draw(t, "at"); rapid.IntRange(0, 2).Draw(t, "how") {
			case 0: // a separator anywhere
				code = code[:at] + rapid.SampledFrom([]string{"-", "_", "/"}).Draw(t, "separator") + code[at:]
			case 1: // something before
				code = rapid.StringMatching(`[A-Z0-9]`).Draw(t, "before") + code
			case 2: // something after
				code += rapid.StringMatching(`[A-Z0-9]`).Draw(t, "after")
			}
		}
		if n, err := domain.ParseNumeroPratica(code); err == nil {
			t.Fatalf("%q is taken", n)
		}
	})
}

// A code of eighty bits is read back however a person writes it down.
func TestACIUVIsReadBackHoweverItIsWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		code := domain.NewCIUV([10]byte(rapid.SliceOfN(rapid.Byte(), 10, 10).Draw(t, "bits")))
		if len(code) != 20 || strings.Count(string(code), "-") != 3 || strings.ContainsAny(string(code), "ILOU") {
			t.Fatalf("%q is no code", code)
		}
		var written strings.Builder
		for _, char := range string(code) {
			switch alike := map[rune]string{'0': "0Oo", '1': "1IiLl"}[char]; {
			case alike != "":
				char = rapid.SampledFrom([]rune(alike)).Draw(t, "alike")
			case char == '-':
				char = rapid.SampledFrom([]rune("- ")).Draw(t, "separator")
			case rapid.Bool().Draw(t, "small"):
				char = unicode.ToLower(char)
			}
			written.WriteRune(char)
			if rapid.IntRange(0, 9).Draw(t, "gap") == 0 {
				written.WriteByte(' ')
			}
		}
		if back, err := domain.ParseCIUV(written.String()); back != code || err != nil {
			t.Fatalf("%q, written %q, is read as %q: %v", code, written.String(), back, err)
		}
	})
}

// Different bits are different codes, and one bit changes more than one
// character: the check character too.
func TestDifferentBitsMakeDifferentCIUVs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		bits := [10]byte(rapid.SliceOfN(rapid.Byte(), 10, 10).Draw(t, "bits"))
		other := bits
		other[rapid.IntRange(0, 9).Draw(t, "octet")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		a, b := domain.NewCIUV(bits), domain.NewCIUV(other)
		differ := 0
		for i := range a {
			if a[i] != b[i] {
				differ++
			}
		}
		if differ != 2 || a[len(a)-1] == b[len(b)-1] {
			t.Fatalf("%s and %s differ in %d characters", a, b, differ)
		}
	})
}

// Whatever is typed, a code that is accepted is a whole one: nothing else can
// be looked up.
func TestWhatIsReadAsACIUVIsOne(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[0-9A-Za-z -]{15,22}`)).Draw(t, "text")
		code, err := domain.ParseCIUV(text)
		if err != nil {
			if code != "" || domain.CodeOf(err) != domain.Invalid {
				t.Fatalf("%q: %q, %v", text, code, err)
			}
			return
		}
		if again, err := domain.ParseCIUV(string(code)); again != code || err != nil {
			t.Fatalf("%q is read as %q, and that as %q: %v", text, code, again, err)
		}
	})
}
