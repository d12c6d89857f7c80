package mail

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	netmail "net/mail"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"

	"github.com/visure-anagrafiche/visure/domain"
)

// Message is what is to be sent to one person. Key is what it is sent for, made of
// ids and never of names ("invitation-<uuid>"), up to 200 characters of a-z, 0-9
// and .:/_- : the message is sent once for it.
type Message struct {
	Key     string
	To      string // "mario@example.it" or "Mario Rossi <mario@example.it>"
	Subject string // one line of up to 150 characters that names nobody: it is shown on locked screens
	Text    string
	HTML    string // the same for who reads HTML; may be empty
}

// maxText bounds each of a message's bodies, in bytes.
const maxText = 256 << 10

var (
	keyForm = regexp.MustCompile(`^[a-z0-9][a-z0-9.:/_-]{0,199}$`)
	// What servers of all ages take: no quoted local parts, no address literals; a
	// domain in other letters is written in its xn-- form.
	addressForm = regexp.MustCompile(`^[A-Za-z0-9!#$%&'*+/=?^_{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_{|}~-]+)*@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])$`)
)

// parseAddress reads a mail address, with or without the name of whom it is, or refuses
// it naming the field.
func parseAddress(field, text string) (*netmail.Address, error) {
	refusal := domain.FieldErrorf(domain.Invalid, field, "l'indirizzo di posta elettronica non è valido")
	if !oneLine(text, 320) {
		return nil, refusal
	}
	address, err := netmail.ParseAddress(text)
	if err != nil || len(address.Address) > 254 || strings.LastIndexByte(address.Address, '@') > 64 ||
		!addressForm.MatchString(address.Address) || !oneLine(address.Name, 320) {
		return nil, refusal
	}
	return address, nil
}

// check refuses what may not be sent; it returns whom the message is for.
func (m Message) check() (*netmail.Address, error) {
	to, err := parseAddress("to", m.To)
	switch {
	case err != nil:
		return nil, err
	case !keyForm.MatchString(m.Key):
		return nil, domain.FieldErrorf(domain.Invalid, "key", "la chiave del messaggio non è valida")
	case strings.TrimSpace(m.Subject) == "" || !oneLine(m.Subject, 150):
		return nil, domain.FieldErrorf(domain.Invalid, "subject", "l'oggetto è una riga di testo di al più 150 caratteri")
	case strings.TrimSpace(m.Text) == "" || !readable(m.Text):
		return nil, domain.FieldErrorf(domain.Invalid, "text", "il testo manca, è troppo lungo o non è leggibile")
	case !readable(m.HTML):
		return nil, domain.FieldErrorf(domain.Invalid, "html", "il testo in HTML è troppo lungo o non è leggibile")
	}
	return to, nil
}

// oneLine tells whether s can stand in a header: nothing in it ends a line or
// changes the direction of what follows.
func oneLine(s string, limit int) bool {
	return utf8.ValidString(s) && utf8.RuneCountInString(s) <= limit &&
		strings.IndexFunc(s, func(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) }) < 0
}

func readable(s string) bool {
	return utf8.ValidString(s) && len(s) <= maxText && !strings.ContainsRune(s, 0)
}

// compose makes the bytes that are sent (RFC 5322). They depend on the arguments
// alone.
func (m Message) compose(from, to *netmail.Address, at time.Time) ([]byte, error) {
	name := sha256.Sum256([]byte(m.Key))
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithBoundary(fmt.Sprintf("part-%x", name[16:])))
	msg.FromMailAddress(from)
	msg.ToMailAddress(to)
	msg.Subject(m.Subject)
	msg.SetDateWithValue(at)
	msg.SetMessageIDWithValue(fmt.Sprintf("%x@%s", name[:16], from.Address[strings.LastIndexByte(from.Address, '@')+1:]))
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // so that absence notes do not answer (RFC 3834)
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	}
	var raw bytes.Buffer
	if _, err := msg.WriteTo(&raw); err != nil {
		return nil, fmt.Errorf("compose a message: %w", err)
	}
	return raw.Bytes(), nil
}
