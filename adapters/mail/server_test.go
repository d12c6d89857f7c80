package mail_test

import (
	"bufio"
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	netmail "net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/mail"
)

// delivery is a message that the server took, or, with Refused, one that it put off.
type delivery struct {
	Port             int
	Refused          string
	Sender, To, User string
	TLS              bool
	Raw              []byte
}

// parsed is what a reader of the message sees.
func (d delivery) parsed(t *testing.T) (header netmail.Header, body string) {
	t.Helper()
	m, err := netmail.ReadMessage(bytes.NewReader(d.Raw))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(m.Body)
	if err != nil {
		t.Fatal(err)
	}
	return m.Header, string(text)
}

// server is a real SMTP server.
type server struct {
	port int
	took chan delivery
	stop func()
}

// startServer starts Debian's aiosmtpd. Where it is not installed the test is skipped,
// or fails if CI is set.
func startServer(t *testing.T, options ...string) *server {
	t.Helper()
	cmd := exec.Command(interpreter(t), append([]string{"testdata/server.py"}, options...)...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s := &server{took: make(chan delivery, 1000)}
	ended := make(chan struct{})
	s.stop = func() {
		_ = cmd.Process.Kill()
		<-ended
	}
	t.Cleanup(s.stop)
	go func() {
		defer close(ended)
		defer close(s.took)
		defer func() { _ = cmd.Wait() }()
		lines := bufio.NewScanner(out)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			var d delivery
			if err := json.Unmarshal(lines.Bytes(), &d); err != nil {
				t.Errorf("the server says %q", lines.Text())
			}
			s.took <- d
		}
	}()
	first, ok := <-s.took
	if !ok || first.Port == 0 {
		t.Fatal("the server did not start")
	}
	s.port = first.Port
	return s
}

// interpreter is the Python for which aiosmtpd is installed.
func interpreter(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("aiosmtpd")
	if err != nil && os.Getenv("CI") != "" {
		t.Fatal("aiosmtpd is not installed")
	}
	if err != nil {
		t.Skip("aiosmtpd is not installed")
	}
	script, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	line, _, _ := strings.Cut(string(script), "\n")
	return strings.TrimPrefix(line, "#!")
}

// next is the next message that the server takes, or puts off.
func (s *server) next(t *testing.T) delivery {
	t.Helper()
	select {
	case d, ok := <-s.took:
		if !ok {
			t.Fatal("the server ended")
		}
		return d
	case <-time.After(time.Minute):
		t.Fatal("the server took nothing")
	}
	panic("unreachable")
}

// took tells that the server has taken nothing more.
func (s *server) nothing(t *testing.T) {
	t.Helper()
	select {
	case d, ok := <-s.took:
		if ok {
			t.Errorf("the server took a message to %s", d.To)
		}
	default:
	}
}

// certificate writes one for 127.0.0.1, and returns the file and who trusts it.
func certificate(t *testing.T) (file string, pool *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail.example"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	text := append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})...)
	file = filepath.Join(t.TempDir(), "server.pem")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	pool = x509.NewCertPool()
	pool.AppendCertsFromPEM(text)
	return file, pool
}

// clear is a sender to a server on this machine, without TLS.
func (s *server) clear(t *testing.T) mail.Sender {
	t.Helper()
	return sender(t, mail.SMTPConfig{Host: "127.0.0.1", Port: s.port, Security: mail.Clear})
}

func sender(t *testing.T, c mail.SMTPConfig) mail.Sender {
	t.Helper()
	s, err := mail.NewSMTP(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func port(n int) string { return strconv.Itoa(n) }
