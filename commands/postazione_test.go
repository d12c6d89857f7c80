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
	with := func(change func(*commands.ProposePostazione)) commands.ProposePostazione {
		return changed(propose, change)
	}
	asksThere := func(s *domain.Standing) { s.Roles = []domain.RoleGiven{operates} }
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
		"recorded by nobody but the system": {given: events(proposed, approved), by: luisa, when: commands.EnrolPostazione{}, fails: domain.Forbidden},
	})
}

var software = domain.ApplicativoRegistered{
	Ente: ente, Comuni: []domain.CodiceISTAT{comune}, Nome: "Gestionale", Owner: mario.Utente,
	Scopes: []domain.Scope{domain.ScopeRequest, domain.ScopeRead},
}

func TestSoftware(t *testing.T) {
	register := commands.RegisterApplicativo(software)
	with := func(change func(*domain.ApplicativoRegistered)) commands.RegisterApplicativo {
		return commands.RegisterApplicativo(changed(software, change))
	}
	owned := domain.Parties{Utente: domain.Utente{Roles: []domain.RoleGiven{operates}}}
	issue := commands.IssueToken{Token: "5a9d", Expires: now.AddDate(0, 6, 0)}
	issued := domain.TokenIssued{Token: "5a9d", Expires: issue.Expires}
	suspended := domain.ApplicativoSuspended{}
	both := func(e *domain.ApplicativoRegistered) { e.Comuni = []domain.CodiceISTAT{comune, altro} }
	runSetup(t, "00000000-0000-4000-8000-0000000000aa", map[string]setup[domain.Applicativo]{
		"registered by the Comune":       {by: luisa, parties: owned, when: register, then: events(software)},
		"once":                           {given: events(software), by: luisa, parties: owned, when: register},
		"not by an ADMIN":                {by: anna, parties: owned, when: register, fails: domain.Forbidden},
		"not by an operator":             {by: mario, parties: owned, when: register, fails: domain.Forbidden},
		"not for another's Comune":       {by: elsewhere, parties: owned, when: register, fails: domain.NotFound},
		"nor though it asks none":        {by: mario, parties: owned, when: with(func(e *domain.ApplicativoRegistered) { e.Comuni = nil }), fails: domain.Forbidden},
		"it asks some Comune":            {by: luisa, parties: owned, when: with(func(e *domain.ApplicativoRegistered) { e.Comuni = nil }), fails: domain.Invalid, field: "comuni"},
		"it has a name":                  {by: luisa, parties: owned, when: with(func(e *domain.ApplicativoRegistered) { e.Nome = "" }), fails: domain.Invalid, field: "nome"},
		"it may something":               {by: luisa, parties: owned, when: with(func(e *domain.ApplicativoRegistered) { e.Scopes = nil }), fails: domain.Invalid, field: "scopes"},
		"nothing administrative":         {by: luisa, parties: owned, when: with(func(e *domain.ApplicativoRegistered) { e.Scopes = []domain.Scope{"administer"} }), fails: domain.Invalid, field: "scopes"},
		"somebody of the body answers":   {by: luisa, when: register, fails: domain.Invalid, field: "owner"},
		"its fingerprint is one":         {by: luisa, parties: owned, when: with(func(e *domain.ApplicativoRegistered) { e.Certificato = strings.Repeat("g", 64) }), fails: domain.Invalid, field: "certificato"},
		"another body's is not there":    {given: events(changed(software, func(e *domain.ApplicativoRegistered) { e.Ente = "another" })), by: luisa, parties: owned, when: register, fails: domain.NotFound},
		"another Comune adds itself":     {given: events(software), by: elsewhere, parties: owned, when: with(both), then: events(changed(software, both))},
		"and takes itself away":          {given: events(changed(software, both)), by: elsewhere, parties: owned, when: register, then: events(software)},
		"but no other":                   {given: events(changed(software, both)), by: luisa, parties: owned, when: register, fails: domain.NotFound},
		"nor changes what it may":        {given: events(software), by: elsewhere, parties: owned, when: with(func(e *domain.ApplicativoRegistered) { both(e); e.Scopes = domain.Scopes() }), fails: domain.NotFound},
		"a token by the Comune":          {given: events(software), by: luisa, when: issue, then: events(issued)},
		"by the body's ADMIN":            {given: events(software), by: anna, when: issue, then: events(issued)},
		"once issued":                    {given: events(software, issued), by: anna, when: issue},
		"beside another":                 {given: events(software, domain.TokenIssued{Token: "0000", Expires: issue.Expires}), by: anna, when: issue, then: events(issued)},
		"for a year at most":             {given: events(software), by: anna, when: commands.IssueToken{Token: "5a9d", Expires: now.Add(domain.MaxTokenLife)}, then: events(domain.TokenIssued{Token: "5a9d", Expires: now.Add(domain.MaxTokenLife)})},
		"and not a second more":          {given: events(software), by: anna, when: commands.IssueToken{Token: "5a9d", Expires: now.Add(domain.MaxTokenLife + time.Second)}, fails: domain.Invalid, field: "scadenza"},
		"nor for no time":                {given: events(software), by: anna, when: commands.IssueToken{Token: "5a9d", Expires: now}, fails: domain.Invalid, field: "scadenza"},
		"nor without a name":             {given: events(software), by: anna, when: commands.IssueToken{Expires: issue.Expires}, fails: domain.Invalid, field: "token"},
		"not by an operator of the body": {given: events(software), by: mario, when: issue, fails: domain.Forbidden},
		"not by another body's ADMIN":    {given: events(software), by: otherBody, when: issue, fails: domain.NotFound},
		"not by the installation":        {given: events(software), by: root, when: issue, fails: domain.Forbidden},
		"a token is revoked":             {given: events(software, issued), by: anna, when: commands.RevokeToken{Token: "5a9d"}, then: events(domain.TokenRevoked{Token: "5a9d"})},
		"once revoked":                   {given: events(software), by: anna, when: commands.RevokeToken{Token: "5a9d"}},
		"not by another Comune":          {given: events(software, issued), by: elsewhere, when: commands.RevokeToken{Token: "5a9d"}, fails: domain.NotFound},
		"stopped by the ADMIN":           {given: events(software), by: anna, when: commands.SuspendApplicativo{}, then: events(suspended)},
		"once stopped":                   {given: events(software, suspended), by: anna, when: commands.SuspendApplicativo{}},
		"goes on by the Comune":          {given: events(software, suspended), by: luisa, when: commands.ReinstateApplicativo{}, then: events(domain.ApplicativoReinstated{})},
		"and by no ADMIN":                {given: events(software, suspended), by: anna, when: commands.ReinstateApplicativo{}, fails: domain.Forbidden},
		"which did not stop":             {given: events(software), by: luisa, when: commands.ReinstateApplicativo{}},
	})
}

