package anpr

import (
	"strings"
	"unicode/utf8"
)

// message writes XML that is its own canonical form: no blanks between
// elements, no short tags, declarations where they are first used. What is
// signed is therefore hashed as it is sent.
type message struct{ strings.Builder }

func (m *message) open(name string) {
	m.WriteByte('<')
	m.WriteString(name)
	m.WriteByte('>')
}

func (m *message) close(name string) {
	m.WriteString("</")
	m.WriteString(name)
	m.WriteByte('>')
}

// leaf writes an element with text, or nothing if there is none.
func (m *message) leaf(name, text string) {
	if text == "" {
		return
	}
	m.open(name)
	m.text(text)
	m.close(name)
}

// text escapes as canonical XML does; what XML cannot hold becomes U+FFFD.
func (m *message) text(s string) {
	for _, r := range s {
		switch {
		case r == '&':
			m.WriteString("&amp;")
		case r == '<':
			m.WriteString("&lt;")
		case r == '>':
			m.WriteString("&gt;")
		case r == '\r':
			m.WriteString("&#xD;")
		case r < 0x20 && r != '\t' && r != '\n', r == 0xFFFE, r == 0xFFFF:
			m.WriteRune(utf8.RuneError)
		default:
			m.WriteRune(r)
		}
	}
}

// attribute returns s as canonical XML writes it between double quotes.
func attribute(s string) string {
	var m message
	m.text(s)
	return quoted.Replace(m.String())
}

// quoted is what an attribute needs besides what a text does.
var quoted = strings.NewReplacer(`"`, "&quot;", "\t", "&#x9;", "\n", "&#xA;")
