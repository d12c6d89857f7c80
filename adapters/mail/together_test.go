package mail_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/adapters/mail"
	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
)

// TestMain also plays an instance that sends until it is killed.
func TestMain(m *testing.M) {
	if url := os.Getenv("VISURE_TEST_MAIL_DATABASE"); url != "" {
		if err := instance(url, os.Getenv("VISURE_TEST_MAIL_PORT")); err != nil {
			println(err.Error())
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func instance(url, port string) error {
	db, err := pgxpool.New(context.Background(), url)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		return err
	}
	sender, err := mail.NewSMTP(mail.SMTPConfig{Host: "127.0.0.1", Port: n, Security: mail.Clear})
	if err != nil {
		return err
	}
	o, err := mail.New(configuration(db, sender))
	if err != nil {
		return err
	}
	return o.Run(context.Background())
}

func TestSeveralInstancesSendEachMessageOnce(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	db := pgtest.New(t)
	here, there := open(t, db, s.clear(t)), open(t, db, s.clear(t))
	const n = 60
	for i := range n {
		[]*outbox{here, there}[i%2].put(t, invitation(fmt.Sprintf("m%d@example.it", i)))
	}
	here.look()
	there.look()
	here.look()
	if sent := here.count(t, "sent"); sent != n {
		t.Errorf("%d of %d are sent", sent, n)
	}
	came := map[string]int{}
	for range n {
		came[s.next(t).To]++
	}
	s.nothing(t)
	if len(came) != n {
		t.Errorf("%d of %d came", len(came), n)
	}
}

// One of two instances is killed while it sends. What it had in hand is sent by the
// other: at most that one message comes twice, and it is the same.
func TestAnInstanceThatIsKilledLosesNothing(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	url := pgtest.URL(t)
	db, err := pgxpool.New(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	idle, err := mail.New(configuration(db, s.clear(t)))
	if err != nil {
		t.Fatal(err)
	}
	const n = 60
	for i := range n {
		if err := idle.Put(t.Context(), invitation(fmt.Sprintf("m%d@example.it", i))); err != nil {
			t.Fatal(err)
		}
	}
	start := func() *exec.Cmd {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "VISURE_TEST_MAIL_DATABASE="+url, "VISURE_TEST_MAIL_PORT="+port(s.port))
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		return cmd
	}
	doomed := start()
	ids, came := map[string]bool{}, 0
	take := func() {
		header, _ := s.next(t).parsed(t)
		ids[header.Get("Message-ID")] = true
		came++
	}
	for range n / 6 {
		take()
	}
	survivor := start()
	t.Cleanup(func() { _ = survivor.Process.Kill(); _ = survivor.Wait() })
	for range n / 6 {
		take()
	}
	_ = doomed.Process.Kill()
	_ = doomed.Wait()
	for len(ids) < n {
		take()
	}
	if came > n+1 {
		t.Errorf("%d messages came %d times", n, came)
	}
}
