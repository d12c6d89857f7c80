package simulator_test

import (
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
)

func TestTheHeaderOfARequestIsChecked(t *testing.T) {
	t.Parallel()
	r := start(t)
	s := r.signer(bagnacavallo)
	future := time.Now().AddDate(0, 0, 3).Format(time.DateOnly)
	ask := func(change func(*question)) question {
		q := question{criteria: byCode(luca), codes: []int{2}}
		change(&q)
		return q
	}
	for name, c := range map[string]struct {
		ask  question
		want string
		text string
	}{
		"an old recipient":           {ask(func(q *question) { q.recipient = "ANPR04" }), "KO XXXX", "CodDestinatario diverso da ANPR05"},
		"another operation":          {ask(func(q *question) { q.operation = "6001" }), "KO XXXX", "Operazione richiesta inesistente"},
		"another sender":             {ask(func(q *question) { q.sender = cesena }), "KO XXXX", ""},
		"another environment":        {ask(func(q *question) { q.mode = "PROD" }), "KO XXXX", "TipoInvio non ammesso per l'ambiente"},
		"a variation":                {ask(func(q *question) { q.kind = "V" }), "KO SP000", "*"},
		"an unknown kind":            {ask(func(q *question) { q.kind = "I" }), "KO EHR26", "*"},
		"a slow clock":               {ask(func(q *question) { q.sent = time.Now().Add(-time.Hour).Format(time.RFC3339) }), "KO EHR09", "*"},
		"a clock without zone":       {ask(func(q *question) { q.sent = time.Now().In(rome(t)).Format("2006-01-02T15:04:05") }), "OK", "*"},
		"a protocol of the future":   {ask(func(q *question) { q.header = "<dataProtocolloComune>" + future + "</dataProtocolloComune>" }), "KO EHR19", "*"},
		"an id with a dash":          {ask(func(q *question) { q.id = "A-1" }), "KO EN489", "*"},
		"an id of 31 characters":     {ask(func(q *question) { q.id = strings.Repeat("A", 31) }), "KO EN489", "*"},
		"a short codice fiscale":     {ask(func(q *question) { q.criteria = byCode("ABC") }), "KO EN489", "*"},
		"criteria out of order":      {ask(func(q *question) { q.criteria = "<sesso>M</sesso>" + byCode(luca) }), "KO EN489", "*"},
		"an element too many":        {ask(func(q *question) { q.criteria = byCode(luca) + "<altro>1</altro>" }), "KO EN489", "*"},
		"a date with a zone":         {ask(func(q *question) { q.day = people.AsOf.Format(time.DateOnly) + "+02:00" }), "OK", "*"},
		"a date that is not one":     {ask(func(q *question) { q.day = "2026-02-30" }), "KO EN489", "*"},
		"a name with figures":        {ask(func(q *question) { q.criteria = "<cognome>R2D2</cognome>" }), "KO EN489", "*"},
		"a qualified child":          {ask(func(q *question) { q.criteria = `<x:codiceFiscale xmlns:x="urn:x">` + luca + `</x:codiceFiscale>` }), "KO EN489", "*"},
		"a protocol with slash":      {ask(func(q *question) { q.header = "<protocolloComune>2026/000123</protocolloComune>" }), "OK", "*"},
		"a protocol with a space":    {ask(func(q *question) { q.header = "<protocolloComune>2026 123</protocolloComune>" }), "KO EN489", "*"},
		"the date of a history, odd": {ask(func(q *question) { q.header = "<tipoInvio>TEST</tipoInvio>" }), "KO EN489", "*"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := r.ask(s, "3002", c.ask.String())
			if got := a.outcome(); got != c.want {
				t.Errorf("%s, want %s\n%s", got, c.want, a.body)
			}
			if got := a.text("//testoErroreAnomalia"); got != c.text && c.text != "*" {
				t.Errorf("text %q, want %q", got, c.text)
			}
		})
	}
}

