package domain_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/domain"
)

const (
	bagnacavallo = domain.CodiceISTAT("039002")
	faenza       = domain.CodiceISTAT("039010")
	lugo         = domain.CodiceISTAT("039012")
	otherEnte    = domain.EnteID("1c9b7f6e-1d2a-4b3c-8d4e-5f6a7b8c9d0e")
	otherUtente  = domain.UtenteID("7a0e5a52-6a3c-4c27-8a44-0b1f6f3d7e11")
)

// holding is a person with roles; those of TOP are kept by the Comune that the
// person acts for.
func holding(as domain.Actor, roles ...domain.RoleGiven) (s domain.Standing) {
	s.Registered = true
	s.Comune.ISTAT = as.Comune
	for _, r := range roles {
		if r.Role != domain.RoleTop {
			s.Roles = append(s.Roles, domain.RoleHeld{RoleGiven: r})
		} else if r.Comune == as.Comune && r.Ente == "" {
			s.Comune.Tops = append(s.Comune.Tops, utenteID)
		}
	}
	return s
}

func TestReach(t *testing.T) {
	t.Parallel()
	var (
		own       = domain.Object{Comune: bagnacavallo, Ente: enteID, Requester: utenteID}
		colleague = domain.Object{Comune: bagnacavallo, Ente: enteID, Requester: otherUtente}
		stranger  = domain.Object{Comune: bagnacavallo, Ente: otherEnte, Requester: otherUtente}
		elsewhere = domain.Object{Comune: lugo, Ente: enteID, Requester: utenteID}
		next      = domain.Object{Comune: faenza, Ente: enteID, Requester: utenteID}
		nobodys   = domain.Object{}
		objects   = map[string]domain.Object{
			"own": own, "colleague": colleague, "stranger": stranger, "elsewhere": elsewhere, "next": next, "nobody's": nobodys,
		}
		all = []string{"colleague", "elsewhere", "next", "nobody's", "own", "stranger"}

		standard = domain.Actor{Utente: utenteID, Role: domain.RoleStandard, Ente: enteID}
		admin    = domain.Actor{Utente: utenteID, Role: domain.RoleAdmin, Ente: enteID}
		top      = domain.Actor{Utente: utenteID, Role: domain.RoleTop, Comune: bagnacavallo}
		officer  = domain.Actor{Utente: utenteID, Role: domain.RoleAnagrafe, Comune: bagnacavallo}
		auditor  = domain.Actor{Utente: utenteID, Role: domain.RoleAuditor, Comune: bagnacavallo}
		verifier = domain.Actor{Utente: utenteID, Role: domain.RoleAuditor, Ente: enteID}

		operates   = domain.RoleGiven{Role: domain.RoleStandard, Ente: enteID, Comune: bagnacavallo}
		operates2  = domain.RoleGiven{Role: domain.RoleStandard, Ente: enteID, Comune: faenza}
		manages    = domain.RoleGiven{Role: domain.RoleAdmin, Ente: enteID, Comune: bagnacavallo}
		heads      = domain.RoleGiven{Role: domain.RoleTop, Comune: bagnacavallo}
		headsOther = domain.RoleGiven{Role: domain.RoleTop, Comune: lugo}
		decides    = domain.RoleGiven{Role: domain.RoleAnagrafe, Comune: bagnacavallo}
		audits     = domain.RoleGiven{Role: domain.RoleAuditor, Comune: bagnacavallo}
		verifies   = domain.RoleGiven{Role: domain.RoleAuditor, Ente: enteID}
	)
	for name, c := range map[string]struct {
		roles []domain.RoleGiven
		as    domain.Actor
		sees  []string // names of objects, sorted
		may   string   // what else the reach says
		none  bool     // the capacity is not held
	}{
		"an operator: their own at the Comune":           {roles: []domain.RoleGiven{operates}, as: standard, sees: []string{"own"}, may: "outside requests reads downloads"},
		"an operator of two Comuni: their own at both":   {roles: []domain.RoleGiven{operates, operates2}, as: standard, sees: []string{"next", "own"}, may: "outside requests reads downloads"},
		"an ADMIN: the Ente's at the Comune":             {roles: []domain.RoleGiven{manages}, as: admin, sees: []string{"colleague", "own"}, may: "outside requests reads downloads appoints"},
		"an ADMIN who operates elsewhere: no more":       {roles: []domain.RoleGiven{manages, operates2}, as: admin, sees: []string{"colleague", "own"}, may: "outside requests reads downloads appoints"},
		"a TOP: the Comune's":                            {roles: []domain.RoleGiven{heads, headsOther}, as: top, sees: []string{"colleague", "own", "stranger"}, may: "reads downloads confirms appoints administers"},
		"an officer: the Comune's, and administers none": {roles: []domain.RoleGiven{decides}, as: officer, sees: []string{"colleague", "own", "stranger"}, may: "reads confirms"},
		"a Comune's auditor: the Comune's, masked":       {roles: []domain.RoleGiven{audits}, as: auditor, sees: []string{"colleague", "own", "stranger"}, may: "masked reads"},
		"an Ente's auditor: the Ente's, masked":          {roles: []domain.RoleGiven{verifies}, as: verifier, sees: []string{"colleague", "elsewhere", "next", "own"}, may: "masked outside reads"},
		"the system: everything":                         {as: domain.Sistema, sees: all, may: "reads downloads appoints administers installs everything"},
		"who administers the installation: nothing":      {as: domain.Actor{Role: domain.RoleInstallazione, Account: "root"}, may: "installs"},

		"an operator at another Ente":           {roles: []domain.RoleGiven{{Role: domain.RoleStandard, Ente: otherEnte, Comune: bagnacavallo}}, as: standard, none: true},
		"an operator is no ADMIN":               {roles: []domain.RoleGiven{operates}, as: admin, none: true},
		"an ADMIN is no operator":               {roles: []domain.RoleGiven{manages}, as: standard, none: true},
		"the TOP of another Comune":             {roles: []domain.RoleGiven{headsOther}, as: top, none: true},
		"a TOP is no officer by that":           {roles: []domain.RoleGiven{heads}, as: officer, none: true},
		"an officer is no TOP":                  {roles: []domain.RoleGiven{decides}, as: top, none: true},
		"a Comune's auditor is not the Ente's":  {roles: []domain.RoleGiven{audits}, as: verifier, none: true},
		"an Ente's auditor is not the Comune's": {roles: []domain.RoleGiven{verifies}, as: auditor, none: true},
		"an account that administers nothing":   {as: domain.Actor{Role: domain.RoleInstallazione, Account: "visure"}, none: true},
		"nobody who claims to have installed":   {as: domain.Actor{Utente: utenteID, Role: domain.RoleInstallazione}, none: true},
		"nobody who claims to be the system":    {as: domain.Actor{Utente: utenteID, Role: domain.RoleSistema}, none: true},
		"the system is no role to be given":     {roles: []domain.RoleGiven{{Role: domain.RoleSistema}}, as: domain.Actor{Utente: utenteID, Role: domain.RoleSistema}, none: true},
		"a role nobody knows":                   {roles: []domain.RoleGiven{{Role: "re", Comune: bagnacavallo}}, as: domain.Actor{Utente: utenteID, Role: "re", Comune: bagnacavallo}, none: true},
		"a role at an Ente names no Comune":     {roles: []domain.RoleGiven{manages}, as: domain.Actor{Utente: utenteID, Role: domain.RoleAdmin, Ente: enteID, Comune: bagnacavallo}, none: true},
		"least of all another":                  {roles: []domain.RoleGiven{manages}, as: domain.Actor{Utente: utenteID, Role: domain.RoleAdmin, Ente: enteID, Comune: lugo}, none: true},
		"nor does an auditor's":                 {roles: []domain.RoleGiven{verifies}, as: domain.Actor{Utente: utenteID, Role: domain.RoleAuditor, Ente: enteID, Comune: lugo}, none: true},
		"who holds nothing":                     {as: standard, none: true},
		"no capacity at all":                    {roles: []domain.RoleGiven{operates}, none: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			standing := holding(c.as, c.roles...)
			standing.Installazione.Administrators = []string{"root"}
			r, ok := standing.Reach(c.as, mattina)
			if ok == c.none {
				t.Fatalf("held %v", ok)
			}
			var sees []string
			for object, o := range objects {
				if r.Covers(o) {
					sees = append(sees, object)
				}
			}
			slices.Sort(sees)
			if !slices.Equal(sees, c.sees) {
				t.Errorf("covers %q, want %q", sees, c.sees)
			}
			if may := may(r); may != c.may {
				t.Errorf("may %q, want %q", may, c.may)
			}
		})
	}
}

