package simulator_test

import (
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator"
)

func TestScriptedMisbehaviour(t *testing.T) {
	t.Parallel()
	r := start(t)
	s := r.signer(bagnacavallo)
	for name, c := range map[string]struct {
		rule simulator.Rule
		want string
	}{
		"a fault":            {simulator.Rule{Kind: simulator.Fault, Text: simulator.Faultstrings[6]}, "Malformed content (from server)"},
		"a refusal":          {simulator.Rule{Kind: simulator.Error, Code: "EN492"}, "KO EN492"},
		"a passing refusal":  {simulator.Rule{Kind: simulator.Error, Code: "999"}, "KO EN527 999"},
		"no errors listed":   {simulator.Rule{Kind: simulator.EmptyErrors}, "KO"},
		"an unknown element": {simulator.Rule{Kind: simulator.UnknownElement}, "OK"},
		"zoned dates":        {simulator.Rule{Kind: simulator.ZonedDates}, "OK"},
		"a delay":            {simulator.Rule{Kind: simulator.Delay, Delay: time.Millisecond}, "OK"},
	} {
		t.Run(name, func(t *testing.T) {
			c.rule.Count, c.rule.CodiceFiscale = 1, luca
			if err := r.Script(c.rule); err != nil {
				t.Fatal(err)
			}
			if a := r.ask(s, "3002", question{criteria: byCode(sara), codes: []int{2}}.String()); a.outcome() != "OK" {
				t.Errorf("someone else got %s", a.outcome())
			}
			a := r.ask(s, "3002", question{criteria: byCode(luca), codes: []int{2}}.String())
			if got := a.outcome(); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
			if a := r.ask(s, "3002", question{criteria: byCode(luca), codes: []int{2}}.String()); a.outcome() != "OK" {
				t.Errorf("and once more: %s", a.outcome())
			}
		})
	}
	t.Run("a SOAP 1.2 fault", func(t *testing.T) {
		script(t, r, simulator.Rule{Kind: simulator.Fault12, Count: 1})
		a := r.ask(s, "3002", question{criteria: byCode(luca), codes: []int{2}}.String())
		if a.root.NamespaceURI() != "http://www.w3.org/2003/05/soap-envelope" || a.text("//Reason/Text") != "Internal Error (from server)" {
			t.Errorf("%s", a.body)
		}
	})
	t.Run("503", func(t *testing.T) {
		script(t, r, simulator.Rule{Kind: simulator.Unavailable, Count: 1})
		env, _ := s.Envelope(question{criteria: byCode(luca), codes: []int{2}}.String())
		if status, _, _, err := r.post("3002", env); err != nil || status != 503 {
			t.Errorf("%d %v", status, err)
		}
	})
	t.Run("multipart", func(t *testing.T) {
		script(t, r, simulator.Rule{Kind: simulator.MTOM, Count: 1})
		env, _ := s.Envelope(question{criteria: byCode(luca), codes: []int{2}}.String())
		_, ct, body, err := r.post("3002", env)
		if err != nil {
			t.Fatal(err)
		}
		root, _ := parts(t, ct, body)
		if a := parse(t, 200, ct, root); a.text("//cognome") != "VERDEMARE" {
			t.Errorf("%s", root)
		}
	})
}

func script(t *testing.T, r *registry, rule simulator.Rule) {
	t.Helper()
	if err := r.Script(rule); err != nil {
		t.Fatal(err)
	}
}

func TestACutConnectionLeavesOrDoesNotLeaveAnAnswer(t *testing.T) {
	t.Parallel()
	for kind, stored := range map[simulator.Kind]bool{simulator.Reset: false, simulator.Lost: true} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			r := start(t)
			s := r.signer(bagnacavallo)
			script(t, r, simulator.Rule{Kind: kind, Count: 1})
			ask := question{id: "CUT", criteria: byCode(luca), codes: []int{2}}.String()
			env, err := s.Envelope(ask)
			if err != nil {
				t.Fatal(err)
			}
			if _, _, _, err := r.post("3002", env); err == nil {
				t.Error("answered")
			}
			if a := r.ask(s, "3002", ask); a.outcome() != "OK" {
				t.Error(a.outcome())
			}
			calls := r.Calls()
			if last := calls[len(calls)-1]; last.Replay != stored {
				t.Errorf("replay %v, want %v: %+v", last.Replay, stored, calls)
			}
		})
	}
}

func TestAShareOfCallsMisbehaves(t *testing.T) {
	t.Parallel()
	r := start(t)
	s := r.signer(bagnacavallo)
	script(t, r, simulator.Rule{Kind: simulator.Error, Code: "999", Share: 0.5})
	bad := 0
	for range 60 {
		if r.ask(s, "3002", question{criteria: byCode(luca), codes: []int{2}}.String()).outcome() != "OK" {
			bad++
		}
	}
	if bad < 15 || bad > 45 {
		t.Errorf("%d of 60", bad)
	}
	r.ClearScript()
	if a := r.ask(s, "3002", question{criteria: byCode(luca), codes: []int{2}}.String()); a.outcome() != "OK" {
		t.Error(a.outcome())
	}
}

func TestRulesThatCouldNotWorkAreRefused(t *testing.T) {
	t.Parallel()
	r := start(t)
	for _, rule := range []simulator.Rule{{}, {Kind: "explode"}, {Kind: simulator.Error}, {Kind: simulator.Lost, Share: 2}} {
		if r.Script(rule) == nil {
			t.Errorf("accepted %+v", rule)
		}
	}
}
