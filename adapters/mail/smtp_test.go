package mail_test

import (
	"crypto/x509"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/mail"
)

var letter = mail.Letter{From: "visure@comune.example", To: "mario@example.it", Raw: []byte("Subject: x\r\n\r\n.\r\nciao\r\n")}

func TestAMessageIsHandedOverUnderTLSByWhoHasThePassword(t *testing.T) {
	t.Parallel()
	file, pool := certificate(t)
	for name, c := range map[string]struct {
		options  []string
		security mail.Security
	}{
		"STARTTLS": {[]string{"--certificate", file, "--password", "s3cret"}, ""},
		"TLS":      {[]string{"--certificate", file, "--password", "s3cret", "--implicit"}, mail.TLS},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startServer(t, c.options...)
			config := mail.SMTPConfig{Host: "127.0.0.1", Port: s.port, Security: c.security, Username: "visure", Password: "s3cret", RootCAs: pool}
			if err := sender(t, config).Send(t.Context(), letter); err != nil {
				t.Fatal(err)
			}
			d := s.next(t)
			if !d.TLS || d.User != "visure" || d.Sender != letter.From || d.To != letter.To || string(d.Raw) != string(letter.Raw) {
				t.Errorf("taken was %+v: %q", d, d.Raw)
			}
			config.Password = "wrong"
			if f := failed(t, sender(t, config)); !f.Down || f.Refused || f.Code != 535 {
				t.Errorf("a wrong password: %+v", f)
			}
			config.Username = ""
			if f := failed(t, sender(t, config)); !f.Down || f.Code != 530 {
				t.Errorf("no password: %+v", f)
			}
			s.nothing(t)
		})
	}
}

// failed sends the letter to a server that does not take it.
func failed(t *testing.T, s mail.Sender) *mail.Failure {
	t.Helper()
	err := s.Send(t.Context(), letter)
	var f *mail.Failure
	if !errors.As(err, &f) {
		t.Fatalf("%v is no failure", err)
	}
	return f
}

func TestAServerThatCannotBeTrustedGetsNothing(t *testing.T) {
	t.Parallel()
	file, pool := certificate(t)
	_, others := certificate(t)
	protected, clear := startServer(t, "--certificate", file), startServer(t)
	implicit := startServer(t, "--certificate", file, "--implicit")
	for name, c := range map[string]struct {
		config mail.SMTPConfig
		says   string
	}{
		"without STARTTLS":          {mail.SMTPConfig{Host: "127.0.0.1", Port: clear.port, RootCAs: pool}, "does not support STARTTLS"},
		"without TLS":               {mail.SMTPConfig{Host: "127.0.0.1", Port: clear.port, Security: mail.TLS, RootCAs: pool}, "tls:"},
		"certified by another":      {mail.SMTPConfig{Host: "127.0.0.1", Port: protected.port, RootCAs: others}, "unknown authority"},
		"certified for another":     {mail.SMTPConfig{Host: "localhost", Port: protected.port, RootCAs: pool}, "certificate"},
		"certified by another, TLS": {mail.SMTPConfig{Host: "127.0.0.1", Port: implicit.port, Security: mail.TLS, RootCAs: others}, "unknown authority"},
	} {
		t.Run(name, func(t *testing.T) {
			if f := failed(t, sender(t, c.config)); !f.Down || !strings.Contains(f.Error(), c.says) {
				t.Errorf("%v, want one that says %q", f, c.says)
			}
		})
	}
	for _, s := range []*server{protected, clear, implicit} {
		s.nothing(t)
	}
}

func TestWhatTheServerSaysOfAMessageIsToldWithoutItsWords(t *testing.T) {
	t.Parallel()
	s := startServer(t, "--sender", letter.From)
	for name, c := range map[string]struct {
		change func(*mail.Letter)
		want   mail.Failure
	}{
		"an unknown recipient":  {func(l *mail.Letter) { l.To = "never@example.it" }, mail.Failure{Refused: true, Code: 550}},
		"a text it dislikes":    {func(l *mail.Letter) { l.To = "text@example.it" }, mail.Failure{Refused: true, Code: 554}},
		"a recipient who waits": {func(l *mail.Letter) { l.To = "later@example.it" }, mail.Failure{Code: 451}},
		"a sender it dislikes":  {func(l *mail.Letter) { l.From = "other@example.it" }, mail.Failure{Down: true, Code: 550}},
	} {
		t.Run(name, func(t *testing.T) {
			l := letter
			c.change(&l)
			err := s.clear(t).Send(t.Context(), l)
			var f *mail.Failure
			if !errors.As(err, &f) || f.Refused != c.want.Refused || f.Down != c.want.Down || f.Code != c.want.Code {
				t.Fatalf("%+v, want %+v", f, c.want)
			}
			if strings.Contains(err.Error(), "@") {
				t.Errorf("%q names somebody", err)
			}
		})
	}
}

func TestAServerThatSaysNothingIsLeft(t *testing.T) {
	t.Parallel()
	mute, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { mute.Close() })
	f := failed(t, sender(t, mail.SMTPConfig{Host: "127.0.0.1", Port: mute.Addr().(*net.TCPAddr).Port, Security: mail.Clear, Timeout: 50 * time.Millisecond}))
	if !f.Down {
		t.Errorf("%+v", f)
	}
}

func TestAConfigurationThatIsNotSafeIsRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]mail.SMTPConfig{
		"no server":                {},
		"clear to another machine": {Host: "mail.example", Security: mail.Clear},
		"a password in clear":      {Host: "127.0.0.1", Security: mail.Clear, Username: "visure", Password: "x"},
		"no such security":         {Host: "mail.example", Security: "opportunistic"},
	} {
		if _, err := mail.NewSMTP(c); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := mail.NewSMTP(mail.SMTPConfig{Host: "mail.example", RootCAs: x509.NewCertPool()}); err != nil {
		t.Error(err)
	}
}

func TestAFolderHoldsEachMessageOnceForItsOwner(t *testing.T) {
	t.Parallel()
	folder := mail.Folder{Dir: filepath.Join(t.TempDir(), "mail")}
	other := letter
	other.Raw = []byte("Subject: y\r\n\r\nciao\r\n")
	for _, l := range []mail.Letter{letter, other, letter} {
		if err := folder.Send(t.Context(), l); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := os.ReadDir(folder.Dir)
	if err != nil || len(entries) != 2 {
		t.Fatalf("%v, %v", entries, err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || info.Mode() != 0o600 || filepath.Ext(e.Name()) != ".eml" {
			t.Errorf("%s has mode %v, %v", e.Name(), info.Mode(), err)
		}
		if raw, _ := os.ReadFile(filepath.Join(folder.Dir, e.Name())); string(raw) != string(letter.Raw) && string(raw) != string(other.Raw) {
			t.Errorf("%s says %q", e.Name(), raw)
		}
	}
}