// An officer sees of visure those that awaited confirmation, once at least, those they
// revoked, and the one whose document they have at hand; of other things the Comune's.
func TestAnOfficerSeesWhatTheyDecideOn(t *testing.T) {
	t.Parallel()
	officer := domain.Actor{Utente: utenteID, Role: domain.RoleAnagrafe, Comune: bagnacavallo}
	r, _ := holding(officer, domain.RoleGiven{Role: domain.RoleAnagrafe, Comune: bagnacavallo}).Reach(officer, mattina)
	other := domain.NewCIUV([10]byte{1})
	for name, c := range map[string]struct {
		course domain.Course
		sees   bool
	}{
		"what never awaited anybody":      {course: domain.Course{Numero: numero}},
		"what awaits or once did":         {domain.Course{Waited: true}, true},
		"what they revoked":               {domain.Course{Revoker: utenteID, Numero: other}, true},
		"what somebody else revoked":      {course: domain.Course{Revoker: otherUtente, Numero: numero}},
		"what has no document":            {},
		"what another's number is on":     {course: domain.Course{Numero: other}},
		"and waited, with another number": {domain.Course{Waited: true, Numero: other}, true},
	} {
		o := domain.Object{Comune: bagnacavallo, Ente: otherEnte, Requester: otherUtente, Visura: &c.course}
		if r.Covers(o) != c.sees {
			t.Errorf("%s: %t", name, !c.sees)
		}
		if held := c.sees || c.course.Numero == numero; r.Holding(numero).Covers(o) != held {
			t.Errorf("%s, with the document at hand: %t", name, !held)
		}
		if !r.Unlimited().Covers(o) {
			t.Errorf("%s: not told in figures", name)
		}
		if o.Comune = lugo; r.Holding(numero).Covers(o) {
			t.Errorf("%s: seen at another Comune", name)
		}
	}
}

