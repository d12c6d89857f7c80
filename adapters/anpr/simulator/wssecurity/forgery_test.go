package wssecurity_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"
	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/pki"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/wssecurity"
)

// signed is one accepted envelope.
func signed(t testing.TB, h holders) string {
	t.Helper()
	env, err := right(h).Envelope(message)
	if err != nil {
		t.Fatal(err)
	}
	return string(env)
}

// part cuts an element out of an envelope, by its opening tag and its name.
func part(t *testing.T, env, open, name string) string {
	t.Helper()
	at := strings.Index(env, open)
	end := strings.LastIndex(env, "</"+name+">")
	if at < 0 || end < at {
		t.Fatalf("no %s in the envelope", name)
	}
	return env[at : end+len("</"+name+">")]
}

// Each puts something forged where a careless reader would take it for what was
// signed.
func TestNothingSignedVouchesForSomethingElse(t *testing.T) {
	t.Parallel()
	h := cast()
	env := signed(t, h)
	body := part(t, env, "<soap:Body", "soap:Body")
	forged := strings.Replace(strings.Replace(body, ">A1<", ">A9<", 1), "Body-1", "Body-2", 1)
	stamp := part(t, env, "<wsu:Timestamp", "wsu:Timestamp")
	later := strings.Replace(stamp, "TS-1", "TS-2", 1)
	assertion := part(t, env, "<saml2:Assertion", "saml2:Assertion")
	other := strings.Replace(assertion, "_00000000-0000-4000-8000-000000000001", "_2", 1)
	security := part(t, env, "<wsse:Security", "wsse:Security")
	header := part(t, env, "<soap:Header", "soap:Header")
	for name, forgery := range map[string]string{
		"a second body after the signed one":       strings.Replace(env, body, body+forged, 1),
		"a second body before the signed one":      strings.Replace(env, body, forged+body, 1),
		"a body of no SOAP after the signed one":   strings.Replace(env, body, body+strings.NewReplacer("soap:Body", "x:Body", "<x:Body", `<x:Body xmlns:x="urn:x"`).Replace(forged), 1),
		"a body of no namespace before":            strings.Replace(env, body, strings.ReplaceAll(forged, "soap:Body", "Body")+body, 1),
		"the signed body moved into the header":    strings.Replace(strings.Replace(env, body, forged, 1), header, strings.Replace(header, "</soap:Header>", `<old>`+body+`</old></soap:Header>`, 1), 1),
		"the signed body inside another":           strings.Replace(env, body, strings.Replace(forged, "</soap:Body>", body+"</soap:Body>", 1), 1),
		"a second message in the body":             strings.Replace(env, "</soap:Body>", "<altro></altro></soap:Body>", 1),
		"another timestamp beside the signed one":  strings.Replace(env, stamp, later+stamp, 1),
		"another timestamp instead":                strings.Replace(env, stamp, later, 1),
		"two assertions":                           strings.Replace(env, assertion, other+assertion, 1),
		"the signed assertion inside another":      strings.Replace(env, assertion, strings.Replace(other, "</saml2:Assertion>", assertion+"</saml2:Assertion>", 1), 1),
		"two security headers":                     strings.Replace(env, security, security+strings.NewReplacer(`Id="`, `Id="z`, `ID="`, `ID="z`).Replace(security), 1),
		"a second header":                          strings.Replace(env, header, header+"<soap:Header></soap:Header>", 1),
		"no security header":                       strings.Replace(env, security, "", 1),
		"no header":                                strings.Replace(env, header, "", 1),
		"no body":                                  strings.Replace(env, body, "", 1),
		"the signature of the message left out":    strings.Replace(env, part(t, env, `<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Id="SIG-1"`, "ds:Signature"), "", 1),
		"the parts in another order":               strings.Replace(strings.Replace(env, stamp, "", 1), assertion, assertion+stamp, 1),
		"an instruction inside the signed message": strings.Replace(env, ">A1<", "><?php A9?>A1<", 1),
		"an attribute added to the signed message": strings.Replace(env, "<testataRichiesta>", `<testataRichiesta a="1">`, 1),
		"a namespace changed in the message":       strings.Replace(env, "http://sogei.it/ANPR/3000consultazione", "http://sogei.it/ANPR/3000consultazion", 1),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if forgery == env {
				t.Fatal("nothing was forged")
			}
			refused(t, verifier(h), []byte(forgery), wssecurity.InternalError)
		})
	}
}

