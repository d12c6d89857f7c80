package commands_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func TestWorkstations(t *testing.T) {
	propose := commands.ProposePostazione{Ente: ente, Comune: comune, Nome: "Sportello", Reti: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}}
	proposed := domain.PostazioneProposed(propose)
	toAnother := changed(proposed, func(e *domain.PostazioneProposed) { e.Comune = altro })
	approve, revoke := commands.ApprovePostazione{Comune: comune}, commands.RevokePostazione{Comune: comune}
	approved, revoked := domain.PostazioneApproved{Comune: comune}, domain.PostazioneRevoked{Comune: comune}
	certified, unproven := changed(proposed, func(e *domain.PostazioneProposed) { e.Certificato = strings.Repeat("a", 64) }), commands.LeavePostazioneUnproven{}
	with := func(change func(*commands.ProposePostazione)) commands.ProposePostazione {
		return changed(propose, change)
	}
	asksThere := func(s *domain.Standing) { s.Roles = []domain.RoleHeld{{RoleGiven: operates}} }
	runSetup(t, "00000000-0000-4000-8000-0000000000d1", map[string]setup[domain.Postazione]{
		"proposed by the pair's ADMIN":      {by: anna, when: propose, then: events(proposed)},
		"by the Comune":                     {by: luisa, when: propose, then: events(proposed)},
		"once":                              {given: events(proposed), by: anna, when: propose},
		"to another Comune too":             {given: events(toAnother), by: anna, when: propose, then: events(proposed)},
		"never otherwise":                   {given: events(proposed), by: anna, when: with(func(c *commands.ProposePostazione) { c.Nome = "Altro" }), fails: domain.Conflict},
		"not another body's":                {given: events(changed(proposed, func(e *domain.PostazioneProposed) { e.Ente = "another" })), by: anna, when: propose, fails: domain.NotFound},
		"not by an operator":                {by: mario, when: propose, fails: domain.Forbidden},
		"not by another body's ADMIN":       {by: otherBody, when: propose, fails: domain.NotFound},
		"not by another Comune":             {by: elsewhere, when: propose, fails: domain.NotFound},
		"of a pair":                         {when: with(func(c *commands.ProposePostazione) { c.Ente = "" }), fails: domain.Invalid, field: "ente"},
		"with a name":                       {by: anna, when: with(func(c *commands.ProposePostazione) { c.Nome = "" }), fails: domain.Invalid, field: "nome"},
		"with a fingerprint that is one":    {by: anna, when: with(func(c *commands.ProposePostazione) { c.Certificato = "AB" }), fails: domain.Invalid, field: "certificato"},
		"approved by the Comune":            {given: events(proposed), enters: anna, by: luisa, when: approve, then: events(approved)},
		"once approved":                     {given: events(proposed, approved), by: luisa, when: approve},
		"not by an ADMIN":                   {given: events(proposed), by: anna, when: approve, fails: domain.Forbidden},
		"not by another Comune's TOP":       {given: events(proposed), by: elsewhere, when: approve, fails: domain.NotFound},
		"not for a Comune it is not of":     {given: events(toAnother), by: luisa, when: approve, fails: domain.NotFound},
		"not by who asks there":             {given: events(proposed), by: luisa, also: asksThere, when: approve, fails: domain.Forbidden},
		"not once revoked":                  {given: events(proposed, revoked), by: luisa, when: approve, fails: domain.Conflict},
		"revoked by the Comune":             {given: events(proposed, approved), by: luisa, when: revoke, then: events(revoked)},
		"or the ADMIN":                      {given: events(proposed, approved), by: anna, when: revoke, then: events(revoked)},
		"once revoked":                      {given: events(proposed, approved, revoked), by: anna, when: revoke},
		"not revoked by an operator":        {given: events(proposed, approved), by: mario, when: revoke, fails: domain.Forbidden},
		"nor by another Comune":             {given: events(proposed, approved), by: elsewhere, when: revoke, fails: domain.NotFound},
		"the device takes its secret":       {given: events(proposed, approved), when: commands.EnrolPostazione{}, then: events(domain.PostazioneEnrolled{})},
		"once taken":                        {given: events(proposed, approved, domain.PostazioneEnrolled{}), when: commands.EnrolPostazione{}},
		"not before it is approved":         {given: events(proposed), when: commands.EnrolPostazione{}, fails: domain.Conflict},
		"nor once it was revoked":           {given: events(proposed, approved, revoked), when: commands.EnrolPostazione{}, fails: domain.Conflict},
		"but while another Comune has it":   {given: events(proposed, approved, toAnother, domain.PostazioneApproved{Comune: altro}, revoked), when: commands.EnrolPostazione{}, then: events(domain.PostazioneEnrolled{})},
		"or is left without proof":          {given: events(certified, approved), when: unproven, then: events(domain.PostazioneUnproven{})},
		"once left":                         {given: events(certified, approved, domain.PostazioneUnproven{}), when: unproven},
		"until its certificate is free":     {given: events(certified, approved, domain.PostazioneUnproven{}), when: commands.EnrolPostazione{}, then: events(domain.PostazioneEnrolled{})},
		"not with a secret":                 {given: events(proposed, approved), when: unproven, fails: domain.Conflict},
		"nor where it was revoked":          {given: events(certified, approved, revoked), when: unproven, fails: domain.Conflict},
		"left so by the system alone":       {given: events(certified, approved), by: luisa, when: unproven, fails: domain.Forbidden},
		"recorded by nobody but the system": {given: events(proposed, approved), by: luisa, when: commands.EnrolPostazione{}, fails: domain.Forbidden},
	})
}