// may says in words what a reach holds beside its columns.
func may(r domain.Reach) (words string) {
	for _, flag := range []struct {
		name string
		set  bool
	}{
		{"masked", r.Masked}, {"outside", r.Outside}, {"requests", r.Requests},
		{"reads", r.Reads}, {"downloads", r.Downloads}, {"confirms", r.Confirms},
		{"appoints", r.Appoints}, {"administers", r.Administers}, {"installs", r.Installs}, {"everything", r.Everything},
	} {
		if flag.set && words != "" {
			words += " "
		}
		if flag.set {
			words += flag.name
		}
	}
	return words
}

// selected says whether a query limited by a reach's columns would yield the
// row of an object, as the read models write that: WHERE column = ANY(values),
// the empty value stored as NULL.
func selected(r domain.Reach, o domain.Object) bool {
	row := map[string]string{"comune": string(o.Comune), "ente": string(o.Ente), "requester": string(o.Requester)}
	for _, c := range r.Columns {
		if row[c.Name] == "" || !slices.Contains(c.Values, row[c.Name]) {
			return false
		}
	}
	return r.Everything || len(r.Columns) > 0
}

// Small worlds, so that roles, claims and objects meet often.
var (
	someComune = rapid.SampledFrom([]domain.CodiceISTAT{"", bagnacavallo, faenza, lugo})
	someEnte   = rapid.SampledFrom([]domain.EnteID{"", enteID, otherEnte})
	someUtente = rapid.SampledFrom([]domain.UtenteID{"", utenteID, otherUtente})
	someRole   = rapid.SampledFrom([]domain.Role{
		"", domain.RoleTop, domain.RoleAnagrafe, domain.RoleAdmin, domain.RoleStandard, domain.RoleAuditor, domain.RoleSistema, domain.RoleInstallazione,
	})
)

func someRoles() *rapid.Generator[[]domain.RoleGiven] {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) domain.RoleGiven {
		return domain.RoleGiven{Role: someRole.Draw(t, "role"), Ente: someEnte.Draw(t, "ente"), Comune: someComune.Draw(t, "comune")}
	}), 0, 6)
}

func TestColumnsAndCoversAlwaysAgree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		as := domain.Actor{Utente: someUtente.Draw(t, "utente"), Role: someRole.Draw(t, "as"), Ente: someEnte.Draw(t, "at"), Comune: someComune.Draw(t, "of")}
		o := domain.Object{Comune: someComune.Draw(t, "object's comune"), Ente: someEnte.Draw(t, "object's ente"), Requester: someUtente.Draw(t, "requester")}
		r, ok := holding(as, someRoles().Draw(t, "roles")...).Reach(as, mattina)
		if r.Covers(o) != selected(r, o) {
			t.Fatalf("%+v covers %+v: %v, a query yields it: %v", r, o, r.Covers(o), selected(r, o))
		}
		if !ok && (r.Covers(o) || len(r.Columns) > 0 || may(r) != "") {
			t.Fatalf("a capacity that is not held reaches %+v", r)
		}
	})
}

// A person never reaches a Comune that gave them nothing, an Ente's auditor
// excepted, who is of the Ente.
func TestNobodyReachesAComuneThatGaveThemNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		roles := someRoles().Draw(t, "roles")
		as := domain.Actor{Utente: utenteID, Role: someRole.Draw(t, "as"), Ente: someEnte.Draw(t, "at"), Comune: someComune.Draw(t, "of")}
		o := domain.Object{Comune: someComune.Draw(t, "object's comune"), Ente: someEnte.Draw(t, "object's ente"), Requester: someUtente.Draw(t, "requester")}
		r, _ := holding(as, roles...).Reach(as, mattina)
		gave := slices.ContainsFunc(roles, func(g domain.RoleGiven) bool { return g.Role == as.Role && g.Comune == o.Comune })
		if r.Covers(o) && !gave && !(as.Role == domain.RoleAuditor && as.Ente == o.Ente) {
			t.Fatalf("%+v with %+v reaches %+v", as, roles, o)
		}
	})
}

