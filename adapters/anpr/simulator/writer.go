package simulator

import (
	"fmt"
	"time"
	_ "time/tzdata" // Europe/Rome on machines without zone files
	"unicode/utf8"
)

// rome is the zone of ANPR's clock and calendar.
var rome = func() *time.Location {
	loc, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		panic(err) // the zone is compiled in
	}
	return loc
}()

// writer builds an answer. Children are unqualified; only the elements opened
// with root carry the prefix.
type writer struct {
	buf    []byte
	prefix string
	zoned  bool // dates carry the zone of the day they name
}

func (w *writer) root(name, ns string, inside func()) {
	w.buf = append(w.buf, "<"+w.prefix+":"+name...)
	if ns != "" {
		w.buf = append(w.buf, " xmlns:"+w.prefix+`="`+ns+`"`...)
	}
	w.buf = append(w.buf, '>')
	inside()
	w.buf = append(w.buf, "</"+w.prefix+":"+name+">"...)
}

// in writes an element with children.
func (w *writer) in(name string, inside func()) {
	w.buf = append(w.buf, '<')
	w.buf = append(w.buf, name...)
	w.buf = append(w.buf, '>')
	inside()
	w.buf = append(w.buf, '<', '/')
	w.buf = append(w.buf, name...)
	w.buf = append(w.buf, '>')
}

// el writes an element with text, nothing at all when the text is "".
func (w *writer) el(name, text string) {
	if text == "" {
		return
	}
	w.must(name, text)
}

// must writes an element even when its text is "".
func (w *writer) must(name, text string) {
	w.in(name, func() { w.buf = escape(w.buf, text) })
}

// escape appends text as the content of an element.
func escape(to []byte, text string) []byte {
	for _, r := range text {
		switch r {
		case '&':
			to = append(to, "&amp;"...)
		case '<':
			to = append(to, "&lt;"...)
		case '>':
			to = append(to, "&gt;"...)
		default:
			to = utf8.AppendRune(to, r)
		}
	}
	return to
}

func (w *writer) num(name string, n int) { w.el(name, fmt.Sprint(n)) }

// date writes a day, nothing when it is zero.
func (w *writer) date(name string, d time.Time) {
	switch {
	case d.IsZero():
	case w.zoned:
		w.el(name, time.Date(d.Year(), d.Month(), d.Day(), 12, 0, 0, 0, rome).Format("2006-01-02-07:00"))
	default:
		w.el(name, d.Format(time.DateOnly))
	}
}

func (w *writer) flag(name string, on bool) {
	if on {
		w.el(name, "1")
	}
}

func (w *writer) sn(name string, on bool) {
	if on {
		w.el(name, "S")
	} else {
		w.el(name, "N")
	}
}
