package anpr_test

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/adapters/anpr"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func answers(message string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { reply(w, r, message) }
}

func TestAConfigurationThatCannotWorkIsRefused(t *testing.T) {
	t.Parallel()
	good := anpr.Config{BaseURL: map[string]string{"TEST": "https://wstest.example"}, Keystores: t.TempDir()}
	if _, err := anpr.New(good); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*anpr.Config){
		"no environment":               func(c *anpr.Config) { c.BaseURL = nil },
		"no keystores":                 func(c *anpr.Config) { c.Keystores = "" },
		"plain http":                   func(c *anpr.Config) { c.BaseURL = map[string]string{"TEST": "http://wstest.example"} },
		"no host":                      func(c *anpr.Config) { c.BaseURL = map[string]string{"TEST": "https://"} },
		"unknown algorithm":            func(c *anpr.Config) { c.Digest = "md5" },
		"name the registry refuses":    func(c *anpr.Config) { c.Nome = "visure/1" },
		"vendor too long":              func(c *anpr.Config) { c.Fornitore = strings.Repeat("x", 81) },
		"officer the registry refuses": func(c *anpr.Config) { c.Ufficiale = anpr.Ufficiale{Cognome: "R2", Nome: "D2"} },
		"assertion reused too long":    func(c *anpr.Config) { c.AssertionReuse = 4 * time.Minute },
	} {
		bad := good
		spoil(&bad)
		if _, err := anpr.New(bad); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestAQueryThatCannotBeSentIsNot(t *testing.T) {
	t.Parallel()
	r := newRegistry(t, answers(ok3002("")))
	for name, c := range map[string]struct {
		change func(*commands.Query)
		config func(*anpr.Config)
		class  domain.FailureClass
	}{
		"no keystore":                {change: func(q *commands.Query) { q.Collegamento.Keystore = "" }, class: domain.FailureConfiguration},
		"missing keystore":           {change: func(q *commands.Query) { q.Collegamento.Keystore = "000000-CO-9999" }, class: domain.FailureConfiguration},
		"keystore outside":           {change: func(q *commands.Query) { q.Collegamento.Keystore = "../039002-CO-9999" }, class: domain.FailureConfiguration},
		"environment not configured": {change: func(q *commands.Query) { q.Collegamento.TipoInvio = "PROD" }, class: domain.FailureConfiguration},
		"id with a dash":             {change: func(q *commands.Query) { q.IDOperazione = "VIS-1" }, class: domain.FailureConfiguration},
		"erased subject":             {change: func(q *commands.Query) { q.Soggetto = domain.Soggetto{} }, class: domain.FailureFinal},
		"name in another alphabet":   {change: func(q *commands.Query) { q.Soggetto = domain.Soggetto{Cognome: "ИВАНОВ", Nome: "IVAN"} }, class: domain.FailureFinal},
		"name too long":              {change: func(q *commands.Query) { q.Soggetto = domain.Soggetto{Cognome: strings.Repeat("A", 81)} }, class: domain.FailureFinal},
		"wrong password":             {config: func(c *anpr.Config) { c.Password = func(string) (string, error) { return "no", nil } }, class: domain.FailureConfiguration},
		"no password":                {config: func(c *anpr.Config) { c.Password = func(string) (string, error) { return "", fs.ErrNotExist } }, class: domain.FailureConfiguration},
		"expired certificate": {config: func(c *anpr.Config) {
			c.Clock = func() time.Time { return adesso.AddDate(9, 0, 0) }
		}, class: domain.FailureConfiguration},
		"authority not trusted": {config: func(c *anpr.Config) { c.RootCAs = x509.NewCertPool() }, class: domain.FailureConfiguration},
	} {
		t.Run(name, func(t *testing.T) {
			q := query(t, domain.Nascita)
			if c.change != nil {
				c.change(&q)
			}
			var config []func(*anpr.Config)
			if c.config != nil {
				config = append(config, c.config)
			}
			if got := failure(t, client(t, r, config...), q); got.Class != c.class {
				t.Errorf("class %s, want %s (%v)", got.Class, c.class, got)
			}
		})
	}
	if len(r.asked) > 0 {
		t.Errorf("%d requests were sent", len(r.asked))
	}
}

func TestWhatIsNoAnswerIsJudgedByItsStatus(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status int
		header string
		body   string
		class  domain.FailureClass
		after  time.Duration
	}{
		"unavailable":          {503, "120", "<html>manutenzione", domain.FailureUnknown, 2 * time.Minute},
		"bad gateway":          {502, "", "", domain.FailureUnknown, 0},
		"too many":             {429, "7", "", domain.FailureUnknown, 7 * time.Second},
		"wrong address":        {404, "", "no", domain.FailureConfiguration, 0},
		"not admitted":         {403, "", "no", domain.FailureConfiguration, 0},
		"sent elsewhere":       {302, "", "", domain.FailureConfiguration, 0},
		"html":                 {200, "", "<html><body>ciao</body></html>", domain.FailureUnknown, 0},
		"half an answer":       {200, "", envelope(ok3002(soggetto("")))[:400], domain.FailureUnknown, 0},
		"nothing":              {200, "", "", domain.FailureUnknown, 0},
		"fault with status":    {500, "3", envelope(`<env:Fault><faultcode>env:Server</faultcode><faultstring>x</faultstring></env:Fault>`), domain.FailureUnknown, 3 * time.Second},
		"another's answer":     {200, "", strings.ReplaceAll(envelope(ok3002(soggetto(""))), "{ID}", "ALTRO1"), domain.FailureUnknown, 0},
		"another's refusal":    {200, "", strings.ReplaceAll(envelope(ko3002(errore("EN122", "E", ""))), "{ID}", "ALTRO1"), domain.FailureUnknown, 0},
		"another operation's":  {200, "", envelope(ok6001("")), domain.FailureUnknown, 0},
		"answer without parts": {200, "", envelope(`<a:Risposta3002 xmlns:a="http://sogei.it/ANPR/3000consultazione"/>`), domain.FailureRetry, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRegistry(t, func(w http.ResponseWriter, _ *http.Request) {
				if c.header != "" {
					w.Header().Set("Retry-After", c.header)
				}
				w.Header().Set("Location", "/altrove")
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.body)
			})
			got := failure(t, client(t, r), query(t, domain.Nascita))
			if got.Class != c.class || got.RetryAfter != c.after {
				t.Errorf("got %s after %s, want %s after %s (%v)", got.Class, got.RetryAfter, c.class, c.after, got)
			}
		})
	}
}

