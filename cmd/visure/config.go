package main

import (
	"errors"
	"fmt"
	"log/slog"
	netmail "net/mail"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/mail"
)

// Stores is where everything is kept: all that the tools of upkeep need to
// know.
type Stores struct {
	Data        string     `help:"Folder of everything this machine keeps: database, events, documents, keys." default:"data" env:"VISURE_DATA" type:"path"`
	DatabaseURL string     `help:"PostgreSQL to use; empty: a private one under --data." env:"VISURE_DATABASE_URL" placeholder:"URL"`
	EventStore  string     `help:"EventStoreDB to use (esdb://...); empty: the embedded node under --data." env:"VISURE_ESDB" placeholder:"URL"`
	KeyFile     string     `help:"File of the key-encryption key; empty: keys/kek under --data, made on first start." env:"VISURE_KEY_FILE" placeholder:"FILE"`
	LogLevel    slog.Level `help:"debug, info, warn or error." default:"info" env:"VISURE_LOG_LEVEL"`
}

// Config is everything that can be set, by flag or environment variable; empty
// means what one machine needs. Secrets come from files under Data or from the
// environment, never from flags.
type Config struct {
	Stores `embed:""`

	Listen    string `help:"Address of the HTTP server." default:"127.0.0.1:8080" env:"VISURE_LISTEN"`
	Metrics   string `help:"Address at which Prometheus finds /metrics, such as 127.0.0.1:9464; empty: nowhere." env:"VISURE_METRICS" placeholder:"HOST:PORT"`
	Pprof     bool   `help:"Serve profiles of this process at /debug/pprof of the address of --metrics." env:"VISURE_PPROF"`
	PublicURL string `help:"Address by which people reach the server; the QR of documents leads there." env:"VISURE_PUBLIC_URL" placeholder:"URL"`

	Contact string `help:"Mail address of whoever runs the installation: what people say of the pages' accessibility goes there; empty: they are told to turn to their Comune." env:"VISURE_CONTACT" placeholder:"ADDRESS"`

	Headings string `help:"Folder of the Comuni's coats of arms, <istat>.png or .svg, for the heading of documents; empty: none." env:"VISURE_HEADINGS" placeholder:"DIR" type:"path"`

	ANPR ANPRConfig `embed:"" prefix:"anpr-"`
	Mail MailConfig `embed:"" prefix:"mail-"`
	TLS  TLSConfig  `embed:"" prefix:"tls-"`
	OIDC OIDCConfig `embed:"" prefix:"oidc-"`

	Proxies []netip.Prefix `help:"Networks of the proxies in front of the server, whose word about a client's address is believed." default:"127.0.0.0/8,::1/128" env:"VISURE_PROXIES" placeholder:"NETWORK"`

	ClientCertHeader string `help:"Header in which those proxies put the certificate that a client showed them, as PEM escaped for addresses, such as X-Client-Cert; they must take it out of what clients send. Empty: none is believed." env:"VISURE_CLIENT_CERT_HEADER" placeholder:"HEADER"`

	Workers int           `help:"How many visure are worked on at once; 0: none, another server with the same stores works on them." default:"16" env:"VISURE_WORKERS"`
	Sweep   time.Duration `help:"How often passed deadlines are looked for; the end of a term that is known is not waited for so long." default:"5s" env:"VISURE_SWEEP"`
	Drain   time.Duration `help:"How long what is under way may take to finish at shutdown." default:"20s" env:"VISURE_DRAIN"`
	Streams int           `help:"How many may follow at once what changes of visure, over streams of the API that stay open; 0: nobody." default:"1000" env:"VISURE_STREAMS"`
	Install bool          `help:"Install PostgreSQL with apt if it is missing (as root on Debian or Ubuntu)."`

	Demo bool `kong:"-"` // it is a demonstration, with users of its own
}

// Validate refuses what no part could work with.
func (c Config) Validate() error {
	switch {
	case c.Workers < 0:
		return errors.New("--workers: no fewer than none can work")
	case c.Streams < 0:
		return errors.New("--streams: no fewer than none can follow")
	case c.Sweep <= 0:
		return errors.New("--sweep: deadlines must be looked for, such as every 5s")
	case c.Pprof && c.Metrics == "":
		return errors.New("--pprof: profiles are served at the address of --metrics, and none is set")
	case c.Drain < 0:
		return errors.New("--drain: what is under way cannot finish in the past")
	}
	if _, err := netmail.ParseAddress(c.Contact); c.Contact != "" && err != nil {
		return fmt.Errorf("--contact: %w", err)
	}
	return nil
}

// What the flags default to, for who makes a Config without them.
const (
	defaultSweep = 5 * time.Second
	defaultDrain = 20 * time.Second
	defaultFrom  = "Visure anagrafiche <visure@localhost.localdomain>"
)

