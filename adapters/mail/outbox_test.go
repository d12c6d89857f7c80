package mail_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/mail"
	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
)

func TestAMessageIsSentOnceForItsKey(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	o := open(t, pgtest.New(t), s.clear(t))
	m := invitation("mario@example.it")
	again := m
	again.Text = "un altro testo"
	o.put(t, m, again)
	o.look()
	o.put(t, again)
	o.look()
	if _, text := s.next(t).parsed(t); !strings.Contains(text, m.Text) {
		t.Errorf("sent was %q", text)
	}
	s.nothing(t)
	if got := o.row(t, m.Key); got != (row{outcome: "sent", tries: 1, wiped: true}) {
		t.Errorf("kept is %+v", got)
	}
}

func TestNobodyIsNamedInTheDatabase(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	db := pgtest.New(t)
	o := open(t, db, s.clear(t))
	m := invitation("Mario Rossi <mario@example.it>")
	o.put(t, m)
	for _, when := range []string{"while it waits", "when it was sent"} {
		var sealed []byte
		var all string
		if err := db.QueryRow(t.Context(), `SELECT coalesce(sealed, ''), mail::text FROM mail`).Scan(&sealed, &all); err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"mario", "Mario", m.Text, m.Subject} {
			if strings.Contains(all, secret) || bytes.Contains(sealed, []byte(secret)) {
				t.Errorf("%s the row tells %q", when, secret)
			}
		}
		o.look()
	}
	s.next(t)
}

func TestAMessageThatIsPutOffIsTriedAgainLater(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	o := open(t, pgtest.New(t), s.clear(t))
	m := invitation("later@example.it")
	o.put(t, m)
	o.look()
	if d := s.next(t); d.Refused != "later@example.it" {
		t.Fatalf("%+v", d)
	}
	if got := o.row(t, m.Key); got != (row{tries: 1, code: 451}) {
		t.Errorf("put off: %+v", got)
	}
	o.pass(59 * time.Second)
	o.look()
	s.nothing(t)
	o.pass(time.Second)
	o.look()
	s.next(t)
	if got := o.row(t, m.Key); got != (row{outcome: "sent", tries: 2, wiped: true}) {
		t.Errorf("a minute later: %+v", got)
	}
}

func TestAMessageThatIsRefusedForGoodHasFailed(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	o := open(t, pgtest.New(t), s.clear(t))
	refused, fine := invitation("never@example.it"), invitation("mario@example.it")
	o.put(t, refused, fine)
	o.look()
	if d := s.next(t); d.To != "mario@example.it" {
		t.Errorf("taken was %+v", d)
	}
	if got := o.row(t, refused.Key); got != (row{outcome: "failed", code: 550, tries: 1, wiped: true}) {
		t.Errorf("refused: %+v", got)
	}
	if strings.Contains(o.log.String(), "example.it") || !strings.Contains(o.log.String(), refused.Key) {
		t.Errorf("the log says %s", o.log.String())
	}
}

func TestWhatWaitsForAServerThatIsDownIsSentWhenItIsUp(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	db := pgtest.New(t)
	o := open(t, db, s.clear(t))
	s.stop()
	config := configuration(db, s.clear(t))
	config.Now = o.clock
	elsewhere, err := mail.New(config) // so that this instance looks when it is told to only
	if err != nil {
		t.Fatal(err)
	}
	const n = 5
	for i := range n {
		if err := elsewhere.Put(t.Context(), invitation(fmt.Sprintf("m%d@example.it", i))); err != nil {
			t.Fatal(err)
		}
	}
	o.look()
	if tried := o.tries(t); tried == 0 || tried > 2 { // one at each look, of which the second may be under way
		t.Errorf("a server that is down was tried %d times", tried)
	}
	up := startServer(t, "--port", port(s.port))
	o.pass(time.Hour)
	o.look()
	if sent := o.count(t, "sent"); sent != n {
		t.Errorf("%d of %d are sent", sent, n)
	}
	for range n {
		up.next(t)
	}
	up.nothing(t)
}

func TestAMessageThatIsNotTakenInADayHasExpired(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	o := open(t, pgtest.New(t), s.clear(t))
	s.stop()
	m := invitation("mario@example.it")
	o.put(t, m)
	for range 24 {
		o.look()
		if o.row(t, m.Key).outcome == "expired" {
			t.Fatal("it has expired before a day had passed")
		}
		o.pass(time.Hour - time.Minute)
	}
	o.pass(time.Hour)
	o.look()
	if got := o.row(t, m.Key); got.outcome != "expired" || !got.wiped {
		t.Errorf("after a day: %+v", got)
	}
}

// The answer of the server is lost: it may have the message, so the same comes again.
func TestAMessageThatComesAgainIsTheSame(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	o := open(t, pgtest.New(t), s.clear(t))
	m := invitation("vanish@example.it")
	m.HTML = "<p>ciao</p>"
	o.put(t, m)
	o.look()
	o.pass(time.Minute)
	o.look()
	first, second := s.next(t), s.next(t)
	if !bytes.Equal(first.Raw, second.Raw) {
		t.Errorf("first %q, then %q", first.Raw, second.Raw)
	}
	if got := o.row(t, m.Key); got.outcome != "sent" || got.tries != 2 {
		t.Errorf("%+v", got)
	}
}

func TestTheContentOfAnotherRowIsNotSent(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	db := pgtest.New(t)
	o := open(t, db, s.clear(t))
	s.stop()
	mine, theirs := invitation("mario@example.it"), invitation("attacker@example.it")
	o.put(t, mine, theirs)
	o.look()
	if _, err := db.Exec(t.Context(), `UPDATE mail SET sealed = (SELECT sealed FROM mail WHERE key = $2) WHERE key = $1`, theirs.Key, mine.Key); err != nil {
		t.Fatal(err)
	}
	up := startServer(t, "--port", port(s.port))
	o.pass(time.Hour)
	o.look()
	if d := up.next(t); d.To != "mario@example.it" {
		t.Errorf("sent was %+v", d)
	}
	up.nothing(t)
	if got := o.row(t, theirs.Key); got.outcome != "" {
		t.Errorf("%+v", got)
	}
}