func TestAnAnswerBeyondTheLimitIsRefused(t *testing.T) {
	t.Parallel()
	r := newRegistry(t, answers(ok3002(soggetto(strings.Repeat("<x/>", 1000)))))
	if got := failure(t, client(t, r, func(c *anpr.Config) { c.MaxAnswer = 4000 }), query(t, domain.Nascita)); got.Class != domain.FailureConfiguration {
		t.Errorf("class %s", got.Class)
	}
}

func TestAConnectionCutInTheMiddleLeavesTheCallUnknown(t *testing.T) {
	t.Parallel()
	r := newRegistry(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "5000")
		_, _ = io.WriteString(w, envelope(ok3002(soggetto("")))[:300])
		panic(http.ErrAbortHandler)
	})
	if got := failure(t, client(t, r), query(t, domain.Nascita)); got.Class != domain.FailureUnknown || len(got.Codes) > 0 {
		t.Errorf("got %v", got)
	}
}

func TestASlowRegistryHoldsACallerNoLongerThanItWaits(t *testing.T) {
	t.Parallel()
	arrived, release := make(chan struct{}, 2), make(chan struct{})
	r := newRegistry(t, func(w http.ResponseWriter, req *http.Request) {
		arrived <- struct{}{}
		select {
		case <-release:
		case <-req.Context().Done():
		}
	})
	defer close(release)
	t.Run("the caller gives up", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			<-arrived
			cancel()
		}()
		_, err := client(t, r).Consult(ctx, query(t, domain.Nascita))
		var failed *commands.AnagrafeError
		if !errors.Is(err, context.Canceled) || !errors.As(err, &failed) || failed.Class != domain.FailureUnknown {
			t.Errorf("got %v", err)
		}
	})
	t.Run("the time is over", func(t *testing.T) {
		c := client(t, r, func(c *anpr.Config) { c.Timeout = 50 * time.Millisecond })
		if got := failure(t, c, query(t, domain.Nascita)); got.Class != domain.FailureUnknown || !errors.Is(got, context.DeadlineExceeded) {
			t.Errorf("got %v", got)
		}
	})
}

