package commands_test

import (
	"context"
	"net/netip"
	"strings"
	"testing"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// cloakroom keeps accounts and letters in memory, as far as invitations go.
type cloakroom struct {
	commands.Accounts
	factors map[domain.UtenteID]commands.Factors
	links   map[string]domain.UtenteID
	letters []commands.Letter
}

func newCloakroom() *cloakroom {
	return &cloakroom{factors: map[domain.UtenteID]commands.Factors{}, links: map[string]domain.UtenteID{}}
}

func (c *cloakroom) Open(context.Context, domain.UtenteID, string) error { return nil }

func (c *cloakroom) Factors(_ context.Context, id domain.UtenteID) (commands.Factors, error) {
	return c.factors[id], nil
}

func (c *cloakroom) Invite(_ context.Context, id domain.UtenteID) (string, error) {
	secret := "link-to-" + string(id)
	c.links[secret] = id
	return secret, nil
}

func (c *cloakroom) Invited(_ context.Context, secret string) (domain.UtenteID, error) {
	id, ok := c.links[secret]
	if !ok {
		return "", commands.ErrRefused
	}
	return id, nil
}

func (c *cloakroom) Redeem(_ context.Context, secret, _ string, _ []string) (domain.UtenteID, error) {
	id := c.links[secret]
	delete(c.links, secret)
	c.factors[id] = commands.Factors{Password: true}
	return id, nil
}

func (c *cloakroom) Find(_ context.Context, login string) (domain.UtenteID, error) {
	return domain.UtenteID(login), nil
}

func (c *cloakroom) Renew(ctx context.Context, id domain.UtenteID) (string, error) {
	if !c.factors[id].Password {
		return "", commands.ErrRefused
	}
	return c.Invite(ctx, id)
}

func (c *cloakroom) Post(_ context.Context, l commands.Letter) error {
	c.letters = append(c.letters, l)
	return nil
}

func (c *cloakroom) access(h *commands.Handler) *commands.Access {
	return &commands.Access{Handler: h, Accounts: c, Post: c.Post, PublicURL: "https://visure.example"}
}

// Whoever has a link has the account. It is handed over to who could have given the
// person all they may do, and only until the account is the person's; else it goes by
// mail, to an address that is not of the choice of who invites.
func TestALinkIsHandedOverOnlyWithinReachAndBeforeTheAccountIsUsed(t *testing.T) {
	const mailed, handed = "mailed", "handed over"
	addressed := changed(entry, func(u *domain.UtenteRegistered) { u.Email = "m@ente.example" })
	moved := changed(addressed, func(u *domain.UtenteRegistered) { u.Email = "altra@ente.example" })
	there := domain.RoleGiven{Role: domain.RoleStandard, Ente: ente, Comune: altro}
	auditor := domain.RoleGiven{Role: domain.RoleAuditor, Comune: comune}
	former := changed(there, func(r *domain.RoleGiven) { r.Al = data("2026-11-22") })
	seat := domain.UtenteAppointed{Comune: altro, Mansione: "responsabile"}
	heads := []domain.UtenteID{luisa.Utente}
	topOfAltro := []domain.UtenteID{utente}
	system := domain.Actor{Role: domain.RoleSistema}
	passworded, bySPID := commands.Factors{Password: true}, commands.Factors{Used: true}
	colleague := domain.Actor{Utente: second.Utente, Role: domain.RoleAdmin, Ente: ente}
	for name, c := range map[string]struct {
		given   []domain.Event
		enters  domain.Actor // who entered the person, and all else
		amends  domain.Actor // who changed the address since, if anybody
		altro   []domain.UtenteID
		factors commands.Factors
		by      domain.Actor
		mail    bool
		want    string
		fails   domain.Code
	}{
		"a first one is handed over":                    {given: events(addressed, operates), enters: anna, by: anna, want: handed},
		"or mailed":                                     {given: events(addressed, operates), enters: anna, by: anna, mail: true, want: mailed},
		"to an ADMIN, by the TOP":                       {given: events(addressed, governs), enters: luisa, by: luisa, want: handed},
		"to another TOP, by the TOP":                    {given: events(entry, domain.UtenteAppointed{Comune: comune, Mansione: "vicario"}), enters: luisa, by: luisa, want: handed},
		"handed over where there is no address":         {given: events(entry, operates), enters: anna, by: anna, mail: true, want: handed},
		"once there is a password it is mailed":         {given: events(addressed, operates), enters: anna, factors: passworded, by: anna, want: mailed},
		"nor by the TOP is it handed over":              {given: events(addressed, operates), enters: anna, factors: passworded, by: luisa, want: mailed},
		"nor once somebody came in by SPID":             {given: events(addressed, operates), enters: anna, factors: bySPID, by: anna, want: mailed},
		"not at all without an address":                 {given: events(entry, operates), enters: anna, factors: passworded, by: anna, fails: domain.Forbidden},
		"nor to one that who invites has changed":       {given: events(addressed, operates), enters: anna, amends: anna, factors: passworded, by: anna, fails: domain.Forbidden},
		"but to one that a colleague has":               {given: events(addressed, operates), enters: anna, amends: colleague, factors: passworded, by: anna, want: mailed},
		"changed before the account is used, it may be": {given: events(addressed, operates), enters: anna, amends: anna, by: anna, want: handed},
		"who operates for another Comune too":           {given: events(addressed, operates, there), enters: system, by: anna, want: mailed},
		"not if who invites entered the address":        {given: events(addressed, operates, there), enters: anna, by: anna, fails: domain.Forbidden},
		"nor if a colleague did":                        {given: events(addressed, operates, there), enters: anna, by: colleague, fails: domain.Forbidden},
		"who did so until yesterday":                    {given: events(addressed, operates, former), enters: anna, by: anna, want: handed},
		"a TOP of another Comune, by an ADMIN":          {given: events(addressed, operates, seat), enters: system, altro: topOfAltro, by: anna, want: mailed},
		"without an address":                            {given: events(entry, operates, seat), enters: system, altro: topOfAltro, by: anna, fails: domain.Forbidden},
		"or by a TOP":                                   {given: events(addressed, operates, seat), enters: luisa, altro: topOfAltro, by: luisa, fails: domain.Forbidden},
		"who is TOP there no longer":                    {given: events(addressed, operates, seat), enters: anna, altro: heads, by: anna, want: handed},
		"an officer, by an ADMIN":                       {given: events(addressed, operates, officer), enters: luisa, by: anna, want: mailed},
		"an auditor, by the TOP they audit":             {given: events(addressed, auditor), enters: root, by: luisa, want: mailed},
		"the installation hands over to anybody":        {given: events(addressed, operates, seat), enters: system, altro: topOfAltro, factors: passworded, by: root, want: handed},
		"also to who has no address":                    {given: events(entry, operates), enters: anna, factors: passworded, by: root, mail: true, want: handed},
		"who was entered here and is nowhere yet":       {given: events(addressed), enters: luisa, by: luisa, fails: domain.NotFound},
		"an ADMIN invites no other":                     {given: events(addressed, governs), enters: luisa, by: anna, fails: domain.Forbidden},
		"an operator nobody":                            {given: events(addressed, operates), enters: anna, by: mario, fails: domain.Forbidden},
	} {
		t.Run(name, func(t *testing.T) {
			w, room := newWorld(), newCloakroom()
			h := w.handler()
			w.enterAs(string(domain.InstallazioneStream), system, domain.AdministratorNamed{Account: root.Account})
			w.enterAs(string(comune.Stream()), system, ancona, domain.TopNamed{Utente: luisa.Utente})
			w.enterAs(string(altro.Stream()), system, domain.ComuneRegistered{ISTAT: altro})
			for _, top := range c.altro {
				w.enterAs(string(altro.Stream()), system, domain.TopNamed{Utente: top})
			}
			for _, who := range []domain.Actor{anna, colleague, mario} {
				w.enterAs(string(who.Utente.Stream()), system, domain.RoleGiven{Role: who.Role, Ente: ente, Comune: comune})
			}
			w.enterAs(string(utente.Stream()), c.enters, c.given...)
			if c.amends.Utente != "" {
				w.enterAs(string(utente.Stream()), c.amends, moved)
			}
			room.factors[utente] = c.factors
			got, err := room.access(h).Invite(t.Context(), domain.Meta{By: c.by}, netip.Addr{}, utente, !c.mail)
			switch {
			case domain.CodeOf(err) != c.fails:
				t.Fatalf("%v, want %q", err, c.fails)
			case err != nil:
				if len(room.links) > 0 || len(room.letters) > 0 {
					t.Errorf("refused, and yet there is a link")
				}
			case got.Mailed != (c.want == mailed) || got.Mailed != (len(room.letters) == 1) || strings.Contains(got.Link, "link-to-") != (c.want == handed):
				t.Errorf("%+v with %d letters, want it %s", got, len(room.letters), c.want)
			}
		})
	}
}