// Canonical form has no comments, so a signature holds with them; what is read
// must be what was signed, not the text before the comment.
func TestACommentDoesNotCutWhatIsRead(t *testing.T) {
	t.Parallel()
	h := cast()
	env := strings.NewReplacer("PRTGLI75P58A547F", "PRTGLI75<!-- -->P58A547F", ">12345<", "><!-- -->12<!-- -->345<", ">039002-PC-0001<", ">039002-<!-- -->PC-0001<").Replace(signed(t, h))
	c, err := verify(t, verifier(h), []byte(env))
	if err != nil {
		t.Fatal(err)
	}
	if want := (wssecurity.Caller{Comune: "039002", Operator: "PRTGLI75P58A547F", Station: "039002-PC-0001", Application: "12345"}); c != want {
		t.Errorf("caller %+v", c)
	}
	long := right(h)
	long.Operator = "PRTGLI75P58A547FX"
	bytes, err := long.Envelope(message)
	if err != nil {
		t.Fatal(err)
	}
	refused(t, verifier(h), []byte(strings.Replace(string(bytes), "A547FX", "A547F<!-- -->X", 1)), wssecurity.RejectedByPolicy)
}

// Whatever is changed in an envelope, what is accepted says what was signed.
func TestAnyByteChangedIsRefusedOrMeansTheSame(t *testing.T) {
	t.Parallel()
	h := cast()
	env := signed(t, h)
	v := verifier(h)
	want, err := verify(t, v, []byte(env))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	rapid.Check(t, func(t *rapid.T) {
		b := []byte(env)
		for range rapid.IntRange(1, 3).Draw(t, "changes") {
			b[rapid.IntRange(0, len(b)-1).Draw(t, "at")] = rapid.SampledFrom([]byte("aZ09 <>\"'&/=:\n-_")).Draw(t, "to")
		}
		doc := etree.NewDocument()
		if doc.ReadFromBytes(b) != nil || doc.Root() == nil {
			return
		}
		got, err := v.Verify(doc.Root(), now)
		if err != nil {
			if _, ok := err.(*wssecurity.Refusal); !ok {
				t.Errorf("refused with a %T: %v", err, err)
			}
			return
		}
		if got != want {
			t.Errorf("caller %+v", got)
		}
		if text := doc.FindElement("//idOperazioneComune").Text(); text != "A1" {
			t.Errorf("the signed id is %q", text)
		}
	})
}

func TestATimestampIsAcceptedWithinItsWindowAlone(t *testing.T) {
	t.Parallel()
	h := cast()
	v := verifier(h)
	rapid.Check(t, func(t *rapid.T) {
		now := time.Now().Truncate(time.Millisecond)
		early := time.Duration(rapid.IntRange(-400, 400).Draw(t, "seconds before now")) * time.Second
		life := time.Duration(rapid.IntRange(1, 400).Draw(t, "seconds of life")) * time.Second
		s := right(h)
		s.Now, s.Life = now.Add(-early), life
		env, err := s.Envelope(message)
		if err != nil {
			t.Fatal(err)
		}
		doc := etree.NewDocument()
		if err := doc.ReadFromBytes(env); err != nil {
			t.Fatal(err)
		}
		_, err = v.Verify(doc.Root(), now)
		fits := life <= 5*time.Minute && early >= -time.Minute && early < life+time.Minute
		if (err == nil) != fits {
			t.Errorf("made %s ago for %s: %v", early, life, err)
		}
	})
}

func TestTimesAreInUTCWithMilliseconds(t *testing.T) {
	t.Parallel()
	h := cast()
	now := time.Now()
	for name, c := range map[string]struct {
		layout string
		zone   *time.Location
	}{
		"without milliseconds": {"2006-01-02T15:04:05Z", time.UTC},
		"with microseconds":    {"2006-01-02T15:04:05.000000Z", time.UTC},
		"with a zone":          {"2006-01-02T15:04:05.000-07:00", time.FixedZone("", 3600)},
		"without a zone":       {"2006-01-02T15:04:05.000", time.UTC},
		"a day":                {"2006-01-02", time.UTC},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := right(h)
			s.Layout = c.layout
			s.Now = now.In(c.zone)
			env, err := s.Envelope(message)
			if err != nil {
				t.Fatal(err)
			}
			refused(t, verifier(h), env, wssecurity.InternalError)
		})
	}
}

