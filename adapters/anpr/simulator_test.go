package anpr_test

import (
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/adapters/anpr"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/pki"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

const bagnacavallo = "039002"

var (
	kitFolder  string
	kit        = sync.OnceValues(func() (*pki.Kit, error) { return pki.OpenKit(kitFolder, "", bagnacavallo) })
	population = sync.OnceValue(func() *people.Population { return people.People(1, 4000) })
)

func TestMain(m *testing.M) {
	var err error
	if kitFolder, err = os.MkdirTemp("", "anpr-kit-*"); err != nil {
		panic(err)
	}
	code := m.Run()
	os.RemoveAll(kitFolder)
	os.Exit(code)
}

// simulated starts a simulator and returns it with a client of its Comune.
func simulated(t testing.TB, change ...func(*anpr.Config)) (*simulator.Server, *anpr.Client) {
	t.Helper()
	k, err := kit()
	if err != nil {
		t.Fatal(err)
	}
	s, err := simulator.Start(simulator.Config{Kit: k, Population: population(), Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	roots := x509.NewCertPool()
	roots.AddCert(k.CA.Certificate)
	config := anpr.Config{
		BaseURL: map[string]string{"TEST": s.URL()}, RootCAs: roots, Keystores: k.Dir,
		Password: func(string) (string, error) { return k.Password, nil },
		Log:      slog.New(slog.DiscardHandler),
	}
	for _, f := range change {
		f(&config)
	}
	c, err := anpr.New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return s, c
}

// about asks today about a person of the population.
func about(t testing.TB, tipo domain.Tipo, p *people.Person, id string, change ...func(*commands.Query)) commands.Query {
	t.Helper()
	now := time.Now()
	return query(t, tipo, append([]func(*commands.Query){func(q *commands.Query) {
		q.IDOperazione, q.At, q.Day = id, now, domain.ItalianDay(now)
		q.Collegamento.Operatore = domain.CodiceFiscale(people.Operator(bagnacavallo))
		q.Collegamento.KeystorePostazione = bagnacavallo + "-PC-0001"
		q.Soggetto = domain.Soggetto{CodiceFiscale: domain.CodiceFiscale(p.CodiceFiscale)}
		if p.Home.Istat != bagnacavallo {
			q.Ambito = domain.Nazionale
		}
	}}, change...)...)
}

// residents are the people of the Comune a kind of visura fits, at most n.
func residents(tipo domain.Tipo, n int) (out []*people.Person) {
	for _, p := range population().Find(people.ByTipo[string(tipo)]) {
		if p.Home.Istat == bagnacavallo && len(out) < n {
			out = append(out, p)
		}
	}
	return out
}

func day(t time.Time) domain.Date { return domain.DateOf(t) }

func TestEachKindOfVisuraIsAnsweredWithThePersonsOwnData(t *testing.T) {
	t.Parallel()
	s, c := simulated(t)
	for _, entry := range documento.Catalogue() {
		t.Run(string(entry.Tipo), func(t *testing.T) {
			fitting := residents(entry.Tipo, 25)
			if len(fitting) == 0 {
				t.Fatal("nobody fits")
			}
			for i, p := range fitting {
				answer, err := c.Consult(t.Context(), about(t, entry.Tipo, p, fmt.Sprintf("K%dN%d", entry.Certificato, i)))
				if err != nil {
					t.Fatalf("person %d: %v", p.Index, err)
				}
				j := slices.IndexFunc(answer.Persone, func(s scheda.Persona) bool { return s.IDANPR == p.IDANPR })
				if j < 0 {
					t.Fatalf("person %d is not in the answer", p.Index)
				}
				compare(t, p, answer.Persone[j])
				if entry.Consultazione.Famiglia {
					compareFamily(t, p, answer)
				}
				if answer.IDOperazioneANPR == "" {
					t.Error("no operation id")
				}
			}
		})
	}
	for _, call := range s.Calls() {
		if call.Outcome != "OK" {
			t.Errorf("%s %s: %s", call.Operation, call.ID, call.Outcome)
		}
	}
}

// compare checks what was decoded against what the population holds.
func compare(t *testing.T, p *people.Person, got scheda.Persona) {
	t.Helper()
	born := day(p.Birth.Date)
	if p.Birth.NoDay || p.Birth.NoDayMonth {
		born.Day = 0
	}
	if p.Birth.NoDayMonth {
		born.Month = 0
	}
	g := got.Generalita
	want := []any{p.Surname, p.Name, string(p.Sex), p.CodiceFiscale, !p.InvalidCF, born, p.Abroad != nil}
	have := []any{g.Cognome, g.Nome, g.Sesso, string(g.CodiceFiscale), g.CodiceFiscaleValido, g.Nascita, g.AIRE}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("person %d (-want +got):\n%s", p.Index, diff)
	}
	if place := p.Birth.Place; place.Comune != nil && g.LuogoNascita.Comune.Nome != place.Comune.Name {
		t.Errorf("person %d: born in %q", p.Index, g.LuogoNascita.Comune.Nome)
	}
	if got.StatoCivile != "" && got.StatoCivile != p.StatusAt(time.Now()) {
		t.Errorf("person %d: stato civile %s", p.Index, got.StatoCivile)
	}
	if (got.Decesso != nil) != (p.Death != nil) {
		t.Errorf("person %d: death %v", p.Index, got.Decesso)
	} else if p.Death != nil && !p.Death.NoDay && !p.Death.NoDayMonth && got.Decesso.Data != day(p.Death.Date) {
		t.Errorf("person %d: died %v", p.Index, got.Decesso.Data)
	}
	home := slices.IndexFunc(got.Residenze, func(r scheda.Residenza) bool { return r.Tipo != "3" })
	if home >= 0 && p.Removed == nil {
		have, want := got.Residenze[home], p.ResidenceAt(time.Now())
		if have.Decorrenza != day(want.From) {
			t.Errorf("person %d: lives there since %v, want %v", p.Index, have.Decorrenza, day(want.From))
		}
		if a := want.Address; a != nil && (have.Indirizzo.CAP != a.CAP || !strings.Contains(have.Indirizzo.Civico, a.Number)) {
			t.Errorf("person %d: lives at %+v, want %+v", p.Index, have.Indirizzo, a)
		}
	}
}

func compareFamily(t *testing.T, p *people.Person, s scheda.Scheda) {
	t.Helper()
	members := p.FamilyAt(time.Now()).MembersAt(time.Now())
	if s.Famiglia == nil || s.Famiglia.ID != p.Family.ID || s.Famiglia.Residenza == nil || len(s.Persone) != len(members) {
		t.Fatalf("person %d: family %+v of %d, want %s of %d", p.Index, s.Famiglia, len(s.Persone), p.Family.ID, len(members))
	}
	for _, m := range members {
		i := slices.IndexFunc(s.Persone, func(s scheda.Persona) bool { return s.IDANPR == m.IDANPR })
		if i < 0 {
			t.Fatalf("person %d: member %d is missing", p.Index, m.Index)
		}
		if l := s.Persone[i].Legame; m.Link != 0 && (l == nil || l.Codice != fmt.Sprint(m.Link) || l.Progressivo != m.Order) {
			t.Errorf("member %d: tie %+v, want %d as %d", m.Index, l, m.Link, m.Order)
		}
	}
}

func TestBothSourcesOfAHistoryTellWhatTheRegistryKnows(t *testing.T) {
	t.Parallel()
	_, c := simulated(t)
	for i, p := range residents(domain.ResidenzaStorica, 12) {
		var want []domain.Date
		for _, r := range p.KnownResidences(time.Now()) {
			want = append(want, day(r.From))
		}
		certified, err := c.Consult(t.Context(), about(t, domain.ResidenzaStorica, p, fmt.Sprint("C", i)))
		if err != nil {
			t.Fatalf("person %d: %v", p.Index, err)
		}
		if diff := cmp.Diff(want, starts(certified.Residenze)); diff != "" {
			t.Errorf("person %d, certified: %s", p.Index, diff)
		}
		walked, err := c.Consult(t.Context(), about(t, domain.ResidenzaStorica, p, fmt.Sprint("W", i), walking))
		if err != nil {
			t.Fatalf("person %d: %v", p.Index, err)
		}
		if diff := cmp.Diff(want, starts(walked.Residenze)); diff != "" {
			t.Errorf("person %d, walked: %s", p.Index, diff)
		}
	}
}

// alone returns the first resident with a feature whose names nobody shares.
func alone(feature people.Feature) *people.Person {
	for _, p := range population().Find(feature) {
		if p.Home.Istat == bagnacavallo && !p.Has(people.Homonym) && !p.Has(people.AIRE) && p.Removed == nil {
			return p
		}
	}
	return nil
}

func TestPersonsAreFoundByName(t *testing.T) {
	t.Parallel()
	_, c := simulated(t)
	for _, feature := range []people.Feature{people.NoSurname, people.NonASCII, people.LongName, people.PartialBirthDate, people.FitsStatoFamiglia} {
		p := alone(feature)
		if p == nil {
			t.Fatalf("nobody has feature %d", feature)
		}
		q := about(t, domain.Residenza, p, fmt.Sprint("N", int64(feature)), func(q *commands.Query) {
			born := day(p.Birth.Date)
			if p.Birth.NoDay || p.Birth.NoDayMonth {
				born.Day = 0
			}
			if p.Birth.NoDayMonth {
				born.Month = 0
			}
			q.Soggetto = domain.Soggetto{Cognome: strings.ToLower(p.Surname), Nome: p.Name, Sesso: string(p.Sex), DataNascita: born}
		})
		answer, err := c.Consult(t.Context(), q)
		if err != nil {
			t.Errorf("feature %d: %v", feature, err)
			continue
		}
		if !slices.ContainsFunc(answer.Persone, func(s scheda.Persona) bool { return s.IDANPR == p.IDANPR }) {
			t.Errorf("feature %d: another was found", feature)
		}
		if feature == people.FitsStatoFamiglia {
			q.Entry, _ = documento.Lookup(domain.StatoFamiglia)
			q.IDOperazione += "F"
			if answer, err = c.Consult(t.Context(), q); err != nil {
				t.Fatal(err)
			}
			compareFamily(t, p, answer)
		}
	}
}

func TestAPersonWithSeveralCardsIsReadCardByCard(t *testing.T) {
	t.Parallel()
	_, c := simulated(t)
	p := population().First(bagnacavallo, people.DuplicateCard)
	answer, err := c.Consult(t.Context(), about(t, domain.Residenza, p, "D1", func(q *commands.Query) { q.Ambito = domain.Nazionale }))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(population().ByCodiceFiscale(p.CodiceFiscale)); len(answer.Persone) != n || n < 2 {
		t.Fatalf("%d cards, the registry has %d", len(answer.Persone), n)
	}
	for _, s := range answer.Persone {
		if s.Iscrizione == nil {
			t.Error("a card has come in outline only")
		}
	}
	if several := slices.ContainsFunc(answer.Anomalie, func(a scheda.Anomalia) bool { return a.Codice == "EN131" }); several {
		t.Error("one person's cards are announced as several persons")
	}
}

func TestWhatTheRegistryRefusesHasItsClass(t *testing.T) {
	t.Parallel()
	s, c := simulated(t, func(c *anpr.Config) { c.BreakAfter = 1000; c.Timeout = time.Second })
	p := residents(domain.Residenza, 1)[0]
	for i, rule := range []struct {
		simulator.Rule
		want string
	}{
		{simulator.Rule{Kind: simulator.Fault, Text: "Rejected by policy. (from client)"}, "configuration []"},
		{simulator.Rule{Kind: simulator.Fault, Text: "Aborting...Invalid request received ErrorNL (from client)"}, "unknown []"},
		{simulator.Rule{Kind: simulator.Fault12, Text: "Internal Error (from server)"}, "unknown []"},
		{simulator.Rule{Kind: simulator.Unavailable}, "unknown []"},
		{simulator.Rule{Kind: simulator.Reset}, "unknown []"},
		{simulator.Rule{Kind: simulator.Hang}, "unknown []"},
		{simulator.Rule{Kind: simulator.Lost}, "unknown []"},
		{simulator.Rule{Kind: simulator.Error, Code: "EN210"}, "final [EN210]"},
		{simulator.Rule{Kind: simulator.Error, Code: "999"}, "retry [999 EN527]"},
		{simulator.Rule{Kind: simulator.EmptyErrors}, "retry []"},
		{simulator.Rule{Kind: simulator.UnknownElement}, "soggetti 1, anomalie []"},
		{simulator.Rule{Kind: simulator.ZonedDates}, "soggetti 1, anomalie []"},
		{simulator.Rule{Kind: simulator.MTOM}, "soggetti 1, anomalie []"},
	} {
		s.ClearScript()
		if err := s.Script(rule.Rule); err != nil {
			t.Fatal(err)
		}
		q := about(t, domain.Residenza, p, fmt.Sprint("R", i))
		answer, err := c.Consult(t.Context(), q)
		if got := outcome(answer, err); got != rule.want {
			t.Errorf("%s %s%s: %s, want %s (%v)", rule.Kind, rule.Code, rule.Text, got, rule.want, err)
		}
	}
}

func TestACallLostOnTheWayIsRepeatedUnderItsId(t *testing.T) {
	t.Parallel()
	s, c := simulated(t)
	p := residents(domain.Residenza, 1)[0]
	if err := s.Script(simulator.Rule{Kind: simulator.Lost, Count: 1}); err != nil {
		t.Fatal(err)
	}
	q := about(t, domain.Residenza, p, "LOST1")
	var failed *commands.AnagrafeError
	if _, err := c.Consult(t.Context(), q); !errors.As(err, &failed) || failed.Class != domain.FailureUnknown {
		t.Fatalf("got %v", err)
	}
	answer, err := c.Consult(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	calls := s.Calls()
	if last := calls[len(calls)-1]; !last.Replay || last.ANPRID != answer.IDOperazioneANPR || last.ANPRID != calls[0].ANPRID {
		t.Errorf("the second answer is not the first's: %+v", calls)
	}
}

func TestAnOfficerTheRegistryDoesNotKnowIsAMatterOfConfiguration(t *testing.T) {
	t.Parallel()
	_, c := simulated(t)
	q := about(t, domain.Residenza, residents(domain.Residenza, 1)[0], "OP1", func(q *commands.Query) { q.Collegamento.Operatore = "VRDLCU78C14A547O" })
	if got := failure(t, c, q); got.Class != domain.FailureConfiguration {
		t.Errorf("got %v", got)
	}
}

func TestTheClientShowsItsCertificateIfSoConfigured(t *testing.T) {
	t.Parallel()
	k, err := kit()
	if err != nil {
		t.Fatal(err)
	}
	s, err := simulator.Start(simulator.Config{Kit: k, Population: population(), RequireTLS: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	for shown, want := range map[bool]string{true: "soggetti 1, anomalie []", false: "configuration []"} {
		_, c := simulated(t, func(c *anpr.Config) { c.BaseURL, c.ClientTLS = map[string]string{"TEST": s.URL()}, shown })
		answer, err := c.Consult(t.Context(), about(t, domain.Residenza, residents(domain.Residenza, 1)[0], fmt.Sprint("TLS", shown)))
		if got := outcome(answer, err); got != want {
			t.Errorf("certificate shown %t: %s, want %s (%v)", shown, got, want, err)
		}
	}
}
