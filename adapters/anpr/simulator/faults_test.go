package simulator_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator"
)

// Each kind by what the caller gets, what the log says and whether the id is
// answered again from what was stored.
func TestEveryKindOfRuleDoesWhatItSays(t *testing.T) {
	t.Parallel()
	type got struct {
		cut    bool
		status int
		ct     string
	}
	const xml, soapFault = "text/xml; charset=utf-8", 500
	for kind, c := range map[simulator.Kind]struct {
		want    got
		outcome string
		stored  bool
	}{
		simulator.Fault:          {got{false, soapFault, xml}, "fault", false},
		simulator.Fault12:        {got{false, soapFault, xml}, "fault12", false},
		simulator.Unavailable:    {got{false, 503, "text/html; charset=utf-8"}, "unavailable", false},
		simulator.Reset:          {got{cut: true}, "reset", false},
		simulator.Lost:           {got{cut: true}, "lost OK", true},
		simulator.Error:          {got{false, 200, xml}, "KO EN999", true},
		simulator.EmptyErrors:    {got{false, 200, xml}, "KO", true},
		simulator.UnknownElement: {got{false, 200, xml}, "OK", true},
		simulator.ZonedDates:     {got{false, 200, xml}, "OK", true},
		simulator.MTOM:           {got{false, 200, "multipart/related"}, "OK", true},
		simulator.Delay:          {got{false, 200, xml}, "OK", true},
	} {
		for _, operation := range []string{"3002", "6001"} {
			t.Run(string(kind)+" on "+operation, func(t *testing.T) {
				t.Parallel()
				r := start(t)
				s := r.signer(bagnacavallo)
				message := question{criteria: byCode(luca), codes: []int{2, 10}}.String()
				if operation == "6001" {
					message = certificate{holder: population().ByCodiceFiscale(luca)[0], types: []int{8}}.String()
				}
				message = withID(message, "KIND")
				script(t, r, simulator.Rule{Kind: kind, Code: "EN999", Delay: time.Millisecond, Count: 1, Operation: operation})
				env, err := s.Envelope(message)
				if err != nil {
					t.Fatal(err)
				}
				status, ct, body, err := r.post(operation, env)
				if found := (got{err != nil, status, ct}); found.cut != c.want.cut || (!found.cut && (found.status != c.want.status || !strings.HasPrefix(ct, c.want.ct))) {
					t.Errorf("%+v %v, want %+v", found, err, c.want)
				}
				again := r.ask(s, operation, message)
				calls := r.Calls()
				if first := calls[0]; first.Rule != kind || first.Outcome != c.outcome || first.Replay || (first.ANPRID != "") != c.stored {
					t.Errorf("logged %+v", first)
				}
				if calls[1].Replay != c.stored || calls[1].Rule != "" {
					t.Errorf("asked again: %+v", calls[1])
				}
				if c.stored && !c.want.cut && kind != simulator.MTOM && string(again.body) != string(body) {
					t.Errorf("asked again, another answer: %s", again.body)
				}
			})
		}
	}
}

func TestTheNewestRuleThatFitsACallIsFollowed(t *testing.T) {
	t.Parallel()
	r := start(t)
	s, far := r.signer(bagnacavallo), r.signer(cesena)
	rule := func(code string, change func(*simulator.Rule)) {
		x := simulator.Rule{Kind: simulator.Error, Code: code}
		change(&x)
		script(t, r, x)
	}
	rule("EN001", func(*simulator.Rule) {})
	rule("EN002", func(x *simulator.Rule) { x.Comune = cesena })
	rule("EN003", func(x *simulator.Rule) { x.Operation = "6001" })
	rule("EN004", func(x *simulator.Rule) { x.CodiceFiscale = strings.ToLower(sara) })
	rule("EN005", func(x *simulator.Rule) { x.CodiceFiscale, x.Comune, x.Count = sara, cesena, 2 })
	rule("EN006", func(x *simulator.Rule) { x.Share, x.CodiceFiscale, x.Count = 1, pietro, 1 })
	ask := func(istat, cf string) string {
		signer := s
		if istat == cesena {
			signer = far
		}
		return r.ask(signer, "3002", question{sender: istat, criteria: byCode(cf), codes: []int{2}, more: national}.String()).outcome()
	}
	for i, c := range []struct{ istat, cf, want string }{
		{bagnacavallo, luca, "EN001"}, {cesena, luca, "EN002"}, {bagnacavallo, sara, "EN004"}, {cesena, sara, "EN005"}, {bagnacavallo, sara, "EN004"},
		{cesena, sara, "EN005"}, {cesena, sara, "EN004"}, {bagnacavallo, pietro, "EN006"}, {bagnacavallo, pietro, "EN001"}, {cesena, strings.ToLower(sara), "EN004"},
	} {
		if got := ask(c.istat, c.cf); got != "KO "+c.want {
			t.Errorf("call %d: %s, want %s", i, got, c.want)
		}
	}
	a := r.ask(s, "6001", certificate{holder: population().ByCodiceFiscale(luca)[0], types: []int{8}}.String())
	if a.outcome() != "KO EN003" {
		t.Error(a.outcome())
	}
	r.ClearScript()
	if got := ask(cesena, sara); got != "OK" {
		t.Errorf("without rules: %s", got)
	}
}

