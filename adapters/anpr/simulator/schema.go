package simulator

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/beevik/etree"
)

// shape is what ANPR's schemas say about an element: how often it may occur in
// its parent, and its text or its children in order.
type shape struct {
	name string
	min  int
	many bool
	text func(string) bool
	kids []shape
	or   *shape // the alternative of a choice; the two count together
	any  bool   // whatever it holds
}

func one(name string, text func(string) bool) shape { return shape{name: name, min: 1, text: text} }
func opt(name string, text func(string) bool) shape { return shape{name: name, text: text} }
func group(name string, min int, kids ...shape) shape {
	return shape{name: name, min: min, kids: kids}
}

// either is a choice of two elements; at least min of them, never both.
func either(min int, a, b shape) shape {
	a.min, a.or = min, &b
	return a
}

// conform says where an element departs from its shape, "" if it does not.
func conform(el *etree.Element, s shape) string {
	if s.any {
		return ""
	}
	kids := el.ChildElements()
	if s.text != nil {
		if len(kids) > 0 || !s.text(el.Text()) {
			return s.name
		}
		return ""
	}
	if strings.TrimSpace(el.Text()) != "" {
		return s.name
	}
	at := 0
	for _, k := range s.kids {
		count := 0
		for at < len(kids) && (count == 0 || k.many) {
			match := k
			if kids[at].Tag != k.name {
				if k.or == nil || kids[at].Tag != k.or.name {
					break
				}
				match = *k.or
			}
			if kids[at].NamespaceURI() != "" {
				return s.name + "/" + k.name + " (namespace)"
			}
			if where := conform(kids[at], match); where != "" {
				return s.name + "/" + where
			}
			at++
			count++
		}
		if count < k.min {
			return s.name + "/" + k.name
		}
	}
	if at < len(kids) {
		return s.name + "/" + kids[at].Tag
	}
	return ""
}

func pattern(expr string, min, max int) func(string) bool {
	re := regexp.MustCompile("^(?:" + expr + ")*$")
	return func(s string) bool {
		n := utf8.RuneCountInString(s)
		return n >= min && n <= max && re.MatchString(s)
	}
}

func digits(min, max int) func(string) bool {
	check := pattern(`[0-9]`, min, max)
	return func(s string) bool { return check(strings.Join(strings.Fields(s), " ")) }
}

// The simple types of tipoDato.xsd. Its letters are Latin-1 and Latin
// Extended-A; the C1 control characters it also lists are left out.
var (
	anyText   = func(string) bool { return true }
	names     = pattern(`[À-žƉa-zA-Z\- '.,]`, 1, 80)
	places    = pattern(`[0-9À-žƉa-zA-Z\- '/.,()]`, 1, 120)
	noSlash   = pattern(`[0-9À-žƉa-zA-Z\- '.,]`, 1, 120)
	county    = pattern(`[0-9À-žƉa-zA-Z\- '/.,()]`, 1, 30)
	comune    = pattern(`[0-9À-žƉa-zA-Z\- '/.,()]`, 1, 80)
	provincia = pattern(`[À-žƉa-zA-Z\- ',.]`, 2, 2)
	notes     = pattern(`[0-9a-zA-ZÀ-žƉ,.\-'":; ]`, 1, 240)
	fiscal    = pattern(`[0-9a-zA-Z]`, 11, 16)
	cardID    = pattern(`[0-9a-zA-Z\-]`, 1, 20)
	familyID  = pattern(`[0-9a-zA-Z]`, 1, 20)
	istat     = digits(6, 6)
	digit     = digits(1, 1)
	digits2   = digits(1, 2)
	flag      = func(s string) bool { return s == "1" }
	sn        = func(s string) bool { return len(s) == 1 && strings.ContainsAny(s, "SNsn") }
	sex       = func(s string) bool { return len(s) == 1 && strings.ContainsAny(s, "MFNmfn") }
	date      = func(s string) bool { _, err := parseDate(s); return err == nil }
	dateTime  = func(s string) bool { _, err := parseDateTime(s, time.UTC); return err == nil }
)

func sized(min, max int) func(string) bool {
	return func(s string) bool { n := utf8.RuneCountInString(s); return n >= min && n <= max }
}

// parseDate reads an xs:date as the calendar day written, whatever its zone.
func parseDate(s string) (time.Time, error) {
	s = strings.TrimSpace(s)
	d, rest := s, ""
	if len(s) > 10 {
		d, rest = s[:10], s[10:]
	}
	t, err := time.Parse(time.DateOnly, d)
	if err != nil {
		return t, fmt.Errorf("date: %w", err)
	}
	if rest != "" && rest != "Z" {
		if _, err := time.Parse("-07:00", rest); err != nil {
			return t, fmt.Errorf("zone: %w", err)
		}
	}
	return t, nil
}

// parseDateTime reads an xs:dateTime; without a zone it is local to loc.
func parseDateTime(s string, loc *time.Location) (time.Time, error) {
	s = strings.TrimSpace(s)
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return t, nil
	}
	t, err := time.ParseInLocation("2006-01-02T15:04:05.999999999", s, loc)
	if err != nil {
		return t, fmt.Errorf("date and time: %w", err)
	}
	return t, nil
}