// TestAConnectionTheServerClosedIsReplaced has the server close each
// connection after one answer without saying so.
func TestAConnectionTheServerClosedIsReplaced(t *testing.T) {
	t.Parallel()
	var conns sync.Map
	r := newRegistry(t, nil)
	r.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if _, used := conns.LoadOrStore(req.RemoteAddr, true); used {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				conn.Close()
			}
			return
		}
		reply(w, req, ok3002(soggetto("")))
	})
	c := client(t, r)
	for range 5 {
		if _, err := c.Consult(t.Context(), query(t, domain.Nascita)); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAnInternalErrorIsTriedOnceMoreAtOnce(t *testing.T) {
	t.Parallel()
	const fault = `<env:Fault><faultcode>env:Client</faultcode><faultstring>Internal Error (from client)</faultstring></env:Fault>`
	var calls atomic.Int32
	r := newRegistry(t, func(w http.ResponseWriter, req *http.Request) {
		if calls.Add(1) == 1 {
			_, _ = io.WriteString(w, envelope(fault))
			return
		}
		reply(w, req, ok3002(soggetto("")))
	})
	if _, err := client(t, r).Consult(t.Context(), query(t, domain.Nascita)); err != nil {
		t.Fatal(err)
	}
	if a, b := r.requests()[0], r.requests()[1]; a != b {
		t.Errorf("the second request differs:\n%s\n%s", a, b)
	}
}

func TestTheCircuitOpensForTheComuneWhoseCallsBringNothing(t *testing.T) {
	t.Parallel()
	var down atomic.Bool
	down.Store(true)
	r := newRegistry(t, func(w http.ResponseWriter, req *http.Request) {
		if down.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		reply(w, req, ko3002(errore("EN122", "E", "")))
	})
	c := client(t, r, func(c *anpr.Config) { c.BreakAfter, c.BreakDuration = 3, 50*time.Millisecond })
	q := query(t, domain.Nascita)
	stands := func() commands.Circuit { return c.Circuit(q.Comune, q.Collegamento.TipoInvio) }
	if got := stands(); got != (commands.Circuit{}) {
		t.Errorf("before the first call it stands %+v", got)
	}
	for range 3 {
		failure(t, c, q)
	}
	if got := stands(); got.OpenUntil.IsZero() || got.Failed.IsZero() || !got.Answered.IsZero() || got.Down.IsZero() || got.Down.After(got.Failed) {
		t.Errorf("after 3 failures it stands %+v", got)
	}
	open := failure(t, c, q)
	if open.Class != domain.FailureUnknown || open.RetryAfter <= 0 || len(r.asked) != 3 {
		t.Errorf("after 3 failures: %v, retry after %s, %d calls", open, open.RetryAfter, len(r.asked))
	}
	elsewhere := query(t, domain.Nascita, func(q *commands.Query) { q.Comune = "040007" })
	failure(t, c, elsewhere)
	if len(r.asked) != 4 {
		t.Error("another Comune's call did not go through")
	}
	down.Store(false)
	again := failure(t, c, q)
	for deadline := time.Now().Add(5 * time.Second); len(again.Codes) == 0 && time.Now().Before(deadline); {
		again = failure(t, c, q)
	}
	if diff := cmp.Diff([]string{"EN122"}, again.Codes); diff != "" {
		t.Errorf("when the registry is back: %s", diff)
	}
	if got := stands(); !got.OpenUntil.IsZero() || !got.Down.IsZero() || got.Answered.IsZero() || got.Operation != "3000000000101" {
		t.Errorf("when the registry is back it stands %+v", got)
	}
}

func TestRefusalsDoNotOpenTheCircuit(t *testing.T) {
	t.Parallel()
	for name, message := range map[string]string{
		"final":         ko3002(errore("EN122", "E", "")),
		"still running": ko3002(errore("EN122", "E", "ancora in elaborazione")),
		"configuration": `<env:Fault><faultcode>env:Client</faultcode><faultstring>Rejected by policy. (from client)</faultstring></env:Fault>`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRegistry(t, answers(message))
			c := client(t, r, func(c *anpr.Config) { c.BreakAfter = 1 })
			for range 3 {
				failure(t, c, query(t, domain.Nascita))
			}
			if len(r.asked) != 3 {
				t.Errorf("%d calls went through, want 3", len(r.asked))
			}
		})
	}
}

func TestAReplacedKeystoreIsReadAgain(t *testing.T) {
	t.Parallel()
	r := newRegistry(t, answers(ok3002("")))
	folder := t.TempDir()
	keystore(t, folder, "039002-CO-9999", adesso.AddDate(-1, 0, 0))
	c := client(t, r, func(c *anpr.Config) { c.Keystores, c.AssertionReuse = folder, -1 })
	token := func() string {
		t.Helper()
		if _, err := c.Consult(t.Context(), query(t, domain.Nascita)); err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(r.asked[len(r.asked)-1], "</wsse:BinarySecurityToken>")
		return r.asked[len(r.asked)-1][:len(r.asked[len(r.asked)-1])-len(rest)]
	}
	cut := func(s string) string { return s[strings.LastIndex(s, "X509-1\">")+8:] }
	first := cut(token())
	if again := cut(token()); again != first {
		t.Fatal("the certificate changed by itself")
	}
	keystore(t, folder, "039002-CO-9999", adesso.AddDate(0, -1, 0))
	later := time.Now().Add(time.Minute)
	if err := os.Chtimes(filepath.Join(folder, "039002-CO-9999.p12"), later, later); err != nil {
		t.Fatal(err)
	}
	second := cut(token())
	if second == first {
		t.Error("the former certificate is still in use")
	}
	if err := os.WriteFile(filepath.Join(folder, "039002-CO-9999.p12"), []byte("half a file"), 0o600); err != nil {
		t.Fatal(err)
	}
	if third := cut(token()); third != second {
		t.Error("a file that cannot be read is used")
	}
}