func TestARuleOnASubjectIsFollowedHoweverTheSubjectIsAskedFor(t *testing.T) {
	t.Parallel()
	r := start(t)
	s := r.signer(bagnacavallo)
	p := population().ByCodiceFiscale(luca)[0]
	script(t, r, simulator.Rule{Kind: simulator.Error, Code: "EN007", CodiceFiscale: luca})
	for _, criteria := range []string{byCode(luca), byCode(strings.ToLower(luca)), "<idANPR>" + p.IDANPR + "</idANPR>", "<idSchedaSoggettoANPR>" + p.Card + "</idSchedaSoggettoANPR>"} {
		if a := r.ask(s, "3002", question{criteria: criteria, codes: []int{2}}.String()); a.outcome() != "KO EN007" {
			t.Errorf("%s: %s", criteria, a.outcome())
		}
		if call := r.lastCall(); call.Subject != r.Subject(luca) {
			t.Errorf("%s: logged for %s", criteria, call.Subject)
		}
	}
}

func TestFaultsAreWellFormedWhateverTheirText(t *testing.T) {
	t.Parallel()
	r := start(t)
	s := r.signer(bagnacavallo)
	message := question{criteria: byCode(luca), codes: []int{2}}.String()
	for _, text := range append(slices.Clone(simulator.Faultstrings), `a < b & "c" > 'd' è`, "]]></env:Fault>") {
		script(t, r, simulator.Rule{Kind: simulator.Fault, Text: text, Count: 1})
		a := r.ask(s, "3002", message)
		if got := a.text("//Body/Fault/faultstring"); got != text {
			t.Errorf("faultstring %q, want %q", got, text)
		}
		want := "env:Client"
		if strings.Contains(text, "from server") {
			want = "env:Server"
		}
		if got := a.text("//faultcode"); got != want || a.root.NamespaceURI() != "http://schemas.xmlsoap.org/soap/envelope/" {
			t.Errorf("%q has code %s in %s", text, got, a.root.NamespaceURI())
		}
		script(t, r, simulator.Rule{Kind: simulator.Fault12, Text: text, Count: 1})
		a = r.ask(s, "3002", message)
		if got := a.text("//Body/Fault/Reason/Text"); got != text || a.text("//Fault/Code/Value") != "env:Receiver" || a.root.NamespaceURI() != "http://www.w3.org/2003/05/soap-envelope" {
			t.Errorf("reason %q, want %q\n%s", got, text, a.body)
		}
	}
	script(t, r, simulator.Rule{Kind: simulator.Error, Code: "EN122", Text: `nome < "cognome" & così`, Count: 1})
	if a := r.ask(s, "3002", message); a.text("//testoErroreAnomalia") != `nome < "cognome" & così` {
		t.Errorf("%s", a.body)
	}
}

// The faults seen in public tickets are the ones a rule can give.
func TestTheFaultsOfTheExamplesCanBeScripted(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(shared(t, "examples"), "fault_*.xml"))
	if err != nil || len(files) != 8 {
		t.Fatalf("%d files %v", len(files), err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		doc := etree.NewDocument()
		if err := doc.ReadFromBytes(data); err != nil {
			t.Fatal(err)
		}
		text := reply{root: doc.Root()}.text("//faultstring") + reply{root: doc.Root()}.text("//Reason/Text")
		if !slices.Contains(simulator.Faultstrings, strings.TrimSpace(text)) {
			t.Errorf("%s: %q is not among the faults", filepath.Base(file), text)
		}
	}
}

func TestADelayIsTheLeastACallTakes(t *testing.T) {
	t.Parallel()
	r := start(t)
	s := r.signer(bagnacavallo)
	message := func(cf string) string { return question{criteria: byCode(cf), codes: []int{2}}.String() }
	const wait = 60 * time.Millisecond
	for _, kind := range []simulator.Kind{simulator.Delay, simulator.Fault, simulator.Unavailable, simulator.Error} {
		script(t, r, simulator.Rule{Kind: kind, Code: "999", Delay: wait, CodiceFiscale: luca, Count: 1})
		env, err := s.Envelope(message(luca))
		if err != nil {
			t.Fatal(err)
		}
		if _, _, _, err := r.post("3002", env); err != nil {
			t.Fatal(err)
		}
		r.ask(s, "3002", message(sara))
		calls := r.Calls()
		if slow := calls[len(calls)-2]; slow.Took < wait || slow.Rule != kind {
			t.Errorf("%s took %s", kind, slow.Took)
		}
	}
	r.SetLatency(simulator.Latency{Median: wait})
	r.ask(s, "3002", message(luca))
	r.SetLatency(simulator.Latency{})
	r.ask(s, "3002", message(luca))
	calls := r.Calls()
	if slow := calls[len(calls)-2]; slow.Took < wait/2 {
		t.Errorf("with a latency of %s a call took %s", wait, slow.Took)
	}
}

func TestARefusalToRetryComesWithTheDataForAssistance(t *testing.T) {
	t.Parallel()
	r := start(t)
	s := r.signer(bagnacavallo)
	for code, want := range map[string]string{"999": "KO EN527 999", "EN493": "KO EN527 EN493", "EN122": "KO EN122", "EN000": "KO EN000"} {
		script(t, r, simulator.Rule{Kind: simulator.Error, Code: code, Count: 1})
		a := r.ask(s, "3002", question{criteria: byCode(luca), codes: []int{2}}.String())
		if a.outcome() != want || a.text("//esitoOperazione") != "XXXX" {
			t.Errorf("%s: %s", code, a.outcome())
		}
		texts := a.texts("//testoErroreAnomalia")
		if len(texts) == 2 && !strings.Contains(texts[0], a.text("//idOperazioneANPR")) {
			t.Errorf("%s: %q does not name the operation", code, texts[0])
		}
		for _, text := range texts {
			if text == "" || strings.Contains(text, "@") {
				t.Errorf("%s: text %q", code, text)
			}
		}
	}
}