var software = domain.ApplicativoRegistered{
	Ente: ente, Comuni: []domain.CodiceISTAT{comune}, Nome: "Gestionale", Owner: mario.Utente,
	Scopes: []domain.Scope{domain.ScopeRequest, domain.ScopeRead}, Reti: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")},
}

func TestSoftware(t *testing.T) {
	register := commands.RegisterApplicativo(software)
	with := func(change func(*domain.ApplicativoRegistered)) commands.RegisterApplicativo {
		return commands.RegisterApplicativo(changed(software, change))
	}
	owned := domain.Parties{Utente: domain.Utente{Roles: []domain.RoleHeld{{RoleGiven: operates}}}}
	issue := commands.IssueToken{Token: "5a9d", Expires: now.AddDate(0, 6, 0)}
	issued := domain.TokenIssued{Token: "5a9d", Comuni: software.Comuni, Expires: issue.Expires}
	suspend, suspended := commands.SuspendApplicativo{Comune: comune}, domain.ApplicativoSuspended{Comune: comune}
	reinstate := commands.ReinstateApplicativo{Comune: comune}
	both := func(e *domain.ApplicativoRegistered) { e.Comuni = []domain.CodiceISTAT{comune, altro} }
	shared := changed(software, both)
	ofTheOther := domain.TokenIssued{Token: "5a9d", Comuni: []domain.CodiceISTAT{altro}, Expires: issue.Expires}
	operating := func(s *domain.Standing) { s.Roles = append(s.Roles, domain.RoleHeld{RoleGiven: operates}) }
	operatingThere := func(s *domain.Standing) {
		s.Roles = append(s.Roles, domain.RoleHeld{RoleGiven: domain.RoleGiven{Role: domain.RoleStandard, Ente: ente, Comune: altro}})
	}
	profiled := func(s *domain.Standing) {
		s.Assignments = []domain.Assignment{{ProfileGrant: domain.ProfileGrant{Ente: ente, Comune: comune, Profile: prof}}}
	}
	from := func(networks ...string) commands.RegisterApplicativo {
		return with(func(e *domain.ApplicativoRegistered) {
			e.Reti = nil
			for _, n := range networks {
				e.Reti = append(e.Reti, netip.MustParsePrefix(n))
			}
		})
	}
	unbound := changed(software, func(e *domain.ApplicativoRegistered) { e.Reti = nil })
	certified := changed(unbound, func(e *domain.ApplicativoRegistered) { e.Certificato = strings.Repeat("a", 64) })
	wider := with(func(e *domain.ApplicativoRegistered) { e.Scopes = domain.Scopes() })
	runSetup(t, "00000000-0000-4000-8000-0000000000aa", map[string]setup[domain.Applicativo]{
		"registered by the Comune":        {by: luisa, parties: owned, when: register, then: events(software)},
		"once":                            {given: events(software), by: luisa, parties: owned, when: register},
		"not by an ADMIN":                 {by: anna, parties: owned, when: register, fails: domain.Forbidden},
		"not by an operator":              {by: mario, parties: owned, when: register, fails: domain.Forbidden},
		"not for another's Comune":        {by: elsewhere, parties: owned, when: register, fails: domain.NotFound},
		"nor though it asks none":         {by: mario, parties: owned, when: with(func(e *domain.ApplicativoRegistered) { e.Comuni = nil }), fails: domain.Forbidden},
		"it asks some Comune":             {by: luisa, parties: owned, when: with(func(e *domain.ApplicativoRegistered) { e.Comuni = nil }), fails: domain.Invalid, field: "comuni"},
		"it has a name":                   {by: luisa, parties: owned, when: with(func(e *domain.ApplicativoRegistered) { e.Nome = "" }), fails: domain.Invalid, field: "nome"},
		"it may something":                {by: luisa, parties: owned, when: with(func(e *domain.ApplicativoRegistered) { e.Scopes = nil }), fails: domain.Invalid, field: "scopes"},
		"nothing administrative":          {by: luisa, parties: owned, when: with(func(e *domain.ApplicativoRegistered) { e.Scopes = []domain.Scope{"administer"} }), fails: domain.Invalid, field: "scopes"},
		"somebody of the body answers":    {by: luisa, when: register, fails: domain.Invalid, field: "owner"},
		"its fingerprint is one":          {by: luisa, parties: owned, when: with(func(e *domain.ApplicativoRegistered) { e.Certificato = strings.Repeat("g", 64) }), fails: domain.Invalid, field: "certificato"},
		"another body's is not there":     {given: events(changed(software, func(e *domain.ApplicativoRegistered) { e.Ente = "another" })), by: luisa, parties: owned, when: register, fails: domain.NotFound},
		"another Comune adds itself":      {given: events(software), by: elsewhere, parties: owned, when: with(both), then: events(changed(software, both))},
		"and takes itself away":           {given: events(changed(software, both)), by: elsewhere, parties: owned, when: register, then: events(software)},
		"but no other":                    {given: events(changed(software, both)), by: luisa, parties: owned, when: register, fails: domain.NotFound},
		"nor changes what it may":         {given: events(software), by: elsewhere, parties: owned, when: with(func(e *domain.ApplicativoRegistered) { both(e); e.Scopes = domain.Scopes() }), fails: domain.NotFound},
		"a token by the Comune":           {given: events(software), enters: second, by: luisa, when: issue, then: events(issued)},
		"by the body's ADMIN":             {given: events(software), enters: second, by: anna, when: issue, then: events(issued)},
		"once issued":                     {given: events(software, issued), by: anna, when: issue},
		"beside another":                  {given: events(software, domain.TokenIssued{Token: "0000", Expires: issue.Expires}), enters: second, by: anna, when: issue, then: events(issued)},
		"for a year at most":              {given: events(software), enters: second, by: anna, when: commands.IssueToken{Token: "5a9d", Expires: now.Add(domain.MaxTokenLife)}, then: events(domain.TokenIssued{Token: "5a9d", Comuni: software.Comuni, Expires: now.Add(domain.MaxTokenLife)})},
		"and not a second more":           {given: events(software), by: anna, when: commands.IssueToken{Token: "5a9d", Expires: now.Add(domain.MaxTokenLife + time.Second)}, fails: domain.Invalid, field: "scadenza"},
		"nor for no time":                 {given: events(software), by: anna, when: commands.IssueToken{Token: "5a9d", Expires: now}, fails: domain.Invalid, field: "scadenza"},
		"nor without a name":              {given: events(software), by: anna, when: commands.IssueToken{Expires: issue.Expires}, fails: domain.Invalid, field: "token"},
		"not by an operator of the body":  {given: events(software), by: mario, when: issue, fails: domain.Forbidden},
		"not by another body's ADMIN":     {given: events(software), by: otherBody, when: issue, fails: domain.NotFound},
		"not by the installation":         {given: events(software), by: root, when: issue, fails: domain.Forbidden},
		"a token is revoked":              {given: events(software, issued), by: anna, when: commands.RevokeToken{Token: "5a9d"}, then: events(domain.TokenRevoked{Token: "5a9d"})},
		"once revoked":                    {given: events(software), by: anna, when: commands.RevokeToken{Token: "5a9d"}},
		"not by another Comune":           {given: events(software, issued), by: elsewhere, when: commands.RevokeToken{Token: "5a9d"}, fails: domain.NotFound},
		"stopped by the ADMIN":            {given: events(software), by: anna, when: suspend, then: events(suspended)},
		"once stopped":                    {given: events(software, suspended), by: anna, when: suspend},
		"goes on by the Comune":           {given: events(software, suspended), by: luisa, when: reinstate, then: events(domain.ApplicativoReinstated(reinstate))},
		"and by no ADMIN":                 {given: events(software, suspended), by: anna, when: reinstate, fails: domain.Forbidden},
		"each Comune stops its own":       {given: events(shared), by: elsewhere, when: commands.SuspendApplicativo{Comune: altro}, then: events(domain.ApplicativoSuspended{Comune: altro})},
		"and no other's":                  {given: events(shared), by: elsewhere, when: suspend, fails: domain.NotFound, field: "comune"},
		"nor does its ADMIN":              {given: events(shared), by: anna, when: commands.SuspendApplicativo{Comune: altro}, fails: domain.NotFound, field: "comune"},
		"some Comune's":                   {given: events(shared), by: anna, when: commands.SuspendApplicativo{}, fails: domain.Invalid, field: "comune"},
		"nor lets another's go on":        {given: events(shared, suspended), by: elsewhere, when: reinstate, fails: domain.NotFound, field: "comune"},
		"a token is good where given":     {given: events(shared), enters: second, by: anna, when: issue, then: events(issued)},
		"by the other there":              {given: events(shared), enters: second, by: elsewhere, when: issue, then: events(ofTheOther)},
		"and revoked by who gave it":      {given: events(shared, issued), by: elsewhere, when: commands.RevokeToken{Token: "5a9d"}, fails: domain.Forbidden, field: "token"},
		"or would gain by it":             {given: events(software), by: luisa, also: operating, when: issue, fails: domain.Forbidden},
		"not by an ADMIN who asks":        {given: events(software), by: anna, also: profiled, when: issue, fails: domain.Forbidden},
		"nobody registers their own":      {by: luisa, also: operating, parties: owned, when: register, fails: domain.Forbidden},
		"nor widens it":                   {given: events(software), by: luisa, also: operating, parties: owned, when: with(func(e *domain.ApplicativoRegistered) { e.Scopes = domain.Scopes() }), fails: domain.Forbidden},
		"nor lets it go on":               {given: events(software, suspended), by: luisa, also: operating, when: reinstate, fails: domain.Forbidden},
		"but stops it":                    {given: events(software), by: luisa, also: operating, when: suspend, then: events(suspended)},
		"and takes it from the Comune":    {given: events(shared), by: elsewhere, also: operatingThere, parties: owned, when: register, then: events(software)},
		"from everywhere is from nowhere": {by: luisa, parties: owned, when: from("0.0.0.0/0"), fails: domain.Invalid, field: "reti"},
		"from half a network":             {by: luisa, parties: owned, when: from("192.0.0.0/15"), fails: domain.Invalid, field: "reti"},
		"from a body's network":           {by: luisa, parties: owned, when: from("192.0.0.0/16"), then: events(domain.ApplicativoRegistered(from("192.0.0.0/16")))},
		"from half of IPv6":               {by: luisa, parties: owned, when: from("2001:db8::/31"), fails: domain.Invalid, field: "reti"},
		"from a body's of IPv6":           {by: luisa, parties: owned, when: from("2001:db8::/32"), then: events(domain.ApplicativoRegistered(from("2001:db8::/32")))},
		"one of two is too wide":          {by: luisa, parties: owned, when: from("192.0.2.0/24", "::/0"), fails: domain.Invalid, field: "reti"},
		"from somewhere, or with proof":   {by: luisa, parties: owned, when: from(), fails: domain.Invalid, field: "reti"},
		"with its certificate":            {by: luisa, parties: owned, when: commands.RegisterApplicativo(certified), then: events(certified)},
		"one of before is bound":          {given: events(unbound), by: luisa, parties: owned, when: register, then: events(software)},
		"and not changed as it is":        {given: events(unbound), by: luisa, parties: owned, when: commands.RegisterApplicativo(changed(unbound, func(e *domain.ApplicativoRegistered) { e.Nome = "Altro" })), fails: domain.Invalid, field: "reti"},
		"but given tokens":                {given: events(unbound), enters: second, by: luisa, when: issue, then: events(issued)},
		"no token by who registered it":   {given: events(software), enters: luisa, by: luisa, when: issue, fails: domain.Forbidden},
		"in whatever role":                {given: events(software), enters: changed(luisa, func(a *domain.Actor) { a.Utente = anna.Utente }), by: anna, when: issue, fails: domain.Forbidden},
		"or changed it last":              {given: events(unbound, software), enters: luisa, by: luisa, when: issue, fails: domain.Forbidden},
		"what the system registered":      {given: events(software), enters: domain.Sistema, by: luisa, when: issue, then: events(issued)},
		"who gave a token changes naught": {given: events(software, issued), enters: luisa, by: luisa, parties: owned, when: wider, fails: domain.Forbidden},
		"nor a Comune":                    {given: events(software, ofTheOther), enters: elsewhere, by: elsewhere, parties: owned, when: commands.RegisterApplicativo(shared), fails: domain.Forbidden},
		"and says it again":               {given: events(software, issued), enters: luisa, by: luisa, parties: owned, when: register},
		"another does":                    {given: events(software, issued), enters: second, by: luisa, parties: owned, when: wider, then: events(domain.ApplicativoRegistered(wider))},
		"or once it was revoked":          {given: events(software, issued, domain.TokenRevoked{Token: "5a9d"}), enters: luisa, by: luisa, parties: owned, when: wider, then: events(domain.ApplicativoRegistered(wider))},
		"or has expired":                  {given: events(software, changed(issued, func(e *domain.TokenIssued) { e.Expires = now })), enters: luisa, by: luisa, parties: owned, when: wider, then: events(domain.ApplicativoRegistered(wider))},
		"which did not stop":              {given: events(software), by: luisa, when: reinstate},
	})
}