// ANPRConfig says how ANPR is reached. What belongs to one Comune (its
// certificate, its operator) stands in the Comune's own record.
type ANPRConfig struct {
	URL       string        `help:"Base address of ANPR's services." env:"VISURE_ANPR_URL" placeholder:"URL"`
	Genuine   bool          `help:"What answers at that address is ANPR itself; without it every document is marked as a test." env:"VISURE_ANPR_GENUINE"`
	CA        string        `help:"File of the authority that vouches for ANPR; empty: those of the system." env:"VISURE_ANPR_CA" placeholder:"FILE"`
	Keystores string        `help:"Folder of the Comuni's PKCS#12 files, each with <name>.password beside it; empty: anpr under --data." env:"VISURE_ANPR_KEYSTORES" placeholder:"DIR"`
	Signature string        `help:"Hash of signatures and digests: sha256, or sha1 as in the published samples." default:"sha256" enum:"sha256,sha1" env:"VISURE_ANPR_SIGNATURE"`
	Break     time.Duration `help:"How long a Comune's calls are withheld after five technical failures in a row." default:"10s" env:"VISURE_ANPR_BREAK"`
	ClientTLS bool          `help:"Present the Comune's certificate to the server." env:"VISURE_ANPR_CLIENT_TLS"`
}

// MailConfig says how mail goes out. The account's password is in the environment.
type MailConfig struct {
	From     string        `help:"Sender of what the system writes, as \"Anagrafe <visure@comune.example>\"." env:"VISURE_MAIL_FROM" placeholder:"SENDER"`
	Host     string        `help:"SMTP server; empty: messages are written into the folder mail under --data." env:"VISURE_MAIL_HOST" placeholder:"HOST"`
	Port     int           `help:"Port of the SMTP server." default:"587" env:"VISURE_MAIL_PORT"`
	Security mail.Security `help:"starttls, tls, or clear on this machine alone." default:"starttls" env:"VISURE_MAIL_SECURITY"`
	Username string        `help:"Account at the SMTP server." env:"VISURE_MAIL_USERNAME"`
	CA       string        `help:"File of the authority that vouches for the SMTP server; empty: those of the system." env:"VISURE_MAIL_CA" placeholder:"FILE"`
}

// TLSConfig says how the server itself speaks TLS, where no proxy does it.
type TLSConfig struct {
	Certificate string `help:"File of the server's certificate chain (PEM); empty: plain HTTP, for a proxy in front or this machine alone." env:"VISURE_TLS_CERTIFICATE" placeholder:"FILE"`
	Key         string `help:"File of its key (PEM)." env:"VISURE_TLS_KEY" placeholder:"FILE"`
	ClientCA    string `help:"File of the authorities of workstations' certificates; clients are then asked for one." env:"VISURE_TLS_CLIENT_CA" placeholder:"FILE"`
}

// OIDCConfig says by which gateway of SPID and CIE people may sign in. Our secret there
// is in the environment.
type OIDCConfig struct {
	Issuer   string   `help:"Gateway of SPID and CIE (OpenID Connect), exactly as it writes its address; empty: none." env:"VISURE_OIDC_ISSUER" placeholder:"URL"`
	ClientID string   `help:"How the gateway knows this installation." env:"VISURE_OIDC_CLIENT_ID" placeholder:"ID"`
	ACR      []string `help:"Levels that are accepted, the preferred one first; none: levels 2 and 3 of SPID." env:"VISURE_OIDC_ACR" placeholder:"ACR"`
	CA       string   `help:"File of the authority that vouches for the gateway; empty: those of the system." env:"VISURE_OIDC_CA" placeholder:"FILE"`
}

// path returns a place under Data.
func (c Stores) path(elements ...string) string {
	return filepath.Join(append([]string{c.Data}, elements...)...)
}

func (c Stores) keyFile() string {
	if c.KeyFile != "" {
		return c.KeyFile
	}
	return c.path("keys", "kek")
}

func (c Config) keystores() string {
	if c.ANPR.Keystores != "" {
		return c.ANPR.Keystores
	}
	return c.path("anpr")
}

func (c Config) publicURL() string {
	if c.PublicURL != "" {
		return strings.TrimSuffix(c.PublicURL, "/")
	}
	return "http://" + c.Listen
}

// environment says why documents are of no value; empty: they are.
func (c Config) environment() string {
	switch {
	case c.Demo:
		return "Dimostrazione"
	case !c.ANPR.Genuine:
		return "Collaudo"
	}
	return ""
}

func (c Stores) log() *slog.Logger {
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: c.LogLevel}))
}
