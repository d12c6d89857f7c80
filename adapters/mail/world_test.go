package mail_test

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/adapters/mail"
)

// invitation is a message to somebody, for a key of its own.
func invitation(to string) mail.Message {
	return mail.Message{
		Key: "invitation-" + uuid.NewString(), To: to,
		Subject: "Il suo accesso", Text: "https://visure.example/invito/" + rand.Text(),
	}
}

// outbox is one that runs, with a clock that stands still.
type outbox struct {
	*mail.Outbox
	db    *pgxpool.Pool
	log   *journal
	now   atomic.Int64
	ticks chan time.Time
}

func open(t *testing.T, db *pgxpool.Pool, sender mail.Sender) *outbox {
	t.Helper()
	o := &outbox{db: db, log: &journal{}, ticks: make(chan time.Time)}
	o.now.Store(time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC).UnixNano())
	config := configuration(db, sender)
	config.Log, config.Ticks, config.Now = slog.New(slog.NewTextHandler(o.log, nil)), o.ticks, o.clock
	var err error
	if o.Outbox, err = mail.New(config); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- o.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return o
}

func (o *outbox) clock() time.Time { return time.Unix(0, o.now.Load()).UTC() }

// configuration seals with a key that every process of a test knows.
func configuration(db *pgxpool.Pool, sender mail.Sender) mail.Config {
	block, err := aes.NewCipher(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		panic(err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err)
	}
	return mail.Config{
		DB: db, Sender: sender, From: "Comune di Forlì <visure@comune.example>", Log: slog.New(slog.DiscardHandler),
		Seal: func(text []byte) ([]byte, error) { return aead.Seal(nil, nil, text, nil), nil },
		Open: func(sealed []byte) ([]byte, error) { return aead.Open(nil, nil, sealed, nil) },
	}
}

func (o *outbox) put(t *testing.T, messages ...mail.Message) {
	t.Helper()
	for _, m := range messages {
		if err := o.Put(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
}

// look has the outbox look for what is due, and returns when it has done so: a second
// look begins once the first is over.
func (o *outbox) look() {
	o.ticks <- time.Time{}
	o.ticks <- time.Time{}
}

// pass lets time pass.
func (o *outbox) pass(d time.Duration) { o.now.Add(int64(d)) }

// row is what is kept of a message.
type row struct {
	outcome string
	code    int
	tries   int
	wiped   bool
}

func (o *outbox) row(t *testing.T, key string) (r row) {
	t.Helper()
	err := o.db.QueryRow(t.Context(), `
		SELECT coalesce(outcome, ''), coalesce(code, 0), tries, sealed IS NULL FROM mail WHERE key = $1`, key).
		Scan(&r.outcome, &r.code, &r.tries, &r.wiped)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// count counts the messages of an outcome.
func (o *outbox) count(t *testing.T, outcome string) (n int) {
	t.Helper()
	if err := o.db.QueryRow(t.Context(), `SELECT count(*) FROM mail WHERE coalesce(outcome, '') = $1`, outcome).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func (o *outbox) tries(t *testing.T) (n int) {
	t.Helper()
	if err := o.db.QueryRow(t.Context(), `SELECT sum(tries) FROM mail`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// journal is a log that is read while it is written.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// parts are a message's text and HTML, decoded.
func parts(t *testing.T, header netmail.Header, body string) (text, html string) {
	t.Helper()
	_, params, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for r := multipart.NewReader(strings.NewReader(body), params["boundary"]); ; {
		part, err := r.NextRawPart()
		if err == io.EOF {
			return found["text/plain"], found["text/html"]
		}
		if err != nil {
			t.Fatal(err)
		}
		kind, params, err := mime.ParseMediaType(part.Header.Get("Content-Type"))
		if err != nil || params["charset"] != "UTF-8" || part.Header.Get("Content-Transfer-Encoding") != "quoted-printable" {
			t.Fatal(fmt.Errorf("a part is %v: %w", part.Header, err))
		}
		decoded, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			t.Fatal(err)
		}
		found[kind] = string(decoded)
	}
}
