package web_test

import (
	"net/http"
	"net/netip"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/auth"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// caller is somebody who calls, and what they show of themselves.
type caller struct {
	actor  domain.Actor
	bearer string
	person domain.UtenteID // for whom software asks
	proof  commands.Method // by which they came into a session
}

// assemble brings in a caller of each class.
func (p *place) assemble() {
	here, there := p.comune, p.elsewhere
	other := p.body()
	for _, pair := range []domain.Pair{{Ente: p.ente, Comune: there}, {Ente: other, Comune: here}, {Ente: other, Comune: there}} {
		enter(p.world, domain.ConvenzioneIDOf(pair).Stream(), p.draft(pair.Ente, pair.Comune))
	}
	role := func(r domain.Role, e domain.EnteID, c domain.CodiceISTAT) caller {
		return p.session(p.holding(domain.RoleGiven{Role: r, Ente: e, Comune: c}), commands.MethodPasswordTOTP)
	}
	requester := role(domain.RoleStandard, p.ente, here)
	colleague := role(domain.RoleStandard, p.ente, here)
	for _, c := range []domain.Actor{p.admin, requester.actor, colleague.actor} {
		p.allow(c)
	}
	former := []caller{
		p.former(domain.RoleGiven{Role: domain.RoleTop, Comune: here}), p.former(domain.RoleGiven{Role: domain.RoleAnagrafe, Comune: here}),
		p.former(domain.RoleGiven{Role: domain.RoleAdmin, Ente: p.ente, Comune: here}), p.former(domain.RoleGiven{Role: domain.RoleStandard, Ente: p.ente, Comune: here}),
		p.former(domain.RoleGiven{Role: domain.RoleAuditor, Comune: here}), p.former(domain.RoleGiven{Role: domain.RoleAuditor, Ente: p.ente}),
	}
	own := []caller{
		p.session(p.top, commands.MethodPasswordTOTP), role(domain.RoleAnagrafe, "", here), p.session(p.admin, commands.MethodPasswordTOTP),
		requester, colleague, role(domain.RoleAuditor, "", here), role(domain.RoleAuditor, p.ente, ""),
	}
	for _, c := range own {
		given := domain.RoleGiven{Role: c.actor.Role, Ente: c.actor.Ente, Comune: here}
		if given.Role == domain.RoleAuditor {
			given.Comune = c.actor.Comune
		}
		p.plain = append(p.plain, p.session(p.holding(given), commands.MethodPassword))
	}
	foreign := role(domain.RoleStandard, other, here)
	abroad := role(domain.RoleStandard, p.ente, there)
	strangers := []caller{
		role(domain.RoleAdmin, other, here), foreign, role(domain.RoleAuditor, other, ""), p.software(other, here, foreign.actor.Utente, false),
		role(domain.RoleTop, "", there), role(domain.RoleAnagrafe, "", there), role(domain.RoleAdmin, p.ente, there), abroad,
		role(domain.RoleAuditor, "", there), p.software(p.ente, there, abroad.actor.Utente, false),
	}
	both := []caller{role(domain.RoleAdmin, other, there), role(domain.RoleStandard, other, there)}
	rest := []caller{
		{}, p.session(domain.Actor{Utente: p.holding(domain.RoleGiven{Role: domain.RoleStandard, Ente: p.ente, Comune: here}).Utente}, commands.MethodPasswordTOTP),
		{actor: p.top, bearer: p.signIn(p.top).token}, p.plain[0],
	}
	all := append(own, p.software(p.ente, here, requester.actor.Utente, false))
	all = append(append(append(all, strangers...), both...), former...)
	all = append(append(all, p.software(p.ente, here, requester.actor.Utente, true), p.orphaned()), rest...)
	copy(p.callers[:], all)
}

// session signs somebody in, without a password, and has them act in their capacity.
func (p *place) session(by domain.Actor, how commands.Method) caller {
	p.t.Helper()
	sessions := &auth.Sessions{DB: p.pool, Now: time.Now}
	proof := commands.Proof{Utente: by.Utente, Method: how, Address: netip.MustParseAddr("127.0.0.1")}
	secret, _, err := sessions.Start(p.t.Context(), proof, commands.BearerSession, "test")
	if err == nil && by.Role != "" {
		secret, _, err = sessions.Switch(p.t.Context(), secret, by)
	}
	if err != nil {
		p.t.Fatal(err)
	}
	return caller{actor: by, bearer: secret, proof: how}
}

// former is a person whose role was taken after they were heard in it.
func (p *place) former(role domain.RoleGiven) caller {
	p.t.Helper()
	c := p.session(p.holding(role), commands.MethodPasswordTOTP)
	if resp, body := p.exchange(http.MethodGet, "/api/v1/visure", "", c); resp.StatusCode != http.StatusOK {
		p.t.Fatalf("%s: %s: %s", role.Role, resp.Status, body)
	}
	if role.Role == domain.RoleTop {
		enter(p.world, role.Comune.Stream(), commands.RemoveTop{Utente: c.actor.Utente})
	} else {
		enter(p.world, c.actor.Utente.Stream(), commands.TakeRole{Role: role.Role, Ente: role.Ente, Comune: role.Comune})
	}
	return c
}

// orphaned is software for a person whose role was taken after it was heard for them.
func (p *place) orphaned() caller {
	p.t.Helper()
	role := domain.RoleGiven{Role: domain.RoleStandard, Ente: p.ente, Comune: p.comune}
	c := p.software(p.ente, p.comune, p.holding(role).Utente, false)
	if resp, body := p.exchange(http.MethodGet, "/api/v1/visure", "", c); resp.StatusCode != http.StatusOK {
		p.t.Fatalf("software: %s: %s", resp.Status, body)
	}
	enter(p.world, c.person.Stream(), commands.TakeRole{Role: role.Role, Ente: role.Ente, Comune: role.Comune})
	return c
}

// software asks a Comune for a person of an Ente and may all that software may; a
// revoked token was good for a request.
func (p *place) software(ente domain.EnteID, comune domain.CodiceISTAT, person domain.UtenteID, revoked bool) caller {
	p.t.Helper()
	id := domain.ApplicativoID(uuid.NewString())
	enter(p.world, id.Stream(), commands.RegisterApplicativo{Ente: ente, Comuni: []domain.CodiceISTAT{comune}, Nome: "Gestionale", Owner: person, Scopes: domain.Scopes(), Reti: callsFrom})
	tokens := &auth.SoftwareTokens{DB: p.pool, Now: time.Now}
	token, _, err := commands.GiveToken(p.t.Context(), p.handler, tokens, domain.Meta{By: domain.Sistema}, id, commands.IssueToken{Expires: time.Now().Add(time.Hour)})
	if err != nil {
		p.t.Fatal(err)
	}
	c := caller{actor: domain.Actor{Role: "software"}, bearer: token, person: person}
	if !revoked {
		return c
	}
	if resp, body := p.exchange(http.MethodGet, "/api/v1/visure", "", c); resp.StatusCode != http.StatusOK {
		p.t.Fatalf("software: %s: %s", resp.Status, body)
	}
	app, err := commands.Fact(p.t.Context(), p.handler, id.Stream())
	if err != nil {
		p.t.Fatal(err)
	}
	enter(p.world, id.Stream(), commands.RevokeToken{Token: app.Tokens[0].Token})
	return c
}
