package mail_test

import (
	"bytes"
	"errors"
	"mime"
	"slices"
	"strings"
	"testing"

	"github.com/visure-anagrafiche/visure/adapters/mail"
	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
	"github.com/visure-anagrafiche/visure/domain"
)

func TestAMessageArrivesAsItWasWritten(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	o := open(t, pgtest.New(t), s.clear(t))
	m := invitation("Niccolò Đorđević <niccolo@example.it>")
	m.Subject = "L’accesso è già pronto: più di 76 caratteri, perché la riga vada a capo – Šárka"
	m.Text = "Perché no?\r\n.\r\n" + strings.Repeat("è", 2000) + "\r\nhttps://visure.example/x?y=z"
	m.HTML = "<p>Perché no?</p>"
	o.put(t, m)
	o.look()
	d := s.next(t)
	header, body := d.parsed(t)
	var decoder mime.WordDecoder
	subject, err := decoder.DecodeHeader(header.Get("Subject"))
	if err != nil || subject != m.Subject {
		t.Errorf("the subject is %q, %v", subject, err)
	}
	to, err := header.AddressList("To")
	if err != nil || len(to) != 1 || to[0].Name != "Niccolò Đorđević" || to[0].Address != "niccolo@example.it" || d.To != to[0].Address {
		t.Errorf("it is to %v, %v; on the envelope %q", to, err, d.To)
	}
	from, err := header.AddressList("From")
	if err != nil || from[0].Name != "Comune di Forlì" || d.Sender != "visure@comune.example" {
		t.Errorf("it is from %v, %v; on the envelope %q", from, err, d.Sender)
	}
	if header.Get("Auto-Submitted") != "auto-generated" || header.Get("Date") == "" {
		t.Errorf("the header is %v", header)
	}
	if text, html := parts(t, header, body); text != m.Text || html != m.HTML {
		t.Errorf("it says %q and %q", text, html)
	}
	for line := range bytes.Lines(d.Raw) {
		if len(line) > 80 || slices.ContainsFunc(line, func(b byte) bool { return b > 126 }) {
			t.Errorf("not every server takes the line %q", line)
		}
	}
}

func TestAMessageThatCouldDoHarmIsRefused(t *testing.T) {
	t.Parallel()
	o := open(t, pgtest.New(t), mail.Folder{Dir: t.TempDir()})
	long := strings.Repeat("x", 65)
	for field, values := range map[string][]string{
		"to": {"", "mario", "mario@localhost", "a@example.it, b@example.it", "a@example.it\r\nBcc: b@example.it", "Mario\r\nBcc: b <a@example.it>",
			`"Mario` + "\u202e" + `" <a@example.it>`, "=?utf-8?q?a=0D=0ABcc:_b?= <a@example.it>", `"a b"@example.it`, "a@[127.0.0.1]", "a@exämple.it", "è@example.it",
			long + "@example.it", "a..b@example.it", "<a@example.it> x", "a@example.it\x00"},
		"subject": {"", " ", "x\r\nBcc: b@example.it", "x\ny", "x\x00", "x\u2028y", "x\u202ey", strings.Repeat("x", 151), "\xff"},
		"text":    {"", "  ", "\xff", "x\x00", strings.Repeat("x", 300<<10)},
		"html":    {"\xff", "x\x00"},
		"key":     {"", "Mario Rossi", "è", "a\nb", strings.Repeat("x", 201)},
	} {
		for _, value := range values {
			m := invitation("mario@example.it")
			*map[string]*string{"to": &m.To, "subject": &m.Subject, "text": &m.Text, "html": &m.HTML, "key": &m.Key}[field] = value
			var refusal *domain.Error
			if err := o.Put(t.Context(), m); !errors.As(err, &refusal) || refusal.Code != domain.Invalid || refusal.Field != field {
				t.Errorf("%s %.40q: %v", field, value, err)
			}
		}
	}
	if n := o.count(t, ""); n != 0 {
		t.Errorf("%d are kept", n)
	}
}