func TestAClientCertificateCanBeDemanded(t *testing.T) {
	t.Parallel()
	r := start(t, func(c *simulator.Config) { c.RequireTLS = true })
	s := r.signer(bagnacavallo)
	message := question{criteria: byCode(luca), codes: []int{2}}.String()
	env, err := s.Envelope(message)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := r.post("3002", env); err == nil {
		t.Error("answered a caller without a certificate")
	}
	conf := r.client.Transport.(*http.Transport).TLSClientConfig
	conf.Certificates = []tls.Certificate{{Certificate: [][]byte{s.Machine.Certificate.Raw}, PrivateKey: s.Machine.Key}}
	if a := r.ask(s, "3002", message); a.outcome() != "OK" {
		t.Error(a.outcome())
	}
}

func rome(t *testing.T) *time.Location {
	loc, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func TestABadSecurityHeaderIsAFault(t *testing.T) {
	t.Parallel()
	r := start(t)
	s := r.signer(bagnacavallo)
	s.Operator = people.Operator(cesena)
	a := r.ask(s, "3002", question{criteria: byCode(luca), codes: []int{2}}.String())
	if a.outcome() != "Rejected by policy. (from client)" || a.status != http.StatusInternalServerError {
		t.Errorf("%d %s", a.status, a.outcome())
	}
	s = r.signer(bagnacavallo)
	r.Revoke(s.Machine.Certificate)
	if a = r.ask(s, "3002", question{criteria: byCode(luca), codes: []int{2}}.String()); a.outcome() != "certificate revoked (from client)" {
		t.Error(a.outcome())
	}
	for name, body := range map[string]string{"not XML": "{}", "a document type": `<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`, "nothing": ""} {
		status, ct, answer, err := r.post("3002", []byte(body))
		if err != nil {
			t.Fatal(err)
		}
		if a := parse(t, status, ct, answer); a.outcome() != "Internal Error (from client)" {
			t.Errorf("%s: %s", name, a.outcome())
		}
	}
}

func TestASecondComuneAsksForItself(t *testing.T) {
	t.Parallel()
	r := start(t)
	p := someone(t, cesena, people.FitsResidenza)
	a := r.ask(r.signer(cesena), "3002", question{sender: cesena, criteria: byCode(p.CodiceFiscale), codes: []int{10}}.String())
	if got := a.outcome(); got != "OK" {
		t.Error(got)
	}
}

func TestARepeatedIDGetsTheStoredAnswer(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	keep := func(c *simulator.Config) { c.Data = dir }
	r := start(t, keep)
	s := r.signer(bagnacavallo)
	first := r.ask(s, "3002", question{id: "ID1", criteria: byCode(luca), codes: []int{2}}.String())
	again := r.ask(s, "3002", question{id: "ID1", criteria: byCode(sara), codes: []int{1}}.String())
	if diff := cmp.Diff(string(first.body), string(again.body)); diff != "" {
		t.Errorf("another answer: %s", diff)
	}
	if a := r.ask(s, "6001", strings.Replace(certificate{holder: population().ByCodiceFiscale(luca)[0], types: []int{8}}.String(), "<idOperazioneComune>T", "<idOperazioneComune>T", 1)); a.outcome() != "OK" {
		t.Error(a.outcome())
	}
	other := certificate{holder: population().ByCodiceFiscale(luca)[0], types: []int{8}}.String()
	at := strings.Index(other, "<idOperazioneComune>") + len("<idOperazioneComune>")
	other = other[:at] + "ID1" + other[strings.Index(other, "</idOperazioneComune>"):]
	if a := r.ask(s, "6001", other); a.outcome() != "KO EN079" {
		t.Error(a.outcome())
	}
	p := someone(t, cesena, people.FitsResidenza)
	if a := r.ask(r.signer(cesena), "3002", question{id: "ID1", sender: cesena, criteria: byCode(p.CodiceFiscale), codes: []int{2}}.String()); a.text("//generalita//codFiscale") != p.CodiceFiscale {
		t.Error("ids of two Comuni are mixed up")
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	restarted := start(t, keep)
	after := restarted.ask(s, "3002", question{id: "ID1", criteria: byCode(sara), codes: []int{1}}.String())
	if diff := cmp.Diff(string(first.body), string(after.body)); diff != "" {
		t.Errorf("forgotten after a restart: %s", diff)
	}
	fresh := restarted.ask(s, "3002", question{criteria: byCode(luca), codes: []int{2}}.String())
	if fresh.text("//idOperazioneANPR") == first.text("//idOperazioneANPR") {
		t.Error("an idOperazioneANPR was given out twice")
	}
	var replays []bool
	for _, c := range restarted.Calls() {
		replays = append(replays, c.Replay)
	}
	if diff := cmp.Diff([]bool{true, false}, replays); diff != "" {
		t.Error(diff)
	}
}

func TestManyCallsWithOneIDAreAnsweredOnce(t *testing.T) {
	t.Parallel()
	r := start(t, func(c *simulator.Config) { c.Latency = simulator.Latency{Median: 30 * time.Millisecond} })
	s := r.signer(bagnacavallo)
	var mu sync.Mutex
	var wg sync.WaitGroup
	seen := map[string]int{}
	for range 12 {
		wg.Go(func() {
			a := r.ask(s, "3002", question{id: "RACE", criteria: byCode(luca), codes: []int{2}}.String())
			mu.Lock()
			defer mu.Unlock()
			what := a.text("//idOperazioneANPR")
			if strings.Contains(a.text("//testoErroreAnomalia"), "ancora in elaborazione") {
				what = "running"
			}
			seen[what]++
		})
	}
	wg.Wait()
	delete(seen, "running")
	if len(seen) != 1 {
		t.Errorf("answers %v", seen)
	}
}

func TestTheLogTellsCallsApartWithoutPersonalData(t *testing.T) {
	t.Parallel()
	r := start(t)
	s := r.signer(bagnacavallo)
	for _, cf := range []string{luca, luca, sara} {
		r.ask(s, "3002", question{criteria: byCode(cf), codes: []int{2}}.String())
	}
	calls := r.Calls()
	if len(calls) != 3 || calls[0].Subject != calls[1].Subject || calls[1].Subject == calls[2].Subject || calls[0].Subject != r.Subject(luca) {
		t.Errorf("%+v", calls)
	}
	if c := calls[0]; c.Comune != bagnacavallo || c.Operation != "3002" || c.Outcome != "OK" || c.ID == "" || strings.Contains(c.Subject, luca) {
		t.Errorf("%+v", c)
	}
	if err := r.Reset(); err != nil || len(r.Calls()) != 0 {
		t.Errorf("not forgotten: %v", err)
	}
}

// A caller who is killed half way through a request has asked nothing.
func TestARequestThatBreaksOffIsNoCall(t *testing.T) {
	t.Parallel()
	r := start(t)
	envelope, err := r.signer(bagnacavallo).Envelope(question{criteria: byCode(luca), codes: []int{2}}.String())
	if err != nil {
		t.Fatal(err)
	}
	for _, sent := range []int{0, 1, len(envelope) / 2, len(envelope) - 1} {
		half, writer := io.Pipe()
		request, err := http.NewRequest("POST", r.URL()+"/ANPR3000ServiziConsultazione/AnprService3000", half)
		if err != nil {
			t.Fatal(err)
		}
		request.ContentLength = int64(len(envelope))
		request.Header.Set("Content-Type", "text/xml; charset=utf-8")
		go func() {
			_, _ = writer.Write(envelope[:sent])
			_ = writer.CloseWithError(errors.New("killed"))
		}()
		if answer, err := r.client.Do(request); err == nil {
			answer.Body.Close()
			t.Errorf("after %d bytes it answered %s", sent, answer.Status)
		}
	}
	r.Close() // waits for what is being served
	if calls := r.Calls(); len(calls) > 0 {
		t.Errorf("the log has %+v", calls)
	}
}

func BenchmarkCall3002(b *testing.B) {
	r := start(b)
	s := r.signer(bagnacavallo)
	var envelopes [][]byte
	for _, p := range population().Find(people.FitsResidenza)[:200] {
		env, err := s.Envelope(question{id: "B" + p.Card, criteria: byCode(p.CodiceFiscale), codes: []int{2, 4, 10, 26}, more: national}.String())
		if err != nil {
			b.Fatal(err)
		}
		envelopes = append(envelopes, env)
	}
	i := 0
	b.ReportAllocs()
	for b.Loop() {
		if i%len(envelopes) == 0 {
			if err := r.Reset(); err != nil {
				b.Fatal(err)
			}
		}
		if status, _, body, err := r.post("3002", envelopes[i%len(envelopes)]); err != nil || status != 200 {
			b.Fatal(status, err, string(body))
		}
		i++
	}
}