func TestACertificateIsAcceptedFromItsFirstToItsLastMoment(t *testing.T) {
	t.Parallel()
	h := cast()
	from := time.Now().UTC().Truncate(time.Second)
	hour := pki.Options{NotBefore: from, NotAfter: from.Add(time.Hour)}
	machine, err := h.ca.Comune("039002-CO-9997", hour)
	if err != nil {
		t.Fatal(err)
	}
	station, err := h.ca.Comune("039002-PC-0007", hour)
	if err != nil {
		t.Fatal(err)
	}
	v := verifier(h) // one for all: what it remembers must not outlive the certificate
	for _, c := range []struct {
		after time.Duration
		want  bool
	}{{30 * time.Minute, true}, {0, true}, {-time.Second, false}, {time.Hour, true}, {time.Hour + time.Second, false}, {time.Minute, true}} {
		for _, as := range []string{"machine", "station"} {
			s := right(h)
			s.Now = from.Add(c.after)
			if as == "machine" {
				s.Machine = machine
			} else {
				s.Station = station
			}
			env, err := s.Envelope(message)
			if err != nil {
				t.Fatal(err)
			}
			doc := etree.NewDocument()
			if err := doc.ReadFromBytes(env); err != nil {
				t.Fatal(err)
			}
			if _, err := v.Verify(doc.Root(), s.Now); (err == nil) != c.want {
				t.Errorf("%s, %s after it began: %v", as, c.after, err)
			}
		}
	}
}

func TestTokensThatAreNotCertificatesAreRefused(t *testing.T) {
	t.Parallel()
	h := cast()
	env := signed(t, h)
	token := base64.StdEncoding.EncodeToString(h.machine.Certificate.Raw)
	at := strings.Index(env, ">"+token+"</wsse:BinarySecurityToken>")
	with := func(other string) string { return env[:at] + strings.Replace(env[at:], token, other, 1) }
	for name, c := range map[string]struct{ env, want string }{
		"nothing":                  {with(""), wssecurity.InternalError},
		"not base64":               {with("@@@"), wssecurity.InternalError},
		"not a certificate":        {with(base64.StdEncoding.EncodeToString([]byte("certificato"))), wssecurity.InternalError},
		"the authority's own":      {with(base64.StdEncoding.EncodeToString(h.ca.Certificate.Raw)), wssecurity.RejectedByPolicy},
		"the workstation's":        {with(base64.StdEncoding.EncodeToString(h.station.Certificate.Raw)), wssecurity.RejectedByPolicy},
		"of another machine":       {with(base64.StdEncoding.EncodeToString(h.test.Certificate.Raw)), wssecurity.InternalError},
		"of an unknown type":       {strings.Replace(env, "#X509v3", "#X509PKIPathv1", 1), wssecurity.InternalError},
		"in an unknown encoding":   {strings.Replace(env, "#Base64Binary", "#HexBinary", 1), wssecurity.InternalError},
		"cut after the first half": {with(token[:len(token)/8*4]), wssecurity.InternalError},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refused(t, verifier(h), []byte(c.env), c.want)
		})
	}
	broken := token[:64] + "\r\n" + token[64:]
	if _, err := verify(t, verifier(h), []byte(with("\n"+broken+"\n"))); err != nil {
		t.Errorf("base64 in lines: %v", err)
	}
}

func TestRefusalsTellTheCallerNoCause(t *testing.T) {
	t.Parallel()
	h := cast()
	s := right(h)
	s.Operator = "RSSMRA80A01H501U"
	env, err := s.Envelope(message)
	if err != nil {
		t.Fatal(err)
	}
	_, err = verify(t, verifier(h), env)
	bad, ok := err.(*wssecurity.Refusal)
	if !ok || bad.Cause == "" || strings.Contains(bad.Reason, bad.Cause) || strings.Contains(bad.Error(), s.Operator) {
		t.Errorf("%v", err)
	}
}