func TestAWorkstationWithACertificateSignsItself(t *testing.T) {
	t.Parallel()
	r := newRegistry(t, answers(ok3002("")))
	folder := t.TempDir()
	keystore(t, folder, "039002-CO-9999", adesso.AddDate(-1, 0, 0))
	keystore(t, folder, "039002-PC-0001", adesso.AddDate(-1, 0, 0))
	c := client(t, r, func(c *anpr.Config) { c.Keystores = folder })
	for postazione, want := range map[string]string{"": "039002-CO-9999", "039002-PC-0001": "039002-PC-0001"} {
		if _, err := c.Consult(t.Context(), query(t, domain.Nascita, func(q *commands.Query) { q.Collegamento.KeystorePostazione = postazione })); err != nil {
			t.Fatal(err)
		}
		if last := r.asked[len(r.asked)-1]; !strings.Contains(last, `xsi:type="xs:string">`+want+`</saml2:AttributeValue>`) {
			t.Errorf("workstation %q does not sign as %s", postazione, want)
		}
	}
}

func TestFailuresTellNothingAboutThePerson(t *testing.T) {
	t.Parallel()
	secrets := []string{"VERDEMARE", "LUCA", "VRDLCU78C14A547O", "1978", "PRTGLI75P58A547F"}
	for name, answer := range map[string]http.HandlerFunc{
		"refusal": answers(ko3002(errore("EN047", "E", "Il soggetto VERDEMARE LUCA VRDLCU78C14A547O risulta deceduto"))),
		"fault":   answers(`<env:Fault><faultcode>env:Client</faultcode><faultstring>VERDEMARE LUCA</faultstring></env:Fault>`),
		"half":    func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `<VERDEMARE LUCA="`) },
		"page": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(404)
			_, _ = io.WriteString(w, `VERDEMARE`)
		},
		"disconnect": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		r := newRegistry(t, answer)
		q := query(t, domain.Nascita, func(q *commands.Query) {
			q.Soggetto.Cognome, q.Soggetto.Nome, q.Soggetto.DataNascita = "VERDEMARE", "LUCA", domain.Date{Year: 1978, Month: 3, Day: 14}
		})
		said := failure(t, client(t, r), q).Error()
		for _, secret := range secrets {
			if strings.Contains(said, secret) {
				t.Errorf("%s: %q names %s", name, said, secret)
			}
		}
	}
}

func TestAServerThatIsNotThereLeavesTheCallUnknown(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	r := newRegistry(t, nil)
	c := client(t, r, func(c *anpr.Config) { c.BaseURL = map[string]string{"TEST": "https://" + l.Addr().String()} })
	if got := failure(t, c, query(t, domain.Nascita)); got.Class != domain.FailureUnknown {
		t.Errorf("class %s", got.Class)
	}
}

func TestManyCallsAtOnceEachGetTheirOwnAnswer(t *testing.T) {
	t.Parallel()
	r := newRegistry(t, func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		id := string(sentID.FindSubmatch(body)[1])
		_, _ = io.WriteString(w, envelope(strings.ReplaceAll(ok3002(`<listaSoggetti><datiSoggetto><generalita><cognome>`+id+`</cognome></generalita></datiSoggetto></listaSoggetti>`), "{ID}", id)))
	})
	c := client(t, r, func(c *anpr.Config) { c.AssertionReuse = time.Nanosecond })
	var group sync.WaitGroup
	for worker := range 16 {
		group.Go(func() {
			for n := range 20 {
				id := fmt.Sprintf("W%dN%d", worker, n)
				answer, err := c.Consult(t.Context(), query(t, domain.Nascita, func(q *commands.Query) {
					q.IDOperazione = id
					q.Collegamento.Operatore = domain.CodiceFiscale(fmt.Sprintf("OPERATORE%d", worker%3))
				}))
				if err != nil || answer.Persone[0].Generalita.Cognome != id {
					t.Errorf("%s: %v %v", id, answer, err)
				}
			}
		})
	}
	group.Wait()
}
