package mail

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// Security is how the connection to a server is protected.
type Security string

const (
	StartTLS Security = "starttls" // the default: a server that does not offer it is refused
	TLS      Security = "tls"      // from the first byte
	// Clear protects nothing: for a server on this machine, and without a password.
	Clear Security = "clear"
)

// SMTPConfig is a server to hand mail to.
type SMTPConfig struct {
	Host     string // the name in its certificate too
	Port     int    // 587; 465 with TLS
	Security Security
	// Username and Password, if there are any, are shown as PLAIN or LOGIN, once the
	// connection is protected.
	Username, Password string
	RootCAs            *x509.CertPool // whom the certificate may come from; nil: those of the system
	Timeout            time.Duration  // of handing over one message, 30 s
}

// SMTP hands each message over on a connection of its own. It is safe for
// concurrent use.
type SMTP struct{ config SMTPConfig }

// NewSMTP returns a Sender, or says what in the configuration is not safe.
func NewSMTP(config SMTPConfig) (*SMTP, error) {
	config.Security = cmp.Or(config.Security, StartTLS)
	config.Timeout = cmp.Or(config.Timeout, 30*time.Second)
	switch {
	case config.Host == "":
		return nil, errors.New("configure mail: the server's name is missing")
	case config.Security == Clear && config.Host != "localhost" && !net.ParseIP(config.Host).IsLoopback():
		return nil, errors.New("configure mail: without TLS a server is reached on this machine only")
	case config.Security == Clear && config.Username != "":
		return nil, errors.New("configure mail: a password is not sent without TLS")
	case config.Security == TLS:
		config.Port = cmp.Or(config.Port, gomail.DefaultPortSSL)
	case config.Security == StartTLS, config.Security == Clear:
		config.Port = cmp.Or(config.Port, gomail.DefaultPortTLS)
	default:
		return nil, fmt.Errorf("configure mail: there is no security %q", config.Security)
	}
	return &SMTP{config}, nil
}

// Send implements Sender.
func (s *SMTP) Send(ctx context.Context, l Letter) error {
	ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()
	conn, err := s.dial(ctx)
	if err != nil {
		return &Failure{Down: true, Err: fmt.Errorf("connect to the mail server: %w", err)}
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	client, err := s.greet(ctx, conn)
	if err != nil {
		return failure("greet the mail server", err, true)
	}
	if err := client.Mail(l.From); err != nil {
		return failure("name the sender", err, true)
	}
	if err := client.Rcpt(l.To); err != nil {
		return failure("name the recipient", err, false)
	}
	if err := data(client, l.Raw); err != nil {
		return failure("hand the message over", err, false)
	}
	_ = client.Quit() // the message is taken, whatever comes now
	return nil
}

func (s *SMTP) dial(ctx context.Context) (net.Conn, error) {
	address := net.JoinHostPort(s.config.Host, strconv.Itoa(s.config.Port))
	if s.config.Security == TLS {
		return (&tls.Dialer{Config: s.tls()}).DialContext(ctx, "tcp", address)
	}
	return (&net.Dialer{}).DialContext(ctx, "tcp", address)
}

func (s *SMTP) tls() *tls.Config {
	return &tls.Config{ServerName: s.config.Host, RootCAs: s.config.RootCAs, MinVersion: tls.VersionTLS12}
}

// greet makes the connection ready for a message: protected and, if there is a
// password, authenticated.
func (s *SMTP) greet(ctx context.Context, conn net.Conn) (*smtp.Client, error) {
	options := []gomail.Option{
		gomail.WithPort(s.config.Port), gomail.WithTimeout(s.config.Timeout), gomail.WithTLSConfig(s.tls()),
		gomail.WithDialContextFunc(func(context.Context, string, string) (net.Conn, error) { return conn, nil }),
		gomail.WithTLSPolicy(gomail.NoTLS), gomail.WithoutSMTPUTF8(),
	}
	if s.config.Security == StartTLS {
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if s.config.Username != "" {
		options = append(options, gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthPlain, gomail.SMTPAuthLogin),
			gomail.WithUsername(s.config.Username), gomail.WithPassword(s.config.Password))
	}
	client, err := gomail.NewClient(s.config.Host, options...)
	if err != nil {
		return nil, err
	}
	return client.DialToSMTPClientWithContext(ctx)
}

func data(client *smtp.Client, raw []byte) error {
	w, err := client.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(raw); err != nil {
		return err
	}
	return w.Close()
}

// failure sorts what went wrong. Until the sender is accepted a server says what it
// thinks of us, not of the message, and so with the codes by which it wants to know
// who we are or goes away.
func failure(step string, err error, ofUs bool) *Failure {
	var answer *textproto.Error
	if !errors.As(err, &answer) {
		return &Failure{Down: true, Err: fmt.Errorf("%s: %w", step, err)}
	}
	f := &Failure{Code: answer.Code, Err: errors.New(step)}
	f.Down = ofUs || answer.Code == 421 || answer.Code == 530 || answer.Code == 535
	f.Refused = !f.Down && answer.Code >= 500
	return f
}
