package domain_test

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/visure-anagrafiche/visure/domain"
)

func TestUtente(t *testing.T) {
	t.Parallel()
	standard := domain.RoleGiven{Role: domain.RoleStandard, Ente: enteID, Comune: bagnacavallo}
	officer := domain.RoleGiven{Role: domain.RoleAnagrafe, Comune: bagnacavallo}
	forAWeek := standard
	forAWeek.Dal, forAWeek.Al = data("2026-11-23"), data("2026-11-29")
	inPlace := forAWeek
	inPlace.Sostituisce = otherUtente
	taken := domain.RoleTaken{Role: domain.RoleStandard, Ente: enteID, Comune: bagnacavallo}
	collects := domain.CollectionGiven(standard.Pair())
	entry := golden["utente.registered.v1"].(domain.UtenteRegistered)
	married := entry
	married.Cognome = "MORETTI BIANCHI"
	moved := entry
	moved.Email = "altrove@example.it"
	changedName := moved
	changedName.Cognome = married.Cognome
	for name, c := range map[string]struct {
		history []domain.Event
		want    domain.Utente
	}{
		"nobody":          {nil, domain.Utente{}},
		"registered":      {[]domain.Event{entry}, domain.Utente{Registered: true, UtenteRegistered: entry, EnteredBy: entered, AddressBy: namedBy}},
		"amended":         {[]domain.Event{entry, married}, domain.Utente{Registered: true, UtenteRegistered: married, EnteredBy: entered, AddressBy: namedBy}},
		"readdressed":     {[]domain.Event{entry, moved}, domain.Utente{Registered: true, UtenteRegistered: moved, EnteredBy: entered, AddressBy: namedBy, Readdressed: true}},
		"and married":     {[]domain.Event{entry, moved, changedName}, domain.Utente{Registered: true, UtenteRegistered: changedName, EnteredBy: entered, AddressBy: namedBy, Readdressed: true}},
		"roles add up":    {[]domain.Event{standard, officer}, domain.Utente{Roles: heldAs(standard, officer)}},
		"one with days":   {[]domain.Event{standard, forAWeek}, domain.Utente{Roles: heldAs(forAWeek)}},
		"one substituted": {[]domain.Event{standard, inPlace}, domain.Utente{Roles: heldAs(standard, inPlace)}},
		"the own taken":   {[]domain.Event{standard, inPlace, taken}, domain.Utente{Roles: heldAs(inPlace)}},
		"an absence ends on another day": {
			[]domain.Event{golden["utente.absence-declared.v1"], domain.AbsenceDeclared{Ente: enteID, Comune: "039002", Dal: dal, Al: dal}},
			domain.Utente{Absences: []domain.AbsenceDeclared{{Ente: enteID, Comune: "039002", Dal: dal, Al: dal}}},
		},
		"what is undone is gone": {[]domain.Event{
			golden["utente.absence-declared.v1"], golden["utente.absence-called-off.v1"], golden["utente.suspended.v1"], golden["utente.reinstated.v1"],
			golden["utente.collection-given.v1"], golden["utente.collection-taken.v1"],
		}, domain.Utente{Absences: []domain.AbsenceDeclared{}, Suspensions: []domain.SuspensionInForce{}, Collects: []domain.Pair{}}},
		"without the role nothing is collected": {[]domain.Event{standard, collects, taken}, domain.Utente{Roles: heldAs(), Collects: []domain.Pair{}}},
		"nor once it is given again": {
			[]domain.Event{standard, collects, taken, standard}, domain.Utente{Roles: heldAs(standard), Collects: []domain.Pair{}},
		},
		"in another's place it still is": {
			[]domain.Event{standard, inPlace, collects, taken}, domain.Utente{Roles: heldAs(inPlace), Collects: []domain.Pair{standard.Pair()}},
		},
		"what is another's changes nothing": {[]domain.Event{golden["ente.registered.v1"], golden["visura.issued.v1"]}, domain.Utente{}},
	} {
		if diff := cmp.Diff(c.want, fold(domain.Utente{}, c.history), cmpopts.IgnoreFields(domain.Utente{}, "Admissions"), cmpopts.IgnoreFields(domain.RoleHeld{}, "By", "At", "Since")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// heldAs are roles as they are held, whoever gave them.
func heldAs(roles ...domain.RoleGiven) []domain.RoleHeld {
	held := make([]domain.RoleHeld, len(roles))
	for i, r := range roles {
		held[i].RoleGiven = r
	}
	return held
}

func TestProfilesAreHeldSeveralAtOnce(t *testing.T) {
	t.Parallel()
	pair := domain.Pair{Ente: enteID, Comune: "039002"}
	second, elsewhere := assigned, assigned
	second.Profile, elsewhere.Comune = otherProfile, faenza
	appointed := golden["utente.appointed.v1"].(domain.UtenteAppointed)
	moved, sameDuty := appointed, appointed
	moved.Mansione, sameDuty.Atto = "Messo", "Det. 42/2026"
	proposed := golden["utente.grant-proposed.v1"]
	given := domain.RoleGiven{Role: domain.RoleStandard, Ente: enteID, Comune: "039002"}
	for name, c := range map[string]struct {
		history []domain.Event
		want    []string // of the pair
	}{
		"two at a pair":                     {[]domain.Event{assigned, elsewhere, second}, []string{"first", "second"}},
		"one is taken":                      {[]domain.Event{assigned, second, golden["utente.profile-withdrawn.v1"]}, []string{"second"}},
		"one is beyond the Comune":          {[]domain.Event{assigned, second, nazionale}, []string{"first national", "second"}},
		"no longer":                         {[]domain.Event{assigned, nazionale, golden["utente.nazionale-revoked.v1"]}, []string{"first"}},
		"nor once it is assigned anew":      {[]domain.Event{assigned, nazionale, assigned}, []string{"first"}},
		"beyond what is not held is none":   {[]domain.Event{nazionale, second}, []string{"second"}},
		"another mansione makes all lapse":  {[]domain.Event{appointed, assigned, second, elsewhere, moved}, []string{"first lapsed", "second lapsed"}},
		"those assigned since do not":       {[]domain.Event{appointed, assigned, moved, second}, []string{"first lapsed", "second"}},
		"until they are assigned anew":      {[]domain.Event{appointed, assigned, moved, assigned}, []string{"first"}},
		"another act of appointment is nil": {[]domain.Event{appointed, assigned, sameDuty}, []string{"first"}},
		"the first mansione is no change":   {[]domain.Event{assigned, appointed}, []string{"first"}},
		"without a role all lapse":          {[]domain.Event{given, assigned, domain.RoleTaken{Role: domain.RoleStandard, Ente: enteID, Comune: "039002"}, given}, []string{"first lapsed"}},
		"with another role they do not": {[]domain.Event{given, domain.RoleGiven{Role: domain.RoleAdmin, Ente: enteID, Comune: "039002"}, assigned,
			domain.RoleTaken{Role: domain.RoleStandard, Ente: enteID, Comune: "039002"}}, []string{"first"}},
		"what is proposed is not held": {[]domain.Event{second, proposed}, []string{"second"}},
		"what is approved is":          {[]domain.Event{second, proposed, domain.GrantApproved{ID: proposalID}}, []string{"second", "first"}},
		"what is rejected is not":      {[]domain.Event{second, proposed, golden["utente.grant-rejected.v1"], domain.GrantApproved{ID: proposalID}}, []string{"second"}},
		"nazionale by two": {[]domain.Event{assigned, domain.GrantProposed{ID: proposalID, Comune: "039002", Ente: enteID, Nazionale: nazionale.Profile},
			domain.GrantApproved{ID: proposalID}}, []string{"first national"}},
	} {
		var got []string
		for _, a := range fold(domain.Utente{}, c.history).Assigned(pair) {
			words := map[domain.ProfileID]string{profileID: "first", otherProfile: "second"}[a.Profile]
			if a.Nazionale {
				words += " national"
			}
			if a.Lapsed {
				words += " lapsed"
			}
			got = append(got, words)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestAnApprovedResetWaitsToBeCarriedOut(t *testing.T) {
	t.Parallel()
	history := []domain.Event{domain.GrantProposed{ID: proposalID, Comune: "039002", Reset: true}, domain.GrantApproved{ID: proposalID}}
	if u := fold(domain.Utente{}, history); len(u.Resets) != 1 || u.Resets[0].ID != proposalID || len(u.Proposals) > 0 {
		t.Errorf("resets %v, proposals %v", u.Resets, u.Proposals)
	}
	if u := fold(domain.Utente{}, append(history, domain.ResetDone{ID: proposalID})); len(u.Resets) > 0 {
		t.Errorf("once done, resets %v", u.Resets)
	}
}

func TestConvenzioneIsInForceFromFirstToLastDay(t *testing.T) {
	t.Parallel()
	first := golden["convenzione.drafted.v1"].(domain.ConvenzioneDrafted) // from 2026-01-12 to 2028-12-31
	renewed := first
	renewed.Dal, renewed.Al = data("2028-06-01"), data("2030-12-31")
	activated := domain.ConvenzioneActivated{Numero: 1}
	renewal := []domain.Event{first, activated, renewed, domain.ConvenzioneActivated{Numero: 2}}
	suspended, ended := domain.ConvenzioneSuspended{Motivo: "verifiche"}, domain.ConvenzioneEnded{Motivo: "recesso"}
	for _, c := range []struct {
		name    string
		history []domain.Event
		day     string
		numero  int // 0: none in force
		stato   domain.StatoConvenzione
	}{
		{"nothing was drafted", nil, "2027-06-30", 0, domain.ConvenzioneAssente},
		{"a draft does not hold", []domain.Event{first}, "2027-06-30", 0, domain.ConvenzioneBozza},
		{"the day before the first", []domain.Event{first, activated}, "2026-01-11", 0, domain.ConvenzioneBozza},
		{"the first day", []domain.Event{first, activated}, "2026-01-12", 1, domain.ConvenzioneAttiva},
		{"the last day", []domain.Event{first, activated}, "2028-12-31", 1, domain.ConvenzioneAttiva},
		{"the day after the last", []domain.Event{first, activated}, "2029-01-01", 0, domain.ConvenzioneScaduta},
		{"a draft beside it changes nothing", []domain.Event{first, activated, renewed}, "2028-06-01", 1, domain.ConvenzioneAttiva},
		{"the old one holds until the renewed begins", renewal, "2028-05-31", 1, domain.ConvenzioneAttiva},
		{"then the renewed", renewal, "2028-06-01", 2, domain.ConvenzioneAttiva},
		{"and after the old one is over", renewal, "2029-01-01", 2, domain.ConvenzioneAttiva},
		{"until its last day", renewal, "2031-01-01", 0, domain.ConvenzioneScaduta},
		{"suspended", append(slices.Clip(renewal), suspended), "2028-06-01", 0, domain.ConvenzioneSospesa},
		{"resumed", append(slices.Clip(renewal), suspended, domain.ConvenzioneResumed{}), "2028-06-01", 2, domain.ConvenzioneAttiva},
		{"what is over is over though suspended", append(slices.Clip(renewal), suspended), "2031-01-01", 0, domain.ConvenzioneScaduta},
		{"ended", append(slices.Clip(renewal), ended), "2028-06-01", 0, domain.ConvenzioneCessata},
		{"ended, another drafted", append(slices.Clip(renewal), ended, first), "2028-06-01", 0, domain.ConvenzioneCessata},
		{"ended, another activated that has not begun", []domain.Event{first, activated, ended, renewed, domain.ConvenzioneActivated{Numero: 2}}, "2028-05-31", 0, domain.ConvenzioneBozza},
		{"ended, another activated", append(slices.Clip(renewal), ended, renewed, domain.ConvenzioneActivated{Numero: 3}), "2028-06-01", 3, domain.ConvenzioneAttiva},
	} {
		atto, stato := fold(domain.Convenzione{}, c.history).InForce(data(c.day))
		if atto.Numero != c.numero || stato != c.stato {
			t.Errorf("%s: on %s act %d, %q; want %d, %q", c.name, c.day, atto.Numero, stato, c.numero, c.stato)
		}
	}
}

func TestPurposesAndPracticeNumbersAreThoseOfTheAct(t *testing.T) {
	t.Parallel()
	act := golden["convenzione.drafted.v1"].(domain.ConvenzioneDrafted)
	if f, ok := act.Purpose("accertamenti-tributari"); !ok || f.BaseGiuridica == "" {
		t.Errorf("purpose %+v, %v", f, ok)
	}
	if _, ok := act.Purpose("curiosita"); ok {
		t.Error("a purpose nobody agreed on is found")
	}
	for numero, want := range map[string]bool{"PG-2026/0441": true, "PG-2026/044": false, "xPG-2026/0441": false, "PG-2026/0441x": false, "": false} {
		if got := act.Massimo.Practice(numero); got != want {
			t.Errorf("practice number %q: %v, want %v", numero, got, want)
		}
	}
	if alternatives := (domain.Massimo{Pratica: "a|bc"}); alternatives.Practice("ac") || !alternatives.Practice("bc") {
		t.Error("alternatives are not read as a whole")
	}
	if !(domain.Massimo{}).Practice("2026/1") {
		t.Error("an act without a form refuses one")
	}
	if (domain.Massimo{Pratica: "("}).Practice("2026/1") {
		t.Error("a form nobody can read admits one")
	}
}

// Every request asks for the form of its act.
func TestTheFormOfPracticeNumbersIsReadOnce(t *testing.T) {
	act := domain.Massimo{Pratica: `[0-9]{4}/[0-9]{1,6}`}
	if reads := testing.AllocsPerRun(100, func() { act.Practice("2026/4711") }); reads > 3 {
		t.Errorf("%v allocations a request", reads)
	}
}

// An office of a Comune is a body like any other to the others.
func TestOnlyTheOwnOfficesAreAuthorisedInternally(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		tipo   domain.TipoEnte
		comune domain.CodiceISTAT
		want   domain.TipoAtto
	}{
		{domain.EnteUfficio, "039002", domain.AttoAutorizzazione},
		{domain.EnteUfficio, faenza, domain.AttoConvenzione},
		{domain.EnteConvenzionato, "039002", domain.AttoConvenzione},
		{domain.EnteGestore, "039002", domain.AttoConvenzione},
	} {
		ente := domain.Ente{EnteRegistered: domain.EnteRegistered{Tipo: c.tipo}, EnteredBy: domain.Pair{Comune: "039002"}}
		if got := ente.Atto(c.comune); got != c.want {
			t.Errorf("%s with %s: %s", c.tipo, c.comune, got)
		}
	}
}

func TestTheOtherParties(t *testing.T) {
	t.Parallel()
	ente := fold(domain.Ente{}, []domain.Event{
		golden["profile.defined.v1"], golden["ente.registered.v1"], domain.UfficioNamed{Comune: "039002", Codice: "tributi", Nome: "Tributi"}, golden["ente.office-named.v1"],
		domain.UfficioNamed{Comune: "039002", Codice: "anagrafe", Nome: "Anagrafe"}, domain.UfficioClosed{Comune: "039002", Codice: "anagrafe"},
		domain.UfficioNamed{Comune: faenza, Codice: "tributi", Nome: "Entrate"}, domain.UfficioClosed{Comune: faenza, Codice: "altro"},
	})
	wantEnte := domain.Ente{
		Registered: true, EnteRegistered: golden["ente.registered.v1"].(domain.EnteRegistered), EnteredBy: entered,
		Uffici: []domain.UfficioNamed{{Comune: "039002", Codice: "tributi", Nome: "Ufficio Tributi"}, {Comune: faenza, Codice: "tributi", Nome: "Entrate"}},
	}
	if diff := cmp.Diff(wantEnte, ente); diff != "" {
		t.Error(diff)
	}
	profile := golden["profile.defined.v1"].(domain.ProfileDefined)
	wider := profile
	wider.Tipi = []domain.TipoConcesso{{Tipo: domain.Nascita}, {Tipo: domain.Morte}}
	if diff := cmp.Diff(domain.Profile{Defined: true, ProfileDefined: wider}, fold(domain.Profile{}, []domain.Event{profile, golden["profile.withdrawn.v1"], wider})); diff != "" {
		t.Errorf("a profile defined again is replaced:\n%s", diff)
	}
	if withdrawn := fold(domain.Profile{}, []domain.Event{profile, golden["profile.withdrawn.v1"]}); grants(withdrawn, domain.Residenza) {
		t.Error("a withdrawn profile grants")
	}
	if p := fold(domain.Profile{}, []domain.Event{profile}); !grants(p, domain.Residenza) || grants(p, domain.Morte) || !p.National() {
		t.Errorf("%+v", p)
	}
	connected := golden["comune.connected.v1"].(domain.ComuneConnected)
	real := connected
	real.TipoInvio = "PROD"
	comune := fold(domain.Comune{}, []domain.Event{
		golden["comune.registered.v1"], connected, real, golden["comune.top-named.v1"], domain.TopNamed{Utente: otherUtente}, golden["comune.top-removed.v1"],
		golden["comune.nazionale-enabled.v1"], golden["comune.rules-set.v1"],
	})
	want := domain.Comune{
		Registered: true, ComuneRegistered: golden["comune.registered.v1"].(domain.ComuneRegistered), Collegamento: domain.Collegamento{ComuneConnected: real}, Tops: []domain.UtenteID{otherUtente},
		Namings:   []domain.TopNaming{{Utente: otherUtente}},
		Nazionale: golden["comune.nazionale-enabled.v1"].(domain.NazionaleEnabled), Regole: golden["comune.rules-set.v1"].(domain.RulesSet),
	}
	if diff := cmp.Diff(want, comune); diff != "" {
		t.Errorf("the last connection counts:\n%s", diff)
	}
	if off := comune.Evolve(golden["comune.nazionale-disabled.v1"], domain.Meta{}); off.Nazionale.Testo != "" {
		t.Errorf("switched off, the title is %+v", off.Nazionale)
	}
	if got := fold(domain.Accesso{}, []domain.Event{golden["accesso.recorded.v1"]}); got != (domain.Accesso{}) {
		t.Errorf("a journal has the state %+v", got)
	}
}

func grants(p domain.Profile, tipo domain.Tipo) bool {
	_, ok := p.Grant(tipo)
	return ok
}

func TestAWorkstationIsAuthorisedByEachComuneForItself(t *testing.T) {
	t.Parallel()
	proposed := golden["postazione.proposed.v1"].(domain.PostazioneProposed)
	toFaenza := proposed
	toFaenza.Comune = faenza
	approved, revoked := domain.PostazioneApproved{Comune: "039002"}, domain.PostazioneRevoked{Comune: "039002"}
	here, there := domain.Pair{Ente: enteID, Comune: "039002"}, domain.Pair{Ente: enteID, Comune: faenza}
	for name, c := range map[string]struct {
		history                 []domain.Event
		usable, atHere, atThere bool
	}{
		"proposed":             {[]domain.Event{proposed}, false, false, false},
		"approved":             {[]domain.Event{proposed, toFaenza, approved}, true, true, false},
		"by both":              {[]domain.Event{proposed, toFaenza, approved, domain.PostazioneApproved{Comune: faenza}}, true, true, true},
		"revoked by one":       {[]domain.Event{proposed, toFaenza, approved, domain.PostazioneApproved{Comune: faenza}, revoked}, true, false, true},
		"revoked by all":       {[]domain.Event{proposed, approved, revoked}, false, false, false},
		"approved, not asked":  {[]domain.Event{proposed, domain.PostazioneApproved{Comune: faenza}}, false, false, false},
		"revoked, not yet in":  {[]domain.Event{proposed, revoked}, false, false, false},
		"nothing was proposed": {nil, false, false, false},
	} {
		p := fold(domain.Postazione{}, c.history)
		if p.Usable() != c.usable || p.Authorises(here) != c.atHere || p.Authorises(there) != c.atThere {
			t.Errorf("%s: usable %v, here %v, there %v", name, p.Usable(), p.Authorises(here), p.Authorises(there))
		}
		if p.Authorises(domain.Pair{Ente: otherEnte, Comune: "039002"}) {
			t.Errorf("%s: another Ente uses it", name)
		}
	}
	p := fold(domain.Postazione{}, []domain.Event{proposed})
	for address, want := range map[string]bool{"192.0.2.7": true, "::ffff:192.0.2.7": true, "192.0.3.7": false, "2001:db8::1": false} {
		if got := p.From(netip.MustParseAddr(address)); got != want {
			t.Errorf("from %s: %v", address, got)
		}
	}
	if !(domain.Postazione{}).From(netip.MustParseAddr("2001:db8::1")) {
		t.Error("without networks it is used from anywhere")
	}
}

func TestAMonthOfAccessIsOneStream(t *testing.T) {
	t.Parallel()
	for at, want := range map[string]string{
		"2026-11-30T23:59:59Z":      "accesso-" + string(utenteID) + "-2026-11",
		"2026-12-01T00:30:00+01:00": "accesso-" + string(utenteID) + "-2026-11",
		"2026-12-01T00:00:00Z":      "accesso-" + string(utenteID) + "-2026-12",
	} {
		when, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(domain.AccessStream(utenteID, when)); got != want {
			t.Errorf("at %s: %s, want %s", at, got, want)
		}
	}
}

func TestRefusalsKeepTheirCodeWhenWrapped(t *testing.T) {
	t.Parallel()
	refusal := domain.FieldErrorf(domain.Forbidden, "tipo", "il tipo %s non è tra quelli concessi", domain.Morte)
	if got := domain.CodeOf(wrapped{refusal}); got != domain.Forbidden {
		t.Errorf("code %s", got)
	}
	if got := domain.CodeOf(wrapped{nil}); got != domain.Internal {
		t.Errorf("a technical failure has the code %s", got)
	}
	if got := domain.CodeOf(nil); got != "" {
		t.Errorf("no failure has the code %s", got)
	}
	if got, want := refusal.Error(), "forbidden: tipo: il tipo morte non è tra quelli concessi"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

type wrapped struct{ err error }

func (w wrapped) Error() string { return "append: stream has moved" }
func (w wrapped) Unwrap() error { return w.err }

// entered is where what fold applies was entered.
var entered = domain.Pair{Comune: bagnacavallo}

// namedBy is by whom the histories are that are folded.
var namedBy = domain.Actor{Utente: otherUtente, Role: domain.RoleTop, Comune: bagnacavallo}

// fold applies events that a TOP recorded.
func fold[S interface {
	Evolve(domain.Event, domain.Meta) S
}](s S, history []domain.Event) S {
	for _, e := range history {
		s = s.Evolve(e, domain.Meta{By: namedBy})
	}
	return s
}

// data reads a date that is right.
func data(s string) domain.Date {
	d, err := domain.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func TestWhoRegisteredSoftwareIsKnown(t *testing.T) {
	t.Parallel()
	first := golden["applicativo.registered.v1"].(domain.ApplicativoRegistered)
	elsewhere, wider := first, first
	elsewhere.Comuni = append(slices.Clone(first.Comuni), "037006")
	wider.Comuni, wider.Scopes = elsewhere.Comuni, domain.Scopes()
	type by struct {
		who domain.UtenteID
		as  domain.ApplicativoRegistered
	}
	for name, c := range map[string]struct {
		history []by
		want    []domain.UtenteID
	}{
		"who entered it":                        {[]by{{"a", first}}, []domain.UtenteID{"a"}},
		"and who added a Comune":                {[]by{{"a", first}, {"b", elsewhere}}, []domain.UtenteID{"a", "b"}},
		"once each":                             {[]by{{"a", first}, {"b", elsewhere}, {"a", first}}, []domain.UtenteID{"a", "b"}},
		"of who changed it the last alone":      {[]by{{"a", first}, {"b", elsewhere}, {"c", wider}}, []domain.UtenteID{"c"}},
		"nobody, if the system did":             {[]by{{"", first}}, nil},
		"nobody, if the system changed it":      {[]by{{"a", first}, {"", wider}}, nil},
		"the same, if it only moved its Comuni": {[]by{{"a", first}, {"", elsewhere}}, []domain.UtenteID{"a"}},
	} {
		var s domain.Applicativo
		for _, e := range c.history {
			s = s.Evolve(e.as, domain.Meta{By: domain.Actor{Utente: e.who}})
		}
		if !slices.Equal(s.RegisteredBy, c.want) {
			t.Errorf("%s: %v, want %v", name, s.RegisteredBy, c.want)
		}
	}
}