// What software asks for a person is what the person may, within its scopes, with a
// token that lives.
func TestSoftwareAsksWithinItsScopes(t *testing.T) {
	for name, c := range map[string]struct {
		but  func(*domain.Applicativo)
		want bool
	}{
		"as registered":       {func(*domain.Applicativo) {}, true},
		"not to request":      {func(a *domain.Applicativo) { a.Scopes = []domain.Scope{domain.ScopeRead} }, false},
		"of another body":     {func(a *domain.Applicativo) { a.Ente = "another" }, false},
		"for another Comune":  {func(a *domain.Applicativo) { a.Comuni = []domain.CodiceISTAT{altro} }, false},
		"stopped":             {func(a *domain.Applicativo) { a.Suspended = []domain.CodiceISTAT{comune} }, false},
		"stopped elsewhere":   {func(a *domain.Applicativo) { a.Suspended = []domain.CodiceISTAT{altro} }, true},
		"the token of others": {func(a *domain.Applicativo) { a.Tokens[0].Comuni = []domain.CodiceISTAT{altro} }, false},
		"the token revoked":   {func(a *domain.Applicativo) { a.Tokens = nil }, false},
		"the token over": {func(a *domain.Applicativo) {
			a.Tokens = []domain.TokenGiven{{TokenIssued: domain.TokenIssued{Token: "5a9d", Comuni: software.Comuni, Expires: now}}}
		}, false},
		"a second before": {func(a *domain.Applicativo) {
			a.Tokens = []domain.TokenGiven{{TokenIssued: domain.TokenIssued{Token: "5a9d", Comuni: software.Comuni, Expires: now.Add(time.Second)}}}
		}, true},
		"from anywhere, as some of before": {func(a *domain.Applicativo) { a.Reti = nil }, true},
		"another token":                    {func(a *domain.Applicativo) { a.Tokens[0].Token = "0000" }, false},
		"nobody entered it":                {func(a *domain.Applicativo) { *a = domain.Applicativo{} }, false},
	} {
		s := spec{but: func(g *given) {
			g.Meta.By.Via, g.Meta.By.Session = "00000000-0000-4000-8000-0000000000aa", "5a9d"
			g.Actor.Applicativo = domain.Applicativo{Registered: true, ApplicativoRegistered: software, Tokens: []domain.TokenGiven{{TokenIssued: domain.TokenIssued{Token: "5a9d", Comuni: software.Comuni, Expires: now.AddDate(0, 1, 0)}}}}
			c.but(&g.Actor.Applicativo)
		}}
		if _, err := ask.Decide(s.inputs()); (err == nil) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}