// What software asks for a person is what the person may, within its scopes, with a
// token that lives.
func TestSoftwareAsksWithinItsScopes(t *testing.T) {
	for name, c := range map[string]struct {
		but  func(*domain.Applicativo)
		want bool
	}{
		"as registered":      {func(*domain.Applicativo) {}, true},
		"not to request":     {func(a *domain.Applicativo) { a.Scopes = []domain.Scope{domain.ScopeRead} }, false},
		"of another body":    {func(a *domain.Applicativo) { a.Ente = "another" }, false},
		"for another Comune": {func(a *domain.Applicativo) { a.Comuni = []domain.CodiceISTAT{altro} }, false},
		"stopped":            {func(a *domain.Applicativo) { a.Suspended = true }, false},
		"the token revoked":  {func(a *domain.Applicativo) { a.Tokens = nil }, false},
		"the token over":     {func(a *domain.Applicativo) { a.Tokens = []domain.TokenIssued{{Token: "5a9d", Expires: now}} }, false},
		"a second before": {func(a *domain.Applicativo) {
			a.Tokens = []domain.TokenIssued{{Token: "5a9d", Expires: now.Add(time.Second)}}
		}, true},
		"another token":     {func(a *domain.Applicativo) { a.Tokens[0].Token = "0000" }, false},
		"nobody entered it": {func(a *domain.Applicativo) { *a = domain.Applicativo{} }, false},
	} {
		s := spec{but: func(g *given) {
			g.Meta.By.Via, g.Meta.By.Session = "00000000-0000-4000-8000-0000000000aa", "5a9d"
			g.Actor.Applicativo = domain.Applicativo{Registered: true, ApplicativoRegistered: software, Tokens: []domain.TokenIssued{{Token: "5a9d", Expires: now.AddDate(0, 1, 0)}}}
			c.but(&g.Actor.Applicativo)
		}}
		if _, err := ask.Decide(s.inputs()); (err == nil) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}