// A Comune that suspends a person stops whatever they do there but audit it; what is
// suspended as AUDITOR stops that alone.
func TestWhoAuditsIsSuspendedAsThatAlone(t *testing.T) {
	t.Parallel()
	auditor := domain.Actor{Utente: utenteID, Role: domain.RoleAuditor, Comune: faenza}
	officer := domain.Actor{Utente: utenteID, Role: domain.RoleAnagrafe, Comune: faenza}
	rest, audit := domain.UtenteSuspended{Comune: faenza}, domain.UtenteSuspended{Comune: faenza, Role: domain.RoleAuditor}
	back := domain.UtenteReinstated{Comune: faenza}
	for name, c := range map[string]struct {
		given           []domain.Event
		audits, decides bool
	}{
		"neither":              {nil, true, true},
		"the rest":             {[]domain.Event{rest}, true, false},
		"as AUDITOR":           {[]domain.Event{audit}, false, true},
		"both":                 {[]domain.Event{audit, rest}, false, false},
		"the rest reinstated":  {[]domain.Event{audit, rest, back}, false, true},
		"the audit reinstated": {[]domain.Event{rest, audit, domain.UtenteReinstated{Comune: faenza, Role: domain.RoleAuditor}}, true, false},
	} {
		roles := []domain.Event{domain.RoleGiven{Role: domain.RoleAuditor, Comune: faenza}, domain.RoleGiven{Role: domain.RoleAnagrafe, Comune: faenza}}
		s := domain.Standing{Utente: fold(domain.Utente{}, append(roles, c.given...))}
		_, audits := s.Reach(auditor, mattina)
		_, decides := s.Reach(officer, mattina)
		if audits != c.audits || decides != c.decides {
			t.Errorf("%s: audits %v, decides %v", name, audits, decides)
		}
	}
}

// A role in another's place lasts no longer than theirs, and is not theirs anew.
func TestADelegaEndsWithTheRoleItRestsOn(t *testing.T) {
	t.Parallel()
	role := domain.RoleGiven{Role: domain.RoleStandard, Ente: enteID, Comune: bagnacavallo}
	as := domain.Actor{Utente: utenteID, Role: domain.RoleStandard, Ente: enteID}
	day := domain.ItalianDay(mattina)
	inPlace, until, since := role, role, role
	inPlace.Sostituisce, until.Al, since.Dal = otherUtente, day, day
	before, after := until, since
	yesterday, tomorrow := domain.ItalianDay(mattina.AddDate(0, 0, -1)), domain.ItalianDay(mattina.AddDate(0, 0, 1))
	before.Al, after.Dal = yesterday, tomorrow
	other := inPlace
	other.Sostituisce = utenteID
	given := mattina.AddDate(0, 0, -7)
	for name, c := range map[string]struct {
		principal []domain.RoleHeld
		held      bool
	}{
		"who has it":                     {[]domain.RoleHeld{{RoleGiven: role, Since: given}}, true},
		"up to the last day":             {[]domain.RoleHeld{{RoleGiven: until, Since: given}}, true},
		"not beyond it":                  {[]domain.RoleHeld{{RoleGiven: before, Since: given}}, false},
		"from the first day":             {[]domain.RoleHeld{{RoleGiven: since, Since: given}}, true},
		"not before it":                  {[]domain.RoleHeld{{RoleGiven: after, Since: given}}, false},
		"who has it no longer":           {nil, false},
		"who has been given it anew":     {[]domain.RoleHeld{{RoleGiven: role, Since: given.Add(1)}}, false},
		"who has another's":              {[]domain.RoleHeld{{RoleGiven: other, Since: given}}, false},
		"who has it for another Comune":  {[]domain.RoleHeld{{RoleGiven: domain.RoleGiven{Role: role.Role, Ente: role.Ente, Comune: lugo}, Since: given}}, false},
		"who has another role there too": {[]domain.RoleHeld{{RoleGiven: domain.RoleGiven{Role: domain.RoleAdmin, Ente: role.Ente, Comune: role.Comune}, Since: given}}, false},
	} {
		s := domain.Standing{
			Utente:     domain.Utente{Roles: []domain.RoleHeld{{RoleGiven: inPlace, At: given}}},
			Principals: []domain.Principal{{ID: otherUtente, Utente: domain.Utente{Roles: c.principal}}},
		}
		if _, held := s.Reach(as, mattina); held != c.held {
			t.Errorf("in the place of %s: held %v", name, held)
		}
	}
}
